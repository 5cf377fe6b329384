"""The sums of a report read from the single calls: whatever is asked for, at the cost of each call
of the time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import Literal, Protocol

from ekc_console.domain.insight.metrics import ABANDONED, FLOWED_OUT
from ekc_console.domain.insight.tally import AROUND, UNSERVED, USUAL_WINDOWS, WHOLE, Tally, Windows
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.calls.report import COUNTED

By = Literal[
    "queue", "topic", "agent", "called", "trunk", "direction", "outcome", "clinic", "disposition"
]
COLUMNS: Mapping[By, str] = {
    "queue": "calls.queue",
    "topic": "calls.topic",
    "agent": "calls.agent",
    "called": "CASE calls.direction WHEN 'in' THEN calls.called ELSE '' END",
    "trunk": "calls.trunk",
    "direction": "calls.direction",
    "outcome": "coalesce(calls.outcome, 'answered')",
    "clinic": "cards.clinic_id",
    "disposition": "cards.disposition",
}
"""What calls are told apart by. The agent is the one who talked last; clinic and disposition are
the call's card's. What a caller dialled is a number of the centre; whom we dialled is a person and
stands in no figure."""
_COUNTED_AS = 4
"""Raised when something else is counted than before: then days are counted anew."""


Only = Mapping[By, Sequence[str]]
"""Which calls are counted: of each named kind one of its values. An empty value is "has none"."""


class Timed(Protocol):
    """A queue of the core, or one of the settings."""

    @property
    def id(self) -> str: ...
    @property
    def service_level_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What figures depend on beside the calls: settings, as they are now."""

    zone: tzinfo
    """Of days, weeks and months."""
    levels: Mapping[str, float]
    """Within how many seconds an answer is in time, by queue; a queue without one: never."""
    windows: Windows = USUAL_WINDOWS

    @classmethod
    def of(cls, zone: tzinfo, queues: Iterable[Timed], windows: Windows) -> Rules:
        return cls(zone, {queue.id: queue.service_level_s for queue in queues}, windows)

    @property
    def mark(self) -> str:
        """Two rules are the same if this is."""
        windows = [getattr(self.windows, field.name) for field in fields(Windows)]
        return json.dumps([_COUNTED_AS, str(self.zone), sorted(self.levels.items()), windows])


def tallies(
    conn: sqlite3.Connection,
    span: Span,
    by: By | None,
    only: Only,
    rules: Rules,
    around: float | None = None,
) -> Iterator[tuple[str, Tally]]:
    """By what the calls are told apart by, in its order. Calls count where they arrived, once they
    are answered or have ended. ``around``: until when other calls of their numbers are known; what
    they tell is not counted without it."""
    yield from read(conn, span, statement(by, only, rules, around))


Statement = tuple[str, dict[str, object]]
"""A SELECT of key and sums of the calls of ``:since`` … ``:until``, and its values."""


def statement(
    by: By | None,
    only: Only,
    rules: Rules,
    around: float | None = None,
    names: Set[str] | None = None,
) -> Statement:
    """As ``tallies``; ``names``: of the fields that are asked for, the others are 0."""
    return _statement(by, only, rules, around, names=names)


def read(conn: sqlite3.Connection, span: Span, prepared: Statement) -> Iterator[tuple[str, Tally]]:
    """As ``tallies``."""
    sql, values = prepared
    for key, *numbers in conn.execute(sql, {**values, "since": span.since, "until": span.until}):
        yield key, Tally(*numbers)


def summed_select(
    by: By | None, rules: Rules, around: float | None
) -> tuple[str, dict[str, object]]:
    """A SELECT of queue, key and sums of the calls of ``:since`` … ``:until``, and its values."""
    sql, values = _statement(by, {}, rules, around, "coalesce(calls.queue, '') AS queue, ")
    return sql.replace("GROUP BY key ORDER BY key", "GROUP BY 1, 2"), values


def _statement(
    by: By | None,
    only: Only,
    rules: Rules,
    around: float | None,
    first: str = "",
    names: Set[str] | None = None,
) -> Statement:
    level, values = _level(rules.levels)
    if around is not None:
        values |= {field.name: getattr(rules.windows, field.name) for field in fields(Windows)}
        values["around"] = around
    where, wanted = conditions(only)
    values |= wanted
    of_cards = {"clinic", "disposition"} & {by, *only}
    join = " LEFT JOIN cards ON cards.call = calls.id" if of_cards else ""
    key = f"coalesce({COLUMNS[by]}, '')" if by else "''"
    left_out = AROUND if around is None else frozenset[str]()
    asked = {field.name for field in fields(Tally)} if names is None else names
    summed = ", ".join(_sum_of(f.name, level, asked - left_out) for f in fields(Tally))
    return (
        f"SELECT {first}{key} AS key, {summed} FROM calls{join}"
        f" WHERE {where} GROUP BY key ORDER BY key",
        values,
    )


