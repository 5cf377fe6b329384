"""The PJSIP library, one account and up to four calls. All of it lives on one thread."""

from __future__ import annotations

import collections
import gc
import logging
import re
import time
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from sip.engine.call import SipCall, guarded
from sip.engine.checks import MAX_CALLS, CommandFailed, FailureCode, check
from sip.engine.encryption import UNTRUSTED, offers_srtp, srtp_use, tls_config
from sip.engine.legs import Direction
from sip.engine.logfile import without_people
from sip.engine.media import Ports, SoundPort
from sip.link import protocol
from sip.link.protocol import Event, Incoming, Registered, Start
from sip.link.uris import account_uri, registrar_uri, with_transport
from sip.sound.mixer import Mixer

log = logging.getLogger(__name__)

CODECS = ("PCMA/8000", "PCMU/8000")
USER_AGENT = "EKC softphone"
POLL_MS = 10
"""How long PJSIP may wait for traffic before commands are looked at again."""
UNREGISTER_S = 1.0
NOT_ACCEPTABLE_HERE = 488
REGISTRATION_S = 60
"""Lifetime of a registration: a registrar that is away is noticed at its renewal."""

_TRANSPORTS = {
    "udp": pj.PJSIP_TRANSPORT_UDP,
    "tcp": pj.PJSIP_TRANSPORT_TCP,
    "tls": pj.PJSIP_TRANSPORT_TLS,
}
_ADDRESS_IN_USE = 120098  # PJ_ERRNO_START_SYS + EADDRINUSE
_SYSTEM_ERRORS = range(120001, 170000)
_TOO_MANY = 70010  # PJ_ETOOMANY
_BAD_URI = 171039  # PJSIP_EINVALIDURI
_HEADER = re.compile(r"(?mi)^(X-[\w.-]+)[ \t]*:[ \t]*(.*?)[ \t]*\r?$")


def failure_of(error: pj.Error) -> CommandFailed:
    codes: dict[int, FailureCode] = {
        _ADDRESS_IN_USE: "port_in_use",
        _TOO_MANY: "too_many_calls",
        _BAD_URI: "bad_value",
    }
    return CommandFailed(codes.get(error.status, "sip"), f"{error.reason} ({error.status})")


class Account(pj.Account):  # type: ignore[misc]
    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__()
        self._endpoint = endpoint

    @guarded
    def onIncomingCall(self, prm: Any) -> None:
        self._endpoint.incoming(prm.callId, prm.rdata.wholeMsg)

    @guarded
    def onRegState(self, prm: Any) -> None:
        self._endpoint.registration(prm.code, prm.reason, prm.expiration)


class PjsipLog(pj.LogWriter):  # type: ignore[misc]
    """PJSIP's own log without the numbers and names of people."""

    def write(self, entry: Any) -> None:
        try:
            log.info("pjsip: %s", without_people(entry.msg.rstrip()))
        except Exception:  # an exception that leaves a PJSIP callback ends the process
            log.exception("log writer")


