"""What is on the screen, one above the other: the desk, screens, questions, panels; and whose keys
they are."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from ekc_console.client.link.listener import has_place
from ekc_console.domain.terms.rights import of_clinics
from ekc_console.i18n import _
from ekc_console.tui.shared import focus
from ekc_console.tui.shared.focus import Turns
from ekc_console.tui.shared.host import host_of
from ekc_console.tui.shared.keys.held import GIVEN_AFTER_S, CalledInVain, Carried, HeldKey
from ekc_console.tui.shared.keys.in_order import InOrder
from ekc_console.tui.shared.keys.reasons import why_no_emergency
from ekc_console.tui.shared.keys.registry import BY_ID, all_keys, key_name, shown_key
from ekc_console.tui.shared.messages import Level
from ekc_console.tui.shared.prefs import Prefs
from ekc_console.tui.shared.widgets.emergency import EmergencyPanel
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.panels import UNBOUND, Bond, Panel
from ekc_console.tui.shell.confirm import Confirm, Modal
from ekc_console.tui.shell.frame import DeskFrame, Face, Frame
from ekc_console.tui.shell.jump import ZOOM, JumpOverlay
from ekc_console.tui.shell.login import LoginScreen
from ekc_console.tui.shell.terminal import TerminalApp

if TYPE_CHECKING:
    from ekc_console.client.desk import Desk
    from ekc_console.tui.operator.actions.commands import Commands

Result = TypeVar("Result")

MADE_WITHIN_S = 2.0
"""Longest that keys wait for what they are for; then they go where they can."""


class StageApp(TerminalApp, inherit_bindings=False):
    """Opens and closes. What was asked for before something else was opened never covers it."""

    AUTO_FOCUS = ""  # the screens say what gets the keys
    prefs: Prefs
    desk: Desk
    commands: Commands

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = self._given_face = face
        self.turns = Turns()
        self._held = HeldKey()
        self._in_vain = CalledInVain()
        self._carried = Carried[events.Key | events.Paste]()
        self._giving: Timer | None = None
        self._keys = InOrder(self, self._deliver, _calls_for_help)

    @property
    def frame(self) -> Frame | None:
        """The screen on top, under a confirmation if there is one."""
        return next(self._frames(), None)

    def _frames(self) -> Iterator[Frame]:
        return (screen for screen in reversed(self.screen_stack) if isinstance(screen, Frame))

    @property
    def desk_screen(self) -> DeskFrame | None:
        """The role's own desk, wherever it is in the stack."""
        return next((s for s in self.screen_stack if isinstance(s, DeskFrame)), None)

    @property
    def desk_on_top(self) -> DeskFrame | None:
        """That, or what stands in its place for the own call."""
        return next((s for s in reversed(self.screen_stack) if isinstance(s, DeskFrame)), None)

    # -- screens -----------------------------------------------------------------

    def open_above(
        self,
        screen: Screen[Result],
        answered: Callable[[Result | None], None] | None = None,
    ) -> None:
        """``answered`` gets what the screen is dismissed with, also when the widget that asked is
        gone by then: the question is the application's."""
        self.turns.opened(screen)
        with self._context():
            self.push_screen(screen, answered)

    def show_screen(self, kind: type[Screen[Any]], *arguments: Any) -> None:
        """One such screen above the desk, instead of another one; made with ``arguments``."""
        if isinstance(self.screen, kind):
            return
        screen = kind(*arguments)
        if isinstance(self.screen, DeskFrame | LoginScreen):
            self.open_above(screen)
        else:
            self.turns.opened(screen)
            self.switch_screen(screen)

    def confirm(
        self,
        question: str,
        consequence: str,
        *,
        no: str,
        yes: str,
        then: Callable[[], None],
        bond: Bond = UNBOUND,
    ) -> None:
        """Ask before something is destroyed: once, however often the key is pressed."""
        if isinstance(self.screen, Confirm) and self.screen.question == question:
            return

        def answered(sure: bool | None) -> None:
            if sure and bond.holds():
                then()

        self.open_above(Confirm(question, consequence, no=no, yes=yes, bond=bond), answered)

    def take_question_back(self) -> None:
        """What asks on top of all, a confirmation or the letters of the panes, is answered with
        no."""
        if isinstance(self.screen, Modal):
            self.screen.dismiss(None)

    async def _replace_screen(self, screen: Screen[Any]) -> Screen[Any]:
        """Textual's taking away of a screen. One that is still being made goes as soon as it is
        there: its parts would be missing in the midst of it."""
        await self._made(screen)
        return await super()._replace_screen(screen)

    # -- the desk ----------------------------------------------------------------

    @property
    def workplace(self) -> str:
        return self.face.workplace

    def top_line(self, width: int, now: float) -> Content:
        """The first line of every screen."""
        return self.face.title(host_of(self), width, now)

    def begin_desk(self) -> None:
        """After a login: the desk in place of the login, or the one underneath it. What was opened
        above the login is closed."""
        changed = self._take_face()
        desk = self.desk_screen
        if any(isinstance(screen, LoginScreen) for screen in self.screen_stack):
            while not isinstance(self.screen, LoginScreen):
                self.pop_screen()
        if desk is None:
            self.switch_screen(self.face.desk(""))
        elif isinstance(self.screen, LoginScreen):
            self.pop_screen()
        if changed and desk is not None:
            self._pop_to_desk()
            self.switch_screen(self.face.desk(""))

    def follow_role(self) -> None:
        """The role may have changed while the console is open: so does the desk, or the console is
        not for this person any more."""
        if any(isinstance(screen, LoginScreen) for screen in self.screen_stack):
            return
        if not has_place(self.desk):
            self.show_login(self.desk.link.detail)
        elif self._take_face():
            self._pop_to_desk()
            self.switch_screen(self.face.desk(""))

    def show_login(self, notice: str) -> None:
        raise NotImplementedError

    def tell(self, level: Level, text: str, holds: Callable[[], bool] = lambda: True) -> None:
        raise NotImplementedError

    def _take_face(self) -> bool:
        """Whether another one than before: the desk of a clinic has its face, by whatever command
        the console was begun."""
        from ekc_console.tui.clinic.face import ClinicFace

        me = self.desk.view.me
        before = self.face
        if me is None or not of_clinics(me.role):
            self.face = self._given_face
        elif me.state != "offline":  # by another role, until what is in hand is over
            return False
        elif not isinstance(before, ClinicFace):
            self.face = ClinicFace(self.desk)
        if self.face is before:
            return False
        self.commands.by_id |= self.face.commands(host_of(self))
        return True

    def renew_desk(self) -> None:
        """The desk made anew, with what was typed and chosen on it, and nothing above it."""
        self._pop_to_desk()
        old = self.screen
        if isinstance(old, DeskFrame):
            self.switch_screen(self.face.desk(old.active))

    def _pop_to_desk(self) -> None:
        """What is above the role's own desk is closed, but for what was asked for later."""
        self._pop_to(self.desk_screen)

    def _pop_to(self, desk: DeskFrame | None) -> None:
        if desk is None:
            return
        while self.screen is not desk and not self.turns.is_later(self.screen):
            self.pop_screen()

    def to_pane(self, name: str) -> None:
        """Back to the desk and to one of its panes: something the operator asked for has come."""
        with self.turns.of(self.turns.asked):
            if desk := self.desk_on_top:
                self._pop_to(desk)
                desk.show_pane(name)

    def zoom(self) -> None:
        if isinstance(self.screen, DeskFrame) and self.screen.zoomable:
            self.screen.zoom()

    def go_around(self, by: int) -> None:
        if isinstance(self.screen, DeskFrame):
            self.screen.go_around(by)

    def step_script(self, step: Callable[[], None]) -> None:
        if isinstance(self.screen, DeskFrame):
            self.screen.step_script(step)

    def action_hot_key(self, printed: str) -> None:
        if isinstance(self.screen, DeskFrame):
            self.screen.pick(printed)

    def jump(self) -> None:
        """Letters on the panes of the desk."""
        if isinstance(self.screen, DeskFrame):
            self.open_above(JumpOverlay(self.screen.targets()), self._jumped)

    def _jumped(self, slug: str | None) -> None:
        if slug == ZOOM:
            self.zoom()
        elif slug:
            self.to_pane(slug)

    # -- attention ---------------------------------------------------------------

    def ring(self) -> None:
        if self.prefs.bell:
            self.bell()

    def notice(self, text: str) -> None:
        """On the desktop: of something that happens while another window is in front."""
        if self.prefs.notice:
            self.notify_desktop(_("ЕКЦ"), text)

    # -- panels ------------------------------------------------------------------

    def show_panel(self, panel: Panel, bond: Bond = UNBOUND) -> None:
        """In the screen on top, or in the one it was asked for on; no longer than ``bond`` holds,
        and not at all if what was asked for comes later than that."""
        panel.bond = bond
        if not bond.holds():
            self._tell_gone(bond, str(panel.border_title))
            return
        earlier = (frame for frame in self._frames() if not self.turns.is_later(frame))
        if frame := next(earlier, self.frame):
            frame.tray.open(panel)

    def let_go(self) -> bool:
        """Panels and questions about what is no more in hand are closed, which is said. True: one
        of them had the keys."""
        gone = False
        if isinstance(self.screen, Confirm) and not self.screen.bond.holds():
            gone = True
            self._tell_gone(self.screen.bond, self.screen.question)
            self.screen.dismiss(None)
        for frame in self._frames():
            panel = frame.tray.panel
            if panel is not None and not panel.bond.holds():
                gone |= panel.has_focus_within
                self._tell_gone(panel.bond, str(panel.border_title), panel.typed.strip())
                frame.tray.close()
        return gone

    def _tell_gone(self, bond: Bond, heading: str, typed: str = "") -> None:
        told = bond.gone.format(heading=heading)
        if typed:
            lost = _("Набранное не записано: «{typed}».").format(typed=typed)
            self.tell("warning", f"{told} {lost}")
        else:
            self.tell("info", told)

    @property
    def panel_open(self) -> bool:
        return self.frame is not None and self.frame.tray.panel is not None

    def close_top(self) -> bool:
        """The panel, or the screen on top. False: there is nothing to close."""
        frame = self.frame
        panel = frame.tray.panel if frame is not None else None
        if frame is not None and panel is not None:
            frame.tray.close()
            panel.dismissed()
        elif frame is not None and frame.closable:
            frame.close_top()
        else:
            return False
        return True

    # -- keys --------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._keys.press(event)
        else:
            await super().on_event(event)

    async def _deliver(self, event: events.Key | events.Paste) -> None:
        """Keys pressed after something was opened are for it, also while it is being made."""
        await self._opened()
        if self.let_go():
            return  # it was for what is gone
        if desk := self.desk_on_top:
            desk.heard(event.key if isinstance(event, events.Key) else "")
        if self._was_to_call(event.key if isinstance(event, events.Key) else ""):
            return
        for typed in self._typed_with(event):
            await super().on_event(typed)
        if self._giving is not None:
            self._giving.stop()
        if self._carried.waits:
            self._giving = self.set_timer(GIVEN_AFTER_S, self._give_carried)

    def _was_to_call(self, key: str) -> bool:
        """The key goes with one that could call nobody; or it is that one, and is remembered."""
        if isinstance(self.focused, Input | TextArea):
            return False
        call, situation = BY_ID["call.emergency"], host_of(self).situation()
        why = why_no_emergency(situation) if situation.card_open else ""
        if self._in_vain.takes(key):
            text = _("{key} нажата, а вызвать нельзя: «{pressed}» ничего не выбрала. {why}")
            said = text.format(key=shown_key(call), pressed=key_name(key), why=why)
            self.tell("warning", said)
            return True
        if why and key in all_keys(call):
            self._in_vain.refused()
        return False

    def _typed_with(self, event: events.Key | events.Paste) -> Sequence[events.Key | events.Paste]:
        where, key = self.focused, event.key if isinstance(event, events.Key) else ""
        self._held.repeats(key, event.time)
        written = isinstance(event, events.Key) and event.is_printable
        types = written and isinstance(where, Input | TextArea)
        answers = self._is_asked(where) and (key == "enter" or key.isdecimal())
        return self._carried.press(event, key, event.time, where, types=types, answers=answers)

    def _is_asked(self, where: Widget | None) -> bool:
        """A question whose answer calls or destroys stands there, or a list in which Enter calls.
        In other lists and in cards Enter behind Enter is what a quick hand means."""
        if isinstance(where, LineTable) and where.calls:
            return True
        above = where.ancestors_with_self if where is not None else ()
        return any(isinstance(one, EmergencyPanel | Confirm) for one in above)

    async def _give_carried(self) -> None:
        if self._keys.queued:
            return  # that key tells
        for typed in self._carried.give(self.focused):
            await super().on_event(typed)

    async def _opened(self) -> None:
        if not self.screen_stack:
            return
        screen = self.screen
        panel = screen.tray.panel if isinstance(screen, Frame) else None
        await self._made(screen, panel)

    @staticmethod
    async def _made(*widgets: Widget | None) -> None:
        """Until they are there with all their parts; a limit, for nothing may hold the keys up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MADE_WITHIN_S):
                await focus.settled(*widgets)

    def watch_app_focus(self, in_front: bool) -> None:
        """The window is in front again: what had the keys may be gone meanwhile."""
        if in_front and self.screen_stack and isinstance(self.screen, Frame):
            self.screen.keep_keys()


def _calls_for_help(key: str) -> bool:
    return key in all_keys(BY_ID["call.emergency"])
