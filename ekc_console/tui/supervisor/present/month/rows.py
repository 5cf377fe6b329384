"""A report as a table of the terminal: the figures that have room, the one in focus among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ekc_console.client.reports.month import Month
from ekc_console.client.words.zone import time_of_day, zone
from ekc_console.domain.insight.tally import USUAL
from ekc_console.i18n import N_, _
from ekc_console.reports import kinds, notes, table, values
from ekc_console.reports.sheet import Column as Figure
from ekc_console.tui.shared.keys.registry import key as key_of
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.day.report import Report, ReportAsked, ReportNote, ReportRow

WHOLE = "whole"
"""Key of the row of all."""
NAME, BEGIN = 18, 12
"""Cells that a name has at least, and those of the begin of a part beside one."""
_LEAST = {"count": 6, "share": 5, "seconds": 8}
_BEFORE, _CHANGE = 8, 7
GAP, EDGE = 2, 4
AGAINST = {
    "": N_("без сравнения"),
    "before": N_("рядом время перед тем"),
    "year": N_("рядом год назад"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Which figures are in sight: ``shown`` are their numbers in the report."""

    figures: tuple[Figure, ...]
    focus: int
    shown: tuple[int, ...]
    asked: ReportAsked

    @property
    def figure(self) -> Figure:
        return self.figures[self.focus]


def figures_of(asked: ReportAsked) -> tuple[Figure, ...]:
    return tuple(table.figure_columns(asked.figures or USUAL))


def look(asked: ReportAsked, focus: int, width: int) -> Look:
    """``width``: cells of the table."""
    figures = figures_of(asked)
    focus = max(0, min(focus, len(figures) - 1))
    named = [_named_width(asked, column.id) or NAME for column in table.named_columns(asked)]
    room = width - EDGE - sum(named) - GAP * len(named)
    if asked.against:
        room -= _BEFORE + _CHANGE + 2 * GAP
    first, used = focus, _width(figures[focus]) + GAP
    while first > 0 and used + _width(figures[first - 1]) + GAP <= room:
        first -= 1
        used += _width(figures[first]) + GAP
    last = focus
    while last + 1 < len(figures) and used + _width(figures[last + 1]) + GAP <= room:
        last += 1
        used += _width(figures[last]) + GAP
    return Look(figures, focus, tuple(range(first, last + 1)), asked)


def _named_width(asked: ReportAsked, column: str) -> int:
    """0: as much as is left."""
    return (BEGIN if asked.by else 0) if column == "from" else 0


def _width(figure: Figure) -> int:
    return max(len(figure.short) + 1, _LEAST[figure.unit or "count"])


def columns(seen: Look) -> tuple[Column, ...]:
    found = [
        Column(named.title, _named_width(seen.asked, named.id))
        for named in table.named_columns(seen.asked)
    ]
    for n in seen.shown:
        figure = seen.figures[n]
        title = f"▾{figure.short}" if n == seen.focus else figure.short
        found.append(Column(title, _width(figure), right=True))
        if n == seen.focus and seen.asked.against:
            found.append(Column(_("было"), _BEFORE, right=True))
            found.append(Column("±", _CHANGE, right=True))
    return tuple(found)


def keys(month: Month) -> list[str]:
    """That of all first."""
    result = month.state.result if month.state else None
    rows = [str(n) for n in range(len(month.rows))]
    return [WHOLE, *rows] if result is not None and month.rows else rows


def row(month: Month, key: str, seen: Look) -> Row:
    result = month.state.result if month.state else None
    if key == WHOLE and result is not None:
        named = [_("Всего"), *[""] * (len(table.named_columns(seen.asked)) - 1)]
        return Row(key, (*named, *_cells(seen, result.whole, result.before)), "bold")
    one = month.rows[int(key)]
    days = table.days_of(result.first, result.last) if result else seen.asked.period
    named = [str(cell) for cell in table.named_cells(one, seen.asked, days, zone())]
    return Row(key, (*named, *_cells(seen, one.values, one.before)))


