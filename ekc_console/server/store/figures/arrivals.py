"""Calls that came into queues, by quarters of an hour; and how long they took."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from ekc_console.domain.insight.metrics import ABANDONED
from ekc_console.domain.terms.localtime import DAY_S
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.calls.report import COUNTED
from ekc_console.staffing.history import BIN_S

PIECE_S = 7 * DAY_S
"""Calls are read in pieces of so long: nobody waits longer to end it."""
_CAME = f"""
FROM calls WHERE arrived_at >= ? AND arrived_at < ?
AND direction = 'in' AND queue IS NOT NULL AND queued_at IS NOT NULL AND {COUNTED}
"""
_LOST = ", ".join(repr(outcome) for outcome in sorted(ABANDONED))


@dataclass(slots=True)
class Course:
    """How calls of a queue went, in sums."""

    handled: int = 0
    handling_s: float = 0.0
    abandoned: int = 0
    waited_s: float = 0.0
    """By those who were answered and those who gave up."""

    def __add__(self, other: Course) -> Course:
        return Course(
            self.handled + other.handled,
            self.handling_s + other.handling_s,
            self.abandoned + other.abandoned,
            self.waited_s + other.waited_s,
        )

    @property
    def mean_handling_s(self) -> float | None:
        return self.handling_s / self.handled if self.handled else None

    @property
    def patience_s(self) -> float:
        """All waiting to those who gave up: the mean of a patience that is exponential."""
        return self.waited_s / self.abandoned if self.abandoned and self.waited_s else inf


def arrivals(
    conn: sqlite3.Connection, span: Span, on: Callable[[float], None] = lambda done: None
) -> dict[str, dict[int, int]]:
    """By queue and by ``history.BIN_S``. ``on`` is told how much is read, 0 … 1, and may raise to
    end it."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    at = span.since
    while at < span.until:
        end = min(at + PIECE_S, span.until)
        rows = conn.execute(
            f"SELECT queue, CAST(arrived_at / {BIN_S} AS INTEGER) AS bin, count(*) {_CAME}"
            " GROUP BY queue, bin",
            (at, end),
        )
        for queue, number, count in rows:
            found[queue][number] += count
        at = end
        on((at - span.since) / (span.until - span.since))
    return {queue: dict(bins) for queue, bins in found.items()}


def courses(conn: sqlite3.Connection, span: Span) -> dict[str, Course]:
    """By queue."""
    answered = "outcome = 'answered' AND ended_at IS NOT NULL"
    ended = f"(outcome = 'answered' OR outcome IN ({_LOST}))"
    rows = conn.execute(
        f"SELECT queue, CAST(total({answered}) AS INTEGER),"
        f" total(CASE WHEN {answered} THEN talk_s + held_s + wrap_up_s END),"
        f" CAST(total(outcome IN ({_LOST})) AS INTEGER),"
        f" total(CASE WHEN {ended} THEN wait_s END) {_CAME} GROUP BY queue",
        (span.since, span.until),
    )
    return {queue: Course(*sums) for queue, *sums in rows}
