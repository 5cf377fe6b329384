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
