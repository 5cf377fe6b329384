"""What an operator has in hand: panels and questions about it do not outlive it."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.desk import Desk
from ekc_console.client.link.errors import Refused
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.panels import UNBOUND, Bond
from ekc_console.wire.messages import Card


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


def tell_saved(host: Host, card: Card | None, holds: Callable[[], bool] = lambda: True) -> None:
    """``card`` as it was saved. A doctor whom no clinic sends is told to who can still ask for
    the clinic."""
    visit = card.visit if card is not None else None
    if visit is not None and visit.state == "open" and visit.unseen:
        text = _(
            "Карточка сохранена, но вызов врача НЕ ВИДИТ ни одна поликлиника: впишите её в "
            "карточку и сохраните снова или скажите руководителю."
        )
        host.tell("warning", text, holds)
    else:
        host.tell("info", _("Карточка сохранена."), holds)


def tell_faulty(host: Host, error: EkcError, value: Callable[[str], object]) -> Callable[[], None]:
    """Say why a card was not saved: what is wrong with its fields, no longer than until each has
    another ``value``. What is given says what to do once that is so."""
    fields = error.fields if isinstance(error, Refused) else ()
    before = {name: value(name) for name in fields}

    def unmended() -> bool:
        return not before or any(value(name) == old for name, old in before.items())

    def mended() -> None:
        if not unmended():
            text = _("Исправлено. Теперь нажмите {key}.")
            host.tell("info", text.format(key=key("card.save")))

    host.tell("error", error.in_one_line, unmended)
    return mended
