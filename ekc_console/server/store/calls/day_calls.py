"""Calls as rows, for who looks back at them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.insight.metrics import ABANDONED
from ekc_console.server.store.calls.report import COUNTED

_COLUMNS = (
    "SELECT id, direction, coalesce(number, ''), arrived_at, queued_at, wait_s, talk_s, held_s,"
    " ended_at, coalesce(outcome, CASE WHEN answered_at IS NULL THEN '' ELSE 'answered' END),"
    " coalesce(queue, ''), topic, coalesce(agent, '') FROM calls"
)


@dataclass(frozen=True, slots=True)
class CallRow:
    """``outcome`` is empty for one that lives and was not answered yet; moments are seconds since
    the epoch."""

    id: str
    direction: Literal["in", "out"]
    number: str
    arrived_at: float
    queued_at: float | None
    wait_s: float | None
    talk_s: float
    held_s: float
    ended_at: float | None
    outcome: str
    queue: str
    topic: str
    agent: str


def call(conn: sqlite3.Connection, call_id: str) -> CallRow | None:
    row = conn.execute(f"{_COLUMNS} WHERE id = ?", (call_id,)).fetchone()
    return None if row is None else CallRow(*row)


def last_of_agent(conn: sqlite3.Connection, agent: str, since: float, most: int) -> list[CallRow]:
    """Those that the agent talked at ``since`` (seconds since the epoch) or later, the newest
    first."""
    rows = conn.execute(
        f"{_COLUMNS} WHERE id IN (SELECT call FROM agent_intervals WHERE agent = ?"
        " AND (to_at IS NULL OR to_at > ?) AND from_at >= ?"
        " AND state IN ('talking', 'held', 'consulting'))"
        " ORDER BY arrived_at DESC LIMIT ?",
        (agent, since, since, most),
    )
    return [CallRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Listed:
    """Calls by when they arrived (seconds since the epoch); empty texts: any."""

    since: float
    until: float
    queue: str
    person: str
    direction: str
    after: tuple[float, str] | None
    """Arrival and id of the last one that is known."""
    queues: tuple[str, ...] | None
    """Only calls of these, of ``people`` and, where ``unqueued``, of no queue; None: all."""
    people: tuple[str, ...]
    unqueued: bool


def listed(conn: sqlite3.Connection, which: Listed, most: int) -> list[CallRow]:
    """The newest first."""
    after_at, after_id = which.after or (which.until, "")
    where = ["arrived_at >= :since", "arrived_at < :until", "arrived_at <= :after_at"]
    values: dict[str, object] = {
        "since": which.since, "until": which.until, "after_at": after_at, "after_id": after_id,
        "queue": which.queue, "agent": which.person, "direction": which.direction, "most": most,
    }  # fmt: skip
    if which.after:
        where.append("(arrived_at < :after_at OR id < :after_id)")
    where += [f"{name} = :{name}" for name in ("queue", "agent", "direction") if values[name]]
    if which.queues is not None:
        values |= {f"queue{n}": queue for n, queue in enumerate(which.queues)}
        values |= {f"person{n}": person for n, person in enumerate(which.people)}
        queues = ", ".join(f":queue{n}" for n in range(len(which.queues)))
        people = ", ".join(f":person{n}" for n in range(len(which.people)))
        unqueued = " OR queue IS NULL" if which.unqueued else ""
        # The plus keeps SQLite at the order of time: found by index, all of them would be sorted.
        where.append(f"(+queue IN ({queues}) OR +agent IN ({people}){unqueued})")
    conditions = " AND ".join(where)
    rows = conn.execute(
        f"{_COLUMNS} WHERE {conditions} ORDER BY arrived_at DESC, id DESC LIMIT :most", values
    )
    return [CallRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Behind:
    """The calls behind a figure of a queue, by when they arrived (seconds since the epoch)."""

    queue: str
    since: float
    until: float
    which: Literal["all", "answered", "late", "lost"]
    level_s: float


def behind(conn: sqlite3.Connection, figure: Behind, most: int) -> tuple[list[CallRow], int]:
    """The newest first, no more than ``most``; and how many there are."""
    lost = ", ".join(f"'{outcome}'" for outcome in sorted(ABANDONED))
    only = {
        "all": "",
        "answered": " AND coalesce(outcome, 'answered') = 'answered'",
        "late": " AND coalesce(outcome, 'answered') = 'answered' AND wait_s > :level_s",
        "lost": f" AND outcome IN ({lost})",
    }[figure.which]
    where = (
        " WHERE arrived_at >= :since AND arrived_at < :until AND queue = :queue"
        f" AND direction = 'in' AND queued_at IS NOT NULL AND {COUNTED}{only}"
    )
    values = {
        "since": figure.since, "until": figure.until, "queue": figure.queue,
        "level_s": figure.level_s, "most": most,
    }  # fmt: skip
    (found,) = conn.execute(f"SELECT count(*) FROM calls{where}", values).fetchone()
    rows = conn.execute(f"{_COLUMNS}{where} ORDER BY arrived_at DESC LIMIT :most", values)
    return [CallRow(*row) for row in rows], int(found)
