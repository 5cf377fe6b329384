"""What the keys of the callback list do, and what is asked before a number is dialled."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.desk import Desk
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.dialling import NumberKind
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.present.queue import promised
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.panels import UNBOUND, Bond, Prompt
from ekc_console.wire.messages import CallbackInfo


class CallbackActions:
    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    def dial(self, callback: str) -> None:
        """What this person may not dial is asked of the server at once, which says why not."""

        def dial() -> None:
            self._host.work(
                "callback.dial",
                lambda: self._desk.dial_callback(callback),
                lambda _: self._host.to_pane("script"),
            )

        item = next((c for c in self._desk.view.callbacks if c.id == callback), None)
        if item is None or not item.may_dial:
            dial()
            return
        kind = wording.before_dialling(item.held) if item.held else ""
        early = self._early(item)
        if not (kind or early):
            dial()
            return
        title = (
            _("Перезвонить на {number} раньше срока?") if early else _("Перезвонить на {number}?")
        )
        self._ask(item, title, " ".join(filter(None, (early, kind))), dial)

    def before_time(self, number: str, then: Callable[[], None]) -> None:
        """A number dialled by hand reaches whom the list has promised a later time as well."""
        shown = numbers.readable(number)
        item = next((c for c in self._desk.view.callbacks if c.number == shown), None)
        if item is None or not (early := self._early(item)):
            then()
        else:
            self._ask(item, _("Позвонить на {number} раньше срока?"), early, then)

    def _early(self, item: CallbackInfo) -> str:
        """What was promised to whom it is not yet time to call; empty: nothing."""
        now = self._desk.now()
        if not promised(item, now):
            return ""
        return _("Обещано перезвонить {time}, сейчас {now}.").format(
            time=wording.at_moment(item.not_before, now), now=wording.moment(now, now)
        )

    def _ask(self, item: CallbackInfo, title: str, text: str, then: Callable[[], None]) -> None:
        def owed() -> bool:
            return any(c.id == item.id and not c.taken_by for c in self._desk.view.callbacks)

        self._host.confirm(
            title.format(number=wording.phone(item.number)),
            text,
            no=_("Не звонить"),
            yes=_("Позвонить"),
            then=then,
            bond=Bond(owed, _("Вопрос снят, ему уже звонят или звонить не нужно: «{heading}».")),
        )

    def close(self, callback: str) -> None:
        item = next((c for c in self._desk.view.callbacks if c.id == callback), None)
        if item is None:
            return
        if item.urgent:
            self._ask_why(item)
            return
        self._host.confirm(
            _("Убрать {number} из списка обратных вызовов?").format(
                number=wording.phone(item.number)
            ),
            _("Ему не перезвонят. Если вы уже поговорили, это верно."),
            no=_("Оставить"),
            yes=_("Убрать"),
            then=lambda: self._host.work(
                "callback.close", lambda: self._desk.close_callback(callback, "cancelled")
            ),
        )

    def _ask_why(self, item: CallbackInfo) -> None:
        """An urgent one is closed with a reason only."""

        def close(text: str) -> None:
            if not text.strip():
                raise EkcError(_("Причина не указана."))
            self._host.work(
                "callback.close", lambda: self._desk.close_callback(item.id, "cancelled", text)
            )

        title = _("ЭКСТРЕННО {number}: почему не перезванивать?")
        self._host.show_panel(
            Prompt(
                title.format(number=wording.phone(item.number)),
                close,
                hint=_("Например: скорая у больного. Enter — убрать из списка, Esc — оставить."),
            )
        )


def sure(
    host: Host, number: str, kind: NumberKind, then: Callable[[], None], bond: Bond = UNBOUND
) -> None:
    """A number of this kind is dialled after a question only."""
    host.confirm(
        _("Позвонить на {number}?").format(number=wording.phone(number)),
        wording.before_dialling(kind),
        no=_("Не звонить"),
        yes=_("Позвонить"),
        then=then,
        bond=bond,
    )
