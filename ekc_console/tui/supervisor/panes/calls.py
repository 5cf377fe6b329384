"""All calls that live: in the menu, in queues, in talks."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.panes.table import TablePane
from ekc_console.tui.supervisor.present import calls, top
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.tui.supervisor.screens.call import CallScreen
from ekc_console.wire.watch import WatchCall


class CallsPane(TablePane[WatchCall]):
    slug = "calls"
    heading = N_("Вызовы")
    about = N_(
        "Все живые вызовы, ждущие первыми: где вызов, его номер, тема и очередь, с кем говорит "
        "или кому предложен, путь по меню. «↑» — поднят выше других."
    )
    orders = calls.ORDERS

    @property
    def columns(self) -> tuple[Column, ...]:
        return calls.columns()

    def all(self, watched: Watched, now: float) -> Iterable[WatchCall]:
        return watched.calls.values()

    def thing(self, item: WatchCall) -> tuple[str, str]:
        return "call", item.id

    def order(self, name: str, now: float) -> Order[WatchCall]:
        return calls.order_by(name, now)

    def searched(self, item: WatchCall) -> str:
        return calls.searched(item)

    def row(self, item: WatchCall, now: float) -> Row:
        return calls.marked(calls.row(item, now), item.id in self.desk.marked)

    def open(self, item: WatchCall) -> None:
        self.ekc.open_above(CallScreen(item.id))

    def empty(self, watched: Watched) -> str:
        return top.no_calls(watched)
