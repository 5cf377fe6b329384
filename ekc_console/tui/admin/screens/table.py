"""What a table of accounts would do, before it is done; or what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import accounts
from ekc_console.tui.shared.widgets.line_table import Column, LineTable, Row
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame
from ekc_console.wire.admin.account_work import PlannedAccount


class TableScreen(Frame):
    heading = N_("Импорт учётных записей")
    about = N_(
        "Что сделает таблица; пока ничего не изменено. Enter — выполнить. Ошибки названы строкой и "
        "столбцом файла: с ошибкой не меняется ничего."
    )

    def __init__(
        self,
        name: str,
        planned: Sequence[PlannedAccount],
        faults: Sequence[str],
        carry_out: Callable[[], None],
    ) -> None:
        """``carry_out``: what Enter does when there are no ``faults``."""
        super().__init__()
        self._name = name
        self._planned = planned
        self._faults = faults
        self._carry_out = carry_out

    def compose_body(self) -> ComposeResult:
        title = _("Импорт · {file}").format(file=self._name)
        yield Label(Content(title), classes="screen-title")
        yield Painted(id="table-note")
        if self._faults:
            yield LineTable((Column(_("Ошибка"), share=1),), "", id="table-rows")
            yield Painted(id="table-fault")
        else:
            columns = (
                Column(_("Что"), 9),
                Column(_("Логин"), 16),
                Column(_("Имя"), share=1),
                Column(_("Роль"), 16),
            )
            yield LineTable(columns, _("В таблице никого."), id="table-rows")

    @property
    def first(self) -> Widget:
        return self.query_one(LineTable)

    def on_mount(self) -> None:
        if self._faults:
            rows = [Row(str(n), (fault,)) for n, fault in enumerate(self._faults)]
        else:
            rows = [
                Row(
                    one.login,
                    (
                        _("завести") if one.new else _("изменить"),
                        one.login,
                        one.name,
                        accounts.role(one.role),
                    ),
                )
                for one in self._planned
            ]
        self.query_one(LineTable).show_rows(rows)

    def paint_body(self, names: frozenset[str]) -> None:
        self.query_one("#table-note", Painted).paint(self._note())
        if self._faults and (key := self.query_one(LineTable).selected_key):
            self.query_one("#table-fault", Painted).paint(Content(self._faults[int(key)]))

    def on_line_table_moved(self) -> None:
        """What has no room in the row stands below."""
        self.paint_body(frozenset())

    def _note(self) -> Content:
        if self._faults:
            text = _("Ошибок {n}: ничего не изменено. Исправьте файл и повторите. Esc — назад.")
            return Content.styled(text.format(n=len(self._faults)), "$text-error")
        text = _("Завести: {new}, изменить: {old}. Пока ничего не изменено. Enter — выполнить.")
        new = sum(one.new for one in self._planned)
        said = text.format(new=new, old=len(self._planned) - new)
        return Content(" ".join(filter(None, (said, self._losing()))))

    def _losing(self) -> str:
        losing = [one.login for one in self._planned if one.lost]
        said = _("Новая роль снимет клиники у: {who}.").format(who=", ".join(losing))
        return said if losing else ""

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        if self._faults or not self._planned:
            return
        self.ekc.confirm(
            _("Выполнить таблицу {name}?").format(name=self._name),
            " ".join((self._note().plain.split(". ")[0] + ".", self._losing())).strip(),
            no=_("Не надо"),
            yes=_("Выполнить"),
            then=self._carry_out,
        )
