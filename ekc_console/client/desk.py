"""The operator's desk without a screen: what a console and an automatic operator both drive.

``log_in``, then commands and reading; ``subscribe`` tells what changed. The standing leg and the
card outlive a lost link and an ended session: after ``log_in`` the work goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import structlog

from ekc_console.client.call_requests import CallRequests
from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.draft_sender import DraftSender, keep_edit, save_draft
from ekc_console.client.card.drafts import Draft, Drafts
from ekc_console.client.card.old_cards import OldCards
from ekc_console.client.link.connection import Connection, Link
from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.link.login import login as open_session
from ekc_console.client.link.results import expect
from ekc_console.client.link.timing import Timing
from ekc_console.client.link.trust import pbx_authorities
from ekc_console.client.link.view import View
from ekc_console.client.numbers import dialable
from ekc_console.client.side_work import Work
from ekc_console.client.voice.leg_watch import LegWatch
from ekc_console.client.voice.line import PhoneFactory, Sound
from ekc_console.client.voice.line_maker import LineParts, make_line
from ekc_console.client.voice.pbx_line import PbxLine
from ekc_console.client.voice.phone_line import PhoneLine
from ekc_console.client.voice.second_call import SecondCall, SecondCalls
from ekc_console.client.voice.secret import KeyringPasswords, Passwords
from ekc_console.client.voice.sound import SoundDesk
from ekc_console.client.voice.voice_way import WayChoice, settle, words
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import messages as wire
from ekc_console.wire.card_work import UnsavedEdit
from ekc_console.wire.messages import MyCall, Result, Welcome
from ekc_console.wire.supervision import PickCall
from ekc_console.wire.voice import PbxAccount, VoiceSetting
from sip.link.client import Phone

__all__ = ["Desk", "DeskNotice", "Link", "Offline", "Refused"]

log = structlog.get_logger(__name__)

_IN_HAND = ("connecting", "talking", "held", "consult")
"""States of a call that the operator has with somebody."""

_NEEDS_LEG = (*_IN_HAND, "dialing")

Change = Literal["link", "view", "line", "card", "notice", "sound"]
Callback = Callable[[set[str]], None]

NOTICES_KEPT = 100
KEYRING_S = 20.0
DIALLED_KEPT = 50


@dataclass(frozen=True, slots=True)
class DeskNotice:
    """A word to the operator. ``at``: seconds since the epoch by the server's clock."""

    at: float
    level: Literal["info", "warning", "error"]
    text: str


