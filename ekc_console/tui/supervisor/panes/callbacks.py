"""Who is owed a call."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.panes.table import TablePane
from ekc_console.tui.supervisor.present import callbacks, top
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.tui.supervisor.screens.callback import CallbackScreen
from ekc_console.wire.watch import CALLBACKS, WatchCallback


class CallbacksPane(TablePane[WatchCallback]):
    slug = "owed"
    heading = N_("Обратные вызовы")
    about = N_(
        "Кому должны перезвонить, экстренные и давние первыми: когда звонил, номер, тема, что с "
        "ним. «▲» — абоненту вызывали скорую, «!» — номер, который сам не набирается, ждёт решения "
        "человека. Здесь обратный вызов поручают, откладывают, разрешают и закрывают."
    )
    orders = callbacks.ORDERS

    @property
    def columns(self) -> tuple[Column, ...]:
        return callbacks.columns()

    def all(self, watched: Watched, now: float) -> Iterable[WatchCallback]:
        return watched.callbacks.values()

    def thing(self, item: WatchCallback) -> tuple[str, str]:
        return "callback", item.id

    def order(self, name: str, now: float) -> Order[WatchCallback]:
        return callbacks.order_by(name, now)

    def searched(self, item: WatchCallback) -> str:
        return callbacks.searched(item)

    def row(self, item: WatchCallback, now: float) -> Row:
        return callbacks.row(item, self.desk.watched, now)

    def open(self, item: WatchCallback) -> None:
        self.ekc.open_above(CallbackScreen(item.id))

    def empty(self, watched: Watched) -> str:
        return top.loading() if watched.at is None else _("Перезванивать некому.")

    def show_count(self) -> None:
        """Whom a person has to decide on, and that there are more than are told."""
        items = self.desk.watched.callbacks.values()
        marked = sum(bool(callbacks.mark_of(item)) for item in items)
        count = _("первые {n}").format(n=CALLBACKS) if self.count >= CALLBACKS else str(self.count)
        decide = _("решить {n}").format(n=marked) if marked else ""
        self.set_title(
            " · ".join(filter(None, (_(self.heading), count if self.count else "", decide)))
        )
