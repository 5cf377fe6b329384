"""Calls that are marked and ended, and numbers that are blocked."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ekc_console.client.undo import Undo
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt
from ekc_console.tui.supervisor.actions.cursor import chosen, cursor
from ekc_console.tui.supervisor.actions.ordering import Ordering, reason_of
from ekc_console.wire.steering import EndCall
from ekc_console.wire.watch import WatchCall
from ekc_console.wire.way_in import BlockNumber, UnblockNumber

BLOCKED = {1: N_("на 1 ч"), 24: N_("на сутки"), 24 * 7: N_("на неделю")}
"""Hours to words."""


class ManyOrders:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._orders = Ordering(host)
        self.by_id: dict[str, Callable[[], None]] = {
            "watch.mark": self.mark,
            "watch.end_calls": self.end,
            "watch.block": self.block,
        }

    def mark(self) -> None:
        """And back."""
        if call := cursor(self._host).waiting:
            self._orders.desk.marked ^= {call.id}
            self._orders.desk.marks_over = False
            self._host.paint(frozenset({"watch"}))

    # -- the end -------------------------------------------------------------------

    def end(self) -> None:
        """With a reason, and asked: who was not spoken with is owed a call afterwards."""
        if not (calls := chosen(self._host)):
            return

        def submit(why: str) -> None:
            self._ask(calls, reason_of(why))

        heading = _("Завершить вызовов: {n}. Почему").format(n=len(calls))
        hint = _("Останется в журнале: без имён и номеров. Enter — дальше.")
        self._host.show_panel(Prompt(heading, submit, hint=hint))

    def _ask(self, calls: list[WatchCall], why: str) -> None:
        def go() -> None:
            self._orders.desk.marked.clear()
            bodies = [EndCall(call=call.id, why=why, sure=True) for call in calls]
            self._orders.give_many(bodies, _("Завершено вызовов: {n}."))

        self._host.confirm(
            _("Завершить ждущих вызовов: {n}?").format(n=len(calls)),
            _("Связь с ними оборвётся; они встанут в список обратных вызовов."),
            no=_("Не надо"),
            yes=_("Завершить"),
            then=go,
        )

    # -- numbers -------------------------------------------------------------------

    def block(self) -> None:
        """Of the call or the callback at the cursor."""
        at = cursor(self._host)
        thing = at.call or at.callback
        if thing is not None and thing.number:
            self._block(thing.number)

    def _block(self, number: str) -> None:
        choices = [
            Choice(str(hours), _(words), str(index))
            for index, (hours, words) in enumerate(BLOCKED.items(), start=1)
        ]
        choices.append(Choice("", _("пока не разблокируют"), "4"))

        def picked(hours: str) -> None:
            body = BlockNumber(number=number, for_s=float(hours) * 3600 if hours else None)
            if self._closes_callback(number):
                self._ask_to_close(body)
            else:
                self._give_block(body, _("{number} разблокирован."))

        heading = _("Заблокировать {number}: вызовы с него не примутся, перезвонов не будет")
        self._host.show_panel(Menu(heading.format(number=wording.phone(number)), choices, picked))

    def _closes_callback(self, number: str) -> bool:
        """An urgent one refuses the block; one that is being dialled is let ring."""
        callbacks = self._orders.desk.watched.callbacks.values()
        owed = next((one for one in callbacks if one.number == number), None)
        return owed is not None and owed.kind != "urgent" and not owed.taken_by

    def _ask_to_close(self, body: BlockNumber) -> None:
        back = _("{number} разблокирован; обратный вызов остался закрытым.")
        self._host.confirm(
            _("Заблокировать {number}?").format(number=wording.phone(body.number)),
            _("Ему должны перезвонить: обратный вызов закроется насовсем, отмена его не вернёт."),
            no=_("Не надо"),
            yes=_("Заблокировать"),
            then=lambda: self._give_block(replace(body, sure=True), back),
        )

    def _give_block(self, body: BlockNumber, back: str) -> None:
        number = wording.phone(body.number)
        undo = Undo(UnblockNumber(number=body.number), back.format(number=number))
        self._orders.give(body, _("{number} заблокирован.").format(number=number), undo)
