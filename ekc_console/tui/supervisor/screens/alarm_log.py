"""The event log: what went beyond its limits, what was done about it, who was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.supervisor.present import alarms
from ekc_console.tui.supervisor.screens.asked import AskedScreen
from ekc_console.tui.supervisor.screens.things import PersonScreen, QueueScreen
from ekc_console.wire.centre.alarms import AlarmEntry, AlarmLog, GetAlarmLog


class AlarmLogScreen(AskedScreen[AlarmLog]):
    kind = "log"
    orders: ClassVar[Mapping[str, Mapping[str, str]]] = {"opened-log": alarms.LOG_ORDERS}
    heading = N_("Журнал событий")
    about = N_(
        "Контрольные события, последнее первым: что и когда вышло за предел и кончилось, "
        "кто принял или отложил, кому сказано. / оставляет строки с этими словами, Y меняет "
        "порядок. Enter ведёт к очереди или человеку."
    )

    def __init__(self) -> None:
        super().__init__("")
        self._shown: dict[str, AlarmEntry] = {}

    def question(self) -> GetAlarmLog:
        return GetAlarmLog(limit=500)

    def state(self) -> object:
        return tuple(self.desk.watched.alarms.values())

    def compose_lists(self) -> ComposeResult:
        yield LazyTable(alarms.log_columns(), self.nothing_yet, id="opened-log")

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        title = _("стоит {n}").format(n=len(watched.alarms))
        return title, Content("")

    def paint_lists(self, watched: Watched, now: float) -> None:
        entries = self.answer.entries if self.answer else ()
        found = [
            (f"{entry.at} {entry.alarm} {entry.event} {entry.who}", entry) for entry in entries
        ]
        if order := alarms.log_order(self.look("opened-log").order):
            found.sort(key=lambda numbered: order(numbered[1]))
        self._shown = dict(found)
        empty = self.nothing_yet if self.answer is None else _("Событий ещё не было.")
        self.show("opened-log", [alarms.log_row(key, entry, now) for key, entry in found], empty)

    def things(self) -> dict[str, str]:
        row = self.query_one("#opened-log", LazyTable).meant_key if self.is_mounted else None
        entry = self._shown.get(row or "")
        return {} if entry is None else {entry.about: entry.thing}

    def open(self, table: str, key: str) -> None:
        if entry := self._shown.get(key):
            kind = QueueScreen if entry.about == "queue" else PersonScreen
            self.ekc.open_above(kind(entry.thing))
