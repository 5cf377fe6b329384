"""The operator's voice at this console: the line of the way that counts, the sound devices, the
password of a PBX. What the desk shows of it is painted after ``changed``."""

from __future__ import annotations

import asyncio
from typing import Literal, Protocol

import structlog

from ekc_console.client.link.connection import Link
from ekc_console.client.link.network import address_of
from ekc_console.client.link.results import expect
from ekc_console.client.link.timing import Timing
from ekc_console.client.link.trust import pbx_authorities
from ekc_console.client.link.view import View
from ekc_console.client.voice.leg_watch import LegWatch
from ekc_console.client.voice.line_maker import LineParts, make_line
from ekc_console.client.voice.line_state import PhoneFactory, Sound
from ekc_console.client.voice.pbx_line import PbxLine
from ekc_console.client.voice.phone_line import PhoneLine
from ekc_console.client.voice.second_call import SecondCall
from ekc_console.client.voice.secret import Passwords
from ekc_console.client.voice.sound import SoundDesk
from ekc_console.client.voice.voice_way import WayChoice, settle, words
from ekc_console.domain.terms.rights import may
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import messages
from ekc_console.wire.login import LoggedIn
from ekc_console.wire.messages import MyCall, Result
from ekc_console.wire.voice import PbxAccount, VoiceSetting

log = structlog.get_logger(__name__)

KEYRING_S = 20.0
IN_HAND = ("connecting", "talking", "held", "consult")
"""States of a call that the operator has with somebody."""
_NEEDS_LEG = (*IN_HAND, "dialing")
_OFF_DUTY = ("offline", "break")
"""States of an operator who takes no calls of her own will."""


class VoiceHost(Protocol):
    """What the voice needs of the desk it belongs to."""

    view: View
    link: Link
    session: LoggedIn | None
    """None before the login and from the leaving on."""

    @property
    def server(self) -> str:
        """Name or address of the server's machine, as this console reaches it."""

    async def request(self, body: messages.Command) -> Result | None: ...
    def now(self) -> float: ...
    def notify(self, level: Literal["info", "warning", "error"], text: str) -> None: ...
    def changed(self, name: Literal["line", "sound"]) -> None: ...


