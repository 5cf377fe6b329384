"""Settings that were in force one after the other, as the journal has them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from ekc_console.domain.facts import QueuesConfigured
from ekc_console.server.store.journal import journal


def alone(settings: QueuesConfigured) -> QueuesConfigured:
    """Without who belonged to a team by account then: accounts are changed on their own."""
    return replace(settings, centre=settings.centre.joined({}))


def both_sides(
    conn: sqlite3.Connection, change: int
) -> tuple[QueuesConfigured, QueuesConfigured] | None:
    """The settings before the fact of this number and those of it; None where they are not both
    known."""
    rows = conn.execute(
        "SELECT seq, body FROM journal WHERE fact = 'QueuesConfigured' AND seq <= ?"
        " ORDER BY seq DESC LIMIT 2",
        (change,),
    ).fetchall()
    if len(rows) < 2 or rows[0][0] != change:
        return None
    changed, before = (journal.decode_fact("QueuesConfigured", body) for _seq, body in rows)
    assert isinstance(changed, QueuesConfigured)
    assert isinstance(before, QueuesConfigured)
    return alone(before), alone(changed)


@dataclass(frozen=True, slots=True)
class Step:
    seq: int
    at: float
    before: QueuesConfigured
    now: QueuesConfigured


def steps(conn: sqlite3.Connection, limit: int) -> list[Step]:
    """Where the settings became others, the newest first. Before the first there were none, and it
    is no change."""
    rows = conn.execute(
        "SELECT seq, at, body FROM journal WHERE fact = 'QueuesConfigured' ORDER BY seq DESC"
    )
    found: list[Step] = []
    later: tuple[int, float, QueuesConfigured] | None = None
    for seq, at, body in rows:
        fact = journal.decode_fact("QueuesConfigured", body)
        assert isinstance(fact, QueuesConfigured)
        fact = alone(fact)
        if later is not None and not _same(fact, later[2]):
            found.append(Step(later[0], later[1], fact, later[2]))
            if len(found) == limit:
                break
        later = seq, at, fact
    return found


def _same(one: QueuesConfigured, other: QueuesConfigured) -> bool:
    return (one.queues, one.centre) == (other.queues, other.centre)


def previous(conn: sqlite3.Connection) -> QueuesConfigured | None:
    """The latest settings of the journal that differ from those in force; None: there are none.
    Those of a version that did not keep all of them together are passed over."""
    rows = conn.execute(
        "SELECT body FROM journal WHERE fact = 'QueuesConfigured' ORDER BY seq DESC"
    )
    newest: QueuesConfigured | None = None
    for (body,) in rows:
        fact = journal.decode_fact("QueuesConfigured", body)
        assert isinstance(fact, QueuesConfigured)
        fact = alone(fact)
        if newest is None:
            newest = fact
        elif not _same(fact, newest):
            return fact if fact.centre.calls is not None else None
    return None
