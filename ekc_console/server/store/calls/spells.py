"""States of people from when to when, as the journal's read models have them."""

from __future__ import annotations

import sqlite3

from ekc_console.domain.insight.day_line import Spell


def of_agent(conn: sqlite3.Connection, agent: str, since: float, until: float) -> list[Spell]:
    """Those that touch ``since`` … ``until`` (seconds since the epoch), in their order; what lasts
    has no end."""
    rows = conn.execute(
        "SELECT i.state, i.reason, coalesce(i.call, ''), coalesce(c.queue, ''), i.from_at, i.to_at"
        " FROM agent_intervals i LEFT JOIN calls c ON c.id = i.call"
        " WHERE i.agent = ? AND i.from_at < ? AND (i.to_at IS NULL OR i.to_at > ?)"
        " ORDER BY i.from_at, i.seq",
        (agent, until, since),
    )
    return [Spell(*row) for row in rows]
