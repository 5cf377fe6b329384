from __future__ import annotations

import pytest

from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import roster
from ekc_console.staffing.roster import Shift

HOUR = 3600.0
T = 1_790_000_000.0
INTERVAL = (
    "INSERT INTO agent_intervals (agent, state, reason, from_at, to_at) VALUES (?, ?, '', ?, ?)"
)


def shift(login: str, since_h: float, until_h: float) -> Shift:
    return Shift(login, "planned", T + since_h * HOUR, T + until_h * HOUR)


async def test_shifts_that_touch_the_time(db: Database) -> None:
    kept = [shift("a", -24, 1), shift("b", -1, 0), shift("c", 0, 1), shift("d", 9, 12),
            shift("e", 10, 12)]  # fmt: skip
    db.write_now(lambda conn: roster.add(conn, kept))
    found = db.read_now(lambda conn: roster.between(conn, T, T + 10 * HOUR))
    assert [one.shift.login for one in found] == ["a", "c", "d"]
    db.write_now(lambda conn: roster.remove(conn, [found[0].id]))
    assert db.read_now(lambda conn: roster.of_id(conn, found[0].id)) is None
    assert db.read_now(lambda conn: roster.of_id(conn, found[1].id)) == found[1]


async def test_the_same_shift_is_kept_once(db: Database) -> None:
    db.write_now(lambda conn: roster.add(conn, [shift("a", 0, 8)]))
    with pytest.raises(StoreError):
        db.write_now(lambda conn: roster.add(conn, [shift("a", 0, 9)]))


async def test_presence_is_all_states_together_and_what_lasts_ends_with_the_time(
    db: Database,
) -> None:
    rows = [
        ("anna", "ready", T - HOUR, T + HOUR),
        ("anna", "talking", T + HOUR, T + 2 * HOUR),
        ("anna", "break", T + 3 * HOUR, None),
        ("vera", "ready", T - 2 * HOUR, T - HOUR),
        ("oleg", "ready", T + 9 * HOUR, None),
    ]
    db.write_now(lambda conn: conn.executemany(INTERVAL, rows).rowcount)
    assert db.read_now(lambda conn: roster.present(conn, T, T + 4 * HOUR)) == {
        "anna": [Span(T, T + 2 * HOUR), Span(T + 3 * HOUR, T + 4 * HOUR)],
    }
