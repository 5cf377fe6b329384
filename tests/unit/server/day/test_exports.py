"""Reports that the server writes by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ekc_console.config.reports import ScheduledReport
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.day import report_desk
from ekc_console.server.day.exports import MADE_UP, Exports
from ekc_console.server.day.report_desk import ReportDesk
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import projection
from tests.unit.commands.reports.conftest import at, call
from tests.unit.server.day.test_report_desk import KNOWN
from tests.unit.server.store.conftest import db as db


class Day:
    now = at("2026-11-02T05:00:00")


@pytest.fixture
def day() -> Day:
    return Day()


def exports(db: Database, folder: Path, day: Day) -> tuple[Exports, ScheduledReport, Conditions]:
    conditions = Conditions()
    order = ScheduledReport(
        name="По очередям", every="day", folder=str(folder), format="json", by="queue"
    )
    made = Exports(
        (order,), db, ReportDesk(db.path), conditions, known=lambda: KNOWN, now=lambda: day.now
    )
    return made, order, conditions


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_each_is_written_once_when_it_is_due(db: Database, tmp_path: Path, day: Day) -> None:
    calls = [call("c1", "2026-11-02T10:00:00"), call("c2", "2026-11-03T10:00:00")]
    await db.write(lambda conn: projection.apply(conn, calls))
    folder = tmp_path / "out"
    folder.mkdir()
    made, order, conditions = exports(db, folder, day)
    day.now = at("2026-11-02T07:00:00")
    assert await made.write_due(order) == 0  # named for the first time: from now on
    day.now = at("2026-11-03T06:00:00")
    assert await made.write_due(order) == 1
    assert await made.write_due(order) == 0
    assert names(folder) == ["По очередям 2026-11-02.json"]
    document = json.loads((folder / "По очередям 2026-11-02.json").read_text(encoding="utf-8"))
    assert [(row["queue"], row["offered"]) for row in document["rows"]] == [("Врач", 1.0)]
    assert not conditions.words


async def test_a_folder_that_is_gone_is_said_and_what_was_due_is_made_up(
    db: Database, tmp_path: Path, day: Day
) -> None:
    folder = tmp_path / "away"
    made, order, conditions = exports(db, folder, day)
    await made.write_due(order)
    day.now = at("2026-11-05T12:00:00")
    assert await made.write_due(order) == 0
    (said,) = conditions.words.values()
    assert (said.key, said.values) == ("condition.report", {"name": "По очередям"})
    folder.mkdir()
    assert await made.write_due(order) == 4
    assert names(folder) == [f"По очередям 2026-11-0{n}.json" for n in range(1, 5)]
    assert not conditions.words


async def test_no_more_than_a_month_of_days_is_made_up(
    db: Database, tmp_path: Path, day: Day
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    made, order, _conditions = exports(db, folder, day)
    await made.write_due(order)
    day.now = at("2027-02-02T12:00:00")
    assert await made.write_due(order) == MADE_UP
    assert names(folder)[-1] == "По очередям 2027-02-01.json"


async def test_one_first_looked_at_while_the_clock_was_ahead_is_written_again_from_now_on(
    db: Database, tmp_path: Path, day: Day
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    made, order, _conditions = exports(db, folder, day)
    day.now = at("2036-11-02T05:00:00")
    await made.write_due(order)
    day.now = at("2026-11-03T07:00:00")
    assert await made.write_due(order) == 0
    day.now = at("2026-11-04T07:00:00")
    assert await made.write_due(order) == 1
    assert names(folder) == ["По очередям 2026-11-03.json"]


async def test_all_rows_are_written_however_many(
    db: Database, tmp_path: Path, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_desk, "MOST_ROWS", 1)
    calls = [call("c1", "2026-11-02T10:00:00"), call("c2", "2026-11-02T12:00:00", queue="dentist")]
    await db.write(lambda conn: projection.apply(conn, calls))
    folder = tmp_path / "out"
    folder.mkdir()
    made, order, _conditions = exports(db, folder, day)
    day.now = at("2026-11-02T07:00:00")
    await made.write_due(order)
    day.now = at("2026-11-03T06:00:00")
    assert await made.write_due(order) == 1
    (file,) = folder.iterdir()
    document = json.loads(file.read_text(encoding="utf-8"))
    assert len(document["rows"]) == 2
    assert not any("здесь первые" in note for note in document["notes"])
