"""Reports in the making, beside a loop that goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from ekc_console.domain.terms.localtime import start_of, zone_named
from ekc_console.domain.terms.spans import Span
from ekc_console.server.day import report_build, report_desk
from ekc_console.server.day.report_asked import Wanted, wanted
from ekc_console.server.day.report_desk import ReportDesk, ReportJob
from ekc_console.server.day.report_names import Known
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.journal import projection
from ekc_console.wire.day.report import ReportAsked
from tests.unit.commands.reports.conftest import at, call

ZONE = zone_named("Asia/Yekaterinburg")
KNOWN = Known(Rules(ZONE, {"doctor": 20.0}), {"queue": {"doctor": "Врач"}}, {})
NOW = at("2026-11-05T12:00:00")
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    calls = [call(f"c{n}", f"2026-11-0{n}T10:00:00") for n in range(1, 5)]
    with Database.open(tmp_path / "ekc.db") as database:
        database.write_now(lambda conn: projection.apply(conn, calls))
        yield database.path


def a_month(**asked: object) -> Wanted:
    return wanted(ReportAsked(period="2026-11", **asked), NOW, ZONE)  # type: ignore[arg-type]


async def over(job: ReportJob) -> ReportJob:
    async with asyncio.timeout(10):
        await job.over.wait()
    return job


def without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    real = report_build.by_parts

    def endless(
        conn: Connection, spans: tuple[Span, ...], *more: Any, **named: Any
    ) -> Iterator[Any]:
        while spans:
            yield from real(conn, spans, *more, **named)

    monkeypatch.setattr(report_build, "by_parts", endless)


async def test_a_report_by_days_in_the_order_of_the_time(store: Path) -> None:
    desk = ReportDesk(store)
    job = await over(desk.start("nina", a_month(every="day", by="queue"), KNOWN))
    assert job.status == "done"
    assert [(row.since, row.title, row.values[0]) for row in job.builder.rows] == [
        (start_of(NOVEMBER.replace(day=n), ZONE), "Врач", 1.0) for n in range(1, 5)
    ]
    assert job.builder.done == 1.0
    await desk.close()


async def test_its_first_rows_are_there_while_it_goes_on_and_it_ends_when_told(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_end(monkeypatch)
    desk = ReportDesk(store)
    job = desk.start("nina", a_month(), KNOWN)
    async with asyncio.timeout(10):
        while job.builder.found < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (job.status, len(job.builder.rows) >= 3) == ("running", True)
    assert 0.0 < job.builder.done <= 1.0
    assert desk.find("nina", job.id) is job
    assert desk.find("oleg", job.id) is None
    await desk.stop(job)
    assert job.status == "stopped"
    await desk.close()


async def test_a_new_one_ends_the_one_before_and_the_end_of_the_server_all(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_end(monkeypatch)
    desk = ReportDesk(store)
    first = desk.start("nina", a_month(), KNOWN)
    second = desk.start("nina", a_month(), KNOWN)
    assert (await over(first)).status == "stopped"
    assert desk.find("nina", first.id) is None
    await desk.close()
    assert second.status == "stopped"


async def test_no_more_rows_are_kept_than_there_is_room_for_and_all_are_counted(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_desk, "MOST_ROWS", 2)
    desk = ReportDesk(store)
    job = await over(desk.start("nina", a_month(every="day"), KNOWN))
    assert job.result is not None
    assert (len(job.builder.rows), job.builder.found, job.result.whole[0]) == (2, 4, 4.0)
    assert ("first_rows", 4) in [(note.kind, note.rows) for note in job.result.notes]
    await desk.close()


async def test_a_store_that_cannot_be_read_fails_it(tmp_path: Path) -> None:
    desk = ReportDesk(tmp_path / "none.db")
    assert (await over(desk.start("nina", a_month(), KNOWN))).status == "failed"
    await desk.close()


async def test_those_that_run_are_ended_by_nobody_else_and_one_too_many_is_refused(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_end(monkeypatch)
    desk = ReportDesk(store)
    own = desk.start_own(a_month(), KNOWN)
    jobs = [desk.start(f"p{n}", a_month(), KNOWN) for n in range(report_desk.MOST_RUNNING)]
    with pytest.raises(Refusal) as caught:
        desk.start("oleg", a_month(), KNOWN)
    assert (caught.value.code, caught.value.key) == ("server_busy", "report.many_running")
    assert {job.status for job in (own, *jobs)} == {"running"}
    again = desk.start("p0", a_month(), KNOWN)
    assert desk.find("p0", again.id) is again
    monkeypatch.setattr(report_desk, "LOOKED_AT_S", 0.0)
    later = desk.start("oleg", a_month(), KNOWN)
    assert desk.find("p1", jobs[1].id) is None  # nobody looked at it
    assert desk.find("oleg", later.id) is later
    await desk.close()


async def test_of_those_that_are_over_the_first_goes(store: Path) -> None:
    desk = ReportDesk(store)
    jobs = [await over(desk.start(f"p{n}", a_month(), KNOWN)) for n in range(report_desk.KEPT + 1)]
    kept = [desk.find(f"p{n}", job.id) for n, job in enumerate(jobs)]
    assert kept == [None, *jobs[1:]]
    await desk.close()


async def test_a_program_of_the_same_person_ends_nothing_that_the_console_shows(
    store: Path,
) -> None:
    desk = ReportDesk(store)
    shown = await over(desk.start("nina", a_month(), KNOWN))
    first = await over(desk.start("nina", a_month(), KNOWN, program=True))
    second = await over(desk.start("nina", a_month(), KNOWN, program=True))
    assert [desk.find("nina", job.id) for job in (shown, first, second)] == [shown, None, second]
    await desk.close()
