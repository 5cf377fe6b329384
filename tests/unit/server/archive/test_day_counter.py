"""Days that are over are counted by themselves, and counted anew when they changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ekc_console.domain.terms.localtime import DAY_S, start_of, zone_named
from ekc_console.server.archive import day_counter
from ekc_console.server.archive.day_counter import DayCounter
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures import day_sums
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.journal import projection
from tests.support.simulated_centre import Centre, run
from tests.unit.server.store.conftest import db as db

ZONE = zone_named("Europe/Moscow")
RULES = Rules(ZONE, {"main": 20.0})
MONDAY = start_of(date(2026, 11, 23), ZONE)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_counter, "BETWEEN_DAYS_S", 0.0)


def call(name: str, at: float) -> projection.Insert:
    return projection.Insert(
        "calls",
        {
            "id": name, "direction": "in", "called": "", "topic": "", "queue": "main",
            "skills": "[]", "priority": 0, "state": "ended", "arrived_at": at, "queued_at": at,
            "answered_at": at, "ended_at": at, "talk_s": 1.0, "held_s": 0.0, "wrap_up_s": 0.0,
            "outcome": "answered", "agent": "anna", "wait_s": 1.0,
        },
    )  # fmt: skip


async def days(db: Database, rules: Rules = RULES) -> list[float]:
    found = await db.read(lambda conn: day_sums.counted(conn, rules))
    return [(day.since - MONDAY) / DAY_S for day in found]


async def test_every_day_before_today_is_counted_once(db: Database) -> None:
    ops = [call("c1", MONDAY + 100), call("c2", MONDAY + 2.5 * DAY_S)]
    await db.write(lambda conn: projection.apply(conn, ops))
    counter = DayCounter(db, lambda: RULES, lambda: MONDAY + 3.2 * DAY_S)
    assert await counter.count_missing() == 3
    assert await days(db) == [0, 1, 2]
    assert await counter.count_missing() == 0
    await db.write(lambda conn: conn.execute("UPDATE calls SET talk_s = 2 WHERE id = 'c1'"))
    assert await counter.count_missing() == 1


async def test_a_day_is_counted_once_more_when_no_call_tells_more_of_its_calls(
    db: Database,
) -> None:
    await db.write(lambda conn: projection.apply(conn, [call("c1", MONDAY + 100)]))
    now = [MONDAY + 1.2 * DAY_S]
    counter = DayCounter(db, lambda: RULES, lambda: now[0])
    assert await counter.count_missing() == 1
    now[0] = MONDAY + DAY_S + RULES.windows.after_s - 1
    assert await counter.count_missing() == 6
    now[0] += 1
    assert await counter.count_missing() == 2, "the first day, and the last one"
    assert await db.read(lambda conn: len(day_sums.counted(conn, RULES, around=True))) == 1
    assert await counter.count_missing() == 0


async def test_nothing_is_counted_where_nobody_called(db: Database) -> None:
    assert await DayCounter(db, lambda: RULES, lambda: MONDAY).count_missing() == 0
    await db.write(lambda conn: projection.apply(conn, [call("c1", MONDAY + 100)]))
    assert await DayCounter(db, lambda: RULES, lambda: MONDAY + 200).count_missing() == 0
    assert await DayCounter(db, lambda: RULES, lambda: MONDAY - DAY_S).count_missing() == 0


async def test_rules_that_change_meanwhile_are_those_it_goes_on_with(db: Database) -> None:
    await db.write(lambda conn: projection.apply(conn, [call("c1", MONDAY + 100)]))
    stricter = Rules(ZONE, {"main": 1.0})
    asked = iter([RULES, stricter, stricter, stricter, stricter, stricter])
    counter = DayCounter(db, lambda: next(asked), lambda: MONDAY + 3.2 * DAY_S)
    assert await counter.count_missing() == 1
    assert await counter.count_missing() == 3
    assert (await days(db), await days(db, stricter)) == ([], [0, 1, 2])


def test_a_server_counts_by_its_own_settings(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        rules = centre.server.core.figure_rules()
        assert rules.levels == {q.id: q.service_level_s for q in centre.server.config.queues}
        assert await centre.server.archive.days.count_missing() == 0

    run(tmp_path, story)
