"""A queue, a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Label

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.supervisor.present import calls, day_calls, day_line, details
from ekc_console.tui.supervisor.screens.asked import AskedScreen
from ekc_console.tui.supervisor.screens.call import CallScreen
from ekc_console.tui.supervisor.screens.opened import OpenedScreen
from ekc_console.wire.day.person_day import GetPersonDay, PersonDay

AWAY = ("break", "not_ready", "not_responding")
MARGIN = 4
"""Cells beside the line of the day."""


class QueueScreen(OpenedScreen):
    kind = "queue"
    kinds: ClassVar[Mapping[str, str]] = {"opened-waiting": "call", "opened-people": "person"}
    heading = N_("Очередь")
    about = N_(
        "Одна очередь: кто ждёт, в том порядке, в котором их примут, и кто на смене для неё: "
        "возьмёт ли вызов сейчас, а если нет — почему. Enter открывает вызов или человека."
    )

    def compose_lists(self) -> ComposeResult:
        with Container(id="opened-lists"):
            with Vertical(classes="opened-list"):
                yield Label(_("Кто ждёт"), classes="subtitle")
                yield LazyTable(details.waiting_columns(), "", id="opened-waiting")
            with Vertical(classes="opened-list"):
                yield Label(_("Кто может взять"), classes="subtitle")
                yield LazyTable(details.serving_columns(), "", id="opened-people")

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        row = watched.queues.get(self.thing)
        if row is None:
            return self.thing, details.gone(_("Такой очереди больше нет."))
        return row.title, details.queue(row, now)

    def paint_lists(self, watched: Watched, now: float) -> None:
        mine = [call for call in watched.calls.values() if call.queue == self.thing]
        waiting = calls.places(mine)
        rows = [
            calls.marked(details.waiting_row(i, call, now), call.id in self.desk.marked)
            for i, call in enumerate(waiting, start=1)
        ]
        self.show("opened-waiting", rows, _("Никто не ждёт."))
        queue = watched.queues.get(self.thing)
        title = queue.title if queue else ""
        people = details.serving(watched, self.thing)
        nobody = _("На смене никого для этой очереди: вызовы некому принять.")
        self.show("opened-people", [details.serving_row(p, title, now) for p in people], nobody)

    def open(self, table: str, key: str) -> None:
        kind = CallScreen if table == "opened-waiting" else PersonScreen
        self.ekc.open_above(kind(key))


class PersonScreen(AskedScreen[PersonDay]):
    kind = "person"
    kinds: ClassVar[Mapping[str, str]] = {"opened-queues": "queue", "opened-calls": "call"}
    orders: ClassVar[Mapping[str, Mapping[str, str]]] = {"opened-calls": day_calls.ORDERS}
    heading = N_("Человек")
    about = N_(
        "Один человек: что делает и давно ли, связь; его день строкой состояний — что означает "
        "каждый знак, сказано под ней, «▴» и «▾» стоят у того, что дольше обычного или слишком "
        "коротко. Ниже — последние вызовы (Enter открывает вызов и что с ним было) и его очереди, "
        "сколько там ждут."
    )

    def question(self) -> GetPersonDay:
        return GetPersonDay(agent=self.thing)

    def state(self) -> object:
        """Not each ready and not ready: the line goes on by itself."""
        row = self.desk.watched.people.get(self.thing)
        return None if row is None else (row.calls, row.since if row.state in AWAY else 0.0)

    def compose_lists(self) -> ComposeResult:
        yield Painted(id="opened-day")
        with Container(id="opened-lists"):
            with Vertical(classes="opened-list", id="opened-lately"):
                yield Label(_("Последние вызовы"), classes="subtitle")
                yield LazyTable(day_calls.columns(), self.nothing_yet, id="opened-calls")
            with Vertical(classes="opened-list"):
                yield Label(_("Его очереди"), classes="subtitle")
                yield LazyTable(details.load_columns(), "", id="opened-queues")

    def told(self, watched: Watched, now: float) -> tuple[str, Content]:
        row = watched.people.get(self.thing)
        if row is None:
            name = self.answer.name if self.answer else self.thing
            return name, details.gone(_("Смена этого человека закончена."))
        return row.name, details.person(row, watched, now)

    def paint_lists(self, watched: Watched, now: float) -> None:
        row, day = watched.people.get(self.thing), self.answer
        known = watched.queues
        mine = [known[queue] for queue in row.queues if queue in known] if row else []
        self.show("opened-queues", [details.load_row(q, now) for q in mine], _("Очередей нет."))
        calls = day_calls.rows(day.calls if day else (), self.look("opened-calls").order)
        empty = self.nothing_yet if day is None else _("Сегодня вызовов ещё не было.")
        self.show("opened-calls", calls, empty)
        line = day_line.lines(day, self.size.width - MARGIN, now) if day else Content("")
        self.query_one("#opened-day", Painted).paint(line)

    def open(self, table: str, key: str) -> None:
        kind = CallScreen if table == "opened-calls" else QueueScreen
        self.ekc.open_above(kind(key))
