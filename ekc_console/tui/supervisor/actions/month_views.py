"""A report kept: as a view of the person's own, and as a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from ekc_console.client.reports.month import Month
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.client.words.zone import zone
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.reports import formats, table
from ekc_console.reports.files import written
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu, Menu, Prompt
from ekc_console.wire.day.report import Report
from ekc_console.wire.day.report_views import LONGEST_NAME

_FOLDER = "folder"
"""The choice of another one, among the formats."""
_NOT_IN_NAMES = re.compile(r"[^\w .–-]+")


class MonthViews:
    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "report.views": self.choose,
            "report.save_view": self.ask_name,
            "report.drop_view": self.choose_to_drop,
            "report.undo": self.restore,
            "report.export": self.ask_format,
        }

    @property
    def _month(self) -> Month:
        return cast("SupervisorDesk", self._host.desk).month

    # -- views ---------------------------------------------------------------------

    def choose(self) -> None:
        self._pick(_("Сохранённые виды"), self._open)

    def choose_to_drop(self) -> None:
        self._pick(_("Удалить вид"), self._drop)

    def _pick(self, title: str, picked: Callable[[str], None]) -> None:
        def show(_answer: object) -> None:
            views = self._month.views
            if not views:
                self._host.tell("info", _("Сохранённых видов нет."))
                return
            choices = [Choice(v.name, v.name, note=v.asked.period) for v in views]
            self._host.show_panel(FilterMenu(title, choices, picked))

        self._host.work("report:views", self._month.read_views, show)

    def _open(self, name: str) -> None:
        asked = next((view.asked for view in self._month.views if view.name == name), None)
        if asked is not None:
            self._month.make(asked)
            self._host.paint(frozenset({"month"}))

    def ask_name(self) -> None:
        def named(text: str) -> None:
            name = " ".join(text.split())
            if not 0 < len(name) <= LONGEST_NAME:
                raise EkcError(_("Назовите вид: от 1 до {most} знаков.").format(most=LONGEST_NAME))
            self._host.work(
                "report:views",
                lambda: self._month.save_view(name),
                lambda _answer: self._host.tell(
                    "info", _("Вид «{name}» сохранён.").format(name=name)
                ),
            )

        hint = _("Под именем, которое уже есть, вид заменится.")
        self._host.show_panel(Prompt(_("Сохранить вид"), named, hint=hint))

    def _drop(self, name: str) -> None:
        def dropped(_answer: object) -> None:
            text = _("Вид «{name}» удалён. {key} вернёт его.")
            self._host.tell("info", text.format(name=name, key=key("report.undo")))

        self._host.work("report:views", lambda: self._month.drop_view(name), dropped)

    def restore(self) -> None:
        view = self._month.dropped
        if view is None:
            return

        def restored(_answer: object) -> None:
            self._host.tell("info", _("Вид «{name}» снова есть.").format(name=view.name))

        self._host.work("report:views", self._month.restore_view, restored)

    # -- files ---------------------------------------------------------------------

    @property
    def _folder(self) -> Path:
        return Path(self._host.prefs.reports_folder or "~").expanduser()

    def ask_format(self) -> None:
        if self._month.state is None or self._month.state.result is None:
            self._host.tell("info", _("Выгружать нечего: отчёт не построен."))
            return
        choices = [
            Choice("xlsx", _("XLSX — таблица с листом формул"), "1"),
            Choice("csv", _("CSV — для таблиц"), "2"),
            Choice("json", _("JSON — для программ"), "3"),
            Choice(_FOLDER, _("Другая папка: сейчас {folder}").format(folder=self._folder), "4"),
        ]
        self._host.show_panel(Menu(_("Выгрузить отчёт"), choices, self._export))

    def _export(self, form: str) -> None:
        if form == _FOLDER:
            self._ask_folder()
            return
        state = self._month.state
        if state is None or state.result is None:
            return
        sheet = table.sheet(state.result, tuple(self._month.rows), zone())
        file = self._folder / f"{_file_name(state.result)}.{form}"

        def write() -> None:
            written(file, [formats.WRITERS[form](sheet)])

        def done(_answer: object) -> None:
            if sheet.cut:
                self._host.tell("warning", _("Записаны не все строки: {file}").format(file=file))
                return
            self._host.tell("info", _("Отчёт записан: {file}").format(file=file))

        self._host.work("report:export", lambda: asyncio.to_thread(write), done)

    def _ask_folder(self) -> None:
        def named(text: str) -> None:
            folder = Path(text.strip() or "~").expanduser()
            if not folder.is_dir():
                raise EkcError(
                    _("Папки {folder} нет.").format(folder=folder),
                    _("Назовите ту, что есть."),
                )
            self._host.set_prefs(reports_folder=str(folder))
            self.ask_format()

        hint = _("Пусто — ваша домашняя папка.")
        self._host.show_panel(
            Prompt(_("Папка для отчётов"), named, value=str(self._folder), hint=hint)
        )


def _file_name(report: Report) -> str:
    """Without what a file cannot be called."""
    days = table.days_of(report.first, report.last)
    parts = [
        _("Отчёт"),
        days,
        *(column.title.lower() for column in table.named_columns(report.asked)),
    ]
    return _NOT_IN_NAMES.sub("", " ".join([*parts, *table.filters_of(report)]))[:100].strip()
