"""A report asked at a running server: who sees what, what it adds up to, how it is ended."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from ekc_console.config.teams import Team
from ekc_console.wire.day.report import (
    GetReport,
    GetReportCalls,
    ReportAsked,
    ReportCalls,
    ReportState,
    StartReport,
)
from ekc_console.wire.day.report_views import (
    MOST_VIEWS,
    DeleteReportView,
    GetReportViews,
    ReportViews,
    SaveReportView,
)
from tests.support.simulated_centre import Centre, Operator, run
from tests.unit.server.commands.day.test_queue import lost, served
from tests.unit.server.commands.steering.test_duty import chief

TEAMS = (
    Team(id="day", title="День", leads=("nina",), members=("anna",), queues=("appointments",)),
    Team(id="night", title="Ночь", leads=("oleg",), members=("boris",), queues=("general",)),
)


async def made(who: Operator, **asked: object) -> ReportState:
    state: ReportState = await who.done(
        StartReport(asked=ReportAsked(period="сегодня", **asked))  # type: ignore[arg-type]
    )
    for _again in range(100):
        if state.status != "running":
            return state
        await asyncio.sleep(0.1)
        state = await who.done(GetReport(report=state.report))
    raise AssertionError(state)


def test_its_rows_add_up_and_lead_to_their_calls(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, anna = await chief(centre, "nina"), await centre.ready("anna")
        gone, soon = await lost(centre, 60), await served(centre, anna)
        await centre.server.core.runtime.settled()
        state = await made(nina, by="agent", figures=("offered", "answered", "asa"))
        assert state.result is not None
        assert [(row.key, row.title, row.values[:2]) for row in state.rows] == [
            ("anna", "Оператор anna", (1.0, 1.0)),
            ("", "", (1.0, 0.0)),
        ]
        assert state.result.whole[:2] == (2.0, 1.0)
        assert "running" in [note.kind for note in state.result.notes]

        async def behind(key: str | None) -> list[str]:
            assert state.result is not None
            found: ReportCalls = await nina.done(
                GetReportCalls(
                    asked=state.result.asked,
                    since=state.result.since,
                    until=state.result.until,
                    key=key,
                )
            )
            return [call.id for call in found.calls]

        assert await behind(None) == [soon, gone]
        assert await behind("anna") == [soon]
        assert await behind("") == [gone]
        teams = await made(nina, by="team", figures=("offered",))
        assert [(row.key, row.values) for row in teams.rows] == [("day", (1.0,)), ("", (1.0,))]

    run(tmp_path, tale, teams=TEAMS)


def test_who_leads_other_queues_sees_none_of_these_and_an_operator_nothing(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, oleg = await chief(centre, "nina"), await chief(centre, "oleg")
        anna = await centre.ready("anna")
        await lost(centre, 60)
        await centre.server.core.runtime.settled()
        mine, others = await made(nina, by="queue"), await made(oleg, by="queue")
        assert [row.key for row in mine.rows] == ["appointments"]
        assert others.rows == ()
        assert others.result is not None
        assert {"own_queues", "none"} <= {note.kind for note in others.result.notes}
        asked = ReportAsked(period="сегодня", only={"queue": ("appointments",)})
        assert (await oleg.refused(StartReport(asked=asked))).code == "not_allowed"
        assert (await anna.refused(StartReport(asked=asked))).code == "not_allowed"
        behind = GetReportCalls(asked=asked, since=0.0, until=1e10)
        assert (await oleg.refused(behind)).code == "not_allowed"
        assert (await oleg.refused(GetReport(report=mine.report))).code == "unknown"

    run(tmp_path, tale, teams=TEAMS)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (ReportAsked(period="31.02.2026"), "«31.02.2026» — не период: такого дня в календаре нет."),
        (ReportAsked(period="вчера", figures=("weather",)), "Показателя «weather»"),
        (ReportAsked(period="вчера", only={"moon": ("full",)}), "Отбирать по «moon» нельзя"),
    ],
)
def test_what_is_no_report_is_refused_in_words(
    tmp_path: Path, asked: ReportAsked, says: str
) -> None:
    async def tale(centre: Centre) -> None:
        refused = await (await chief(centre, "nina")).refused(StartReport(asked=asked))
        assert refused.code == "bad_value"
        assert says in refused.message

    run(tmp_path, tale, teams=TEAMS)


def test_everybody_has_views_of_the_own_by_name(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina, oleg = await chief(centre, "nina"), await chief(centre, "oleg")
        week = ReportAsked(period="неделя", by="agent", only={"queue": ("appointments",)})
        month = ReportAsked(period="месяц")

        async def views(who: Operator, body: object) -> list[tuple[str, ReportAsked]]:
            found: ReportViews = await who.done(body)  # type: ignore[arg-type]
            return [(view.name, view.asked) for view in found.views]

        assert await views(nina, SaveReportView(name=" Моя  неделя ", asked=month)) == [
            ("Моя неделя", month)
        ]
        assert await views(nina, SaveReportView(name="Моя неделя", asked=week)) == [
            ("Моя неделя", week)
        ]
        assert await views(oleg, GetReportViews()) == []
        refused = await nina.refused(SaveReportView(name="  ", asked=week))
        assert refused.code == "bad_value"
        for n in range(MOST_VIEWS - 1):
            await views(nina, SaveReportView(name=f"{n}", asked=week))
        refused = await nina.refused(SaveReportView(name="ещё", asked=week))
        assert "Видов уже 50" in refused.message
        assert len(await views(nina, GetReportViews())) == MOST_VIEWS
        assert ("Моя неделя", week) not in await views(nina, DeleteReportView(name="Моя неделя"))

    run(tmp_path, tale, teams=TEAMS)


def test_a_client_writes_nothing_of_its_own_into_the_trail(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre, "nina")
        await lost(centre, 60)
        await centre.server.core.runtime.settled()
        for by, key in ((None, "Иванова +79160000000"), ("queue", "appointments")):
            asked = ReportAsked(period="сегодня", by=by)  # type: ignore[arg-type]
            await nina.done(GetReportCalls(asked=asked, since=0.0, until=1e10, key=key))
        traces = await centre.server.database.read(
            lambda conn: conn.execute(
                "SELECT about FROM audit WHERE action = 'contacts' ORDER BY seq"
            ).fetchall()
        )
        assert traces == [("report",), ("appointments",)]

    run(tmp_path, tale, teams=TEAMS)


def test_who_leads_a_team_is_told_no_names_of_others(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        nina = await chief(centre, "nina")
        await centre.ready("anna")
        await centre.ready("boris")
        state = await made(nina, only={"agent": ("nobody",)})
        assert state.result is not None
        (note,) = (note for note in state.result.notes if note.kind == "no_such")
        assert "anna" in note.known
        assert "boris" not in note.known

    run(tmp_path, tale, teams=TEAMS)


def test_a_report_that_is_kept_shows_no_more_than_the_rights_of_now(tmp_path: Path) -> None:
    async def tale(centre: Centre) -> None:
        analyst = await (await centre.operator("nina", role="analyst", queues=())).come()
        await lost(centre, 60)
        await centre.server.core.runtime.settled()
        whole = await made(analyst, by="queue")
        assert await analyst.done(GetReport(report=whole.report)) == whole
        leads = Operator(centre, "nina", "supervisor", ())
        leads._requests = itertools.count(100)  # not those that the analyst's console sent
        assert (await leads.refused(GetReport(report=whole.report))).code == "unknown"
        mine = await made(leads, by="queue")
        assert (await leads.done(GetReport(report=mine.report))).rows == mine.rows
        assert (await analyst.done(GetReport(report=mine.report))).rows == mine.rows

    run(tmp_path, tale, teams=TEAMS)
