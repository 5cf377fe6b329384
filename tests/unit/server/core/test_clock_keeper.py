"""The system's clock is stepped under a running centre, and between two starts of it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest

from ekc_console.client.words.saying import said
from ekc_console.config import parse
from ekc_console.domain.facts import ClockSet
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.localtime import day_of, zone_named
from ekc_console.server.core import clock_keeper
from ekc_console.server.store.calls import report
from ekc_console.server.store.journal import journal
from ekc_console.wire import messages
from tests.support import simulated_centre
from tests.support.simulated_centre import EPOCH, Centre, run

HOUR, DAY = 3600.0, 86400.0
YEARS = 10 * 365 * DAY
STEPS = [-YEARS, -6 * HOUR, -90.0, 90.0, 6 * HOUR, YEARS]
A = QueueId("appointments")


def step(centre: Centre, seconds: float) -> None:
    centre.server.core.clock.stepped_s += seconds  # type: ignore[attr-defined]


async def looked(centre: Centre) -> None:
    await asyncio.sleep(clock_keeper.LOOK_S + 0.1)
    await centre.server.core.runtime.settled()


def wall(centre: Centre) -> float:
    return centre.server.core.clock.wall()


def test_opening_hours_follow_at_once(tmp_path: Path, host_zone: str, centre_zone: str) -> None:
    rule = "overflow: [{when: closed, to: [{close: true}]}]"
    parts = parse(
        f"""
timezone: {centre_zone}
schedules: {{day: {{mon-sun: "08:00-20:00"}}}}
queues: [{{id: appointments, title: A, schedule: day, {rule}}},
  {{id: home_visit, title: B}}, {{id: vaccination, title: C}}, {{id: med_info, title: D}},
  {{id: feedback, title: E}}, {{id: other, title: F}}, {{id: general, title: G}}]
