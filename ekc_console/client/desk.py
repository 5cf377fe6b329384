"""The operator's desk without a screen: what a console and an automatic operator both drive.

``log_in``, then commands and reading; ``subscribe`` tells what changed. The standing leg and the
card outlive a lost link and an ended session: after ``log_in`` the work goes on where it stopped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Literal

import structlog

from ekc_console.client.call_requests import CallRequests
from ekc_console.client.card.call_card import CallCard
from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.facts import facts, is_medical
from ekc_console.client.card.old_cards import OldCards
from ekc_console.client.card.registers import Registers
from ekc_console.client.card.senders import Senders
from ekc_console.client.card.unfinished import Unfinished
from ekc_console.client.link.connection import Connection, Link
from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.link.listener import require_place
from ekc_console.client.link.login import login as open_session
from ekc_console.client.link.login import server_url
from ekc_console.client.link.steady import SteadyClock
from ekc_console.client.link.timing import Timing
from ekc_console.client.link.view import View
from ekc_console.client.numbers import dialable
from ekc_console.client.operator_voice import OperatorVoice
from ekc_console.client.own_news import DeskNotice, OwnNews
from ekc_console.client.second_call_desk import SecondCallDesk
from ekc_console.client.side_work import Work
from ekc_console.client.voice.line import Line
from ekc_console.client.voice.line_state import PhoneFactory, Sound
from ekc_console.client.voice.phone_line import PhoneLine
from ekc_console.client.voice.second_call import SecondCall
from ekc_console.client.voice.secret import KeyringPasswords, Passwords
from ekc_console.client.voice.sound import SoundDesk
from ekc_console.client.voice.voice_way import WayChoice
from ekc_console.client.words.saying import said
from ekc_console.domain.terms.localtime import USUAL_ZONE, zone_named
from ekc_console.domain.terms.rights import Workplace
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import messages
from ekc_console.wire.login import LoggedIn
from ekc_console.wire.messages import Result, Welcome
from ekc_console.wire.supervision import PickCall
from ekc_console.wire.voice import PbxAccount, VoiceSetting
from ekc_console.wire.watch import WatchNews

__all__ = ["Desk", "DeskNotice", "Link", "Offline", "Refused"]

log = structlog.get_logger(__name__)

Change = Literal["link", "view", "line", "card", "notice", "sound", "watch", "month"]
Callback = Callable[[set[str]], None]

NOTICES_KEPT = 100
DIALLED_KEPT = 50


class Desk(CallRequests):
    """``phone_factory`` is ``Softphone.spawn``; ``clock`` gives seconds since the epoch.

    Commands raise Refused with the server's reason, Offline without a link, and EkcError when
    there is nothing to do them to.
    """

    workplace: Workplace = "operator"
    shift = True
    """A login begins one."""

    def __init__(
        self,
        url: str,
        state_dir: Path,
        phone_factory: PhoneFactory,
        clock: Callable[[], float] | None = None,
        *,
        sound: Sound = "device",
        timing: Timing | None = None,
        way: WayChoice | None = None,
        pbx_before: PbxAccount | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        """``way`` of the voice counts before the account's, for this sitting; ``pbx_before`` is
        the account at a PBX that was used last. ``passwords`` of a PBX: None for the system's
        keyring."""
        self._url = url
        self._clock = clock = clock or SteadyClock()
        self._timing = timing or Timing()
        self._callbacks: list[Callback] = []
        self._ahead_s = 0.0
        """The server's clock minus ours."""
        self._connection: Connection | None = None
        self._directory: asyncio.Task[None] | None = None
        self.session: LoggedIn | None = None
        """Who is logged in; None before the first login."""
        self.zone: tzinfo = zone_named(USUAL_ZONE)
        """Of the centre: what day it is, and the time of day that is shown."""
        self.welcome: Welcome | None = None
        """Break reasons and topics; None before the first link."""
        self.view = View()
        self.link = Link("offline", clock())
        self.dialled: deque[str] = deque(maxlen=DIALLED_KEPT)
        """Numbers dialled in this shift, the latest first; for redial and completion."""
        self.notices: deque[DeskNotice] = deque(maxlen=NOTICES_KEPT)
        self.voice = OperatorVoice(
            self, phone_factory, self._timing, passwords or KeyringPasswords(),
            sound=sound, choice=way, pbx_before=pbx_before,
        )  # fmt: skip
        self._second = SecondCallDesk(self, self.voice)
        self._news = OwnNews()
        self.card_desk = CardDesk(
            self.request, self._on_card, self.now, lambda: self.zone,
            lambda: facts(self.view.call), lambda: is_medical(self.view.me),
        )  # fmt: skip
        self.old_cards = OldCards(self.request, self.now, lambda: self.zone)
        self.registers = Registers(self.request)
        self._senders = Senders(state_dir, self.request, self._on_trouble, self._timing)
        self.typed = self._senders.typed
        self.unfinished = Unfinished(self.request, lambda: self.changed("card"))
        self.call_card = CallCard(self.card_desk, lambda: self.view.call, self._on_trouble)
        self.work = Work(self.request)

    @property
    def server(self) -> str:
        return server_url(self._url).host or ""

    def now(self) -> float:
        """Seconds since the epoch by the server's clock."""
        return self._clock() + self._ahead_s

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """``callback`` gets the names of what changed, on the event loop, often: ``link``,
        ``view``, ``line``, ``card``, ``notice``, ``sound``. Returns how to unsubscribe."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    # -- the session -----------------------------------------------------------

    async def log_in(self, login: str, password: str, new_password: str = "") -> None:
        """Open a session and wait for the view. ``new_password``: to be the password from now
        on. Raises EkcError in words for people, ChoosePassword for a one-time code.

        Also after an ended session: the line and the card are kept for the same login.
        """
        session = await open_session(
            self._url, login, password, new_password,
            workplace=self.workplace, timeout_s=self._timing.log_in_s,
        )  # fmt: skip
        way = self.voice.settled(session.voice)
        if self._connection:
            await self._connection.close()
        if self.session is None or self.session.login != session.login:
            await self._begin_shift(session.login)
        if way != self.way and self.view.call is None:
            await self.voice.take_way(way, session)
        self.session = session
        self._connection = Connection(
            self._url, session.token, listener=self, view=self.view,
            timing=self._timing, clock=self.now, shift=self.shift,
        )  # fmt: skip
        self._connection.start()
        try:
            async with asyncio.timeout(self._timing.log_in_s):
                await self._connection.online()
        except TimeoutError:
            await self._connection.close()
            raise EkcError(
                _("Сервер {url} принял вход, но связь с ним не установилась.").format(
                    url=self._url
                ),
                self.link.detail,
            ) from None

    async def log_out(self) -> None:
        """End the shift: unsent drafts first, then the session, the line and the link."""
        if self.link.state == "online":
            await self._senders.settled()
            try:
                await self.request(messages.LogOut())
            except Offline as error:
                log.warning("log out not confirmed", error=type(error).__name__)
        await self.close()

    async def close(self) -> None:
        """Leave without ending the shift at the server. Drafts stay on disk. Idempotent."""
        self.session = None  # before the line goes, so that no view brings it up again
        await self.call_card.stop()
        await self.unfinished.stop()
        if self._directory:
            self._directory.cancel()
        await self.voice.close()
        await self._senders.stop()
        if self._connection:
            await self._connection.close()
            self._connection = None

    async def _begin_shift(self, login: str) -> None:
        """Another person sits down here."""
        await self.call_card.stop()
        await self.line.stop()
        await self._senders.stop()
        self.view = View()
        self._news = OwnNews()
        self.dialled.clear()
        self._senders.begin(login, self.card_desk, self.old_cards)

    async def request(self, body: messages.Command, limit_s: float | None = None) -> Result | None:
        """Any command of the protocol; ``limit_s``: for its answer, None for the usual."""
        result = await self._send(body, limit_s)
        self.unfinished.after(body)
        return result

    async def _send(self, body: messages.Command, limit_s: float | None = None) -> Result | None:
        if self._connection is None:
            raise Offline(_("Вход не выполнен."), _("Войдите с логином и паролем."))
        return await self._connection.request(body, limit_s)

    # -- the voice ---------------------------------------------------------------

    @property
    def line(self) -> Line | PhoneLine:
        return self.voice.line

    @property
    def sound(self) -> SoundDesk:
        return self.voice.sound

    @property
    def way(self) -> VoiceSetting:
        return self.voice.way

    @property
    def password_wanted(self) -> str:
        return self.voice.password_wanted

    async def give_password(self, password: str) -> None:
        await self.voice.give_password(password)

    @property
    def second(self) -> SecondCall | None:
        """A call past the centre, on a line that can have one."""
        return self.voice.second

    async def take_second(self) -> None:
        await self._second.take()

    async def end_second(self) -> None:
        await self._second.end()

    # -- commands --------------------------------------------------------------

    async def ready(self) -> None:
        """Take calls; brings the standing leg up meanwhile."""
        await self.voice.start_line()
        await self.request(messages.GoReady())

    async def pause(self, reason: str) -> None:
        """``reason``: a code of ``welcome.break_reasons``."""
        await self.request(messages.GoBreak(reason=reason))

    def mute(self, on: bool) -> None:
        """Until the end of the call. Needs no server."""
        self.line.mute(on)

    async def accept(self) -> None:
        self._second.hold()
        await super().accept()

    async def resume(self) -> None:
        self._second.hold()
        await super().resume()

    async def call_emergency(self, first: str = "") -> None:
        self._second.hold()
        await self.voice.bring_line_up()
        await super().call_emergency(first)

    async def dial(self, number: str) -> None:
        """Raises EkcError that says what is wrong with the number."""
        text = dialable(number)
        if text in self.dialled:
            self.dialled.remove(text)
        self.dialled.appendleft(text)
        await self.voice.bring_line_up()
        await self.request(messages.Dial(number=text))

    async def dial_callback(self, callback: str) -> None:
        await self.voice.bring_line_up()
        await self.request(messages.DialCallback(callback=callback))

    async def pick(self, call: str) -> None:
        """Take a waiting call of one's own queues by hand; brings the standing leg up first."""
        await self.voice.bring_line_up()
        await self.request(PickCall(call=call))

    # -- what the link tells -----------------------------------------------------

    def on_link(self, link: Link) -> None:
        self.link = link
        if link.state == "online":
            self._senders.retry()
            self.card_desk.link_up()
            self._load_directory()
            self.voice.link_up()
            self.call_card.link_up()
            self.call_card.follow()
            self.unfinished.ask()
        self.voice.watch_leg()
        self.changed("link")

    def on_welcome(self, welcome: Welcome) -> None:
        if self.welcome and self.welcome.epoch != welcome.epoch:
            self.card_desk.scenarios.forget()
        self.welcome = welcome
        self._ahead_s = welcome.now - self._clock()
        self._take_zone(welcome.timezone)
        self.changed("link")

    def _take_zone(self, name: str) -> None:
        if not name:
            return
        try:
            self.zone = zone_named(name)
        except ValueError:
            log.warning("the centre's time zone is not known here", zone=name)

    def on_view(self) -> None:
        require_place(self)
        self.voice.follow()
        self._give_card_away()
        self.call_card.follow()
        self.unfinished.follow(self._card_of_call())
        for level, text in self._news.read(self.view, self.now()):
            self.notify(level, text)
        self.changed("view")

    def on_notice(self, notice: messages.Notice) -> None:
        self.notify(notice.level, said(notice.words))

    def on_watch(self, news: WatchNews) -> None:
        """Comes to those who asked for it."""

    def _load_directory(self) -> None:
        """Once a link: what clinic and specialty fields are completed from. Without it they are
        plain text."""
        if self._directory is None or self._directory.done():
            self._directory = asyncio.create_task(self._fetch_directory(), name="directory")

    async def _fetch_directory(self) -> None:
        try:
            await self.work.load_directory()
        except EkcError as error:
            log.info("directory not loaded", error=type(error).__name__)

    # -- the call's card ---------------------------------------------------------

    def _card_of_call(self) -> str:
        return self.view.call.card if self.view.call else ""

    def _give_card_away(self) -> None:
        """The call went to somebody else: its card is filled there, and cannot be saved here."""
        call, card = self.view.call, self.card_desk.card
        if call is None or card is None or card.call != call.id:
            return
        if call.state == "wrap_up" and not call.card:
            self.card_desk.close()
            text = _("Карточка ушла вместе с вызовом: её сохранит тот, кто его примет.")
            self.notify("info", text)

    def _on_card(self) -> None:
        self.call_card.put_away()
        self.changed("card")

    # -- telling -----------------------------------------------------------------

    def _on_trouble(self, text: str) -> None:
        self.notify("error", text)

    def notify(self, level: Literal["info", "warning", "error"], text: str) -> None:
        """A word to the operator, kept in ``notices``."""
        self.notices.append(DeskNotice(self.now(), level, text))
        self.changed("notice")

    def changed(self, name: Change) -> None:
        """Tell the subscribers."""
        for callback in list(self._callbacks):
            try:
                callback({name})
            except Exception:
                log.exception("a subscriber failed", changed=name)
