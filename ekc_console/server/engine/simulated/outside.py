"""The world outside the simulated engine: who answers which number, through which trunk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.server.engine.protocol import NO_ANSWER, TrunkCalls

Behaviour = Literal[
    "answer", "ring", "speak", "busy", "rejected", "unreachable", "moved", "forbidden", "congested"
]
TRUNKS = ("town", "reserve")
"""Calls out are tried through these in this order."""


REFUSALS: dict[Behaviour, tuple[DialEnd, str]] = {
    "busy": ("busy", ""),
    "rejected": ("rejected", ""),
    "unreachable": ("unreachable", "SIP 404"),
    "moved": ("moved", "SIP 302"),
    "forbidden": ("no_way", "SIP 403"),
    "congested": ("no_way", "SIP 503"),
}


@dataclass(frozen=True, slots=True)
class OutsideParty:
    """What a number does when it is dialled. ``ring``: it rings until the time is over or the
    test answers; ``speak``: the same, and it is heard before. ``forbidden``, ``congested``: it is
    the trunk that refuses, or fails."""

    does: Behaviour
    tone: int = 0
    ring_s: float = 0.0


class Outside:
    """``previous``: that of an engine whose calls are adopted; its parties and silent trunks stay.
    What ``emit`` is told of a trunk are its changes."""

    def __init__(self, emit: Callable[[TrunkCalls], None], previous: Outside | None) -> None:
        self._emit = emit
        self.parties: dict[tuple[str, str], OutsideParty] = previous.parties if previous else {}
        """By trunk and number."""
        self.silent: set[str] = previous.silent if previous else set()
        """Trunks that answer no probes."""
        self._failing: set[str] = set(self.silent)

    def reached(self, number: str) -> tuple[OutsideParty, str]:
        """The party behind the first trunk that does not fail, those last that did before; and the
        trunk that was asked last."""
        party, trunk = OutsideParty("congested"), ""
        for trunk in sorted(TRUNKS, key=lambda name: name in self._failing):
            party = self.parties.get((trunk, number), OutsideParty("unreachable"))
            if party.does == "forbidden":
                continue
            works = party.does != "congested"
            if works == (trunk in self._failing):
                self._failing ^= {trunk}
                self._emit(TrunkCalls(trunk, works, "" if works else "SIP 503"))
            if works:
                break
        return party, trunk

    def trunk_answers(self, trunk: str, answers: bool) -> None:
        if answers:
            self.silent.discard(trunk)
        else:
            self.silent.add(trunk)
        if answers == (trunk in self._failing):
            self._failing ^= {trunk}
            self._emit(TrunkCalls(trunk, answers, "" if answers else NO_ANSWER))
