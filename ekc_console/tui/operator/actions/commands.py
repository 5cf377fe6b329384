"""What the actions of the registry do. Nothing here waits: the host's workers do."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.desk import Desk
from ekc_console.client.link.errors import Kept, Refused
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.actions.call_actions import CallActions
from ekc_console.tui.operator.actions.card_actions import CardActions
from ekc_console.tui.operator.actions.in_hand import tell_faulty, tell_saved, while_call, while_card
from ekc_console.tui.operator.actions.leaving import FALLBACK_BREAK, Leaving
from ekc_console.tui.operator.actions.side_actions import WorkActions
from ekc_console.tui.operator.present import script
from ekc_console.tui.operator.widgets.commands import CommandMenu
from ekc_console.tui.shared import themes
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.conditions import enabled
from ekc_console.tui.shared.keys.reasons import concerns, why_not
from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, key, shown_key
from ekc_console.tui.shared.keys.search import words
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt


class Commands:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.cards = CardActions(host)
        self.leaving = Leaving(host)
        self.calls = CallActions(host, self.cards)
        self.by_id: dict[str, Callable[[], None]] = {
            **self.calls.by_id,
            "call.own": lambda: self._host.own_call.show(),
            "state.ready": self.ready,
            "state.break": self.take_break,
            "session.log_in": self.log_in_again,
            "card.save": self.save,
            "script.back": self.script_back,
            "script.jump": self.script_jump,
            "script.change": self.script_change,
            "find.open": self.find,
            **self.cards.by_id,
            **WorkActions(host).by_id,
            "view.next": lambda: self._go_around(1),
            "view.previous": lambda: self._go_around(-1),
            "view.jump": lambda: self._host.jump(),
            "view.zoom": lambda: self._host.zoom(),
            "view.settings": self.show_settings,
            "view.repaint": lambda: self._host.repaint_terminal(),
            "view.close": self.close,
            "view.theme": self.change_theme,
            "app.commands": self.all_commands,
            "app.log": self.show_log,
            "app.sound": self.show_sound,
            "app.help": self.show_help,
            "app.quit": self.leaving.ask,
        }

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    # -- state -------------------------------------------------------------------

    def ready(self) -> None:
        self.leaving.take_back()
        if self._desk.password_wanted:
            self.ask_pbx_password(ready=True)
            return
        self._host.work("state.ready", self._desk.ready)

    def ask_pbx_password(self, *, ready: bool = False) -> None:
        """``ready``: the operator wants calls as soon as it is given."""
        account = self._desk.password_wanted

        def given(text: str) -> None:
            if not text:
                raise EkcError(_("Введите пароль."))
            self._host.work("pbx.password", lambda: self._desk.give_password(text))
            if ready:
                self._host.work("state.ready", self._desk.ready)

        self._host.show_panel(
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
        self._host.show_panel(Menu(_("Перерыв: причина"), choices, self._pause))

    def _pause(self, reason: str) -> None:
        self._host.work("state.break", lambda: self._desk.pause(reason), self._paused)

    def _paused(self, _result: object) -> None:
        me = self._desk.view.me
        if me and me.pending_break:
            self._host.tell("info", _("Перерыв начнётся после вызова."))

    def log_in_again(self) -> None:
        self._host.show_login(self._desk.link.detail)

    # -- script and card ---------------------------------------------------------

    def save(self) -> None:
        old = self.cards.screen
        if old is not None and old.edit is not None and old.savable:
            self.cards.save(old.edit)
            return
        self.calls.before_saving(self._save_or_ask)

    def _save_or_ask(self) -> None:
        card = self._desk.card_desk
        if card.dispositions and not card.disposition:
            self._host.to_pane("card")
            self._ask_for_disposition(card.card_id)
        else:
            self._save_now()

    def _ask_for_disposition(self, asked: str) -> None:
        card = self._desk.card_desk
        text = _("Не выбран итог обращения: выберите его и снова нажмите {key}.")
        self._host.tell(
            "error",
            text.format(key=key("card.save")),
            lambda: card.card_id == asked and not card.disposition,
        )

    def _save_now(self) -> None:
        saved = self._desk.card_desk.card_id
        self._host.work(
            "card.save",
            self._save,
            lambda kept: self._saved(kept, saved),
            lambda error: self._not_saved(error, saved),
        )

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

    def _saved(self, kept: EkcError | None, saved: str) -> None:
        """Said until another card is open: nobody is to think that it is that one."""
        desk = self._desk.card_desk
        if kept is None:
            card = desk.card if desk.card_id == saved else None
            tell_saved(self._host, card, lambda: desk.card_id in ("", saved))
        else:
            self._host.tell("warning", str(kept))

    def _not_saved(self, error: EkcError, card: str) -> None:
        """The field at fault is typed in at once: in the script if that asks for it now."""
        desk = self._desk.card_desk
        if card != desk.card_id:
            self._host.tell_error(error)
            return
        session = desk.session
        mended = tell_faulty(self._host, error, lambda field: _written(desk, card, field))
        name = next(iter(error.fields), "") if isinstance(error, Refused) else ""
        if session is None or name not in session.scenario.fields:
            return
        asked = script.asked_field(session)
        if asked is not None and asked.name == name:
            self._host.to_pane("script")
        else:
            self.cards.correct(name, mended)

    def script_back(self) -> None:
        self._host.step_script(self._desk.card_desk.back)

    def script_jump(self) -> None:
        session = self._desk.card_desk.session
        if session is None:
            return
        seen = script.path(session)[-9:]
        choices = [
            Choice(step, title, str(index), step == session.state.step, answer)
            for index, (step, title, answer) in enumerate(seen, start=1)
        ]
        panel = Menu(_("Вернуться к шагу"), choices, self._jump)
        self._host.show_panel(panel, while_card(self._desk))

    def _jump(self, step: str) -> None:
        self._host.step_script(lambda: self._desk.card_desk.jump(step))

    def script_change(self) -> None:
        welcome = self._desk.welcome
        card = self._desk.card_desk
        current = card.scenario.id if card.scenario else ""
        choices = script.numbered(welcome.scripts if welcome else {}, current)
        panel = Menu(_("Взять сценарий"), choices, self._choose_scenario)
        self._host.show_panel(panel, while_card(self._desk))

    def _choose_scenario(self, scenario: str) -> None:
        self._host.work(
            "script.change",
            lambda: self._desk.card_desk.choose_scenario(scenario),
            lambda _: self._host.to_pane("script"),
        )

    # -- screens -----------------------------------------------------------------

    def find(self) -> None:
        """Contacts; from there, by the same key, open home visits, and back."""
        from ekc_console.tui.operator.screens.find import FindScreen

        if isinstance(self._host.screen, FindScreen):
            self.cards.visits.show_list()
        else:
            self._host.show_screen(FindScreen)

    def show_log(self) -> None:
        from ekc_console.tui.shell.log import LogScreen

        self._host.show_screen(LogScreen)

    def show_sound(self) -> None:
        from ekc_console.tui.operator.screens.sound import SoundScreen

        self._host.show_screen(SoundScreen)

    def show_help(self) -> None:
        from ekc_console.tui.shell.help import HelpScreen

        self._host.show_screen(HelpScreen, *self._where(), self._host.situation())

    def _where(self) -> tuple[str, str]:
        """Name and description of the innermost thing around the focus that has one."""
        widget = self._host.focused
        for node in widget.ancestors_with_self if widget else ():
            if about := getattr(node, "about", ""):
                heading = getattr(node, "heading", "")
                return (_(heading) if heading else "", _(about))
        return "", ""

    def show_settings(self) -> None:
        from ekc_console.tui.shell.settings import SettingsScreen

        self._host.show_screen(SettingsScreen)

    def _go_around(self, by: int) -> None:
        self._host.go_around(by)

    def close(self) -> None:
        """What is on top: the panel, the message, the screen."""
        if not self._host.close_top():
            if self._host.messages.current(self._desk.now()) is None:
                self._host.mark.dismiss(self._desk.view.call)
            self._host.messages.dismiss()
        self._host.paint(frozenset({"notice"}))

    def change_theme(self) -> None:
        self._host.use_theme(themes.after(self._host.theme))

    def all_commands(self) -> None:
        """What can be done now; among what is searched for also the rest, with why not."""
        situation = self._host.situation()
        known = [a for a in ACTIONS if a.id in self.by_id and concerns(a, situation)]
        choices = [
            Choice(
                action.id,
                _(action.help),
                f"{shown_key(action):<7}",
                note=why_not(action, situation),
                words=words(action),
            )
            for action in sorted(known, key=lambda action: not enabled(action, situation))
        ]
        self._host.show_panel(CommandMenu(_("Команды"), choices, self._run), while_call(self._desk))

    def _run(self, action_id: str) -> None:
        if reason := why_not(BY_ID[action_id], self._host.situation()):
            self._host.tell("info", reason)
        else:
            self._host.perform(action_id)


def _written(desk: CardDesk, card: str, field: str) -> str | None:
    """What stands in a field of that card, with the outcome that may ask for it; None: another one
    is open."""
    if desk.card_id != card or desk.session is None:
        return None
    return f"{desk.disposition}/{desk.session.fields.get(field, '')}"
