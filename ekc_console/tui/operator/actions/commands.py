"""What the actions of the registry do. Nothing here waits: waiting is done by the app's workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, cast

from ekc_console.client.link.errors import Kept
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.actions.card_actions import CardActions
from ekc_console.tui.operator.actions.conditions import enabled
from ekc_console.tui.operator.actions.registry import ACTIONS, BY_ID, key, shown_key
from ekc_console.tui.operator.actions.side_actions import WorkActions
from ekc_console.tui.operator.present import script
from ekc_console.tui.shared import themes, wording
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.targets import Mode, TargetMenu
from ekc_console.tui.shared.widgets.tray import FilterMenu, Menu, Prompt
from ekc_console.wire.messages import Heard, TargetKind, Targets

if TYPE_CHECKING:
    from ekc_console.client.desk import Desk
    from ekc_console.tui.shell.app import EkcApp

FALLBACK_BREAK = "break"
"""Reason when the centre has none configured."""


class Commands:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, app: EkcApp) -> None:
        self._app = app
        self.cards = CardActions(app)
        self.by_id: dict[str, Callable[[], None]] = {
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
            "consult.complete": lambda: self._on_consult(self._desk.complete_consult),
            "consult.switch": self.switch_consult,
            "consult.cancel": lambda: self._on_consult(self._desk.cancel_consult),
            "consult.conference": lambda: self._on_consult(
                lambda: self._desk.switch_consult("all")
            ),
            "state.ready": self.ready,
            "state.break": self.take_break,
            "session.log_in": self.log_in_again,
            "card.save": self.save,
            "script.back": self.script_back,
            "script.jump": self.script_jump,
            "script.change": self.script_change,
            "second.take": lambda: self._app.work("second", self._desk.take_second),
            "second.hang_up": lambda: self._app.work("second", self._desk.end_second),
            "second.decline": lambda: self._app.work("second", self._desk.end_second),
            "find.open": self.find,
            **self.cards.by_id,
            **WorkActions(app).by_id,
            "view.next": lambda: self._go_around(1),
            "view.previous": lambda: self._go_around(-1),
            "view.jump": lambda: self._app.jump(),
            "view.settings": self.show_settings,
            "view.repaint": lambda: self._app.repaint_terminal(),
            "view.close": self.close,
            "view.theme": self.change_theme,
            "app.commands": self.all_commands,
            "app.log": self.show_log,
            "app.sound": self.show_sound,
            "app.help": self.show_help,
            "app.quit": self.quit,
        }

    @property
    def _desk(self) -> Desk:
        return self._app.desk

    # -- the call ----------------------------------------------------------------

    def answer(self) -> None:
        self._app.work("call.answer", self._desk.accept, lambda _: self._app.to_pane("script"))

    def reject(self) -> None:
        self._app.work("call.reject", self._desk.reject)

    def hang_up(self) -> None:
        self._app.work("call.hang_up", self._desk.hang_up)

    def hold(self) -> None:
        self._app.work("call.hold", self._desk.hold)

    def resume(self) -> None:
        self._app.work("call.resume", self._desk.resume)

    def mute(self) -> None:
        self._desk.mute(not self._desk.line.state.muted)

    # -- transfer, consultation, keys --------------------------------------------

    def _ask_target(self, mode: Mode) -> None:
        def show(targets: Targets) -> None:
            numbers = known_numbers(self._desk)
            self._app.show_panel(
                TargetMenu(
                    mode,
                    targets,
                    numbers,
                    lambda value: self._to_target(mode, value),
                    self._targets_again,
                )
            )

        self._app.work("call.targets", self._desk.targets, show)

    def _targets_again(self, then: Callable[[Targets], None]) -> None:
        """A look that fails is no word worth: the next one comes, and what is picked is checked
        by the server."""
        self._app.work("call.targets", self._desk.targets, then, lambda _error: None)

    def _to_target(self, mode: Mode, value: str) -> None:
        kind, _sep, target = value.partition(":")
        if mode == "transfer":
            self._app.work(
                "call.transfer",
                lambda: self._desk.transfer(cast("TargetKind", kind), target),
                lambda _result: self._app.tell("info", _("Вызов передан.")),
            )
        else:
            wanted = cast("Literal['agent', 'number']", kind)
            self._app.work("call.consult", lambda: self._desk.consult(wanted, target))

    def switch_consult(self) -> None:
        call = self._desk.view.call
        heard = call.consult.heard if call and call.consult else "caller"
        other: Heard = "caller" if heard == "party" else "party"
        self._on_consult(lambda: self._desk.switch_consult(other))

    def _on_consult(self, work: Callable[[], Awaitable[None]]) -> None:
        self._app.work("consult", work)

    def send_keys(self) -> None:
        self._app.show_panel(
            Prompt(
                _("Тональный набор"),
                self._send_keys,
                hint=_("Цифры, * и #; Enter — послать в разговор."),
            )
        )

    def _send_keys(self, text: str) -> None:
        keys = text.replace(" ", "").upper()
        if not keys or set(keys) - set("0123456789*#ABCD"):
            raise EkcError(_("Здесь могут быть только цифры, * и #."))
        self._app.work("call.keys", lambda: self._desk.send_keys(keys))

    # -- calling out -------------------------------------------------------------

    def redial(self) -> None:
        number = next(iter(self._desk.dialled), "")
        if not number:
            self._app.tell("info", _("В этой смене вы ещё не набирали номеров."))
            return
        self._dial_number(number)

    def dial(self) -> None:
        """From an opened contact with its number filled in."""
        from ekc_console.client.numbers import completed

        old = self.cards.screen
        known = known_numbers(self._desk)
        self._app.show_panel(
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
        from ekc_console.client.numbers import dialable

        number = dialable(text)
        self._app.work(
            "call.dial", lambda: self._desk.dial(number), lambda _: self._app.to_pane("script")
        )

    def pick_call(self, call: str) -> None:
        """A waiting call by hand, where the role allows it."""
        me = self._desk.view.me
        if me is None or me.role not in BY_ID["queue.pick"].roles:
            self._app.tell("info", _("Волонтёр не выбирает вызов сам: он будет предложен."))
            return
        self._app.work(
            "queue.pick", lambda: self._desk.pick(call), lambda _: self._app.to_pane("script")
        )

    def dial_callback(self, callback: str) -> None:
        self._app.work(
            "callback.dial",
            lambda: self._desk.dial_callback(callback),
            lambda _: self._app.to_pane("script"),
        )

    def close_callback(self, callback: str) -> None:
        item = next((c for c in self._desk.view.callbacks if c.id == callback), None)
        if item is None:
            return
        self._app.confirm(
            _("Убрать {number} из списка обратных вызовов?").format(
                number=wording.phone(item.number)
            ),
            _("Ему не перезвонят. Если вы уже поговорили, это верно."),
            no=_("Оставить"),
            yes=_("Убрать"),
            then=lambda: self._app.work(
                "callback.close", lambda: self._desk.close_callback(callback, "cancelled")
            ),
        )

    # -- state -------------------------------------------------------------------

    def ready(self) -> None:
        if self._desk.password_wanted:
            self.ask_pbx_password(ready=True)
            return
        self._app.work("state.ready", self._desk.ready)

    def ask_pbx_password(self, *, ready: bool = False) -> None:
        """``ready``: the operator wants calls as soon as it is given."""
        account = self._desk.password_wanted

        def given(text: str) -> None:
            if not text:
                raise EkcError(_("Введите пароль."))
            self._app.work("pbx.password", lambda: self._desk.give_password(text))
            if ready:
                self._app.work("state.ready", self._desk.ready)

        self._app.show_panel(
            Prompt(
                _("Пароль {account} на АТС").format(account=account),
                given,
                hint=_("Enter — принять. Пароль хранится только в связке ключей системы."),
                password=True,
            )
        )

    def take_break(self) -> None:
        welcome = self._desk.welcome
        reasons = welcome.break_reasons if welcome else ()
        if not reasons:
            self._pause(FALLBACK_BREAK)
            return
        choices = [
            Choice(
                reason.code,
                reason.title,
                str(index) if index < 10 else "",
                note=_("до {n} мин").format(n=round(reason.limit_s / 60)) if reason.limit_s else "",
            )
            for index, reason in enumerate(reasons, start=1)
        ]
        self._app.show_panel(Menu(_("Перерыв: причина"), choices, self._pause))

    def _pause(self, reason: str) -> None:
        self._app.work("state.break", lambda: self._desk.pause(reason), self._paused)

    def _paused(self, _result: object) -> None:
        me = self._desk.view.me
        if me and me.pending_break:
            self._app.tell("info", _("Перерыв начнётся после вызова."))

    def log_in_again(self) -> None:
        self._app.show_login(self._desk.link.detail)

    # -- script and card ---------------------------------------------------------

    def save(self) -> None:
        old = self.cards.screen
        if old is not None and old.edit is not None and old.changed:
            self.cards.save(old.edit)
            return
        card = self._desk.card_desk
        if card.dispositions and not card.disposition:
            self._app.to_pane("card")
            self._app.tell(
                "error",
                _("Не выбран итог обращения: выберите его и снова нажмите {key}.").format(
                    key=key("card.save")
                ),
            )
            return
        self._app.work("card.save", self._save, self._saved)

    async def _save(self) -> EkcError | None:
        """Save what is not saved; in wrap-up, end it. After a mandatory disposition only. Gives
        what is to be said of a card that is not at the server yet."""
        card, kept = self._desk.card_desk, None
        if card.unsaved or card.card is None or card.card.state != "saved":
            try:
                await card.save()
            except Kept as error:
                kept = error
        me = self._desk.view.me
        if me and me.state == "wrap_up":
            await self._desk.finish_wrap_up()
        return kept

    def _saved(self, kept: EkcError | None) -> None:
        if kept is None:
            self._app.tell("info", _("Карточка сохранена."))
        else:
            self._app.tell("warning", str(kept))

    def script_back(self) -> None:
        self._app.step_script(self._desk.card_desk.back)

    def script_jump(self) -> None:
        session = self._desk.card_desk.session
        if session is None:
            return
        seen = script.path(session)[-9:]
        choices = [
            Choice(step, title, str(index), step == session.state.step, answer)
            for index, (step, title, answer) in enumerate(seen, start=1)
        ]
        self._app.show_panel(Menu(_("Вернуться к шагу"), choices, self._jump))

    def _jump(self, step: str) -> None:
        self._app.step_script(lambda: self._desk.card_desk.jump(step))

    def script_change(self) -> None:
        welcome = self._desk.welcome
        card = self._desk.card_desk
        current = card.scenario.id if card.scenario else ""
        choices = script.numbered(welcome.scripts if welcome else {}, current)
        self._app.show_panel(Menu(_("Взять сценарий"), choices, self._choose_scenario))

    def _choose_scenario(self, scenario: str) -> None:
        self._app.work(
            "script.change",
            lambda: self._desk.card_desk.choose_scenario(scenario),
            lambda _: self._app.to_pane("script"),
        )

    # -- screens -----------------------------------------------------------------

    def find(self) -> None:
        from ekc_console.tui.operator.screens.find import FindScreen

        self._app.show_screen(FindScreen)

    def show_log(self) -> None:
        from ekc_console.tui.shell.log import LogScreen

        self._app.show_screen(LogScreen)

    def show_sound(self) -> None:
        from ekc_console.tui.operator.screens.sound import SoundScreen

        self._app.show_screen(SoundScreen)

    def show_help(self) -> None:
        from ekc_console.tui.shell.help import HelpScreen

        self._app.show_screen(HelpScreen, *self._where())

    def _where(self) -> tuple[str, str]:
        """Name and description of the innermost thing around the focus that has one."""
        widget = self._app.focused
        for node in widget.ancestors_with_self if widget else ():
            if about := getattr(node, "about", ""):
                heading = getattr(node, "heading", "")
                return (_(heading) if heading else "", _(about))
        return "", ""

    def show_settings(self) -> None:
        from ekc_console.tui.shell.settings import SettingsScreen

        self._app.show_screen(SettingsScreen)

    def _go_around(self, by: int) -> None:
        self._app.go_around(by)

    def close(self) -> None:
        """What is on top: the panel, the message, the screen."""
        frame = self._app.frame
        if frame is None:
            return
        if frame.tray.panel is not None:
            frame.tray.close()
        elif frame.closable:
            frame.close_top()
        else:
            self._app.messages.dismiss()
        self._app.paint(frozenset({"notice"}))

    def change_theme(self) -> None:
        self._app.use_theme(themes.after(self._app.theme))

    def all_commands(self) -> None:
        situation = self._app.situation()
        choices = [
            Choice(action.id, _(action.help), f"{shown_key(action):<7}")
            for action in ACTIONS
            if action.id in self.by_id and enabled(action, situation)
        ]
        self._app.show_panel(FilterMenu(_("Команды"), choices, self._app.perform))

    # -- the end -----------------------------------------------------------------

    def quit(self) -> None:
        if self._desk.session is None:
            self._app.leave()
            return
        call = self._desk.view.call
        if call is not None and call.state in (
            "offered",
            "connecting",
            "talking",
            "held",
            "consult",
            "dialing",
        ):
            text = _("Идёт вызов. Разговор прервётся: звонящий вернётся в очередь, на своё место.")
        elif self._desk.card_desk.unsaved:
            text = _("Карточка не сохранена. Черновик останется и откроется при следующем входе.")
        elif self._desk.old_cards.changed:
            text = _("Правка карточки не сохранена: её предложат снова при следующем входе.")
        else:
            text = _("Вызовы больше не будут предлагаться вам.")
        self._app.confirm(
            _("Закончить смену и выйти?"),
            text,
            no=_("Остаться"),
            yes=_("Выйти"),
            then=self._app.leave,
        )


def known_numbers(desk: Desk) -> list[str]:
    """Numbers this operator has to do with: dialled, of the present caller, to be called back."""
    call = desk.view.call
    history = [contact.number for contact in call.history] if call else []
    owed = [callback.number for callback in desk.view.callbacks]
    found = dict.fromkeys([*desk.dialled, *history, *owed])
    return [number for number in found if number and "*" not in number]
