"""The operator's sound devices: which are wanted, which are in use, and their check.

Devices belong to the softphone process. The check needs one before the line stands: it brings up a
softphone of its own and ends it when the line's takes over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

import msgspec
import structlog

from ekc_console.client.finding import Finding
from ekc_console.client.voice.access import start_of
from ekc_console.client.voice.echo import EchoTest, findings
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.wire import messages
from sip.link import protocol
from sip.link.client import EventSink, Phone, SoftphoneError
from sip.link.protocol import (
    NO_DEVICE,
    SYSTEM,
    Device,
    Devices,
    Event,
    Levels,
    Side,
    SoundState,
    Start,
    Started,
)

log = structlog.get_logger(__name__)

Tell = Callable[[Literal["info", "warning", "error"], str], None]
MAX_VOLUME = 2.0

NAMES: dict[Side, str] = {
    "microphone": N_("Микрофон"),
    "speaker": N_("Наушники"),
    "ring": N_("Устройство звонка"),
}
_SILENT: dict[Side, str] = {
    "microphone": N_("Микрофона нет: вас не слышно. Подключите гарнитуру — звук вернётся сам."),
    "speaker": N_("Наушников нет: вы не слышите. Подключите гарнитуру — звук вернётся сам."),
    "ring": N_("Устройства звонка нет: о вызове скажет только экран."),
}


class PhoneFactory(Protocol):
    """``Softphone.spawn``. Raises SoftphoneError."""

    def __call__(self, start: Start, *, on_event: EventSink | None) -> Awaitable[Phone]: ...


class SoundSetup(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator wants; kept between shifts. Devices by their ids in
    :mod:`sip.link.protocol`, volumes as factors."""

    microphone: str = SYSTEM
    speaker: str = SYSTEM
    ring: str = NO_DEVICE
    microphone_volume: float = 1.0
    speaker_volume: float = 1.0
    ring_volume: float = 1.0

    def device(self, side: Side) -> str:
        return str(getattr(self, side))

    def volume(self, side: Side) -> float:
        return float(getattr(self, f"{side}_volume"))

    def louder(self, side: Side, by: float) -> SoundSetup:
        volume = min(max(round(self.volume(side) + by, 2), 0.0), MAX_VOLUME)
        return msgspec.structs.replace(self, **{f"{side}_volume": volume})


class EchoState(msgspec.Struct, frozen=True):
    """``hearing``: the call stands, and the operator hears themselves through the server."""

    state: Literal["off", "measuring", "hearing", "failed"] = "off"
    findings: tuple[Finding, ...] = ()
    """Of the last test that came to an end."""
    fault: EkcError | None = None
    """Of a failed one."""


