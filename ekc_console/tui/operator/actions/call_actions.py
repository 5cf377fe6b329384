"""What the actions of a call do: answering, transfer and consultation, calling out. Nothing here
waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, cast

from ekc_console.client.desk import Desk
from ekc_console.client.dialling import permitted
from ekc_console.client.numbers import completed, dialable
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.actions.callbacks import CallbackActions, sure
from ekc_console.tui.operator.actions.card_actions import CardActions
from ekc_console.tui.operator.actions.emergency import EmergencyActions
from ekc_console.tui.operator.actions.in_hand import while_call
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import BY_ID, key
from ekc_console.tui.shared.widgets.emergency import EmergencyPanel
from ekc_console.tui.shared.widgets.panels import UNBOUND, Bond, Prompt
from ekc_console.tui.shared.widgets.targets import Mode, TargetMenu
from ekc_console.wire.messages import ConsultInfo, Heard, TargetKind, Targets


class CallActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host, cards: CardActions) -> None:
        self._host = host
        self._cards = cards
        self._emergency = EmergencyActions(host)
        self._callbacks = CallbackActions(host)
        self.dial_callback = self._callbacks.dial
        self.close_callback = self._callbacks.close
        self.call_emergency = self._emergency.ask_for
        self.before_saving = self._emergency.before_saving
        self.by_id: dict[str, Callable[[], None]] = {
            **self._emergency.by_id,
            "call.answer": self.answer,
            "call.reject": self.reject,
            "call.hang_up": self.hang_up,
            "call.hold": self.hold,
            "call.resume": self.resume,
            "call.mute": self.mute,
            "call.dial": self.dial,
            "call.redial": self.redial,
            "call.transfer": lambda: self._ask_target("transfer"),
            "call.consult": lambda: self._ask_target("consult"),
            "call.keys": self.send_keys,
            "consult.complete": self.complete_consult,
            "consult.switch": self.switch_consult,
            "consult.cancel": self.cancel_consult,
            "emergency.cancel": self.cancel_consult,
            "consult.conference": lambda: self._on_consult(
                lambda: self._desk.switch_consult("all")
            ),
            "second.take": lambda: self._host.work("second", self._desk.take_second),
            "second.hang_up": lambda: self._host.work("second", self._desk.end_second),
            "second.decline": lambda: self._host.work("second", self._desk.end_second),
        }

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    @property
    def _consult(self) -> ConsultInfo | None:
        call = self._desk.view.call
        return call.consult if call else None

    # -- the call ----------------------------------------------------------------

    def answer(self) -> None:
        self._host.work("call.answer", self._desk.accept, lambda _: self._host.to_pane("script"))

    def reject(self) -> None:
        self._host.work("call.reject", self._desk.reject)

    def hang_up(self) -> None:
        """Who waits for a service that nobody has called is not cut off by one stray key; the last
        letters typed may tell that one is needed."""
        bond = while_call(self._desk, on_line=True)
        self._emergency.when_judged("call.hang_up", bond, self._ask_before_hanging_up)

    def _ask_before_hanging_up(self) -> None:
        def hang_up() -> None:
            self._host.work("call.hang_up", self._desk.hang_up)

        number, call = self._emergency.uncalled, self._desk.view.call
        if not number or call is None:
            hang_up()
            return
        failed = _("{number} не приняла вызов: положить трубку?")
        title = failed if call.services else _("{number} не вызвана: положить трубку?")
        self._host.confirm(
            title.format(number=number),
            _("Абонент останется без помощи. Вызвать — {key}.").format(key=key("call.emergency")),
            no=_("Не класть трубку"),
            yes=_("Положить трубку"),
            then=hang_up,
            bond=self._question_while(lambda: bool(self._emergency.uncalled)),
        )

    def hold(self) -> None:
        self._host.work("call.hold", self._desk.hold)

    def resume(self) -> None:
        self._host.work("call.resume", self._desk.resume)

    def mute(self) -> None:
        self._desk.mute(not self._desk.line.state.muted)

    # -- transfer, consultation, keys --------------------------------------------

    def _ask_target(self, mode: Mode) -> None:
        bond = while_call(self._desk, on_line=True)

        def show(targets: Targets) -> None:
            numbers = known_numbers(self._desk)
            self._host.show_panel(
                TargetMenu(
                    mode,
                    targets,
                    numbers,
                    lambda value: self._to_target(mode, value),
                    self._targets_again,
                    self._number_of,
                ),
                bond,
            )

        self._host.work("call.targets", self._desk.targets, show)

    def _targets_again(self, then: Callable[[Targets], None]) -> None:
        """A look that fails is no word worth: the next one comes, and what is picked is checked
        by the server."""
        self._host.work("call.targets", self._desk.targets, then, lambda _error: None)

    def _to_target(self, mode: Mode, value: str) -> None:
        kind, _sep, target = value.partition(":")
        if mode == "transfer" and kind == "number" and kind_of(target) == "emergency":
            self._call_beside(target)
        elif kind == "number":
            self._ask_before(
                target,
                lambda: self._give_to(mode, kind, target),
                while_call(self._desk, on_line=True),
            )
        else:
            self._give_to(mode, kind, target)

    def _call_beside(self, number: str) -> None:
        """A caller is not left alone with a service that may not answer: it rings with the operator
        there, who goes when it has spoken."""
        if number in (self._desk.welcome.emergencies if self._desk.welcome else ()):
            self.call_emergency(number)
        else:
            self._ask_before(
                number,
                lambda: self._give_to("consult", "number", number),
                while_call(self._desk, on_line=True),
            )

    def follow(self) -> None:
        self._emergency.follow()

    def _question_while(self, stands: Callable[[], bool]) -> Bond:
        """A question about a party goes with the party, and with the call."""
        bond = while_call(self._desk)
        return Bond(lambda: bond.holds() and stands(), _("Вопрос снят: «{heading}»."))

    def _on_line(self, service: str) -> bool:
        consult = self._consult
        return consult is not None and consult.open and consult.who == service

    def _give_to(self, mode: Mode, kind: str, target: str) -> None:
        if mode == "transfer":
            self._host.work(
                "call.transfer",
                lambda: self._desk.transfer(cast("TargetKind", kind), target),
                lambda _result: self._host.tell("info", _given(kind)),
                self._not_given(),
            )
        else:
            wanted = cast("Literal['agent', 'number']", kind)
            self._host.work(
                "call.consult",
                lambda: self._desk.consult(wanted, target),
                failed=self._not_given(),
            )

    def _not_given(self) -> Callable[[EkcError], None]:
        """Why somebody does not get the call is said until somebody else does."""

        def at() -> object:
            call = self._desk.view.call
            return call and (call.id, call.state, call.consult)

        before = at()
        return lambda error: self._host.tell("error", error.in_one_line, lambda: at() == before)

    def switch_consult(self) -> None:
        heard = self._consult.heard if self._consult else "caller"
        other: Heard = "caller" if heard == "party" else "party"
        self._on_consult(lambda: self._desk.switch_consult(other))

    def complete_consult(self) -> None:
        """Who leaves two who are talking is told that they talk on."""
        consult = self._consult

        def tell(_result: None) -> None:
            if consult is not None and consult.open:
                text = _("Вы вышли: {who} и абонент говорят дальше.")
                self._host.tell("info", text.format(who=consult.who))

        self._host.work("consult", self._desk.complete_consult, tell)

    def cancel_consult(self) -> None:
        """An emergency service that has answered is not let go by one stray key."""
        consult = self._consult

        def cancel() -> None:
            self._on_consult(self._desk.cancel_consult)

        if consult is None or not consult.emergency or not consult.open:
            cancel()
            return
        who = consult.who
        self._emergency.close()
        self._host.confirm(
            _("Отключить {who}?").format(who=who),
            _("Абонент останется с вами без скорой. Оставить их вдвоём — {key}.").format(
                key=key("consult.complete")
            ),
            no=_("Не отключать"),
            yes=_("Отключить"),
            then=cancel,
            bond=self._question_while(lambda: self._on_line(who)),
        )

    def _on_consult(self, work: Callable[[], Awaitable[None]]) -> None:
        self._host.work("consult", work)

    def send_keys(self) -> None:
        self._host.show_panel(
            Prompt(
                _("Тональный набор"),
                self._send_keys,
                hint=_("Цифры, * и #; Enter — послать в разговор."),
            ),
            while_call(self._desk, on_line=True),
        )

    def _send_keys(self, text: str) -> None:
        keys = text.replace(" ", "").upper()
        if not keys or set(keys) - set("0123456789*#ABCD"):
            raise EkcError(_("Здесь могут быть только цифры, * и #."))
        self._host.work("call.keys", lambda: self._desk.send_keys(keys))

    # -- calling out -------------------------------------------------------------

    def redial(self) -> None:
        number = next(iter(self._desk.dialled), "")
        if not number:
            self._host.tell("info", _("В этой смене вы ещё не набирали номеров."))
            return
        self._dial_number(number)

    def dial(self) -> None:
        """From an opened contact with its number filled in."""
        old = self._cards.screen
        known = known_numbers(self._desk)
        self._host.show_panel(
            Prompt(
                _("Набрать номер"),
                self._dial_number,
                value=old.contact.number if old else "",
                complete=lambda typed: completed(typed, known),
                hint=_("Enter — позвонить. Разговор записывается, как и входящий."),
                placeholder=_("+7 912 345-67-89 или короткий номер"),
            )
        )

    def _dial_number(self, text: str) -> None:
        number = self._number_of(text)

        def dial() -> None:
            self._host.work(
                "call.dial", lambda: self._desk.dial(number), lambda _: self._host.to_pane("script")
            )

        self._ask_before(number, lambda: self._callbacks.before_time(number, dial))

    def _number_of(self, text: str) -> str:
        """What to dial for a typed text. Raises EkcError."""
        welcome = self._desk.welcome
        return permitted(dialable(text, welcome.area_code if welcome else ""), welcome)

    def _ask_before(self, number: str, then: Callable[[], None], bond: Bond = UNBOUND) -> None:
        """Whether a number of a kind that is not everybody's to dial is meant; of an emergency
        service one more key, as everywhere."""
        welcome = self._desk.welcome
        kind = kind_of(number, welcome.own_numbers if welcome else ())
        if kind == "emergency":
            text = _("{number} НЕ вызвана. Набрать — {key}.").format(
                number=number, key=key("call.dial")
            )
            self._host.show_panel(
                EmergencyPanel(
                    (number,),
                    lambda _number: then(),
                    lambda _wanted, _called: self._host.tell("warning", text),
                ),
                bond,
            )
            return
        if welcome is None or kind not in welcome.asked_kinds:
            then()
            return
        sure(self._host, number, kind, then, bond)

    def pick_call(self, call: str) -> None:
        """A waiting call by hand, where the role allows it."""
        me = self._desk.view.me
        if me is None or me.role not in BY_ID["queue.pick"].roles:
            self._host.tell("info", _("Волонтёр не выбирает вызов сам: он будет предложен."))
            return
        self._host.work(
            "queue.pick", lambda: self._desk.pick(call), lambda _: self._host.to_pane("script")
        )


def _given(kind: str) -> str:
    """What is true as soon as the server has taken a transfer; that somebody has the caller is
    told when it is so."""
    if kind in ("queue", "menu"):
        return _("Абонент в очереди.") if kind == "queue" else _("Абонент у автоответчика.")
    return _("Вызов отдан, ждём ответа. Не ответят — абонент вернётся.")


def known_numbers(desk: Desk) -> list[str]:
    """Numbers this operator has to do with: dialled, of the present caller, to be called back."""
    call = desk.view.call
    history = [contact.number for contact in call.history] if call else []
    owed = [callback.number for callback in desk.view.callbacks]
    found = dict.fromkeys([*desk.dialled, *history, *owed])
    return [number for number in found if number and "*" not in number]