def conditions(only: Only) -> tuple[str, dict[str, object]]:
    """What calls of ``:since`` … ``:until`` must be like, as SQL, and its values."""
    which, values = among({kind: f"coalesce({COLUMNS[kind]}, '')" for kind in only}, only)
    wheres = ["calls.arrived_at >= :since", "calls.arrived_at < :until", COUNTED, *which]
    return " AND ".join(wheres), values


def among(columns: Mapping[By, str], only: Only) -> tuple[list[str], dict[str, object]]:
    """Of each kind one of its values, as SQL over the columns, and the values."""
    wheres, values = [], dict[str, object]()
    for kind, wanted in only.items():
        names = {f"{kind}{n}": value for n, value in enumerate(wanted)}
        values |= names
        wheres.append(f"{columns[kind]} IN ({', '.join(f':{name}' for name in names)})")
    return wheres, values


def _level(levels: Mapping[str, float]) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {}
    cases = ""
    for n, (queue, level_s) in enumerate(levels.items()):
        values |= {f"of{n}": queue, f"level{n}": level_s}
        cases += f" WHEN :of{n} THEN :level{n}"
    return (f"CASE calls.queue{cases} ELSE -1 END" if cases else "-1"), values


_OUTCOME = "coalesce(calls.outcome, 'answered')"
_QUEUED = "calls.direction = 'in' AND calls.queued_at IS NOT NULL"
_ANSWERED = f"{_QUEUED} AND {_OUTCOME} = 'answered'"
_HANDLED = f"{_OUTCOME} = 'answered' AND calls.ended_at IS NOT NULL"


def _among(outcomes: frozenset[str]) -> str:
    return f"{_OUTCOME} IN ({', '.join(repr(o) for o in sorted(outcomes))})"


_LOST = f"{_QUEUED} AND {_among(frozenset(ABANDONED))}"
_WAIT = "coalesce(calls.wait_s, 0)"
_TOLD = f"{_ANSWERED} AND calls.predicted_s IS NOT NULL"
_CAME = f"calls.direction = 'in' AND {_OUTCOME} <> 'refused'"
_KNOWN = f"{_CAME} AND calls.number_reversed IS NOT NULL"
_WITHHELD = f"{_CAME} AND calls.number_reversed IS NULL"
_OTHER = "SELECT 1 FROM calls AS other WHERE other.number_reversed = calls.number_reversed"
_CALLED = f"{_OTHER} AND other.direction = 'in' AND other.outcome IS NOT 'refused'"
_BEFORE = (
    f"EXISTS ({_CALLED} AND other.arrived_at < calls.arrived_at"
    " AND other.arrived_at >= calls.arrived_at - :repeat_s)"
)
_AGAIN = (
    f"EXISTS ({_CALLED} AND other.arrived_at > calls.arrived_at"
    " AND other.arrived_at <= calls.arrived_at + :resolved_s)"
)
_TALKED_AT = "coalesce(other.answered_at, other.forwarded_at)"
_SPOKEN = (
    f"EXISTS ({_OTHER} AND other.arrived_at >= calls.arrived_at - :reached_s"
    " AND other.arrived_at <= calls.arrived_at + :reached_s"
    # An outgoing call without an agent is an outside party's line within another call.
    " AND (other.direction = 'in' OR other.agent IS NOT NULL)"
    f" AND {_TALKED_AT} BETWEEN calls.arrived_at AND calls.arrived_at + :reached_s)"
)
_SETTLED = f"{_KNOWN} AND {_OUTCOME} = 'answered' AND calls.arrived_at + :resolved_s <= :around"
_GIVEN_UP = f"{_KNOWN} AND {_among(UNSERVED)} AND calls.arrived_at + :reached_s <= :around"
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
    "predicted": f"total({_TOLD})",
    "predicted_s": f"total(CASE WHEN {_TOLD} THEN calls.predicted_s END)",
    "predicted_wait_s": f"total(CASE WHEN {_TOLD} THEN {_WAIT} END)",
    "within_predicted": f"total({_TOLD} AND {_WAIT} <= calls.predicted_s)",
    "numbered": f"total({_KNOWN})",
    "withheld": f"total({_WITHHELD})",
    "withheld_unserved": f"total({_WITHHELD} AND {_among(UNSERVED)})",
    "repeats": f"total({_KNOWN} AND {_BEFORE})",
    "settled": f"total({_SETTLED})",
    "resolved": f"total({_SETTLED} AND NOT {_AGAIN})",
    "given_up": f"total({_GIVEN_UP})",
    "reached": f"total({_GIVEN_UP} AND {_SPOKEN})",
}
"""By field of ``Tally``; the same as ``tally.tally_of``, which a test holds against it."""


def _sum_of(field: str, level: str, asked: Set[str]) -> str:
    if field not in asked:
        return "0"
    summed = _SUMS[field].format(level=level)
    return f"CAST({summed} AS INTEGER)" if field in WHOLE else summed
