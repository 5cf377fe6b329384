"""The audit trail: who did what with whose, the newest first."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import audit
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.wire.admin.audit_work import AuditEntry


class AuditPane(Pane):
    slug = "audit"
    heading = N_("Журнал доступа")
    about = N_(
        "Кто входил, чьи карточки смотрел, что искал, менял и выгружал; имён и номеров здесь нет. "
        "Клавиши отбирают по логину, действию и дням; проверка идёт рядом с вызовами. Чтение и "
        "проверка — тоже записи."
    )

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self.ekc.desk)

    @property
    def table(self) -> LazyTable:
        return self.query_one(LazyTable)

    def compose(self) -> ComposeResult:
        yield LazyTable(audit.columns(), _("Данные загружаются…"), id="audit")
        yield Painted(id="audit-detail")

    @property
    def first(self) -> Widget:
        return self.table

    @property
    def selected(self) -> AuditEntry | None:
        key = self.table.selected_key if self.is_mounted else None
        return next((e for e in self._desk.entries or () if str(e.seq) == key), None)

    def paint(self, names: frozenset[str]) -> None:
        if not self.is_mounted:
            return
        found, check = self._desk.entries, self._desk.checking
        if found is not None:
            self.table.set_empty(_("Таких записей нет."))
            self.table.show_keys([str(e.seq) for e in found], lambda i: audit.row(found[i]))
        parts = [_(self.heading)]
        if found is not None:
            more = _("{n} и раньше") if self._desk.more_entries else "{n}"
            parts.append(more.format(n=len(found)))
        if check is not None:
            parts.append(audit.checking(check))
        self.set_title(" · ".join(parts))
        wanted = audit.filters(self._desk.asked)
        if wanted != (self.border_subtitle or ""):
            self.border_subtitle = wanted
        entry = self.selected
        self.query_one("#audit-detail", Painted).paint(
            audit.detail(entry) if entry else Content("")
        )
