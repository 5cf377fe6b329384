"""Figures of the centre: pure formulas over plain records.

Durations are in seconds, moments in seconds since the Unix epoch, shares in 0 … 1. A figure that
has nothing to be computed from is None, never 0 and never an error.

Where the field disagrees about a figure, its readings stand side by side.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.state.call import Call, Outcome

ABANDONED: frozenset[Outcome] = frozenset({"abandoned_queue", "short_abandoned"})
FLOWED_OUT: frozenset[Outcome] = frozenset({"flowed_out", "forwarded", "failed"})


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One ended call, as the figures need it."""

    direction: Literal["in", "out"]
    outcome: Outcome
    queued: bool
    """It came into a queue."""
    wait_s: float = 0.0
    """From the first queue to the first talk, or to the end if there was no talk."""
    talk_s: float = 0.0
    held_s: float = 0.0
    wrap_up_s: float = 0.0


def record_of(call: Call) -> CallRecord:
    """Raises ValueError for a call that has not ended."""
    if call.outcome is None or call.ended_at is None:
        raise ValueError(f"call {call.id} has not ended")
    moments = (call.answered_at, call.forwarded_at, call.ended_at)
    until = next(at for at in moments if at is not None)
    return CallRecord(
        direction=call.direction,
        outcome=call.outcome,
        queued=call.queued_at is not None,
        wait_s=0.0 if call.queued_at is None else max(0.0, until - call.queued_at),
        talk_s=call.talk_s,
        held_s=call.held_s,
        wrap_up_s=call.wrap_up_s,
    )


def share(part: float, whole: float) -> float | None:
    """part / whole; None for an empty whole."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the incoming calls that came into a queue."""

    answered: int
    abandoned: int
    """Short ones included."""
    short_abandoned: int
    flowed_out: int
    """Ended by us or by the engine before an agent spoke."""

    @property
    def offered(self) -> int:
        """offered = answered + abandoned + flowed out"""
        return self.answered + self.abandoned + self.flowed_out

    @property
    def abandonment(self) -> float | None:
        """abandoned / offered"""
        return share(self.abandoned, self.offered)

    @property
    def abandonment_without_short(self) -> float | None:
        """(abandoned - short abandoned) / (offered - short abandoned)"""
        return share(self.abandoned - self.short_abandoned, self.offered - self.short_abandoned)


def _queued(calls: Iterable[CallRecord]) -> list[CallRecord]:
    return [c for c in calls if c.direction == "in" and c.queued]