class Endpoint:
    """Order: :meth:`start` once, then :meth:`turn` for ever, :meth:`close` at the end.

    ``send`` takes events from any thread. Calls may raise ``pj.Error``; see :func:`failure_of`.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self.ports = Ports()
        self.account: Any = None
        self.sound_port: Any | None = None
        self.calls: dict[str, SipCall] = {}
        self._send = send
        self._jobs: collections.deque[Callable[[], None]] = collections.deque()
        self._over: set[SipCall] = set()
        """Ended for us, not yet for PJSIP."""
        self._graveyard: list[SipCall] = []
        self._numbers: collections.Counter[str] = collections.Counter()
        self._registered: tuple[bool, int] | None = None
        self._config = Start()
        self._library: Any = None
        self._log_writer = PjsipLog()
        self._transport = 0
        self._host = ""

    # -- life ------------------------------------------------------------------

    def start(self, config: Start) -> int:
        """Open the SIP port and return its number; registration goes on afterwards.
        Raises :class:`CommandFailed` (``port_in_use``, ``bad_value``) or ``ValueError``."""
        check(config)
        self._config = config
        self._library = pj.Endpoint()
        self._library.libCreate()
        self._library.libInit(self._library_config())
        self._open_transport()
        self._library.libStart()
        self._library.audDevManager().setNullDev()
        self._choose_codecs()
        info = self._library.transportGetInfo(self._transport)
        self._host, port = info.localName.rsplit(":", 1)
        self.account = Account(self)
        self.account.create(self._account_config())
        gc.collect()
        gc.freeze()
        return int(port)

    def turn(self) -> None:
        """Wait up to ``POLL_MS`` for traffic, then do what is due."""
        self._library.libHandleEvents(POLL_MS)
        while self._jobs:
            self._jobs.popleft()()
        now = time.monotonic()
        for call in list(self.calls.values()):
            if call.leg.deadline is not None and now >= call.leg.deadline:
                call.finish(0)
                self._over.add(self.calls.pop(call.name))
        self._graveyard.clear()

    def close(self, grace_s: float) -> None:
        """Hang up, unregister, free everything. Takes at most ``grace_s`` + 1 s."""
        if self._library is None:
            return
        self._hang_up_all()
        self._turn_until(lambda: not self.calls, grace_s)
        self._finish_all()
        if self._registered is not None and self._registered[0]:
            self.account.setRegistration(False)
            self._turn_until(lambda: self._registered is None, UNREGISTER_S)
        self._free()

    def _free(self) -> None:
        if self.account is not None:
            self._library.audDevManager().setNoDev()  # stops the clock, which calls the ports
            self.account.shutdown()
        self.account = None
        self._jobs.clear()
        self.calls.clear()
        self._over.clear()
        self._graveyard.clear()
        self.sound_port = None
        self.ports.close()
        gc.collect()
        self._library.libDestroy(pj.PJSUA_DESTROY_NO_RX_MSG)  # all answers have come
        self._library = None

    def _turn_until(self, done: Callable[[], bool], limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while not done() and time.monotonic() < deadline:
            self.turn()

    # No name of a call may live on in a frame that reaches libDestroy: PJSIP aborts when a call
    # object outlives the library.

    def _hang_up_all(self) -> None:
        for call in list(self.calls.values()):
            try:
                call.hang_up()
            except pj.Error as error:
                log.debug("hang up at the end: %s", error.info())

    def _finish_all(self) -> None:
        for call in list(self.calls.values()):
            call.finish(0)

    # -- set-up ----------------------------------------------------------------

    def _library_config(self) -> Any:
        config = pj.EpConfig()
        config.uaConfig.maxCalls = MAX_CALLS
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.userAgent = USER_AGENT
        # The level for the console is also the one for the writer, which replaces the console;
        # from 4 on it has the SIP messages.
        config.logConfig.level = config.logConfig.consoleLevel = 4 if self._config.log_file else 0
        config.logConfig.writer = self._log_writer
        media = config.medConfig
        media.clockRate = media.sndClockRate = 8000
        media.noVad = not self._config.silence_detection
        media.ecTailLen = 0
        media.sndAutoCloseTime = -1
        return config

    def _open_transport(self) -> None:
        config = pj.TransportConfig()
        config.port = self._config.port
        config.boundAddress = self._config.host
        if self._config.transport == "tls":
            config.tlsConfig = tls_config(self._config.authorities)
        try:
            kind = _TRANSPORTS[self._config.transport]
            self._transport = self._library.transportCreate(kind, config)
        except pj.Error as error:
            failure = failure_of(error)
            if failure.code == "sip" and error.status in _SYSTEM_ERRORS:
                failure = CommandFailed("bad_value", f"host {config.boundAddress}: {error.reason}")
            raise failure from error

    def _choose_codecs(self) -> None:
        for codec in self._library.codecEnum2():
            self._library.codecSetPriority(codec.codecId, 0)
        for rank, name in enumerate(CODECS):
            self._library.codecSetPriority(name, 255 - rank)

    def _account_config(self) -> Any:
        start = self._config
        config = pj.AccountConfig()
        config.idUri = self._own_uri(start.user)
        transport = config.mediaConfig.transportConfig
        transport.port = start.rtp_port
        transport.boundAddress = start.host
        if start.srtp != "off":
            config.mediaConfig.srtpUse = srtp_use(start)
            config.mediaConfig.srtpSecureSignaling = 1  # the hop to the server; 2 would ask SIPS
        # Servers answer to the address a request came from (RFC 3581), so a contact that is
        # rewritten would only cost a second registration.
        config.natConfig.contactRewriteUse = 0
        if start.host:
            # Else the Contact over TCP has the address that the kernel would choose, and for all
            # of 127/8 that is 127.0.0.1, where nobody listens.
            config.sipConfig.transportId = self._transport
        if start.password:
            credential = pj.AuthCredInfo("digest", "*", start.user, 0, start.password)
            config.sipConfig.authCreds.append(credential)
        if start.registrar:
            config.regConfig.timeoutSec = REGISTRATION_S
            config.regConfig.registrarUri = registrar_uri(start.registrar, start.transport)
        return config

    def _own_uri(self, user: str) -> str:
        return account_uri(user, self._config.domain or self._host, self._config.display_name)

    # -- commands --------------------------------------------------------------

    def call(self, command: protocol.Call) -> None:
        if command.call in self.calls:
            raise CommandFailed("bad_value", f"call {command.call!r} exists")
        if len(self.calls) >= MAX_CALLS:
            raise CommandFailed("too_many_calls", f"{MAX_CALLS} calls at once are the limit")
        if self.open_sound_is_refused:
            raise CommandFailed("bad_value", "an account that requires SRTP only takes calls")
        uri = with_transport(command.uri, self._config.transport)
        local_uri = self._own_uri(command.from_user) if command.from_user else ""
        call = self.calls[command.call] = SipCall(self, command.call, "out")
        try:
            call.dial(uri, command.headers, local_uri)
        except pj.Error as error:
            self.calls.pop(call.name, None)
            self._graveyard.append(call)
            raise failure_of(error) from error

    def find(self, name: str) -> SipCall:
        call = self.calls.get(name)
        if call is None:
            raise CommandFailed("unknown_call", f"no call {name!r}")
        return call

    # -- what calls and the account tell us --------------------------------------

    @property
    def transport(self) -> str:
        return self._config.transport

    @property
    def follows_transfers(self) -> bool:
        return self._config.follows_transfers

    @property
    def open_sound_is_refused(self) -> bool:
        """By us, offer by offer: a registered account that requires SRTP."""
        return self._config.srtp == "required" and bool(self._config.registrar)

    def open_sound(self, mixer: Mixer) -> None:
        """Microphone and speaker join every call that does not play something else."""
        self.sound_port = SoundPort(mixer)

    def emit(self, *events: Event) -> None:
        for event in events:
            self._send(event)

    def post(self, job: Callable[[], None]) -> None:
        self._jobs.append(job)

    def adopt(self, direction: Direction, prefix: str, call_id: int = -1) -> SipCall:
        self._numbers[prefix] += 1
        call = SipCall(self, f"{prefix}{self._numbers[prefix]}", direction, call_id)
        self.calls[call.name] = call
        return call

    def release(self, call: SipCall) -> None:
        self.calls.pop(call.name, None)
        self._over.discard(call)
        self._graveyard.append(call)

    def incoming(self, call_id: int, message: str) -> None:
        call = self.adopt("in", "in", call_id)
        head = message.split("\r\n\r\n", 1)[0]
        info = call.getInfo()
        self.emit(
            Incoming(
                call=call.name,
                from_uri=info.remoteUri,
                to_uri=info.localUri,
                headers=dict(_HEADER.findall(head)),
                encrypted=offers_srtp(message),
                t=time.monotonic(),
            )
        )
        if self.open_sound_is_refused and not offers_srtp(message):
            call.reply(NOT_ACCEPTABLE_HERE)
        elif self._config.auto_answer:
            call.reply(200)

    def registration(self, code: int, reason: str, expiration: int) -> None:
        ok = code // 100 == 2 and expiration > 0
        unregistered = code // 100 == 2 and not ok
        if unregistered:
            self._registered = None
        elif (ok, code) != self._registered:
            self._registered = (ok, code)
            self.emit(
                Registered(
                    ok=ok,
                    code=code,
                    reason=reason,
                    untrusted=UNTRUSTED in reason,
                    t=time.monotonic(),
                )
            )
