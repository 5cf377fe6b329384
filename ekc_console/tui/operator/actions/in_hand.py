"""What an operator has in hand: panels and questions about it do not outlive it."""

from __future__ import annotations

from ekc_console.client.desk import Desk
from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.panels import UNBOUND, Bond


def while_call(desk: Desk, *, on_line: bool = False) -> Bond:
    """The present call, with its wrap-up unless it is about somebody ``on_line``; none: nothing
    comes in its place."""
    call = desk.view.call
    if call is None:
        return UNBOUND
    own = call.id

    def holds() -> bool:
        now = desk.view.call
        return now is not None and now.id == own and not (on_line and now.state == "wrap_up")

    return Bond(holds, _("Закрыто, вызов уже кончился или другой: «{heading}»."))


def while_card(desk: Desk) -> Bond:
    """The card of the call, also when the call is over and the card waits on the desk."""
    card_desk = desk.card_desk
    own = card_desk.card_id
    return Bond(lambda: card_desk.card_id == own, _("Закрыто, карточка уже другая: «{heading}»."))
