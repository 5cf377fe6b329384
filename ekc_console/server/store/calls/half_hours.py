"""A queue's day by half-hours; the formulas are ``domain.insight.metrics``, what is counted is what
the day's report counts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ekc_console.domain.insight import metrics
from ekc_console.domain.insight.metrics import CallRecord
from ekc_console.domain.terms.localtime import HALF_HOUR_S
from ekc_console.server.store.calls.report import COUNTED, RECORD


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are 0 … 1, None where there is nothing to count."""

    offered: int
    answered: int
    late: int
    lost: int
    level: float | None
    wait_s: float | None
    """Mean of the answered ones."""


@dataclass(frozen=True, slots=True)
class Day:
    whole: Figures
    halves: tuple[Figures, ...]


def of_queue(
    conn: sqlite3.Connection, queue: str, since: float, until: float, level_s: float
) -> Day:
    """Of calls that arrived at ``since`` or later and before ``until`` (seconds since the epoch),
    each half-hour counted from ``since``; ``level_s``: within which an answer is in time."""
    rows = conn.execute(
        f"SELECT arrived_at, {RECORD} FROM calls"
        f" WHERE arrived_at >= ? AND arrived_at < ? AND queue = ? AND {COUNTED}",
        (since, until, queue),
    )
    by_half: dict[int, list[CallRecord]] = defaultdict(list)
    for at, direction, outcome, queued, *times in rows:
        record = CallRecord(direction, outcome, bool(queued), *times)
        by_half[int((at - since) // HALF_HOUR_S)].append(record)
    count = max(0, -int(-(until - since) // HALF_HOUR_S))
    everything = [record for half in by_half.values() for record in half]
    return Day(
        _figures(everything, level_s), tuple(_figures(by_half[n], level_s) for n in range(count))
    )


def known(conn: sqlite3.Connection, until: float) -> bool:
    """Whether any call arrived before ``until``: the store goes back so far."""
    row = conn.execute("SELECT 1 FROM calls WHERE arrived_at < ? LIMIT 1", (until,)).fetchone()
    return row is not None


def _figures(records: Sequence[CallRecord], level_s: float) -> Figures:
    counts = metrics.counts(records)
    late = sum(
        r.queued and r.direction == "in" and r.outcome == "answered" and r.wait_s > level_s
        for r in records
    )
    return Figures(
        offered=counts.offered,
        answered=counts.answered,
        late=late,
        lost=counts.abandoned,
        level=metrics.service_level(records, level_s).without_short,
        wait_s=metrics.asa(records),
    )
