"""Figures of a stretch of time, read from the read models; the formulas are ``domain.metrics``."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ekc_console.domain.insight import metrics
from ekc_console.domain.insight.metrics import AgentTimes, CallRecord, Counts, ServiceLevel
from ekc_console.domain.state.agent import LOGIN_BREAK
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import QueueSettings


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Of one queue, or of all together. Calls count in the stretch in which they arrived, once
    they are answered or have ended; shares are 0 … 1, None where there is nothing to count."""

    queue: QueueId | None
    """None: all queues."""
    title: str
    counts: Counts
    """offered = answered + abandoned + flowed out"""
    service_level: ServiceLevel
    """For all queues together each call is held against the threshold of its own queue."""
    asa_s: float | None
    aht_s: float | None
    """Of ended calls, in and out."""
    longest_wait_s: float
    callbacks_open: int
    """Owed at the end of the stretch."""
    callbacks_reached: int
    """Closed in the stretch because somebody spoke with the person."""


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """Of one agent: what lies within the stretch of intervals that began before it or end after
    it counts in part."""

    agent: AgentId
    calls: int
    """Calls of the stretch, in and out, that this agent talked; a transferred call counts for
    each of its agents."""
    talk_s: float
    held_s: float
    wrap_up_s: float
    ready_s: float
    """Waiting for a call, offers included."""
    dial_s: float
    """Dialling and being connected; part of the handling in ``occupancy``."""
    break_s: float
    """Breaks and not responding."""
    breaks: tuple[tuple[str, float], ...]
    """Breaks alone, by their reason."""
    not_ready_s: float
    """Logged in and not ready yet: no break, and not in ``occupancy``."""
    occupancy: float | None


@dataclass(frozen=True, slots=True)
class Report:
    since: float
    until: float
    total: QueueFigures
    queues: tuple[QueueFigures, ...]
    """Those of the settings in their order, then those that only the calls know."""
    agents: tuple[AgentFigures, ...]
    """Everybody who was logged in within the stretch, by login."""
    abandoned_menu: int
    """Incoming calls given up before any queue."""
    served_by_menu: int
    reach: Reach
    wait: metrics.WaitError


@dataclass(frozen=True, slots=True)
class Reach:
    """Of the people whose need began in the stretch; see ``metrics.guaranteed_reach``."""

    share: float | None
    """With a known number, spoken with within ``REACH_WITHIN_S``."""
    withheld: float | None
    """The same of calls without a number: nobody could call them back."""


@dataclass(frozen=True, slots=True)
class _Call:
    queue: QueueId | None
    record: CallRecord
    over: bool


def today(
    conn: sqlite3.Connection, since: float, until: float, queues: Sequence[QueueSettings]
) -> Report:
    """Figures of ``since`` ≤ arrival < ``until``, in seconds since the epoch.

    ``until`` is not later than now: an open interval of an agent counts up to it. ``queues`` give
    order, titles and thresholds.
    """
    calls = _calls(conn, since, until)
    settings = {q.id: q for q in queues}
    for call in calls:
        if call.queue is not None and call.queue not in settings:
            settings[call.queue] = QueueSettings(call.queue, call.queue)
    by_queue: dict[QueueId | None, list[_Call]] = defaultdict(list)
    for call in calls:
        by_queue[call.queue].append(call)
    owed = _callbacks(conn, since, until)
    outcomes = [c.record.outcome for c in calls if c.record.direction == "in"]
    return Report(
        since=since,
        until=until,
        total=_total(calls, settings, owed),
        queues=tuple(_of_queue(q, by_queue[q.id], owed) for q in settings.values()),
        agents=agents(conn, since, until),
        abandoned_menu=outcomes.count("abandoned_menu"),
        served_by_menu=outcomes.count("served_by_menu"),
        reach=_reach(conn, since, until),
        wait=metrics.wait_error(_waits(conn, since, until)),
    )


# -- guaranteed reach ----------------------------------------------------------

REACH_WITHIN_S = 24 * 3600.0


def _reach(conn: sqlite3.Connection, since: float, until: float) -> Reach:
    """Talks are looked for up to ``until``; needs whose time is not over count once met."""
    rows = conn.execute(
        "SELECT number, direction, arrived_at, coalesce(answered_at, forwarded_at),"
        " outcome IS 'served_by_menu' FROM calls"
        " WHERE arrived_at >= ? AND arrived_at < ? AND outcome IS NOT 'refused'",
        (since, until),
    )
    people = [metrics.Contact(n, way, at, talked, bool(menu)) for n, way, at, talked, menu in rows]
    return Reach(
        metrics.guaranteed_reach((p for p in people if p.number), REACH_WITHIN_S, until),
        metrics.guaranteed_reach((p for p in people if not p.number), REACH_WITHIN_S, until),
    )


def _waits(conn: sqlite3.Connection, since: float, until: float) -> list[tuple[float, float]]:
    """(predicted, real) of the answered calls to whom a wait could be predicted."""
    rows = conn.execute(
        "SELECT predicted_s, wait_s FROM calls WHERE arrived_at >= ? AND arrived_at < ?"
        " AND direction = 'in' AND answered_at IS NOT NULL AND predicted_s IS NOT NULL"
        " AND wait_s IS NOT NULL",
        (since, until),
    )
    return [(predicted, real) for predicted, real in rows]


# -- queues ------------------------------------------------------------------


