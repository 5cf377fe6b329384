"""Simulated callers: who calls, about what, with which voice and how much patience."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ekc_console.demo.people.texts import MATTERS, Matter
from ekc_console.server.services.speech import Voice

GiveUp = Literal["", "menu", "queue"]

_FIRST_NUMBER = 79_000_000_000
_NUMBERS = 10_000
"""+7 900 000-00-00 … 000-99-99: a block that is given to nobody in this program."""
_VOICES = ("ru", "ru+f1", "ru+f2", "ru+f3", "ru+f4", "ru+m1", "ru+m3", "ru+m7", "ru+Annie",
           "ru+Mike")  # fmt: skip
_RATES_WPM = (150, 165, 180)
_GROUP = 10


@dataclass(frozen=True, slots=True)
class Persona:
    number: str
    """E.164."""
    topic: str
    matter: Matter
    voice: Voice
    patience_s: float
    """Waits for an operator so long after the last key of the menu."""
    gives_up: GiveUp = ""
    """Hangs up on purpose: before any key, or soon after the last one."""


def personas(
    seed: int, topics: Sequence[str], *, give_up: bool = True, patience_s: float = 120.0
) -> Iterator[Persona]:
    """Callers without end, the same for the same arguments; numbers repeat after 10,000.

    One of every ten gives up on purpose when ``give_up``, in the menu and in the queue by turns.
    ``patience_s`` is the mean; each caller has between half and one and a half of it. Raises
    ValueError for a topic that nobody here has a matter for.
    """
    if unknown := [topic for topic in topics if topic not in MATTERS]:
        raise ValueError(f"no matters for {', '.join(unknown)}")
    if not topics:
        raise ValueError("no topics")
    source = random.Random(seed)
    index = 0
    while True:
        quitter = source.randrange(_GROUP)
        where: GiveUp = "menu" if index // _GROUP % 2 else "queue"
        for place in range(_GROUP):
            gives_up = where if give_up and place == quitter else ""
            yield _persona(source, index, topics, patience_s, gives_up)
            index += 1


class Directory:
    """Who is at a number: whoever called from it, else somebody who is always the same."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._callers: dict[str, Persona] = {}

    def noting(self, callers: Iterator[Persona]) -> Iterator[Persona]:
        """The same callers, each known here from its turn on."""
        for persona in callers:
            self._callers[_end_of(persona.number)] = persona
            yield persona

    def at(self, number: str) -> Persona:
        """``number``: as it was dialled, with or without country code."""
        source = random.Random(f"{self._seed} {_end_of(number)}")
        known = self._callers.get(_end_of(number))
        return known or replace(_persona(source, 0, tuple(MATTERS), 0.0, ""), number=number)


def _end_of(number: str) -> str:
    """What the ways to write a Russian number have in common: +7 900…, 8 900…, 900…."""
    return "".join(c for c in number if c.isdigit())[-10:]


def _persona(
    source: random.Random, index: int, topics: Sequence[str], patience_s: float, gives_up: GiveUp
) -> Persona:
    topic = source.choice(topics)
    return Persona(
        number=f"+{_FIRST_NUMBER + index % _NUMBERS}",
        topic=topic,
        matter=source.choice(MATTERS[topic]),
        voice=Voice(
            source.choice(_VOICES), source.choice(_RATES_WPM), pitch=source.randrange(40, 61)
        ),
        patience_s=patience_s * source.uniform(0.5, 1.5),
        gives_up=gives_up,
    )