class OperatorVoice:
    """``take_way`` after a login, ``follow`` after each view, ``close`` at the end."""

    def __init__(
        self,
        host: VoiceHost,
        phone_factory: PhoneFactory,
        timing: Timing,
        passwords: Passwords,
        *,
        sound: Sound,
        choice: WayChoice | None,
        pbx_before: PbxAccount | None,
    ) -> None:
        self._host = host
        self._phone_factory = phone_factory
        self._timing = timing
        self._passwords = passwords
        self._sound: Sound = sound
        self._choice = choice
        self._pbx_before = pbx_before
        self.sound = SoundDesk(
            lambda: self.line.phone,
            phone_factory,
            lambda: host.changed("sound"),
            host.notify,
            enabled=sound == "device",
            open_echo=self._open_echo,
        )
        self.way = VoiceSetting()
        """How the voice goes; settled by the login."""
        self.password_wanted = ""
        """``user@domain`` at a PBX whose password is not known, for ``give_password``."""
        self.line = make_line(self.way, self._line_parts())
        self._leg_watch = LegWatch(lambda: self.line.redial(), timing)
        self._line_up = asyncio.Event()
        self._network: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    def _line_parts(self) -> LineParts:
        return LineParts(
            request=self._host.request,
            open_line=self._open_line,
            phone_factory=self._phone_factory,
            on_change=self._on_line,
            # A session that was taken over must not fight for the leg with the other console.
            may_dial=lambda: self._host.link.state != "offline",
            sound=self._sound,
            timing=self._timing,
            on_sound=self.sound.on_event,
            tell=lambda text: self._host.notify("warning", text),
            want_password=self._want_password,
            now=self._host.now,
        )

    async def close(self) -> None:
        for task in (self._network, self._starting, self._ending):
            if task:
                task.cancel()
        await self.sound.close_check()
        await self.line.stop()
        self._leg_watch.stop()

    # -- the way -----------------------------------------------------------------

    def settled(self, account: VoiceSetting) -> VoiceSetting:
        """The way that counts for this account. Raises EkcError when something is missing."""
        return settle(self._choice, account, self._pbx_before)

    async def take_way(self, way: VoiceSetting, session: LoggedIn) -> None:
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
            self._host.notify(
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
        self._host.changed("line")

    async def give_password(self, password: str) -> None:
        """For ``password_wanted``; it is kept in the system's keyring where there is one."""
        account, self.password_wanted = self.password_wanted, ""
        if isinstance(self.line, PbxLine):
            self.line.give_password(password)
        why_not = await asyncio.to_thread(self._passwords.keep, account, password)
        if why_not:
            self._host.notify("warning", why_not)

    # -- the line ----------------------------------------------------------------

    async def start_line(self) -> None:
        await self.sound.release()
        self.line.start()

    async def bring_line_up(self) -> None:
        """Give the standing leg its time; whether it is up is the server's to judge."""
        await self.start_line()
        try:
            async with asyncio.timeout(self._timing.leg_s):
                await self._line_up.wait()
        except TimeoutError:
            log.info("line not up in time")

    def link_up(self) -> None:
        """The link to the server is there, perhaps by another network than before."""
        self._network = asyncio.create_task(self.line.look_at_network(), name="network")

    def follow(self) -> None:
        """The view is new: microphone, ring device and leg as its call wants them."""
        call = self._host.view.call
        me = self._host.view.me
        listening = me.listening if me is not None else None
        if call is not None and call.state in IN_HAND:
            self.line.set_talking(call.state != "held" or _asked_aside(call), _heard(call))
        elif listening is not None:  # who only listens has the microphone shut
            self.line.set_talking(listening.mode != "listen", f"{listening.call} {listening.agent}")
        else:
            self.line.call_over()
        in_use = listening is not None or (call is not None and call.state in _NEEDS_LEG)
        self.line.set_needed(in_use)
        self._ring()
        if call is not None:
            self.sound.end_echo()
        self._call_in_anew()
        if me is not None and me.state == "offline" and not may(me.role, "serve"):
            self._leave_line()
        if isinstance(self.line, PhoneLine):
            self.line.set_up(self._leg_known())
        if self._leg_known():
            self._line_up.set()
        else:
            self._line_up.clear()
        self.watch_leg()

    def _call_in_anew(self) -> None:
        """Who is on duty at the server has a leg, and need not say ready for it: a console that is
        started in the place of one that died brings its own, whatever the server still believes
        of the dead one's."""
        me = self._host.view.me
        if self._host.session is None or me is None or me.state in _OFF_DUTY:
            return
        if self.line.state.state == "off" and not self._starting:
            self._starting = asyncio.create_task(self._start_again(), name="line again")

    def _leave_line(self) -> None:
        """The role has none any more."""
        if self.line.state.state != "off" and self._ending is None:
            self._ending = asyncio.create_task(self._end_line(), name="line over")

    async def _end_line(self) -> None:
        try:
            await self.line.stop()
        finally:
            self._ending = None

    async def _start_again(self) -> None:
        try:
            await self.start_line()
        finally:
            self._starting = None

    @property
    def second(self) -> SecondCall | None:
        """A call past the centre, on a line that can have one."""
        return self.line.second.current if self.line.second else None

    def watch_leg(self) -> None:
        self._leg_watch.look(
            up_here=self.line.state.state == "up",
            up_there=self._leg_known(),
            believed=self._host.link.state == "online" and self._host.view.engine.up,
        )

    def _leg_known(self) -> bool:
        return self._host.view.me is not None and self._host.view.me.line_up

    def _ring(self) -> None:
        """The ring device sounds for an offer, and for a second call that is shown."""
        call, second = self._host.view.call, self.second
        offered = call is not None and call.state == "offered"
        self.sound.ring(offered or (second is not None and second.state == "ringing"))

    def _on_line(self) -> None:
        self._ring()
        self.watch_leg()
        self._host.changed("line")

    async def _open_echo(self) -> messages.Line:
        if self._host.view.call is not None:
            raise EkcError(
                _("Идёт вызов: проверка через сервер помешала бы ему."),
                _("Проверьте связь после разговора."),
            )
        body = messages.OpenEcho(reached=await address_of(self._host.server))
        return expect(await self._host.request(body), messages.Line)

    async def _open_line(self) -> messages.Line:
        body = messages.OpenLine(reached=await address_of(self._host.server))
        return expect(await self._host.request(body), messages.Line)


def _asked_aside(call: MyCall) -> bool:
    """Somebody speaks to the operator beside the caller, and is to be answered on hold too."""
    return call.overheard is not None and call.overheard.mode != "listen"


def _heard(call: MyCall) -> str:
    """Changes with whoever speaks into the leg."""
    consult = call.consult
    return f"{call.id} {consult.heard} {consult.open}" if consult else call.id
