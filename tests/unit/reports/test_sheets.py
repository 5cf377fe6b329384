"""A report as files: moments that are read years later, and rows that are missing."""

from __future__ import annotations

import json

from ekc_console.domain.terms.localtime import zone_named
from ekc_console.reports import formats, table
from ekc_console.reports.sheet import Sheet
from ekc_console.wire.day.report import Report, ReportAsked, ReportEvery, ReportNote, ReportRow
from tests.unit.commands.reports.conftest import at

ZONE = zone_named("Asia/Yekaterinburg")
LATE = at("2026-11-30T22:30:00")


def sheet(every: ReportEvery, *notes: ReportNote) -> Sheet:
    report = Report(
        asked=ReportAsked(period="2026-11", every=every),
        figures=("offered",),
        first="2026-11-01",
        last="2026-11-30",
        since=LATE,
        until=LATE + 1800,
        whole=(3.0,),
        notes=notes,
    )
    rows = [ReportRow(since=LATE + 1800 * n, until=LATE + 1800, values=(1.0,)) for n in range(2)]
    return table.sheet(report, rows, ZONE)


def test_half_hours_have_their_year_and_programs_a_moment() -> None:
    made = sheet("half_hour")
    assert made.rows[0][0] == "30.11.2026 22:30"
    (first, _second) = json.loads(formats.as_json(made))["rows"]
    assert first["since"] == "2026-11-30T22:30:00+05:00"
    assert "since" in json.loads(formats.as_json(sheet("day")))["rows"][0]


def test_a_table_without_its_last_rows_says_so_itself() -> None:
    whole, cut = sheet("hour"), sheet("hour", ReportNote(kind="first_rows", rows=40_000))
    assert "40000" not in formats.as_csv(whole).decode()
    assert formats.as_csv(cut).decode().splitlines()[-1].startswith("Строк 40000, здесь первые")