def counts(calls: Iterable[CallRecord]) -> Counts:
    outcomes = [c.outcome for c in _queued(calls)]
    return Counts(
        answered=outcomes.count("answered"),
        abandoned=sum(o in ABANDONED for o in outcomes),
        short_abandoned=outcomes.count("short_abandoned"),
        flowed_out=sum(o in FLOWED_OUT for o in outcomes),
    )


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Share served within T seconds, in the four readings of the field. "within" includes T."""

    of_answered: float | None
    """answered≤T / answered"""
    with_early_abandons: float | None
    """(answered≤T + abandoned≤T) / (answered + abandoned)"""
    of_offered: float | None
    """answered≤T / offered"""
    without_short: float | None
    """answered≤T / (offered - short abandoned)"""


def service_level(calls: Iterable[CallRecord], threshold_s: float) -> ServiceLevel:
    calls = _queued(calls)
    n = counts(calls)
    soon = [c.outcome for c in calls if c.wait_s <= threshold_s]
    answered = soon.count("answered")
    abandoned = sum(o in ABANDONED for o in soon)
    return ServiceLevel(
        of_answered=share(answered, n.answered),
        with_early_abandons=share(answered + abandoned, n.answered + n.abandoned),
        of_offered=share(answered, n.offered),
        without_short=share(answered, n.offered - n.short_abandoned),
    )


def asa(calls: Iterable[CallRecord]) -> float | None:
    """Average speed of answer: Σ wait of answered / answered"""
    waits = [c.wait_s for c in _queued(calls) if c.outcome == "answered"]
    return share(sum(waits), len(waits))


def aht(calls: Iterable[CallRecord]) -> float | None:
    """Average handling time: Σ (talk + hold + wrap-up) / handled. Handled: an agent talked, in
    calls of either direction."""
    handled = [c for c in calls if c.outcome == "answered"]
    return share(sum(c.talk_s + c.held_s + c.wrap_up_s for c in handled), len(handled))


@dataclass(frozen=True, slots=True)
class AgentTimes:
    """How one agent spent a stretch of time that was logged in."""

    talk_s: float = 0.0
    held_s: float = 0.0
    wrap_up_s: float = 0.0
    ready_s: float = 0.0
    """Waiting for a call, offers included."""
    break_s: float = 0.0
    """Breaks and not responding."""

    @property
    def handling_s(self) -> float:
        return self.talk_s + self.held_s + self.wrap_up_s


def occupancy(agents: Iterable[AgentTimes]) -> float | None:
    """Σ handling / Σ (handling + ready), handling = talk + hold + wrap-up"""
    agents = list(agents)
    handling = sum(a.handling_s for a in agents)
    return share(handling, handling + sum(a.ready_s for a in agents))


def utilisation(agents: Iterable[AgentTimes]) -> float | None:
    """Σ handling / Σ (handling + ready + breaks): of the whole time logged in"""
    agents = list(agents)
    handling = sum(a.handling_s for a in agents)
    return share(handling, handling + sum(a.ready_s + a.break_s for a in agents))


# -- expected wait -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaitError:
    """How good the predicted wait was, over answered calls; callers who gave up are left out,
    because nobody knows how long they would have waited."""

    calls: int
    bias_s: float | None
    """Σ (real - predicted) / calls: below 0 we promise too long a wait."""
    coverage: float | None
    """Share of calls with real ≤ predicted; a good 0.9 quantile has 0.9."""
    pinball_s: float | None
    """Σ max(q·(real - predicted), (q - 1)·(real - predicted)) / calls with q = 0.9: the loss that
    the true quantile makes least."""


def wait_error(waits: Iterable[tuple[float, float]], quantile: float = 0.9) -> WaitError:
    """``waits``: (predicted, real) of each call, in seconds."""
    errors = [real - predicted for predicted, real in waits]
    n = len(errors)
    return WaitError(
        calls=n,
        bias_s=share(sum(errors), n),
        coverage=share(sum(e <= 0 for e in errors), n),
        pinball_s=share(sum(max(quantile * e, (quantile - 1) * e) for e in errors), n),
    )


# -- guaranteed reach ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """One call of a person, in or out, as the figure of guaranteed reach needs it."""

    number: str | None
    direction: Literal["in", "out"]
    arrived_at: float
    talked_at: float | None
    """When an agent began to talk with the person."""
    served_by_menu: bool = False


def guaranteed_reach(contacts: Iterable[Contact], within_s: float, now: float) -> float | None:
    """Share of callers who spoke with an agent within ``within_s`` of their first attempt::

        needs reached / (needs reached + needs whose time ran out)

    A need begins with an incoming call that the menu did not serve and takes in all calls of the
    number up to the talk, or to the end of its time. The talk may come by either direction.
    A call without a number is a need of its own. Needs whose time is not over at ``now`` are left
    out, met or not: those that are met early would stand for all.
    """
    known: dict[str, list[Contact]] = {}
    verdicts: list[bool | None] = []
    for contact in contacts:
        if contact.number is None:
            verdicts += _verdicts([contact], within_s, now)
        else:
            known.setdefault(contact.number, []).append(contact)
    for of_one in known.values():
        verdicts += _verdicts(of_one, within_s, now)
    settled = [v for v in verdicts if v is not None]
    return share(sum(settled), len(settled))


def _verdicts(contacts: Sequence[Contact], within_s: float, now: float) -> list[bool | None]:
    """For each need of one person: reached or not, None while its time runs."""
    talks = sorted(c.talked_at for c in contacts if c.talked_at is not None)
    starts = sorted(c.arrived_at for c in contacts if c.direction == "in" and not c.served_by_menu)
    verdicts: list[bool | None] = []
    settled_until = float("-inf")
    for start in starts:
        if start <= settled_until:
            continue
        limit = start + within_s
        i = bisect_left(talks, start)
        met = i < len(talks) and talks[i] <= limit
        settled_until = talks[i] if met else limit
        verdicts.append(met if now > limit else None)
    return verdicts
