"""What the keys do in another one's talk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.domain.terms.ids import ListenMode
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.reasons import row_slid
from ekc_console.tui.shared.widgets.panels import Bond
from ekc_console.tui.supervisor.actions.cursor import cursor, slid
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
        """The talk that is listened to, else the waiting call under the cursor."""
        listening, waiting = self._desk.listening, cursor(self._host).waiting
        now = listening.now
        if now is not None:
            self._ask_to_take(now.call, now.agent_name)
        elif listening.coming:
            self._say_coming()
        elif listening.just_over:
            self._say_over()
        elif waiting is not None:
            call = waiting.id
            self._host.work("listening", lambda: listening.take_waiting(call))
            self._host.tell("info", _("Беру вызов…"), lambda: self._desk.view.call is None)
        elif slid(self._host):
            self._host.tell("info", row_slid())
        else:
            self._host.tell("info", _("Взять можно ждущий вызов или тот, который вы слушаете."))

    def _ask_to_take(self, call: str, name: str) -> None:
        listening = self._desk.listening

        def holds() -> bool:
            return listening.now is not None and listening.now.call == call

        self._host.confirm(
            _("Взять вызов: {name}?").format(name=name),
            _("Оператор освободится, с абонентом будете говорить вы."),
            no=_("Не брать"),
            yes=_("Взять"),
            then=lambda: self._work(listening.take_over),
            bond=Bond(holds, _("Разговор кончился, вопрос снят: «{heading}».")),
        )

    def _in(self, mode: ListenMode) -> None:
        """The talk one is in already, else the one under the cursor."""
        listening, now = self._desk.listening, self._desk.listening.now
        if listening.coming:
            self._say_coming()
        elif now is not None:
            self._work(lambda: listening.to_call(now.call, mode))
        elif listening.just_over and mode != "listen":
            self._say_over()
        elif mode == "barge" and (self._call() or self._person()):
            self._ask_to_barge(self._call() or self._call_of(self._person()))
        elif call := self._call():
            self._work(lambda: listening.to_call(call, mode))
        elif login := self._person():
            self._work(lambda: listening.to_agent(login, mode))
        elif slid(self._host):
            self._host.tell("info", row_slid())
        else:
            self._host.tell("info", _("Поставьте курсор на человека или вызов, который слушать."))

    def _say_coming(self) -> None:
        self._host.tell("info", _("Линия ещё поднимается: повторите, когда она будет."))

    def _say_over(self) -> None:
        """The key was meant for the talk that has ended, and the cursor may be on another."""
        self._host.tell("info", _("Разговор, который вы слушали, закончен."))

    def _ask_to_barge(self, call: str) -> None:
        """Everybody hears one at once there; the talk is the one that was asked about."""
        if not call:
            self._host.tell("info", _("Разговора нет: слушать нечего."))
            return
        row = self._desk.watched.calls.get(call)
        name = "" if row is None else row.person_name or wording.phone(row.number)
        self._host.confirm(
            _("Войти в разговор: {name}?").format(name=name),
            _("Вы его ещё не слушали; вас услышат и оператор, и абонент."),
            no=_("Не входить"),
            yes=_("Войти"),
            then=lambda: self._work(lambda: self._desk.listening.to_call(call, "barge")),
        )

    def _call_of(self, login: str) -> str:
        person = self._desk.watched.people.get(login)
        return "" if person is None else person.call

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
        return screen.pane(screen.active).meant if isinstance(screen, NowScreen) else None

    def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        listening = self._desk.listening
        self._host.work("listening", work)
        if listening.now is None:
            said = _("Подключаюсь к разговору…")
            self._host.tell("info", said, lambda: listening.now is None)