RECORD = (
    "direction, coalesce(outcome, 'answered'), queued_at IS NOT NULL,"
    " coalesce(wait_s, 0), talk_s, held_s, wrap_up_s"
)
"""Columns of a ``CallRecord``."""
COUNTED = (
    "(calls.ended_at IS NOT NULL OR calls.answered_at IS NOT NULL)"
    # An outgoing call without an agent is an outside party's line within another call.
    " AND NOT (calls.direction = 'out' AND calls.agent IS NULL)"
)
"""Which calls a figure counts."""


def _calls(conn: sqlite3.Connection, since: float, until: float) -> list[_Call]:
    rows = conn.execute(
        f"SELECT queue, {RECORD}, ended_at IS NOT NULL"
        f" FROM calls WHERE arrived_at >= ? AND arrived_at < ? AND {COUNTED}",
        (since, until),
    )
    return [
        _Call(queue, CallRecord(direction, outcome, bool(queued), *times), bool(over))
        for queue, direction, outcome, queued, *times, over in rows
    ]


@dataclass(frozen=True, slots=True)
class _Owed:
    open: int = 0
    reached: int = 0


def _callbacks(conn: sqlite3.Connection, since: float, until: float) -> dict[QueueId | None, _Owed]:
    rows = conn.execute(
        "SELECT queue, sum(closed_at IS NULL OR closed_at >= :until),"
        " sum(result IS 'reached' AND closed_at >= :since AND closed_at < :until)"
        " FROM callbacks WHERE since < :until AND (closed_at IS NULL OR closed_at >= :since)"
        " GROUP BY queue",
        {"since": since, "until": until},
    )
    return {queue: _Owed(still_open, reached) for queue, still_open, reached in rows}


def _of_queue(
    settings: QueueSettings, calls: Sequence[_Call], owed: dict[QueueId | None, _Owed]
) -> QueueFigures:
    mine = owed.get(settings.id, _Owed())
    level = metrics.service_level([c.record for c in calls], settings.service_level_s)
    return _figures(settings.id, settings.title, calls, level, mine)


def _total(
    calls: Sequence[_Call],
    settings: dict[QueueId, QueueSettings],
    owed: dict[QueueId | None, _Owed],
) -> QueueFigures:
    # wait ≤ T of the call's own queue, as wait - T ≤ 0.
    against_own = [
        replace(c.record, wait_s=c.record.wait_s - settings[c.queue].service_level_s)
        for c in calls
        if c.queue is not None
    ]
    level = metrics.service_level(against_own, 0.0)
    together = _Owed(sum(o.open for o in owed.values()), sum(o.reached for o in owed.values()))
    return _figures(None, "", calls, level, together)


def _figures(
    queue: QueueId | None,
    title: str,
    calls: Sequence[_Call],
    level: ServiceLevel,
    owed: _Owed,
) -> QueueFigures:
    records = [c.record for c in calls]
    waits = [r.wait_s for r in records if r.queued and r.direction == "in"]
    return QueueFigures(
        queue=queue,
        title=title,
        counts=metrics.counts(records),
        service_level=level,
        asa_s=metrics.asa(records),
        aht_s=metrics.aht(c.record for c in calls if c.over),
        longest_wait_s=max(waits, default=0.0),
        callbacks_open=owed.open,
        callbacks_reached=owed.reached,
    )


# -- agents ------------------------------------------------------------------


def agents(conn: sqlite3.Connection, since: float, until: float) -> tuple[AgentFigures, ...]:
    rows = conn.execute(
        "SELECT agent, state, reason,"
        " sum(min(coalesce(to_at, :until), :until) - max(from_at, :since))"
        " FROM agent_intervals WHERE from_at < :until AND (to_at IS NULL OR to_at > :since)"
        " GROUP BY agent, state, reason ORDER BY agent, state, reason",
        {"since": since, "until": until},
    )
    spent: dict[AgentId, dict[str, float]] = defaultdict(dict)
    breaks: dict[AgentId, list[tuple[str, float]]] = defaultdict(list)
    for agent, state, reason, seconds in rows:
        if state == "break" and reason == LOGIN_BREAK:
            state = "not_ready"
        spent[agent][state] = spent[agent].get(state, 0.0) + seconds
        if state == "break":
            breaks[agent].append((reason, seconds))
    talked = dict(
        conn.execute(
            "SELECT i.agent, count(DISTINCT i.call) FROM agent_intervals i"
            " JOIN calls c ON c.id = i.call WHERE i.state = 'talking' AND i.from_at >= ?"
            " AND c.arrived_at >= ? AND c.arrived_at < ? GROUP BY i.agent",
            (since, since, until),
        )
    )
    return tuple(_of_agent(a, spent[a], tuple(breaks[a]), talked.get(a, 0)) for a in sorted(spent))


def _of_agent(
    agent: AgentId, spent: dict[str, float], breaks: tuple[tuple[str, float], ...], calls: int
) -> AgentFigures:
    def of(states: Iterable[str]) -> float:
        return sum(spent.get(state, 0.0) for state in states)

    dial_s = of(("dialing", "connecting"))
    times = AgentTimes(
        talk_s=of(("talking", "advising")) + dial_s,
        held_s=of(("held", "consulting")),
        wrap_up_s=of(("wrap_up",)),
        ready_s=of(("ready", "offered")),
        break_s=of(("break", "not_responding")),
    )
    return AgentFigures(
        agent=agent,
        calls=calls,
        talk_s=times.talk_s - dial_s,
        held_s=times.held_s,
        wrap_up_s=times.wrap_up_s,
        ready_s=times.ready_s,
        dial_s=dial_s,
        break_s=times.break_s,
        breaks=breaks,
        not_ready_s=of(("not_ready",)),
        occupancy=metrics.occupancy([times]),
    )
