"""How a person spent a day, and what of it stands out. Pure.

A break is too long beyond its limit, a wrap-up beyond that of its queue; a talk (its holds
included) at ``LONG_TALK`` of the person's usual ones, and it is too short below
:data:`SHORT_TALK_S`: somebody hung up on the caller, or could not hear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Odd = Literal["", "long", "short"]
TALKS = ("talking", "held", "consulting")
SHORT_TALK_S = 10.0
LONG_TALK = 3.0
USUAL_FROM = 5
"""Talks of the day that make a usual one; with fewer what is aimed at counts."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One state from when to when, in seconds since the epoch; ``until`` None: it lasts."""

    state: str
    reason: str
    call: str
    queue: str
    since: float
    until: float | None

    def lasted(self, now: float) -> float:
        return max(0.0, (now if self.until is None else self.until) - self.since)


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds; 0 or missing: there is none."""

    breaks: Mapping[str, float]
    """By reason."""
    wrap_up: Mapping[str, float]
    """By queue."""
    talk_s: float = 0.0
    """Aimed at; the usual one before there are enough talks."""


@dataclass(frozen=True, slots=True)
class Judged:
    spell: Spell
    odd: Odd = ""
    usual_s: float = 0.0
    """What it is held against."""


def judged(spells: Sequence[Spell], limits: Limits, now: float) -> list[Judged]:
    """Each in its order. Of a talk the last part says what there is to say of all of it."""
    talks = _talks(spells, now)
    usual = usual_talk_s(talks.values(), limits.talk_s)
    last = {spell.call: spell for spell in spells if spell.state in TALKS}
    found = []
    for spell in spells:
        if spell.state in TALKS:
            whole = talks[spell.call] if last[spell.call] is spell else None
            found.append(_talk(spell, whole, usual))
        else:
            found.append(_beyond(spell, _limit(spell, limits), now))
    return found


def usual_talk_s(talks: Iterable[float], aimed_s: float) -> float:
    """0: not known."""
    known = list(talks)
    return median(known) if len(known) >= USUAL_FROM else aimed_s


def _talks(spells: Sequence[Spell], now: float) -> dict[str, float]:
    whole: dict[str, float] = {}
    for spell in spells:
        if spell.state in TALKS:
            whole[spell.call] = whole.get(spell.call, 0.0) + spell.lasted(now)
    return whole


def _talk(spell: Spell, whole_s: float | None, usual_s: float) -> Judged:
    if whole_s is None:
        return Judged(spell)
    if usual_s and whole_s > LONG_TALK * usual_s:
        return Judged(spell, "long", usual_s)
    if spell.until is not None and whole_s < SHORT_TALK_S:
        return Judged(spell, "short", SHORT_TALK_S)
    return Judged(spell)


def _limit(spell: Spell, limits: Limits) -> float:
    if spell.state == "break":
        return limits.breaks.get(spell.reason, 0.0)
    return limits.wrap_up.get(spell.queue, 0.0) if spell.state == "wrap_up" else 0.0


def _beyond(spell: Spell, limit_s: float, now: float) -> Judged:
    late = limit_s > 0 and spell.lasted(now) > limit_s + 1.0
    return Judged(spell, "long", limit_s) if late else Judged(spell)
