"""A report as a sheet: its columns, rows and title in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo

from ekc_console.domain.insight.tally import BY_ID
from ekc_console.domain.terms.localtime import local, said
from ekc_console.i18n import N_, _
from ekc_console.reports import kinds, notes
from ekc_console.reports.figure_words import WORDS
from ekc_console.reports.sheet import Cell, Column, Sheet
from ekc_console.wire.day.report import Report, ReportAsked, ReportRow

_BEGINS: Mapping[str, str] = {
    "half_hour": "%d.%m %H:%M",
    "hour": "%d.%m %H:%M",
    "day": "%d.%m.%Y",
    "week": N_("с %d.%m.%Y"),
    "month": "%m.%Y",
}


_WITH_YEAR: Mapping[str, str] = {"half_hour": "%d.%m.%Y %H:%M", "hour": "%d.%m.%Y %H:%M"}
"""In files, which are read years later."""


def sheet(report: Report, rows: Sequence[ReportRow], zone: tzinfo) -> Sheet:
    """What it is held against stands behind each figure."""
    named, days = named_columns(report.asked), days_of(report.first, report.last)
    figures = figure_columns(report.figures)
    return Sheet(
        title=title_of(report),
        columns=[*named, *(_with_before(figures) if report.before else figures)],
        rows=[
            [
                *named_cells(row, report.asked, days, zone, full=True),
                *_side_by_side(row.values, row.before),
            ]
            for row in rows
        ],
        whole=[
            _("Всего"),
            *[""] * (len(named) - 1),
            *_side_by_side(report.whole, report.before),
        ],
        notes=[*held_against(report), *(notes.said(note, zone) for note in report.notes)],
        begins=[local(row.since, zone).isoformat() for row in rows] if report.asked.every else (),
        warnings=[notes.said(note, zone) for note in report.notes if note.kind in notes.WARNINGS],
        cut=any(note.kind == "first_rows" for note in report.notes),
    )


def _with_before(figures: Sequence[Column]) -> list[Column]:
    before = _("было")
    return [
        column
        for figure in figures
        for column in (
            figure,
            Column(f"{figure.id}_before", f"{figure.title}: {before}", before, figure.unit),
        )
    ]


def _side_by_side(values: Sequence[Cell], before: Sequence[Cell]) -> list[Cell]:
    if not before:
        return list(values)
    return [cell for both in zip(values, before, strict=True) for cell in both]


def held_against(report: Report) -> list[str]:
    if not report.before_first:
        return []
    days = days_of(report.before_first, report.before_last)
    return [_("Рядом, что было за {days}.").format(days=days)]


def figure_columns(figures: Sequence[str]) -> list[Column]:
    """One that a newer server counts is called by its id."""
    return [_column(figure) for figure in figures]


def _column(figure: str) -> Column:
    words, known = WORDS.get(figure), BY_ID.get(figure)
    if words is None or known is None:
        return Column(figure, figure, figure, "count")
    return Column(figure, _(words.title), _(words.short), known.unit, _(words.formula))


def named_columns(asked: ReportAsked) -> list[Column]:
    columns = []
    if asked.every or not asked.by:
        columns.append(Column("from", _("Период"), _("Период"), None))
    if asked.by:
        title = _(kinds.TITLES[asked.by])
        columns.append(Column(asked.by, title, title, None))
    return columns


def named_cells(
    row: ReportRow, asked: ReportAsked, days: str, zone: tzinfo, *, full: bool = False
) -> list[Cell]:
    """``days``: of the whole report; ``full``: with the year."""
    cells: list[Cell] = []
    if asked.every:
        cells.append(begin_of(row.since, asked.every, zone, full=full))
    elif not asked.by:
        cells.append(days)
    if asked.by:
        cells.append(kinds.said(asked.by, row.key, row.title, row.gone))
    return cells


def begin_of(since: float, every: str, zone: tzinfo, *, full: bool = False) -> str:
    """``full``: with the year."""
    pattern = _WITH_YEAR.get(every) if full else None
    return said(since, zone, pattern or _(_BEGINS[every]))


def days_of(first: str, last: str) -> str:
    """``first``, ``last``: ISO 8601."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return f"{begin:%d.%m.%Y}" if begin == end else f"{begin:%d.%m.%Y}–{end:%d.%m.%Y}"


def filters_of(report: Report) -> list[str]:
    return [
        f"{_(kinds.TITLES[by])}: {', '.join(kinds.said(by, key, title) for key, title in wanted)}"
        for by, wanted in report.only.items()
    ]


def title_of(report: Report) -> str:
    days = days_of(report.first, report.last)
    return ". ".join([_("Отчёт за {days}").format(days=days), *filters_of(report)])
