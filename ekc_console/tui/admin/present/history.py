"""The history of settings in rows: a row each value that was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual.content import Content

from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import said
from ekc_console.i18n import _
from ekc_console.tui.admin.present import settings
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.way_in import SettingsChange, SettingsStep

WIDE = 100
"""Columns of the table from which where a value stands has room."""
_SHORT = "%d.%m %H:%M"


class Line(NamedTuple):
    step: SettingsStep
    changed: str


def lines(steps: Sequence[SettingsStep]) -> list[Line]:
    return [Line(step, changed) for step in steps for changed in step.changes]


def columns() -> tuple[Column, ...]:
    return (
        Column(_("Когда"), 11),
        Column(_("Кто"), 8),
        Column(_("Где"), 15, from_width=WIDE),
        Column(_("Что"), 20),
        Column(_("Было"), share=1),
        Column(_("Стало"), share=1),
    )


def rows(lines: Sequence[Line], titles: Mapping[str, str]) -> list[Row]:
    """``titles``: of queues, by their ids."""
    changes = SettingsChange(changes=tuple(line.changed for line in lines))
    cells = (row.cells for row in settings.rows(changes, titles))
    return [
        Row(str(n), (*_whose(line.step), *told))
        for n, (line, told) in enumerate(zip(lines, cells, strict=True))
    ]


def _whose(step: SettingsStep) -> tuple[str, str]:
    return said(step.at, zone(), _SHORT), step.by or _("запуск")


def detail(line: Line) -> Content:
    step = line.step
    who = step.by or _("запуск сервера с другим файлом")
    about = [_("№ {seq}").format(seq=step.change), said(step.at, zone(), "%d.%m.%Y %H:%M:%S"), who]
    if step.why:
        about.append(_("причина: {why}").format(why=step.why))
    return Content(f"{' · '.join(about)}\n{line.changed}")
