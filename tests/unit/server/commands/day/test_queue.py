"""A queue's day asked at a running server, and the calls behind its figures."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from ekc_console.config.teams import Team
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.server.store.calls import report
from ekc_console.wire import messages
from ekc_console.wire.day.calls import DayCalls, GetDayCalls
from ekc_console.wire.day.queue_day import GetQueueDay, QueueDay
from tests.support.simulated_centre import Centre, Operator, run
from tests.unit.server.commands.steering.test_duty import chief

TEAMS = (
    Team(id="day", title="День", leads=("nina",), members=("anna",), queues=("appointments",)),
    Team(id="night", title="Ночь", leads=("oleg",), members=("boris",), queues=("general",)),
)
DAY_S = 86_400


async def lost(centre: Centre, wait_s: float) -> str:
    call = await centre.in_queue()
    await asyncio.sleep(wait_s)
    centre.engine.caller_hangs_up(call)
    await centre.ended(call)
    return call


async def served(centre: Centre, anna: Operator, wait_s: float = 0.0) -> str:
    await anna.done(messages.GoBreak(reason="rest"))
    call = await centre.in_queue()
    await asyncio.sleep(wait_s)
    await anna.done(messages.GoReady())
    await anna.takes()
    await asyncio.sleep(20)
    await anna.done(messages.HangUpCall(call=call))
    await centre.ended(call)
    await anna.save_card()
    await anna.done(messages.FinishWrapUp())
    return call


async def asked(centre: Centre, who: Operator) -> QueueDay:
    await centre.server.core.runtime.settled()
    day: QueueDay = await who.done(GetQueueDay(queue="appointments"))
    return day


def test_half_hours_add_up_to_the_report_and_each_figure_leads_to_its_calls(
    tmp_path: Path,
) -> None:
    async def tale(centre: Centre) -> None:
        nina, anna = await chief(centre, "nina"), await centre.ready("anna")
        oleg = await chief(centre, "oleg")
        gone, soon = await lost(centre, 60), await served(centre, anna)
        await asyncio.sleep(1800)
        late = await served(centre, anna, wait_s=90)
        day = await asked(centre, nina)
        whole = day.today.whole
        assert (whole.offered, whole.answered, whole.late, whole.lost) == (3, 2, 1, 1)
        for name in ("offered", "answered", "late", "lost"):
            assert sum(getattr(half, name) for half in day.today.halves) == getattr(whole, name)
        router = centre.server.core.router
        midnight = start_of(day_of(day.now, router.centre.zone), router.centre.zone)
        figures = await centre.server.database.read(
            lambda conn: report.today(conn, midnight, day.now, tuple(router.queues.values()))
        )
        mine = next(queue for queue in figures.queues if queue.queue == "appointments")
        assert whole.level == mine.service_level.without_short
        assert whole.wait_s == mine.asa_s
        assert whole.offered == mine.counts.offered

        async def calls(**more: object) -> list[str]:
            body = GetDayCalls(queue="appointments", **more)  # type: ignore[arg-type]
            found: DayCalls = await nina.done(body)
            assert found.found == len(found.calls)
            return [call.id for call in found.calls]

        assert await calls() == [late, soon, gone]
        assert await calls(which="lost") == [gone]
        assert await calls(which="late") == [late]
        assert await calls(which="answered") == [late, soon]
        half = centre.record(late).arrived_at // 1800 * 1800
        assert await calls(since=half, until=half + 1800) == [late]
        for body in (GetQueueDay(queue="appointments"), GetDayCalls(queue="appointments")):
            assert (await oleg.refused(body)).code == "not_allowed"
            assert (await anna.refused(body)).code == "not_allowed"
        assert (await nina.refused(GetQueueDay(queue="x"))).code == "unknown"

    run(tmp_path, tale, teams=TEAMS)


async def recorded(centre: Centre, call: str, days_ago: int) -> None:
    """As if a call like this one had come on an earlier day at the same time."""
    await centre.server.core.runtime.settled()

    def copy(conn: sqlite3.Connection) -> None:
        columns = [row[1] for row in conn.execute("PRAGMA table_info(calls)")]
        moved = {"id": f"id || '-{days_ago}'"} | {
            name: f"{name} - {days_ago * DAY_S}" for name in columns if name.endswith("_at")
        }
        chosen = ", ".join(moved.get(name, name) for name in columns)
        conn.execute(f"INSERT INTO calls SELECT {chosen} FROM calls WHERE id = ?", (call,))

    await centre.server.database.write(copy)


def test_there_is_no_yesterday_until_there_was_one(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre)
        call = await lost(centre, 60)
        day = await asked(centre, nina)
        assert (day.yesterday, day.week_ago) == (None, None)
        await recorded(centre, call, 1)
        day = await asked(centre, nina)
        assert day.yesterday is not None
        assert len(day.yesterday.halves) == 48
        assert sum(half.lost for half in day.yesterday.halves) == 1
        assert day.yesterday.whole.lost == 1
        assert day.week_ago is None
        await recorded(centre, call, 7)
        day = await asked(centre, nina)
        assert day.week_ago is not None
        assert sum(half.lost for half in day.week_ago.halves) == 1

    run(tmp_path, tale)


def test_a_day_looked_at_while_the_clock_was_ahead_goes_on_when_it_is_right(
    tmp_path: Path,
) -> None:
    async def tale(centre: Centre) -> None:
        nina, clock = await chief(centre, "nina"), centre.server.core.clock
        await lost(centre, 60)
        zone = centre.server.core.router.centre.zone
        tomorrow = start_of(day_of(clock.now() + DAY_S, zone), zone)
        ahead_s = tomorrow + 7200 - clock.now()
        clock.stepped_s += ahead_s  # type: ignore[attr-defined]
        await asyncio.sleep(5)
        seen = await asked(centre, nina)
        assert seen.yesterday is not None
        assert sum(half.lost for half in seen.yesterday.halves) == 1
        clock.stepped_s -= ahead_s  # type: ignore[attr-defined]
        await asyncio.sleep(5)
        await lost(centre, 60)
        assert (await asked(centre, nina)).today.whole.lost == 2

    run(tmp_path, tale, teams=TEAMS)
