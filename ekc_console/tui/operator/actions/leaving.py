"""The way out, and with it the end of the shift of who is on one: at once between calls; in one,
when it and its wrap-up are over."""

from __future__ import annotations

from ekc_console.client.desk import Desk
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import key

FALLBACK_BREAK = "break"
"""Reason when the centre has none configured."""
_BUSY = ("offered", "connecting", "talking", "held", "consult", "dialing")
_FREE = ("ready", "break", "not_responding", "offline")


class Leaving:
    def __init__(self, host: Host) -> None:
        self._host = host
        self._after_call = False
        """The person has asked to leave when the present call is over."""

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    def ask(self) -> None:
        if self._desk.session is None:
            self._host.leave()
        elif self._after_call:
            self._stay()
        elif self._in_call:
            self._ask_after_call()
        else:
            self._ask_now()

    def take_back(self) -> None:
        """The person wants calls again."""
        self._after_call = False

    def follow(self) -> None:
        """The view has changed: the call may be over."""
        me, call = self._desk.view.me, self._desk.view.call
        if self._after_call and me is not None and call is None and me.state in _FREE:
            self._after_call = False
            self._host.leave()

    @property
    def _in_call(self) -> bool:
        """And the server knows it: a console without a link can only go."""
        call = self._desk.view.call
        online = self._desk.link.state == "online"
        return online and call is not None and call.state in _BUSY

    @property
    def _on_shift(self) -> bool:
        """Calls come here. Who only sees and orders, or listens, ends nothing by leaving."""
        me = self._desk.view.me
        return self._desk.shift and me is not None and me.state != "offline"

    def _ask_after_call(self) -> None:
        if self._on_shift:
            question = _("Закончить смену после вызова?")
            text = _(
                "Разговор продолжится, новых вызовов не будет. Смена кончится вместе с карточкой."
            )
        else:
            question = _("Выйти после вызова?")
            text = _("Разговор продолжится, консоль закроется после него.")
        self._host.confirm(
            question,
            text,
            no=_("Остаться"),
            yes=_("После вызова"),
            then=self._later,
        )

    def _later(self) -> None:
        """A break that begins after the call keeps the next one away until then."""
        self._after_call = True
        if not self._on_shift:
            text = _("Консоль закроется после вызова. Передумали — {key}.")
            self._host.tell("warning", text.format(key=key("app.quit")))
            return
        welcome = self._desk.welcome
        reasons = welcome.break_reasons if welcome else ()
        reason = reasons[0].code if reasons else FALLBACK_BREAK
        self._host.work("state.break", lambda: self._desk.pause(reason))
        text = _("Смена закончится после вызова. Передумали — {key}.")
        self._host.tell("warning", text.format(key=key("app.quit")))

    def _stay(self) -> None:
        self._after_call = False
        if not self._on_shift:
            self._host.tell("info", _("Вы остаётесь."))
            return
        self._host.work("state.ready", self._desk.ready)
        self._host.tell("info", _("Вы остаётесь на смене."))

    def _ask_now(self) -> None:
        me = self._desk.view.me
        if self._desk.link.state != "online" and self._desk.view.call is not None:
            text = _("Идёт вызов. Разговор прервётся: звонящий вернётся в очередь, на своё место.")
        elif self._desk.card_desk.unsaved:
            text = _("Карточка не сохранена. Черновик останется и откроется при следующем входе.")
        elif self._desk.old_cards.changed:
            text = _("Правка карточки не сохранена: её предложат снова при следующем входе.")
        elif self._on_shift and me is not None and me.state == "break":
            text = _("Вызовы вам и сейчас не предлагаются; смена закончится.")
        elif self._on_shift:
            text = _("Вызовы больше не будут предлагаться вам.")
        elif me is not None and me.listening is not None:
            text = _("Прослушивание закончится, разговор пойдёт дальше.")
        else:
            text = _("Консоль закроется; центр работает дальше.")
        self._host.confirm(
            _("Закончить смену и выйти?") if self._on_shift else _("Выйти?"),
            text,
            no=_("Остаться"),
            yes=_("Выйти"),
            then=self._host.leave,
        )
