"""The sums of a report: of each part of the time, by what the calls are told apart by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from ekc_console.domain.insight.metrics import ABANDONED, FLOWED_OUT
from ekc_console.domain.insight.tally import Tally
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.calls.report import COUNTED

By = Literal["queue", "topic", "agent", "called", "direction", "outcome", "clinic", "disposition"]
COLUMNS: Mapping[By, str] = {
    "queue": "calls.queue",
    "topic": "calls.topic",
    "agent": "calls.agent",
    "called": "calls.called",
    "direction": "calls.direction",
    "outcome": "coalesce(calls.outcome, 'answered')",
    "clinic": "cards.clinic_id",
    "disposition": "cards.disposition",
}
"""What calls are told apart by. The agent is the one who talked last; clinic and disposition are
the call's card's."""


@dataclass(frozen=True, slots=True)
class Row:
    span: Span
    key: str
    """Empty: of calls that have none; and where nothing tells them apart."""
    tally: Tally


Only = Mapping[By, Sequence[str]]
"""Which calls are counted: of each named kind one of its values. An empty value is "has none"."""


def sums(
    conn: sqlite3.Connection,
    spans: Sequence[Span],
    by: By | None = None,
    only: Only | None = None,
    levels: Mapping[str, float] | None = None,
    usual_level_s: float = 0.0,
) -> Iterator[Row]:
    """Rows in the order of ``spans``, then of the keys; a part without calls has none.

    Calls count where they arrived, once they are answered or have ended. ``levels``: within how
    many seconds an answer is in time, by queue; ``usual_level_s`` for queues that it does not name.
    """
    sql, values = _statement(by, only or {}, levels or {}, usual_level_s)
    for span in spans:
        asked = {**values, "since": span.since, "until": span.until}
        for key, *numbers in conn.execute(sql, asked):
            yield Row(span, key, Tally(*numbers))


def _statement(
    by: By | None, only: Only, levels: Mapping[str, float], usual_level_s: float
) -> tuple[str, dict[str, object]]:
    level, values = _level(levels, usual_level_s)
    wheres = ["calls.arrived_at >= :since", "calls.arrived_at < :until", COUNTED]
    for kind, wanted in only.items():
        names = {f"{kind}{n}": value for n, value in enumerate(wanted)}
        values |= names
        wheres.append(f"coalesce({COLUMNS[kind]}, '') IN ({', '.join(f':{n}' for n in names)})")
    of_cards = {"clinic", "disposition"} & {by, *only}
    join = " LEFT JOIN cards ON cards.call = calls.id" if of_cards else ""
    key = f"coalesce({COLUMNS[by]}, '')" if by else "''"
    summed = ", ".join(_sum_of(field.name, level) for field in fields(Tally))
    return (
        f"SELECT {key} AS key, {summed} FROM calls{join}"
        f" WHERE {' AND '.join(wheres)} GROUP BY key ORDER BY key",
        values,
    )


def _level(levels: Mapping[str, float], usual_level_s: float) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {"usual": usual_level_s}
    cases = ""
    for n, (queue, level_s) in enumerate(levels.items()):
        values |= {f"of{n}": queue, f"level{n}": level_s}
        cases += f" WHEN :of{n} THEN :level{n}"
    return (f"CASE calls.queue{cases} ELSE :usual END" if cases else ":usual"), values


_OUTCOME = "coalesce(calls.outcome, 'answered')"
_QUEUED = "calls.direction = 'in' AND calls.queued_at IS NOT NULL"
_ANSWERED = f"{_QUEUED} AND {_OUTCOME} = 'answered'"
_HANDLED = f"{_OUTCOME} = 'answered' AND calls.ended_at IS NOT NULL"


def _among(outcomes: frozenset[str]) -> str:
    return f"{_OUTCOME} IN ({', '.join(repr(o) for o in sorted(outcomes))})"


_LOST = f"{_QUEUED} AND {_among(frozenset(ABANDONED))}"
_WAIT = "coalesce(calls.wait_s, 0)"
_SUMS: Mapping[str, str] = {
    "calls": "count(*)",
    "outgoing": "total(calls.direction = 'out')",
    "outgoing_answered": f"total(calls.direction = 'out' AND {_OUTCOME} = 'answered')",
    "menu_served": f"total(calls.direction = 'in' AND {_OUTCOME} = 'served_by_menu')",
    "menu_left": f"total(calls.direction = 'in' AND {_OUTCOME} = 'abandoned_menu')",
    "answered": f"total({_ANSWERED})",
    "abandoned": f"total({_LOST})",
    "short_abandoned": f"total({_QUEUED} AND {_OUTCOME} = 'short_abandoned')",
    "flowed_out": f"total({_QUEUED} AND {_among(frozenset(FLOWED_OUT))})",
    "answered_in_time": f"total({_ANSWERED} AND {_WAIT} <= {{level}})",
    "abandoned_in_time": f"total({_LOST} AND {_WAIT} <= {{level}})",
    "wait_s": f"total(CASE WHEN {_ANSWERED} THEN {_WAIT} END)",
    "longest_wait_s": f"coalesce(max(CASE WHEN {_QUEUED} THEN {_WAIT} END), 0.0)",
    "handled": f"total({_HANDLED})",
    "talk_s": f"total(CASE WHEN {_HANDLED} THEN calls.talk_s END)",
    "held_s": f"total(CASE WHEN {_HANDLED} THEN calls.held_s END)",
    "wrap_up_s": f"total(CASE WHEN {_HANDLED} THEN calls.wrap_up_s END)",
}
"""By field of ``Tally``; the same as ``tally.tally_of``, which a test holds against it."""
_WHOLE = {f.name for f in fields(Tally) if f.type == "int"} - {"calls"}


def _sum_of(field: str, level: str) -> str:
    summed = _SUMS[field].format(level=level)
    return f"CAST({summed} AS INTEGER)" if field in _WHOLE else summed