class Desk(CallRequests):
    """``phone_factory`` is ``Softphone.spawn``; ``clock`` gives seconds since the epoch.

    Commands raise Refused with the server's reason, Offline without a link, and EkcError when
    there is nothing to do them to.
    """

    def __init__(
        self,
        url: str,
        state_dir: Path,
        phone_factory: PhoneFactory,
        clock: Callable[[], float] = time.time,
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
        self._state_dir = state_dir
        self._clock = clock
        self._timing = timing or Timing()
        self._phone_factory = phone_factory
        self._sound: Sound = sound
        self._choice = way
        self._pbx_before = pbx_before
        self._passwords = passwords or KeyringPasswords()
        self._callbacks: list[Callback] = []
        self._ahead_s = 0.0
        """The server's clock minus ours."""
        self._connection: Connection | None = None
        self._senders: tuple[DraftSender[Draft], DraftSender[UnsavedEdit]] | None = None
        """Of the drafts of the card in hand, and of the unsaved edits of old ones."""
        self._opening: asyncio.Task[None] | None = None
        self._directory: asyncio.Task[None] | None = None
        self._network: asyncio.Task[None] | None = None
        self._refused_card = ""
        self.session: wire.LoggedIn | None = None
        """Who is logged in; None before the first login."""
        self.welcome: Welcome | None = None
        """Break reasons and topics; None before the first link."""
        self.view = View()
        self.link = Link("offline", clock())
        self.dialled: deque[str] = deque(maxlen=DIALLED_KEPT)
        """Numbers dialled in this shift, the latest first; for redial and completion."""
        self.notices: deque[DeskNotice] = deque(maxlen=NOTICES_KEPT)
        self.sound = SoundDesk(
            lambda: self.line.phone,
            phone_factory,
            lambda: self._changed("sound"),
            self._notify,
            enabled=sound == "device",
            open_echo=self._open_echo,
        )
        self.way = VoiceSetting()
        """How the voice goes; settled by ``log_in``."""
        self.password_wanted = ""
        """``user@domain`` at a PBX whose password is not known, for ``give_password``."""
        self.line = make_line(self.way, self._line_parts())
        self._leg_watch = LegWatch(lambda: self.line.redial(), self._timing)
        self._line_up = asyncio.Event()
        self._held_for_second = ""
        """The centre's call that was put on hold to take a second one."""
        self._talked = False
        """The last view had a call in hand."""
        self.card_desk = CardDesk(self.request, self._on_card, self.now)
        self.work = Work(self.request)
        self.old_cards = OldCards(self.request, self.now)

    def _line_parts(self) -> LineParts:
        return LineParts(
            request=self.request,
            open_line=self._open_line,
            phone_factory=self._phone_factory,
            on_change=self._on_line,
            # A session that was taken over must not fight for the leg with the other console.
            may_dial=lambda: self.link.state != "offline",
            sound=self._sound,
            timing=self._timing,
            on_sound=self.sound.on_event,
            tell=lambda text: self._notify("warning", text),
            want_password=self._want_password,
            now=self.now,
        )

    def now(self) -> float:
        """Seconds since the epoch by the server's clock."""
        return self._clock() + self._ahead_s

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """``callback`` gets the names of what changed, on the event loop, often: ``link``,
        ``view``, ``line``, ``card``, ``notice``, ``sound``. Returns how to unsubscribe."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    # -- the session -----------------------------------------------------------

    async def log_in(self, login: str, password: str) -> None:
        """Open a session and wait for the view. Raises EkcError in words for people.

        Also after an ended session: the line and the card are kept for the same login.
        """
        session = await open_session(self._url, login, password, timeout_s=self._timing.log_in_s)
        way = settle(self._choice, session.voice, self._pbx_before)
        if self._connection:
            await self._connection.close()
        if self.session is None or self.session.login != session.login:
            await self._begin_shift(session.login)
        if way != self.way and self.view.call is None:
            await self._take_way(way, session)
        self.session = session
        self._connection = Connection(
            self._url,
            session.token,
            listener=self,
            view=self.view,
            timing=self._timing,
            clock=self.now,
        )
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
            await self._send_drafts()
            try:
                await self.request(wire.LogOut())
            except Offline as error:
                log.warning("log out not confirmed", error=type(error).__name__)
        await self.close()

    async def close(self) -> None:
        """Leave without ending the shift at the server. Drafts stay on disk. Idempotent."""
        await self._stop_opening()
        for task in (self._directory, self._network):
            if task:
                task.cancel()
        await self.sound.close_check()
        await self.line.stop()
        self._leg_watch.stop()
        await self._stop_senders()
        if self._connection:
            await self._connection.close()
            self._connection = None
        self.session = None

    async def _take_way(self, way: VoiceSetting, session: wire.LoggedIn) -> None:
        """From now on the voice goes so. Raises EkcError for a certificate that cannot be read."""
        authorities, password = "", ""
        if way.pbx is not None:
            authorities = pbx_authorities(session.pbx_authorities)
            password = await self._recall(way.pbx)
        await self.line.stop()
        self.way, voice = way, self.line.voice
        self.password_wanted = way.pbx.name if way.pbx and not password else ""
        self.sound.enabled = self._sound == "device" and way.way != "phone"
        self.line = make_line(way, self._line_parts(), authorities=authorities, password=password)
        self.line.voice = voice
        if way != session.voice and self._choice is not None:
            self._notify(
                "info",
                _("Голос на этот раз: {way} ({given_by}). В учётной записи: {usual}.").format(
                    way=words(way), given_by=self._choice.given_by, usual=words(session.voice)
                ),
            )

    async def _recall(self, account: PbxAccount) -> str:
        """The system may ask the person to open the keyring; that is not waited for long."""
        try:
            async with asyncio.timeout(KEYRING_S):
                return await asyncio.to_thread(self._passwords.recall, account.name)
        except TimeoutError:
            log.warning("keyring does not answer")
            return ""

    def _want_password(self, refused: bool) -> None:
        if self.way.pbx is None:
            return
        self.password_wanted = self.way.pbx.name
        if refused:
            loop = asyncio.get_running_loop()
            loop.run_in_executor(None, self._passwords.forget, self.way.pbx.name)
        self._changed("line")

    async def give_password(self, password: str) -> None:
        """For ``password_wanted``; it is kept in the system's keyring where there is one."""
        account, self.password_wanted = self.password_wanted, ""
        if isinstance(self.line, PbxLine):
            self.line.give_password(password)
        why_not = await asyncio.to_thread(self._passwords.keep, account, password)
        if why_not:
            self._notify("warning", why_not)

    async def _begin_shift(self, login: str) -> None:
        """Another person sits down here."""
        await self._stop_opening()
        await self.line.stop()
        await self._stop_senders()
        self.view = View()
        self.dialled.clear()
        who = quote(login, safe="")
        drafts = DraftSender(
            Drafts(self._state_dir / "drafts" / who, Draft),
            self.request, save_draft, self._on_trouble, self._timing,
        )  # fmt: skip
        edits = DraftSender(
            Drafts(self._state_dir / "edits" / who, UnsavedEdit),
            self.request, keep_edit, self._on_trouble, self._timing,
        )  # fmt: skip
        self._senders = drafts, edits
        self.card_desk.begin(drafts)
        self.old_cards.begin(edits)
        drafts.start()
        edits.start()

    async def _stop_senders(self) -> None:
        for sender in self._senders or ():
            await sender.stop()
        self._senders = None

    async def _send_drafts(self) -> None:
        try:
            async with asyncio.timeout(self._timing.request_s):
                for sender in self._senders or ():
                    await sender.settled()
        except TimeoutError:
            log.warning("drafts not sent before the log-out")

    async def request(self, body: wire.Command) -> Result | None:
        """Any command of the protocol."""
        if self._connection is None:
            raise Offline(_("Вход не выполнен."), _("Войдите с логином и паролем."))
        return await self._connection.request(body)

    # -- commands --------------------------------------------------------------

    async def ready(self) -> None:
        """Take calls; brings the standing leg up meanwhile."""
        await self.sound.release()
        self.line.start()
        await self.request(wire.GoReady())

    async def pause(self, reason: str) -> None:
        """``reason``: a code of ``welcome.break_reasons``."""
        await self.request(wire.GoBreak(reason=reason))

    def mute(self, on: bool) -> None:
        """Until the end of the call. Needs no server."""
        self.line.mute(on)

    # -- a call past the centre, on a line that can have one ------------------------

    @property
    def second(self) -> SecondCall | None:
        return self.line.second.current if self.line.second else None

    async def take_second(self) -> None:
        """Take it, or go back to it; the caller of the centre is held meanwhile, with music."""
        calls, _phone = self._second_line()
        if self.view.call is not None and self.view.call.state == "talking":
            await self.hold()
            self._held_for_second = self.view.call.id
        calls, phone = self._second_line()
        calls.take(phone, muted=self.line.state.muted)

    async def end_second(self) -> None:
        """Hang it up, or decline one that rings; back to the caller who was held for it."""
        calls, phone = self._second_line()
        calls.end(phone)
        call = self.view.call
        if call is not None and call.state == "held" and call.id == self._held_for_second:
            await self.resume()

    async def accept(self) -> None:
        self._hold_second()
        await super().accept()

    async def resume(self) -> None:
        self._hold_second()
        await super().resume()

    def _hold_second(self) -> None:
        if self.line.second and self.line.phone:
            self.line.second.hold(self.line.phone)

    def _second_line(self) -> tuple[SecondCalls, Phone]:
        calls, phone = self.line.second, self.line.phone
        if calls is None or phone is None:
            raise EkcError(_("Второго вызова нет: его уже закончили."))
        return calls, phone

    async def dial(self, number: str) -> None:
        """Raises EkcError that says what is wrong with the number."""
        text = dialable(number)
        if text in self.dialled:
            self.dialled.remove(text)
        self.dialled.appendleft(text)
        await self._bring_line_up()
        await self.request(wire.Dial(number=text))

    async def dial_callback(self, callback: str) -> None:
        await self._bring_line_up()
        await self.request(wire.DialCallback(callback=callback))

    async def pick(self, call: str) -> None:
        """Take a waiting call of one's own queues by hand; brings the standing leg up first."""
        await self._bring_line_up()
        await self.request(PickCall(call=call))

    async def _bring_line_up(self) -> None:
        """Give the standing leg its time; whether it is up is the server's to judge."""
        await self.sound.release()
        self.line.start()
        try:
            async with asyncio.timeout(self._timing.leg_s):
                await self._line_up.wait()
        except TimeoutError:
            log.info("line not up in time")

    async def _open_echo(self) -> wire.Line:
        if self.view.call is not None:
            raise EkcError(
                _("Идёт вызов: проверка через сервер помешала бы ему."),
                _("Проверьте связь после разговора."),
            )
        return expect(await self.request(wire.OpenEcho()), wire.Line)

    async def _open_line(self) -> wire.Line:
        return expect(await self.request(wire.OpenLine()), wire.Line)

    # -- what the link tells -----------------------------------------------------

    def on_link(self, link: Link) -> None:
        self.link = link
        if link.state == "online":
            self._refused_card = ""
            for sender in self._senders or ():
                sender.retry()
            self.card_desk.link_up()
            self._load_directory()
            self._network = asyncio.create_task(self.line.look_at_network(), name="network")
            self._follow_call()
        self._watch_leg()
        self._changed("link")

    def on_welcome(self, welcome: Welcome) -> None:
        if self.welcome and self.welcome.epoch != welcome.epoch:
            self.card_desk.forget_scenarios()
        self.welcome = welcome
        self._ahead_s = welcome.now - self._clock()
        self._changed("link")

    def on_view(self) -> None:
        call = self.view.call
        if call is not None and call.state in _IN_HAND:
            self.line.set_talking(call.state != "held", _heard(call))
        else:
            self.line.call_over()
        self.line.set_needed(call is not None and call.state in _NEEDS_LEG)
        self._ring()
        if call is not None:
            self.sound.end_echo()
        if isinstance(self.line, PhoneLine):
            self.line.set_up(self._leg_known())
        if self._leg_known():
            self._line_up.set()
        else:
            self._line_up.clear()
        self._watch_leg()
        self._follow_call()
        self._tell_cut_talk()
        self._changed("view")

    def _tell_cut_talk(self) -> None:
        """The server gave up our leg in a talk: the view after it has the call no longer."""
        call, me = self.view.call, self.view.me
        lost = me is not None and me.state == "not_responding" and me.reason == "unreachable"
        if self._talked and call is None and lost:
            self._notify(
                "warning",
                _(
                    "Голос прервался: звонящий ждёт первым в очереди и вернётся к вам, когда линия "
                    "поднимется."
                ),
            )
        self._talked = call is not None and call.state in _IN_HAND

    def on_notice(self, notice: wire.Notice) -> None:
        self._notify(notice.level, notice.text)

    def _ring(self) -> None:
        """The ring device sounds for an offer, and for a second call that is shown."""
        call, second = self.view.call, self.second
        offered = call is not None and call.state == "offered"
        self.sound.ring(offered or (second is not None and second.state == "ringing"))

    def _on_line(self) -> None:
        self._ring()
        self._watch_leg()
        self._changed("line")

    def _watch_leg(self) -> None:
        self._leg_watch.look(
            up_here=self.line.state.state == "up",
            up_there=self._leg_known(),
            believed=self.link.state == "online" and self.view.engine.up,
        )

    def _leg_known(self) -> bool:
        return self.view.me is not None and self.view.me.line_up

    def _on_trouble(self, text: str) -> None:
        self._notify("error", text)

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

    def _follow_call(self) -> None:
        """Open the card of the call by itself; put a finished one away."""
        wanted = self._card_of_call()
        if not wanted:
            self._put_card_away()
        elif wanted not in (self.card_desk.card_id, self._refused_card) and not self._opening:
            self._opening = asyncio.create_task(self._open_call_card(wanted), name="card")

    async def _open_call_card(self, card: str) -> None:
        try:
            await self.card_desk.open(card)
        except EkcError as error:
            # Tried again when the link is back.
            self._refused_card = card
            if not isinstance(error, Offline):
                self._notify("error", str(error))
        finally:
            self._opening = None
        self._follow_call()

    async def _stop_opening(self) -> None:
        if self._opening:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)

    def _on_card(self) -> None:
        if not self._card_of_call():
            self._put_card_away()
        self._changed("card")

    def _put_card_away(self) -> None:
        """What was filled in and not saved stays on the desk until the next call."""
        if not self.card_desk.unsaved:
            self.card_desk.close()

    def _card_of_call(self) -> str:
        return self.view.call.card if self.view.call else ""

    # -- telling -----------------------------------------------------------------

    def _notify(self, level: Literal["info", "warning", "error"], text: str) -> None:
        self.notices.append(DeskNotice(self.now(), level, text))
        self._changed("notice")

    def _changed(self, *names: Change) -> None:
        for callback in list(self._callbacks):
            try:
                callback(set(names))
            except Exception:
                log.exception("a subscriber failed", changed=names)


def _heard(call: MyCall) -> str:
    """Changes with whoever speaks into the leg."""
    consult = call.consult
    return f"{call.id} {consult.heard} {consult.open}" if consult else call.id
