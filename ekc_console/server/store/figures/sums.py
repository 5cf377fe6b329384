"""The sums of a report: of each part of the time, by what the calls are told apart by.

Days that are over are added up from what was counted of them once (``day_sums``); the rest, and
what cannot be told from that, is counted from the single calls. Both give the same.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from ekc_console.domain.insight.tally import Tally
from ekc_console.domain.terms.spans import Span, cut
from ekc_console.server.store.figures import by_calls, day_sums
from ekc_console.server.store.figures.by_calls import By, Only, Rules


@dataclass(frozen=True, slots=True)
class Row:
    span: Span
    key: str
    """Empty: of calls that have none; and where nothing tells them apart."""
    tally: Tally


def sums(
    conn: sqlite3.Connection,
    spans: Sequence[Span],
    rules: Rules,
    by: By | None = None,
    only: Only | None = None,
    *,
    around: float | None = None,
) -> Iterator[Row]:
    """Rows in the order of ``spans``, then of the keys; a part without calls has none. ``around``:
    as ``by_calls.tallies``."""
    for span, found in by_parts(conn, spans, rules, by, only, around=around):
        for key in sorted(found):
            yield Row(span, key, found[key])


def by_parts(
    conn: sqlite3.Connection,
    spans: Sequence[Span],
    rules: Rules,
    by: By | None = None,
    only: Only | None = None,
    read: Callable[[float], None] = lambda seconds: None,
    *,
    around: float | None = None,
    names: Set[str] | None = None,
) -> Iterator[tuple[Span, dict[str, Tally]]]:
    """Each of ``spans`` with its tallies by key. ``read`` is told of how many seconds more the
    calls are read, and may raise to end it. ``names``: of the sums that are asked for, others may
    be 0."""
    only = only or {}
    from_calls = by_calls.statement(by, only, rules, around, names)
    whole = around is not None
    days = day_sums.counted(conn, rules, around=whole) if day_sums.tell(by, only) else []
    for span in spans:
        found: dict[str, Tally] = defaultdict(Tally)
        for part, counted in _pieces(span, days, rules):
            if counted:
                tallies = day_sums.tallies(conn, part, by, only)
            else:
                tallies = by_calls.read(conn, part, from_calls)
            for key, tally in tallies:
                found[key] += tally
            read(part.until - part.since)
        yield span, found


def _pieces(span: Span, days: Sequence[Span], rules: Rules) -> Iterator[tuple[Span, bool]]:
    """What is counted from single calls comes week by week: so long nobody waits to end it."""
    for part, counted in day_sums.parted(span, days):
        for piece in (part,) if counted else cut(part, "week", rules.zone):
            yield piece, counted