def _cells(
    seen: Look, now: Sequence[float | None], before: Sequence[float | None]
) -> tuple[str, ...]:
    cells = []
    for n in seen.shown:
        figure = seen.figures[n]
        cells.append(values.cell_text(figure.unit, now[n]))
        if n == seen.focus and seen.asked.against:
            then = before[n] if before else None
            cells += [values.cell_text(figure.unit, then), change(figure, now[n], then)]
    return tuple(cells)


def change(figure: Figure, now: float | None, then: float | None) -> str:
    """Of shares in points, of all else in percents of what was."""
    if now is None or then is None:
        return values.NONE
    if figure.unit == "share":
        return _("{n:+.0f} п.").format(n=(now - then) * 100)
    return f"{(now - then) / then:+.0%}" if then else values.NONE


def title(month: Month) -> str:
    """What it is a report of."""
    asked, result = month.asked, month.state.result if month.state else None
    told = [table.days_of(result.first, result.last) if result else asked.period]
    if result is not None:
        told += table.filters_of(result)
    else:
        told += [f"{_(kinds.TITLES[by])}: {', '.join(wanted)}" for by, wanted in asked.only.items()]
    if asked.against:
        told.append(_(AGAINST[asked.against]))
    return " · ".join(told)


def note(month: Month) -> str:
    """How far it is, what is wrong, what must not be overlooked."""
    state = month.state
    if month.trouble is not None:
        return month.trouble.in_one_line
    if month.running and (state is None or state.status == "running"):
        done = state.done if state else 0.0
        found = state.found if state else 0
        text = _("Считается: {done:.0%}, строк {found}. Esc — остановить.")
        return text.format(done=done, found=found)
    if month.stopped or (state is not None and state.status == "stopped"):
        return _("Остановлено: строки не все. {key} — построить снова.").format(
            key=key_of("report.again")
        )
    if state is None or state.result is None:
        return ""
    told = [
        *table.held_against(state.result),
        *(_said(one, state.result) for one in state.result.notes),
    ]
    return " ".join(told)


def _said(one: ReportNote, result: Report) -> str:
    if one.kind != "running":
        return notes.said(one, zone())
    return _("Период ещё идёт: посчитано на {time}; {key} — заново.").format(
        time=time_of_day(result.until), key=key_of("report.again")
    )


def formula(seen: Look) -> str:
    figure = seen.figure
    return f"▾ {figure.title}: {figure.formula}." if figure.formula else f"▾ {figure.title}"


def empty(month: Month) -> str:
    if month.running:
        return _("Отчёт считается…")
    if month.trouble is not None or month.stopped:
        return _("Отчёта нет. {period} — другой период, {again} — построить снова.").format(
            period=key_of("report.period"), again=key_of("report.again")
        )
    return _("Таких вызовов за период не было. {period} — период, {filter} — отбор.").format(
        period=key_of("report.period"), filter=key_of("report.filter")
    )


def behind(month: Month, key: str) -> tuple[float, float, str | None] | None:
    """Since, until and key of the calls behind a row; None: nobody knows yet."""
    result = month.state.result if month.state else None
    if key == WHOLE:
        return (result.since, result.until, None) if result else None
    one: ReportRow = month.rows[int(key)]
    return one.since, one.until, one.key if month.asked.by else None


def named(month: Month, key: str) -> str:
    """What a row is called."""
    result = month.state.result if month.state else None
    days = table.days_of(result.first, result.last) if result else month.asked.period
    if key == WHOLE:
        return days
    cells = table.named_cells(month.rows[int(key)], month.asked, days, zone())
    return " · ".join(str(cell) for cell in cells)


def name_of(month: Month, one: ReportRow) -> str:
    """Of the calls of a row, whatever the time."""
    return kinds.said(month.asked.by or "", one.key, one.title, one.gone)
