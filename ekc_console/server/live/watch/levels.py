"""How the waits of today ended, queue by queue: counts, service levels, how promises were kept."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from ekc_console.domain.insight.metrics import ABANDONED, share
from ekc_console.domain.state.call import Call, Outcome
from ekc_console.domain.terms.ids import CallId, QueueId
from ekc_console.domain.terms.localtime import HALF_HOUR_S
from ekc_console.server.store.calls.waits import EndedRow

NOW_S = 300.0
"""Waits that ended in so many seconds make the level of now."""
HALVES_SHOWN = 5
PROMISES_KEPT = 20
"""So many of the latest are looked at for the error of the expected wait."""


@dataclass(frozen=True, slots=True)
class EndedWait:
    """One incoming call whose wait in a queue is over."""

    call: CallId
    queue: QueueId
    came_at: float
    over_at: float
    wait_s: float
    outcome: Outcome
    """``answered`` from the beginning of the talk."""
    predicted_s: float | None = None


def ended_wait(call: Call) -> EndedWait | None:
    """None for a call out, for one that never waited and for one that waits still."""
    moments = (call.answered_at, call.forwarded_at, call.ended_at)
    over = next((at for at in moments if at is not None), None)
    if call.direction == "out" or call.queue is None or call.queued_at is None or over is None:
        return None
    outcome = "answered" if call.answered_at is not None else (call.outcome or "forwarded")
    wait_s = max(0.0, over - call.queued_at)
    return EndedWait(call.id, call.queue, call.queued_at, over, wait_s, outcome, call.predicted_s)


def ended_row(row: EndedRow) -> EndedWait:
    """As the store has it."""
    call, queue, came_at, over_at, wait_s, outcome, predicted_s = row
    return EndedWait(
        CallId(call),
        QueueId(queue),
        came_at,
        over_at,
        wait_s,
        cast("Outcome", outcome),
        predicted_s,
    )


@dataclass(slots=True)
class Tally:
    counted: int = 0
    """offered - short abandoned"""
    in_time: int = 0
    abandoned: int = 0

    @property
    def level(self) -> float | None:
        return share(self.in_time, self.counted)


@dataclass(slots=True)
class QueueDay:
    """Of one queue, since midnight."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    day: Tally = field(default_factory=Tally)
    halves: dict[int, Tally] = field(default_factory=lambda: collections.defaultdict(Tally))
    """By the number of the half-hour since the epoch in which the caller came."""
    latest: collections.deque[tuple[float, bool, bool]] = field(default_factory=collections.deque)
    """(over at, counted, in time) of the last ``NOW_S``."""
    errors: collections.deque[float] = field(
        default_factory=lambda: collections.deque(maxlen=PROMISES_KEPT)
    )

    def add(self, one: EndedWait, level_s: float) -> None:
        answered, short = one.outcome == "answered", one.outcome == "short_abandoned"
        in_time = answered and one.wait_s <= level_s
        self.offered += 1
        self.answered += answered
        self.abandoned += one.outcome in ABANDONED
        for tally in (self.day, self.halves[int(one.came_at // HALF_HOUR_S)]):
            tally.counted += not short
            tally.in_time += in_time
            tally.abandoned += one.outcome in ABANDONED
        self.latest.append((one.over_at, not short, in_time))
        if answered and one.predicted_s is not None:
            self.errors.append(abs(one.predicted_s - one.wait_s))

    def level_now(self, now: float) -> float | None:
        while self.latest and self.latest[0][0] < now - NOW_S:
            self.latest.popleft()
        return share(
            sum(in_time for _, _, in_time in self.latest),
            sum(counted for _, counted, _ in self.latest),
        )

    def level_halves(self, now: float) -> tuple[float | None, ...]:
        """Of the latest half-hours, the present one last."""
        this = int(now // HALF_HOUR_S)
        shown = range(this - HALVES_SHOWN + 1, this + 1)
        return tuple(self.halves[n].level if n in self.halves else None for n in shown)

    def half(self, now: float) -> Tally:
        """Of those who came in the present half-hour."""
        return self.halves.get(int(now // HALF_HOUR_S), Tally())

    @property
    def error_s(self) -> float | None:
        return share(sum(self.errors), len(self.errors))


class LevelBook:
    """``begin`` a day, then ``add`` each wait that is over; one that is known counts once."""

    def __init__(self) -> None:
        self._days: dict[QueueId, QueueDay] = {}
        self._counted: set[CallId] = set()
        self._since = 0.0

    def begin(
        self, since: float, ended: Iterable[EndedWait], levels: Mapping[QueueId, float]
    ) -> None:
        """Forget what was counted, count these, and from now on those who came at ``since`` or
        later; ``levels`` in seconds."""
        self._days, self._counted, self._since = {}, set(), since
        for one in sorted(ended, key=lambda each: each.over_at):
            self.add(one, levels.get(one.queue, 0.0))

    def add(self, one: EndedWait, level_s: float) -> None:
        if one.came_at >= self._since and one.call not in self._counted:
            self._counted.add(one.call)
            self.of(one.queue).add(one, level_s)

    def of(self, queue: QueueId) -> QueueDay:
        return self._days.setdefault(queue, QueueDay())
