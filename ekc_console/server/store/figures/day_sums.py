"""What was counted of days that are over, kept so that a year costs as little as a day.

A day is counted once its end has come, by the rules of then (zone, thresholds): ``begin``,
``count`` beside the server's work, ``finish``. What other calls of its numbers tell is counted with
it when those that count have come too (``whole``), which is once more. Whatever changes a call or a
card of the day afterwards takes the day out of ``summed_days`` again (triggers of the schema), for
a whole one also whatever changes a call around it; also between ``begin`` and ``finish``: then it
is counted anew. What is not in there is read from the calls.
"""

from __future__ import annotations

import math
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import fields

from ekc_console.domain.insight.tally import WHOLE, Tally
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.figures.by_calls import COLUMNS, By, Only, Rules, among, summed_select

_NAMES = tuple(field.name for field in fields(Tally))
_KINDS: tuple[By | None, ...] = (None, *COLUMNS)
Counted = list[tuple[str, str, str, Tally]]
"""(kind, queue, key, tally)"""


# -- reading ---------------------------------------------------------------------


def tell(by: By | None, only: Only) -> bool:
    """Whether kept days can answer: every kind is kept by queue and by nothing else."""
    return set(only) <= {"queue", by}


def counted(conn: sqlite3.Connection, rules: Rules, *, around: bool = False) -> list[Span]:
    """The days that can be read, by ``rules``, in order; ``around``: the whole ones."""
    only = " AND seen_to > until" if around else ""
    rows = conn.execute(
        f"SELECT since, until FROM summed_days WHERE done = 1 AND rules = ?{only} ORDER BY since",
        (rules.mark,),
    )
    return [Span(*row) for row in rows]


def parted(span: Span, days: Sequence[Span]) -> Iterator[tuple[Span, bool]]:
    """The span in order: runs of ``days`` that lie wholly in it (True), and what is between."""
    at = span.since
    n = bisect_left(days, span.since, key=lambda day: day.since)
    while n < len(days) and days[n].until <= span.until:
        if at < days[n].since:
            yield Span(at, days[n].since), False
        first = at = days[n].since
        while n < len(days) and days[n].since == at and days[n].until <= span.until:
            at = days[n].until
            n += 1
        yield Span(first, at), True
    if at < span.until:
        yield Span(at, span.until), False


def tallies(
    conn: sqlite3.Connection, span: Span, by: By | None, only: Only
) -> Iterator[tuple[str, Tally]]:
    """Of whole days that ``counted`` gave."""
    which, values = among({kind: "queue" if kind == "queue" else "key" for kind in only}, only)
    values |= {"kind": by or "", "since": span.since, "until": span.until}
    where = " AND ".join(["kind = :kind", "since >= :since", "since < :until", *which])
    summed = ", ".join(map(_summed, _NAMES))
    sql = f"SELECT key, {summed} FROM day_sums WHERE {where} GROUP BY key ORDER BY key"
    for key, *numbers in conn.execute(sql, values):
        yield key, Tally(*numbers)


def _summed(name: str) -> str:
    """``sum`` keeps whole numbers whole."""
    if name == "longest_wait_s":
        return f"max({name})"
    return f"sum({name})" if name in WHOLE else f"total({name})"


def had(conn: sqlite3.Connection, by: By, key: str) -> bool:
    """Whether a day that was counted has calls with it, by whatever rules."""
    sql = "SELECT 1 FROM day_sums WHERE kind = ? AND key = ? LIMIT 1"
    return conn.execute(sql, (by, key)).fetchone() is not None


# -- counting --------------------------------------------------------------------


def first_call(conn: sqlite3.Connection) -> float | None:
    """When the first call arrived (seconds since the epoch)."""
    (at,) = conn.execute("SELECT min(arrived_at) FROM calls").fetchone()
    return None if at is None else float(at)


def whole(day: Span, rules: Rules, now: float) -> bool:
    """Whether all calls have come that tell anything about those of the day."""
    return day.until + rules.windows.after_s <= now


def begin(conn: sqlite3.Connection, day: Span, rules: Rules, *, around: bool) -> None:
    """From here on whatever changes the day is noticed; ``around``: it is ``whole``. Days
    of another zone that overlap it are counted no more: no two days share a moment, so that a call
    is of one of them."""
    conn.execute("DELETE FROM summed_days WHERE since < ? AND until > ?", (day.until, day.since))
    conn.execute(
        "INSERT INTO summed_days (since, until, rules, done, seen_from, seen_to)"
        " VALUES (?, ?, ?, 0, ?, ?)",
        (day.since, day.until, rules.mark, *_seen(day, rules, around)),
    )


def _seen(day: Span, rules: Rules, around: bool) -> tuple[float, float]:
    """Where a call that changes may change the day."""
    if not around:
        return day.since, day.until
    windows = rules.windows
    before_s = max(windows.repeat_s, windows.reached_s)
    return day.since - before_s, day.until + windows.after_s


def count(conn: sqlite3.Connection, day: Span, rules: Rules, *, around: bool) -> Counted:
    """Only reads."""
    found: Counted = []
    for by in _KINDS:
        sql, values = summed_select(by, rules, math.inf if around else None)
        rows = conn.execute(sql, {**values, "since": day.since, "until": day.until})
        found += [(by or "", queue, key, Tally(*numbers)) for queue, key, *numbers in rows]
    return found


def finish(conn: sqlite3.Connection, day: Span, rules: Rules, found: Counted) -> bool:
    """Keep what ``count`` gave; False: the day has changed meanwhile, nothing is kept."""
    done = conn.execute(
        "UPDATE summed_days SET done = 1 WHERE since = ? AND until = ? AND rules = ? AND done = 0",
        (day.since, day.until, rules.mark),
    )
    if not done.rowcount:
        return False
    conn.execute("DELETE FROM day_sums WHERE since >= ? AND since < ?", (day.since, day.until))
    marks = ", ".join("?" * (4 + len(_NAMES)))
    conn.executemany(
        f"INSERT INTO day_sums (kind, since, queue, key, {', '.join(_NAMES)}) VALUES ({marks})",
        [
            (kind, day.since, queue, key, *(getattr(tally, name) for name in _NAMES))
            for kind, queue, key, tally in found
        ],
    )
    return True
