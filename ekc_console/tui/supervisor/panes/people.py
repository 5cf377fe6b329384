"""Who is on shift, and what they do."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.panes.table import TablePane
from ekc_console.tui.supervisor.present import people, top
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.tui.supervisor.screens.things import PersonScreen
from ekc_console.wire.watch import WatchPerson

FRAME = 9
"""Cells of a title that its frame and its first word's dot take."""


class PeoplePane(TablePane[WatchPerson]):
    slug = "people"
    heading = N_("Люди")
    about = N_(
        "Кто на смене: состояние, как его знает центр, и давно ли; очередь и тема вызова; сколько "
        "разговоров сегодня, среднее время на вызов, занятость. «!» — за первым пределом "
        "(перерыв, разговор, постобработка), «▲» — за вторым, не отвечает или пропала консоль."
    )
    orders = people.ORDERS

    @property
    def columns(self) -> tuple[Column, ...]:
        return people.columns()

    def all(self, watched: Watched, now: float) -> Iterable[WatchPerson]:
        return watched.people.values()

    def thing(self, item: WatchPerson) -> tuple[str, str]:
        return "person", item.id

    def order(self, name: str, now: float) -> Order[WatchPerson]:
        return people.order_by(name, now)

    def searched(self, item: WatchPerson) -> str:
        return people.searched(item)

    def row(self, item: WatchPerson, now: float) -> Row:
        return people.row(item, now, self.desk.watched.level("person", item.id))

    def open(self, item: WatchPerson) -> None:
        self.ekc.open_above(PersonScreen(item.id))

    def empty(self, watched: Watched) -> str:
        return top.no_people(watched)

    def show_count(self) -> None:
        word = _(self.heading)
        room = self.outer_size.width - FRAME - len(word)
        text = people.heading(list(self.desk.watched.people.values()), room)
        self.set_title(" · ".join(filter(None, (word, text))))