class SoundDesk:
    """``on_event`` takes the events of whichever softphone there is. ``line_phone``: the line's,
    if it runs. ``tell`` gets a word for the operator when a device goes or comes."""

    def __init__(
        self,
        line_phone: Callable[[], Phone | None],
        phone_factory: PhoneFactory,
        on_change: Callable[[], None],
        tell: Tell,
        open_echo: Callable[[], Awaitable[messages.Line]],
        *,
        enabled: bool = True,
    ) -> None:
        """``open_echo`` asks the server where its echo is, and for an account to call it."""
        self._line_phone = line_phone
        self._phone_factory = phone_factory
        self._on_change = on_change
        self._tell = tell
        self.enabled = enabled
        """False: the console was started without sound."""
        self.setup = SoundSetup()
        self.devices: tuple[Device, ...] = ()
        self.states: dict[Side, SoundState] = {}
        self.levels: Levels | None = None
        """While the check is open."""
        self.hearing_yourself = False
        self.checking = False
        self._own: Phone | None = None
        self._ringing = False
        self._open_echo = open_echo
        self.echo = EchoState()
        self._echo_test: EchoTest | None = None

    # -- the operator's wishes -----------------------------------------------------

    def use(self, setup: SoundSetup) -> None:
        self.setup = setup
        self._send_setup()
        self._on_change()

    async def open_check(self) -> None:
        """Levels from now on; brings up a softphone if none runs. Raises EkcError."""
        if not self.enabled:
            raise EkcError(
                _("Консоль запущена без звука (--no-sound)."), _("Запустите её без этого ключа.")
            )
        self.checking = True
        if self._phone is None:
            try:
                self._own = await self._phone_factory(
                    Start(host="127.0.0.1", sound="device"), on_event=self.on_event
                )
            except (SoftphoneError, OSError) as error:
                self.checking = False
                raise EkcError(
                    _("Программный телефон не запустился: {why}.").format(why=error)
                ) from None
            if not self.checking or self._line_phone() is not None:
                await self.release()
        self._send_setup()
        self._send(protocol.ListDevices())
        self._on_change()

    async def close_check(self) -> None:
        """Idempotent."""
        if self.checking:
            self.hear_yourself(False)
            self.end_echo()
            self._send(protocol.WatchLevels(on=False))
            self.checking = False
            self.levels = None
        await self.release()
        self._on_change()

    async def release(self) -> None:
        """Give the devices back to the line, which is about to start."""
        self.end_echo()
        own, self._own = self._own, None
        if own is not None:
            await own.stop()

    def test_tone(self, side: Literal["speaker", "ring"]) -> None:
        self._send(protocol.TestTone(side=side))

    def hear_yourself(self, on: bool) -> None:
        if on != self.hearing_yourself:
            self.hearing_yourself = on
            self._send(protocol.HearYourself(on=on))
            self._on_change()

    async def test_echo(self) -> None:
        """Measure the way to the server and back; from then on the operator hears themselves
        through it, until :meth:`end_echo`. While the check is open. The outcome is in ``echo``."""
        if self.echo.state in ("measuring", "hearing"):
            return
        self.hear_yourself(False)
        self._set_echo(EchoState("measuring"))
        try:
            account = await self._open_echo()
            test = self._echo_test = EchoTest(await self._echo_phone(account), account.uri)
            result = await test.run()
        except EkcError as error:
            self._echo_test = None
            if self.echo.state == "measuring":
                self._set_echo(EchoState("failed", fault=error))
            return
        found = findings(result, transport=account.transport, srtp=account.srtp)
        state: Literal["off", "hearing"] = "off" if test.over else "hearing"
        self._set_echo(EchoState(state, tuple(found)))

    def end_echo(self) -> None:
        """Hang up; what was found stays. Idempotent."""
        test, self._echo_test = self._echo_test, None
        if test is not None:
            test.end()
        if self.echo.state in ("measuring", "hearing"):
            self._set_echo(msgspec.structs.replace(self.echo, state="off"))

    async def _echo_phone(self, account: messages.Line) -> Phone:
        """The line's softphone with its own account, or one of ours with ``account``."""
        if (phone := self._line_phone()) is not None:
            return phone
        start = await start_of(account, "device", silence_detection=False)
        own, self._own = self._own, None
        if own is not None:
            await own.stop()
        try:
            phone = self._own = await self._phone_factory(start, on_event=self.on_event)
        except (SoftphoneError, OSError) as error:
            raise EkcError(
                _("Программный телефон не запустился: {why}.").format(why=error)
            ) from None
        if not self.checking:
            await self.release()
            raise EkcError(_("Проверка закрыта."))
        self._send_setup()
        return phone

    def _set_echo(self, echo: EchoState) -> None:
        self.echo = echo
        self._on_change()

    def ring(self, on: bool) -> None:
        """A call is offered, or no longer."""
        if on != self._ringing:
            self._ringing = on
            self._send(protocol.Ring(on=on))

    # -- what the softphone tells --------------------------------------------------

    def on_event(self, event: Event) -> None:
        if self._echo_test is not None:
            self._echo_test.take(event)
            if self._echo_test.over and self.echo.state == "hearing":
                self.end_echo()
        match event:
            case Started():
                self._send_setup()
            case Devices():
                self.devices = tuple(event.devices)
            case Levels():
                self.levels = event
            case SoundState():
                self._note(event)
            case _:
                return
        self._on_change()

    @property
    def _phone(self) -> Phone | None:
        return self._line_phone() or self._own

    def _send(self, command: protocol.Command) -> None:
        phone = self._phone
        if phone is not None and self.enabled:
            phone.send(command)

    def _send_setup(self) -> None:
        setup = self.setup
        self._send(
            protocol.UseDevices(microphone=setup.microphone, speaker=setup.speaker, ring=setup.ring)
        )
        self._send(
            protocol.SetVolume(
                microphone=setup.microphone_volume,
                speaker=setup.speaker_volume,
                ring=setup.ring_volume,
            )
        )
        if self.checking:
            self._send(protocol.WatchLevels())
        if self._ringing:
            self._send(protocol.Ring())

    def _note(self, new: SoundState) -> None:
        if new.wanted != self.setup.device(new.side):
            return  # of the time before our wishes were known
        old = self.states.get(new.side)
        self.states[new.side] = new
        if word := _word(old, new):
            self._tell(*word)


def _word(
    old: SoundState | None, new: SoundState
) -> tuple[Literal["info", "warning", "error"], str] | None:
    """What is said about a change; nothing when all is as it was asked for from the start."""
    same_wish = old is not None and old.wanted == new.wanted
    if same_wish and old is not None and (old.state, old.name) == (new.state, new.name):
        return None
    name = _(NAMES[new.side])
    if new.state == "none":
        wanted = new.wanted != NO_DEVICE
        return ("error", _(_SILENT[new.side])) if wanted else None
    if new.state == "fallback":
        return "warning", _("{side}: «{wanted}» не подключено, взято «{name}».").format(
            side=name,
            wanted=device_name(new.wanted),
            name=new.name or _("устройство системы"),
        )
    if same_wish and old is not None and old.state != "chosen":
        shown = new.name or _("устройство системы")
        return "info", _("{side}: «{name}» снова работает.").format(side=name, name=shown)
    return None


def device_name(device: str) -> str:
    """The name in a device's id, for one that is not there to be asked."""
    return device.partition(":")[2] or device
