"""Calls of any time, asked page by page at a running server."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from ekc_console.server.store.base.database import READERS
from ekc_console.wire.day.calls import CallPage, CallPlace, ListCalls
from ekc_console.wire.day.report import GetReportCalls, ReportAsked
from tests.support.simulated_centre import Centre, Operator, run
from tests.unit.server.commands.day.test_queue import TEAMS, lost, recorded
from tests.unit.server.commands.steering.test_duty import chief


async def ids(who: Operator, **asked: object) -> list[str]:
    page: CallPage = await who.done(ListCalls(**asked))  # type: ignore[arg-type]
    assert not page.more
    return [call.id for call in page.calls]


def test_each_sees_the_calls_of_the_own_teams_and_nobody_else_any(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, oleg = await chief(centre, "nina"), await chief(centre, "oleg")
        root = await centre.operator("root", role="admin")
        anna = await centre.ready("anna")
        first = await lost(centre, 10)
        general = await centre.in_queue(key="0")
        await centre.server.core.runtime.settled()
        assert await ids(root) == [general, first]
        assert await ids(nina) == [first]
        assert await ids(oleg) == [general]
        assert await ids(oleg, queue="appointments") == []
        assert (await anna.refused(ListCalls())).code == "not_allowed"

    run(tmp_path, tale, teams=TEAMS)


def test_pages_meet_without_a_gap_where_calls_came_at_the_same_moment(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre, "nina")
        call = await lost(centre, 10)
        for day in (1, 2):
            await recorded(centre, call, day)
        await centre.server.database.write(
            lambda conn: conn.execute("UPDATE calls SET arrived_at = 1000.5")
        )
        seen: list[str] = []
        after: CallPlace | None = None
        more = True
        while more:
            body = ListCalls(since=1000, until=1001, limit=2, after=after)
            page: CallPage = await nina.done(body)
            seen += [each.id for each in page.calls]
            last, more = page.calls[-1], page.more
            after = CallPlace(arrived_at=last.arrived_at, id=last.id)
        assert seen == [f"{call}-2", f"{call}-1", call]
        assert "366" in (await nina.refused(ListCalls(since=0))).message

    run(tmp_path, tale)


def test_they_are_read_beside_the_readers_that_cards_wait_for(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre, "nina")
        call = await lost(centre, 10)
        await centre.server.core.runtime.settled()
        over = threading.Event()
        database = centre.server.database
        held = [asyncio.create_task(database.read(lambda _: over.wait(30))) for _ in range(READERS)]
        try:
            async with asyncio.timeout(10):
                assert await ids(nina) == [call]
                asked = ReportAsked(period="сегодня")
                behind = GetReportCalls(asked=asked, since=0.0, until=1e10)
                assert [row.id for row in (await nina.done(behind)).calls] == [call]
        finally:
            over.set()
            await asyncio.gather(*held)

    run(tmp_path, tale, teams=TEAMS)
