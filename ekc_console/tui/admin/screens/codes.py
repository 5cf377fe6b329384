"""One-time codes, shown this once."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.client import account_table
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import accounts
from ekc_console.tui.shared.widgets.line_table import Column, LineTable, Row
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.panels import Prompt
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.admin.account_work import PlannedAccount


class CodesScreen(Frame):
    """``until``: how long they are good; None: for the usual time of a table."""

    heading = N_("Одноразовые коды")
    about = N_(
        "Коды видны один раз: передайте их людям или сохраните в файл клавишей Enter. Код набирают "
        "на экране входа вместо пароля, и человек сам задаёт пароль."
    )

    def __init__(self, invited: Sequence[PlannedAccount], until: float | None = None) -> None:
        super().__init__()
        self._invited = tuple(invited)
        self._until = until
        self._kept = len(self._invited) == 1

    def compose_body(self) -> ComposeResult:
        yield Label(_("Одноразовые коды") + "   " + _("Esc — закрыть"), classes="screen-title")
        yield Painted(id="codes-note")
        columns = (Column(_("Логин"), 20), Column(_("Имя"), share=1), Column(_("Код"), 16))
        yield LineTable(columns, _("Новых учётных записей нет."), id="codes")

    @property
    def first(self) -> Widget:
        return self.query_one(LineTable)

    def on_mount(self) -> None:
        rows = [Row(one.login, (one.login, one.name, one.code)) for one in self._invited]
        self.query_one(LineTable).show_rows(rows)

    def paint_body(self, names: frozenset[str]) -> None:
        until = (
            _("Годится до {at}. ").format(at=accounts.moment(self._until)) if self._until else ""
        )
        note = _(
            "Показано один раз: передайте человеку. Код набирают на экране входа вместо пароля. "
            "Enter — сохранить в файл."
        )
        self.query_one("#codes-note", Painted).paint(Content(until + note))

    def close_top(self) -> None:
        """Many codes are not lost by one key."""
        if self._kept:
            self.app.pop_screen()
            return
        self.ekc.confirm(
            _("Закрыть, не сохранив коды?"),
            _("Кодов: {n}. Больше их не показать: каждому придётся дать новый.").format(
                n=len(self._invited)
            ),
            no=_("Остаться"),
            yes=_("Закрыть"),
            then=self._leave,
        )

    def _leave(self) -> None:
        self._kept = True
        self.app.pop_screen()

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        hint = _("Enter — сохранить. Читать файл сможете только вы.")
        self.ekc.show_panel(Prompt(_("Сохранить коды в файл"), self._save, hint=hint))

    def _save(self, text: str) -> None:
        path = account_table.place(text)
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "w", encoding="utf-8-sig", newline="") as file:
                rows = csv.writer(file, delimiter=";")
                rows.writerow(("login", "name", "code"))
                rows.writerows((one.login, one.name, one.code) for one in self._invited)
        except OSError as error:
            raise EkcError(
                _("{file}: файл не создать ({why}).").format(
                    file=path, why=error.strerror or error
                ),
                _("Назовите другой."),
            ) from error
        self._kept = True
        self.ekc.tell("info", _("Коды сохранены: {file}.").format(file=path))
