"""What the keys do in another one's talk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.domain.terms.ids import ListenMode
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.supervisor.present.important import Item
from ekc_console.tui.supervisor.screens.call import CallScreen
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.tui.supervisor.screens.things import PersonScreen
from ekc_console.wire.watch import WatchCall, WatchPerson


def shows_talks(host: Host) -> bool:
    """The screen on top shows people or calls."""
    return isinstance(host.screen, NowScreen | PersonScreen | CallScreen)


class ListeningActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "listen.listen": self.listen,
            "listen.whisper": lambda: self._in("whisper"),
            "listen.barge": lambda: self._in("barge"),
            "listen.take_over": self.take_over,
        }

    @property
    def _desk(self) -> SupervisorDesk:
        return cast("SupervisorDesk", self._host.desk)

    def listen(self) -> None:
        """From whispering or barging back to listening; from listening out."""
        now = self._desk.listening.now
        if now is not None and now.mode == "listen":
            self._work(self._desk.listening.stop)
        else:
            self._in("listen")

    def take_over(self) -> None:
        now = self._desk.listening.now
        if now is None:
            return
        self._host.confirm(
            _("Взять вызов: {name}?").format(name=now.agent_name),
            _("Оператор освободится, с абонентом будете говорить вы."),
            no=_("Слушать дальше"),
            yes=_("Взять"),
            then=lambda: self._work(self._desk.listening.take_over),
        )

    def _in(self, mode: ListenMode) -> None:
        """The talk one is in already, else the one under the cursor."""
        listening, now = self._desk.listening, self._desk.listening.now
        if now is not None:
            self._work(lambda: listening.to_call(now.call, mode))
        elif call := self._call():
            self._work(lambda: listening.to_call(call, mode))
        elif login := self._person():
            self._work(lambda: listening.to_agent(login, mode))
        else:
            self._host.tell("info", _("Поставьте курсор на человека или вызов, который слушать."))

    def _call(self) -> str:
        found = self._selected()
        if isinstance(found, WatchCall):
            return found.id
        screen = self._host.screen
        return screen.thing if isinstance(screen, CallScreen) else ""

    def _person(self) -> str:
        found = self._selected()
        if isinstance(found, WatchPerson):
            return found.id
        if isinstance(found, Item) and found.kind in ("person", "help"):
            return found.about
        screen = self._host.screen
        return screen.thing if isinstance(screen, PersonScreen) else ""

    def _selected(self) -> object:
        screen = self._host.screen
        return screen.pane(screen.active).selected if isinstance(screen, NowScreen) else None

    def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        self._host.work("listening", work)
