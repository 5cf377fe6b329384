"""A role's console: ``EkcApp(desk, server=…, state_dir=…).run()``."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import structlog
from textual.binding import BindingType

from ekc_console.client.words.zone import use_zone
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.actions.call_actions import CallActions
from ekc_console.tui.operator.actions.card_actions import CardActions
from ekc_console.tui.operator.actions.commands import Commands
from ekc_console.tui.operator.actions.own_call import OwnCall
from ekc_console.tui.operator.actions.situation import situation
from ekc_console.tui.operator.face import OperatorFace
from ekc_console.tui.shared import changes, faults, prefs, themes
from ekc_console.tui.shared.alarm import Alarm
from ekc_console.tui.shared.changes import Health
from ekc_console.tui.shared.host import host_of
from ekc_console.tui.shared.keys import registry
from ekc_console.tui.shared.keys.bindings import bindings
from ekc_console.tui.shared.keys.conditions import Situation, enabled
from ekc_console.tui.shared.keys.keymap import Keymap
from ekc_console.tui.shared.keys.reasons import about_key, refusal
from ekc_console.tui.shared.mark import ReturnMark
from ekc_console.tui.shared.messages import Level, MessageLog
from ekc_console.tui.shared.repaint import EVERYTHING, Repainter
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shared.workers import Failed, Then, Work, WorkDone
from ekc_console.tui.shell.desktop import is_remote
from ekc_console.tui.shell.frame import Face
from ekc_console.tui.shell.login import LoginScreen
from ekc_console.tui.shell.pending import Pending
from ekc_console.tui.shell.relabel import relabel
from ekc_console.tui.shell.stage import StageApp
from ekc_console.tui.shell.status_feed import StatusFeed
from ekc_console.wire.messages import Me, MyCall

if TYPE_CHECKING:
    from ekc_console.client.desk import Desk, DeskNotice
    from ekc_console.client.voice.sound import SoundSetup

log = structlog.get_logger(__name__)

TICK_S = 1.0


class EkcApp(StageApp, inherit_bindings=False):
    """Paints what the desk knows; sends what the operator wants. Never waits in a handler."""

    TITLE = "EKC"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (120, "-wide"),
        (170, "-roomy"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-short"),
        (36, "-tall"),
        (46, "-lofty"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = bindings()

    def __init__(
        self,
        desk: Desk,
        *,
        server: str,
        state_dir: Path,
        login: str = "",
        password: str = "",
        theme: str = "",
        keymap: Keymap | None = None,
        face: Face | None = None,
    ) -> None:
        """``server``: the address as shown to the operator. ``login`` and ``theme`` empty: those
        used last. With a ``password`` the login is tried at once. ``face``: the role's, None for
        the operator's.

        ``keymap``: the operator's own keys; its faults are told after the login. Raises EkcError
        for an unknown ``theme``.
        """
        super().__init__(face or OperatorFace())
        self.animation_level = "none"
        self.desk = desk
        self.server = server
        self.commands = Commands(self)
        self.own_call = OwnCall(self)
        self.commands.by_id |= self.face.commands(self)
        self.messages = MessageLog()
        self.mark = ReturnMark()
        self.alarm = Alarm(self.ring, self.set_terminal_title, self._offered)
        self.link_since = desk.now()
        self._state_dir = state_dir
        self.prefs = prefs.load(state_dir)
        desk.sound.use(self.prefs.sound)
        self._login = login or self.prefs.login
        self._password = password
        self._last_notice: DeskNotice | None = None
        self._health = Health.of(desk)
        self.pending = Pending(self.turns, self._start, self._guarded)
        self._logged_in = self._leaving = False
        self._own_keys = keymap or Keymap({})
        registry.use_keys(self._own_keys.keys)
        self._status = StatusFeed(state_dir)
        self._mine: tuple[Me | None, MyCall | None] = (None, None)
        """The own state and call that were last heard of."""
        self._repainter = Repainter(self.paint, self._later, slow=is_remote(os.environ))
        themes.register(self)
        self._theme_is_given = bool(theme)
        self.theme = themes.check(theme) if theme else themes.DEFAULT
        self._apply_prefs()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.VARIABLES

    # -- life --------------------------------------------------------------------

    def on_mount(self) -> None:
        self.set_keymap(registry.keymap())
        for fault in self._own_keys.faults:
            self.tell("warning", str(fault))
        self.open_above(LoginScreen(self.server, self._login))
        self.run_worker(self._status.open(), group="status", exit_on_error=False)
        self.set_terminal_title(_("ЕКЦ"), save=True)
        self._unsubscribe = self.desk.subscribe(self._changed)
        self._ticker = self.set_interval(TICK_S, self._tick)
        self.on_signals(self.leave)
        password, self._password = self._password, ""
        if self._login and password:
            self.log_in(self._login, password)

    def leave(self) -> None:
        """End the shift and the program."""
        if self._leaving:
            return
        self._leaving = True
        self.tell("info", _("Выход…"))
        self.work("app.quit", self._end_shift, lambda _: self._end(), lambda _: self._end())

    def _end(self) -> None:
        """Nothing is painted any more while the screens are taken down."""
        self._ticker.stop()
        self._unsubscribe()
        self._status.close()
        self.exit()

    async def _end_shift(self) -> None:
        try:
            if self.desk.session is not None:
                await self.desk.log_out()
        finally:
            await self.desk.close()

    # -- login -------------------------------------------------------------------

    def log_in(self, login: str, password: str, new_password: str = "") -> None:
        self._login = login
        self.prefs = msgspec.structs.replace(self.prefs, login=login)
        self.work(
            "log_in",
            lambda: self.desk.log_in(login, password, new_password),
            self._on_login,
            self._on_login_refused,
        )

    def _on_login(self, _result: object) -> None:
        if self.desk.way.pbx is not None:
            self.prefs = msgspec.structs.replace(self.prefs, pbx=self.desk.way.pbx)
        prefs.save(self._state_dir, self.prefs)
        self._logged_in = True
        self._health = Health.of(self.desk)
        self.link_since = self.desk.now()
        self.begin_desk()
        if self.desk.password_wanted:
            self.commands.ask_pbx_password()
        # Without them the shift goes on as well; the list can be asked for.
        self.work(
            "card.edits",
            self.desk.old_cards.unsaved,
            self.cards.offer_edits,
            lambda _error: None,
        )

    def _on_login_refused(self, error: EkcError) -> None:
        if isinstance(self.screen, LoginScreen):
            self.screen.refused(error)

    def show_login(self, notice: str) -> None:
        """The session is over: the work stays underneath."""
        self.open_above(LoginScreen(self.server, self._login, notice))

    # -- painting ----------------------------------------------------------------

    def paint(self, names: frozenset[str]) -> None:
        """The only way to the screen for live data. A fault in it is told and does not end the
        shift."""
        self._guarded("paint", self._paint, names)

    def _paint(self, names: frozenset[str]) -> None:
        self._watch(names)
        self.commands.leaving.follow()
        self.calls.follow()
        self.let_go()
        if isinstance(self.screen, LoginScreen):
            self.screen.paint()
        elif frame := self.frame:
            frame.paint(names)

    def _changed(self, names: set[str]) -> None:
        """Of the view, only the operator's own state and call are waited for."""
        mine = self.desk.view.me, self.desk.view.call
        urgent = mine != self._mine
        self._mine = mine
        if "link" in names:
            use_zone(self.desk.zone)
        self._repainter.mark(names, urgent=urgent)

    def _tick(self) -> None:
        if self.terminal_lost:
            self.leave()
        self._repainter.mark({"clock"})

    def _later(self, delay_s: float, callback: Callable[[], None]) -> None:
        if delay_s:
            self.set_timer(delay_s, callback)
        else:
            self.call_later(callback)

    def _watch(self, names: frozenset[str]) -> None:
        call, now = self.desk.view.call, self.desk.now()
        second = self.desk.second
        offer = call.offer if call and call.state == "offered" else ""
        if second and second.state == "ringing" and not offer:
            offer = second.call
        self.alarm.watch(offer, now)
        before, self._health = self._health, Health.of(self.desk)
        if self._health.link != before.link:
            self.link_since = now
        if not self._logged_in or self._leaving:
            return
        self.follow_role()
        self.own_call.follow()
        if news := self.face.news(host_of(self)):
            self.ring()
            self.notice(news)
        me = self.desk.view.me
        self.messages.follow(self.desk.view.talk, me.state if me else "", now)
        self._status.tell(lambda: self.face.sentences(self))
        for level, text in changes.told(before, self._health):
            self.tell(level, text)
        for level, text in changes.told_of_line(before, self._health):
            self.tell(level, text, changes.while_line_is_so(self.desk))
        if "notice" in names:
            self._take_notices()

    def _take_notices(self) -> None:
        fresh: list[DeskNotice] = []
        for notice in reversed(self.desk.notices):
            if notice is self._last_notice:
                break
            fresh.append(notice)
        for notice in reversed(fresh):
            told = self.messages.add(notice.at, notice.level, notice.text, of_server=True)
            self._status.say(told.line)
            self._last_notice = notice

    # -- messages ----------------------------------------------------------------

    def tell(self, level: Level, text: str, holds: Callable[[], bool] = lambda: True) -> None:
        """A word to the operator, in the bar while it ``holds``, and in the log."""
        self._add_message(self.desk.now(), level, text, holds)
        self._repainter.mark({"notice"})

    def _add_message(self, at: float, level: Level, text: str, *holds: Callable[[], bool]) -> None:
        self._status.say(self.messages.add(at, level, text, *holds).line)

    def tell_error(self, error: EkcError) -> None:
        self.tell("error", refusal(error))

    def on_text_field_cut(self, event: TextField.Cut) -> None:
        text = _("Вставлено не всё: в поле нашлось место для {n} знаков.")
        self.tell("warning", text.format(n=event.taken))

    def _tell_unexpected(self) -> None:
        told = _("Непредвиденная ошибка консоли. Работа продолжается; подробности в файле журнала.")
        self._add_message(self.desk.now(), "error", told)

    # -- work that waits ---------------------------------------------------------

    def work(
        self, key: str, work: Work, then: Then | None = None, failed: Failed | None = None
    ) -> None:
        """Do ``work`` beside the screen; ``then`` or ``failed`` (default: tell) runs here after.

        One at a time for each ``key``: a key pressed twice does not ask twice.
        """
        self.pending.begin(key, work, then, failed or self.tell_error)

    def _start(self, work: Coroutine[Any, Any, WorkDone]) -> None:
        async def run() -> None:
            self.post_message(await work)

        self.run_worker(run(), group="work", exit_on_error=False)

    def on_work_done(self, event: WorkDone) -> None:
        self.pending.done(event)
        self.paint(EVERYTHING)

    def _guarded(self, what: str, function: Callable[..., None], *arguments: Any) -> None:
        """A fault in one key must not end a talk: it is told and logged."""
        try:
            function(*arguments)
        except EkcError as error:
            self.tell_error(error)
        except Exception as error:
            log.error("action failed", action=what, error=faults.where(error))
            self._tell_unexpected()

    # -- actions -----------------------------------------------------------------

    @property
    def cards(self) -> CardActions:
        return self.commands.cards

    @property
    def calls(self) -> CallActions:
        return self.commands.calls

    def situation(self) -> Situation:
        found = situation(self.desk, self, self.cards, logged_in=self._logged_in)
        return self.face.situated(self, found)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action != "perform":
            return True
        return enabled(registry.BY_ID[str(parameters[0])], self.situation())

    def action_perform(self, action_id: str) -> None:
        if not self._held.repeats_action(registry.BY_ID[action_id]):
            self.perform(action_id)

    def action_say_why(self, key: str) -> None:
        """A function key that does nothing now; said no longer than it is so."""
        if reason := about_key(key, self.situation()):
            self.tell("info", reason, lambda: about_key(key, self.situation()) == reason)

    def perform(self, action_id: str) -> None:
        """Do an action of the registry, if it can be done now."""
        if not enabled(registry.BY_ID[action_id], self.situation()):
            return
        self._guarded(action_id, self.commands.by_id[action_id])
        self.paint(EVERYTHING)

    # -- preferences -------------------------------------------------------------

    def set_prefs(self, **changes: object) -> None:
        """Set preferences by name, at once and for the shifts to come."""
        self.prefs = msgspec.structs.replace(self.prefs, **changes)
        prefs.save(self._state_dir, self.prefs)
        self._apply_prefs()
        self._repainter.mark(EVERYTHING)

    def _apply_prefs(self) -> None:
        if self.prefs.theme in themes.THEMES and not self._theme_is_given:
            self.theme = self.prefs.theme
        self.set_class(self.prefs.compact, "-compact")

    def use_theme(self, name: str) -> None:
        self._theme_is_given = False
        self.set_prefs(theme=name)
        self.tell("info", _("Оформление: {name}").format(name=_(themes.THEMES[name])))

    def use_language(self, language: str, setting: str) -> None:
        """All texts from now on; back at the ``setting`` it was chosen with."""
        relabel(self, language, setting)

    def use_sound(self, setup: SoundSetup) -> None:
        """The operator's choice, from now on and in the next shifts."""
        self.desk.sound.use(setup)
        self.set_prefs(sound=setup)

    def end_sound_check(self) -> None:
        if not self._leaving:
            self.work("sound.close", self.desk.sound.close_check)

    # -- an offered call ---------------------------------------------------------

    def _offered(self) -> None:
        """The notice names no number."""
        self.notice(_("Входящий вызов"))