""",
        "test",
    )

    def is_open(centre: Centre) -> bool:
        door = centre.server.core.router.doors.get(A)
        return door is None or door.open

    async def story(centre: Centre) -> None:
        assert not is_open(centre)
        step(centre, HOUR)
        await looked(centre)
        assert is_open(centre)
        step(centre, 13 * HOUR)
        await looked(centre)
        assert not is_open(centre)
        step(centre, -2 * HOUR)
        await looked(centre)
        assert is_open(centre)

    half_past_seven = datetime(2026, 11, 23, 7, 30, tzinfo=zone_named(centre_zone)).timestamp()
    with mock.patch.object(simulated_centre, "EPOCH", half_past_seven):
        run(
            tmp_path,
            story,
            timezone=parts.timezone,
            queues=parts.queues,
            schedules=parts.schedules,
        )


@pytest.mark.parametrize("seconds", STEPS)
def test_durations_in_the_books_are_what_they_were(tmp_path: Path, seconds: float) -> None:
    async def story(centre: Centre) -> None:
        leg = await centre.in_queue()
        await asyncio.sleep(20)
        step(centre, seconds)
        await asyncio.sleep(20)
        anna = await centre.ready()
        call = await anna.takes()
        await asyncio.sleep(10)
        step(centre, -seconds / 2)
        await asyncio.sleep(20)
        centre.engine.caller_hangs_up(leg)
        await anna.until_me("wrap_up")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await anna.until_me("ready")
        await looked(centre)
        await centre.server.core.runtime.settled()
        row, intervals, path = await centre.server.database.read(
            lambda conn: (
                conn.execute(
                    "SELECT wait_s, talk_s, answered_at - queued_at, ended_at - answered_at,"
                    " ended_at FROM calls WHERE id = ?",
                    (call.id,),
                ).fetchone(),
                conn.execute("SELECT state, to_at - from_at FROM agent_intervals").fetchall(),
                conn.execute("SELECT max(at) - min(at) FROM call_path").fetchone(),
            )
        )
        assert row[0] == pytest.approx(row[2], abs=0.01) == pytest.approx(40, abs=3)
        assert row[1] == pytest.approx(row[3], abs=0.01) == pytest.approx(30, abs=3)
        assert row[4] == pytest.approx(wall(centre), abs=30)
        spent = {state: length for state, length in intervals if length is not None}
        assert spent["talking"] == pytest.approx(30, abs=3)
        assert all(0 <= length < 60 for length in spent.values())
        assert 0 <= path[0] < 10

    run(tmp_path, story)


@pytest.mark.parametrize("seconds", STEPS)
def test_an_offer_lasts_as_long(tmp_path: Path, seconds: float) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue()
        await anna.until_call("offered")
        step(centre, seconds)
        await looked(centre)
        assert anna.call
        assert anna.call.offer_expires_at
        left = anna.call.offer_expires_at - wall(centre)
        assert 10 < left < 15
        await asyncio.sleep(left - 1)
        assert anna.me.state == "offered"
        await asyncio.sleep(2)
        assert anna.me.state != "offered"

    run(tmp_path, story)


def test_consoles_are_told_the_time_and_why(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        server = centre.server
        with (
            mock.patch.object(server.live.hub, "notice") as notice,
            mock.patch.object(server.api, "welcome_again") as welcomed,
        ):
            step(centre, 5.0)
            await looked(centre)
            assert welcomed.call_count == 1
            assert not notice.called
            step(centre, -3 * HOUR)
            await looked(centre)
            assert welcomed.call_count == 2
            assert "назад на 3 ч 00 мин" in said(notice.call_args.args[0].words)
        health = server.health.report()["clock"]
        assert health["set_by_s"] == -3 * HOUR  # type: ignore[index]
        assert health["now"] == pytest.approx(wall(centre))  # type: ignore[index]
        entries = await server.database.read(lambda conn: list(journal.tail(conn)))
        assert [e.fact for e in entries if isinstance(e.fact, ClockSet)] == [
            ClockSet(5.0),
            ClockSet(-3 * HOUR),
        ]

    run(tmp_path, story)


def test_what_was_counted_today_is_there_when_the_clock_is_right_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()

        async def talk() -> None:
            leg = await centre.in_queue()
            await anna.takes()
            centre.engine.caller_hangs_up(leg)
            await anna.until_me("wrap_up")
            await anna.save_card()
            await anna.done(messages.FinishWrapUp())
            await anna.until_me("ready")

        await talk()
        for seconds, counted in ((3 * DAY, 0), (-3 * DAY, 1)):
            step(centre, seconds)
            await looked(centre)
            await centre.until(lambda n=counted: anna.me.calls_today == n, "counted")  # type: ignore[misc]
        await talk()
        assert anna.me.calls_today == 2
        assert centre.server.core.extras.queues[A].answered == 2

    run(tmp_path, story)


def test_sessions_last_as_long(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        auth, now = centre.server.people.auth, centre.server.core.clock.now
        await centre.operator("anna")
        user = await centre.server.database.read(
            lambda conn: simulated_centre.accounts.get(conn, "anna")
        )
        assert user
        session = await auth._begin(user, now())
        for seconds in (13 * HOUR, -YEARS, YEARS):
            step(centre, seconds)
            await looked(centre)
            found = await auth.session(session.token, now())
            assert found
            assert found.expires_at - now() == pytest.approx(12 * HOUR, abs=60)

    run(tmp_path, story)


def test_a_start_in_the_future_binds_no_later_one(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        step(centre, YEARS)
        await looked(centre)
        leg = await centre.in_queue()
        await asyncio.sleep(30)
        await centre.start_again()  # by a system clock that is right again
        server = centre.server
        assert server.core.clock.now() == pytest.approx(wall(centre))
        assert wall(centre) < EPOCH + DAY
        assert server.core.clock_keeper.last_set
        assert server.core.clock_keeper.last_set[1] == pytest.approx(-YEARS, abs=60)
        queued_at = centre.record(leg).queued_at
        assert 30 <= wall(centre) - queued_at < 60
        await centre.start_again()
        assert centre.server.core.clock_keeper.last_set is None
        assert centre.record(leg).queued_at == queued_at
        centre.engine.caller_hangs_up(leg)
        ended = await centre.ended(leg)
        assert ended.ended_at == pytest.approx(wall(centre), abs=30)
        zone = server.core.router.centre.zone
        today = day_of(wall(centre), zone)
        assert day_of(ended.arrived_at, zone) == today
        figures = await centre.server.database.read(
            lambda conn: report.today(
                conn, wall(centre) - DAY, wall(centre) + 1, centre.server.config.queues
            )
        )
        assert figures.total.counts.offered == 1

    run(tmp_path, story)


def test_the_same_journal_gives_the_same_state(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await centre.ready()
        await centre.in_queue()
        for seconds in STEPS:
            step(centre, seconds)
            await looked(centre)
            await centre.in_queue(f"+7900000{abs(int(seconds)) % 10000:04}")
        await centre.server.core.runtime.settled()
        state = centre.server.core.router.state_hash()
        replayed = await centre.server.database.read(_replayed)
        assert replayed == state

    run(tmp_path, story)


def _replayed(conn) -> str:  # type: ignore[no-untyped-def]
    router = Router()
    for entry in journal.tail(conn):
        router.handle(entry.fact, entry.at)
    return router.state_hash()


def test_a_date_that_may_be_wrong_is_not_believed_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be undone, as the deletion of old recordings, waits until somebody has looked."""

    monkeypatch.setattr(clock_keeper, "DOUBT_LASTS_S", 600.0)

    async def story(centre: Centre) -> None:
        keeper = centre.server.core.clock_keeper
        assert keeper.date_is_sure()
        step(centre, HOUR)
        await looked(centre)
        assert keeper.date_is_sure()
        step(centre, 400 * DAY)
        await looked(centre)
        assert not keeper.date_is_sure()
        assert await centre.server.archive.retention.delete_old() == 0
        await asyncio.sleep(clock_keeper.DOUBT_LASTS_S)
        assert keeper.date_is_sure()

    run(tmp_path, story)
