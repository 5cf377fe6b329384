"""A SIP telephone for tests: one asyncio object, UDP, A-law or µ-law, many of them in one process.

Enough of RFC 3261 (INVITE with digest, ACK, CANCEL, BYE), RFC 3550 and RFC 4733 to be an outside
party of a call on loopback, and a tone detector, so that a test can ask what is really heard.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import math
import random
import re
import secrets
import struct
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from tests.support import g711

RATE = 8000
FRAME = 160
TONES = (350, 500, 700, 900, 1100, 1300, 1500, 1800)
RING_BACK = frozenset((350, 500))
"""What 425 Hz, which lie between these two, are taken for."""
_LEVEL = 8000
_HEARD_LEVEL = 500
_SILENCE_S = 0.1
"""Nobody sends: that is silence too."""
_KEYS = "0123456789*#ABCD"
_KEY_TONES = dict(
    zip(
        "123A456B789C*0#D",
        itertools.product((697, 770, 852, 941), (1209, 1336, 1477, 1633)),
        strict=True,
    )
)
_KEY_FRAMES = 5
_WINDOW = np.hanning(FRAME)
_PROBES = np.array(
    [np.exp(-2j * math.pi * tone * np.arange(FRAME) / RATE) * _WINDOW for tone in TONES]
)


@dataclass
class Message:
    first: str
    headers: dict[str, list[str]]
    body: str

    def get(self, name: str) -> str:
        return self.headers.get(name.lower(), [""])[0]

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return self.get("cseq").split()[1]


def parse(data: bytes) -> Message:
    head, _, body = data.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return Message(first, headers, body)


def accepted(request: Message, contact: str, tag: str, body: str = "") -> bytes:
    """200 to a request, with a session description when ``body`` is one (RFC 3261, 8.2.6)."""
    lines = ["SIP/2.0 200 OK"]
    lines += [f"Via: {via}" for via in request.headers["via"]]
    lines += [f"{name}: {request.get(name)}" for name in ("From", "Call-ID", "CSeq")]
    to = request.get("to")
    lines.append(f"To: {to}" if "tag=" in to else f"To: {to};tag={tag}")
    lines.append(f"Contact: <{contact}>")
    if body:
        lines.append("Content-Type: application/sdp")
    lines += [f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode()


def tones_in(samples: np.ndarray) -> frozenset[int]:
    """Which of ``TONES`` a frame of 20 ms holds."""
    levels = np.abs(_PROBES @ samples.astype(float)) * 2 / _WINDOW.sum()
    return frozenset(
        tone for tone, level in zip(TONES, levels, strict=True) if level > _HEARD_LEVEL
    )


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, take) -> None:
        self.take = take

    def datagram_received(self, data: bytes, address) -> None:
        self.take(data, address)


@dataclass
class SipParty:
    """It also is a registrar that takes any REGISTER.

    ``behaviour`` of an incoming call: ``answer``, ``ring``, ``speak`` (183 with sound, and no
    answer), a SIP status that refuses it, or several steps: statuses, ``speak``, ``fork`` (an
    answer of yet another telephone), and seconds between them (as floats). A redirection is to
    ``moved_to``, at this party."""

    host: str
    user: str
    tone: int = 0
    password: str = ""
    login: str = ""
    ignores_probes: bool = False
    """OPTIONS get no answer."""
    behaviour: str | int | tuple[str | int | float, ...] = "answer"
    moved_to: str = ""
    invited: int = 0
    """So many calls have come."""
    mu_law: bool = False
    """Speaks and understands µ-law only, instead of A-law only."""
    first_packet: int | None = None
    """RTP sequence number of a call's first packet; None: any."""
    keys_as: Literal["events", "tones"] = "events"
    """``tones``: in the sound, for it does not know RFC 4733."""
    muted: bool = False
    """Sends no sound at all."""
    state: str = "idle"
    code: int = 0
    session_expires: str = ""
    """As the other side put it into its answer or its last request (RFC 4028)."""
    reinvited: int = 0
    shortest_session_s: int = 0
    """A call with a shorter one is refused with this (422)."""
    hears: frozenset[int] = frozenset()
    dialled: str = ""
    shown: str = ""
    registered: str = ""
    keys_heard: str = ""
    """DTMF that came as RFC 4733 events."""
    tape: list[tuple[float, int, np.ndarray]] | None = None
    """While this is a list: every frame that is heard, when it came by the loop's clock, and its
    RTP timestamp."""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self) -> SipParty:
        loop = asyncio.get_running_loop()
        self._sip, _ = await loop.create_datagram_endpoint(
            lambda: _Socket(self._take), local_addr=(self.host, 5060)
        )
        self._rtp, _ = await loop.create_datagram_endpoint(
            lambda: _Socket(self._hear), local_addr=(self.host, 0)
        )
        self._rtp_port = self._rtp.get_extra_info("sockname")[1]
        self._tasks: set[asyncio.Task[None]] = set()
        self._pending, self._heard_at = self.hears, 0.0
        self._keys: list[str] = []
        self._event_stamp: int | None = None
        self._sender: asyncio.Task[None] | None = None
        self._invite: Message | None = None
        self._call_id, self._tag, self._outgoing = "", "own", False
        self._in_dialog: dict[str, str] = {}
        self._more = ""
        self._asked: dict[int, asyncio.Future[int]] = {}
        return self

    async def close(self) -> None:
        if self.state in ("calling", "ringing", "connected"):
            self.hang_up()
            with contextlib.suppress(TimeoutError):
                await self.until("ended", 3)
        self._silence()
        for task in self._tasks:
            task.cancel()
        self._sip.close()
        self._rtp.close()

    # -- what a test does ---------------------------------------------------------

    def call(self, user: str, engine: str, replaces: str = "") -> None:
        """``replaces``: whose place to take (RFC 3891), as ``replacing`` of the other one gives
        it."""
        host, _, port = engine.rpartition(":")
        self._peer = (host, int(port))
        self._uri = f"sip:{user}@{engine}"
        self._call_id, self._tag = secrets.token_hex(8), secrets.token_hex(4)
        self._from = f"<sip:{self.user}@{self.host}>;tag={self._tag}"
        self._to = f"<{self._uri}>"
        self._cseq, self._outgoing = 1, True
        self._in_dialog = {}
        self._set("calling")
        self._more = f"Replaces: {replaces}\r\n" if replaces else ""
        self._send_invite("")

    @property
    def replacing(self) -> str:
        """Names our call to the one whom we have called."""
        to_tag = self._to.partition("tag=")[2]
        return f"{self._call_id};to-tag={to_tag};from-tag={self._tag}"

    def press(self, keys: str) -> None:
        self._keys += keys

    async def ask(self, method: str, kind: str = "", body: str = "", headers: str = "") -> int:
        """Send a request within the call; the status of its answer. Raises TimeoutError.
        ``headers``: more of them, each with its line end."""
        self._cseq += 1
        answer = self._asked[self._cseq] = asyncio.get_running_loop().create_future()
        more = headers + (f"Content-Type: {kind}\r\n" if kind else "")
        self._send(
            f"{method} {self._in_dialog['target']} SIP/2.0\r\n"
            f"{self._common(method, f'z9hG4bK{secrets.token_hex(8)}')}"
            f"{more}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        async with asyncio.timeout(2):
            return await answer

    async def move_sound(self) -> None:
        """Sound goes from another port from now on, which nobody is told, as behind a NAT that
        has forgotten the old one."""
        old = self._rtp
        self._rtp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Socket(self._hear), local_addr=(self.host, 0)
        )
        old.close()

    def answer(self) -> None:
        assert self._invite is not None
        self._reply(self._invite, 200, self._sdp())
        self._media(self._invite)
        self._set("connected")

    def hang_up(self) -> None:
        if self.state == "connected":
            self._request("BYE")
            self._over(0)
        elif self._outgoing:
            self._request("CANCEL")
        elif self._invite is not None:
            self._reply(self._invite, 486)
            self._over(486)

    def vanish(self) -> None:
        """As a telephone whose power is cut: no word more."""
        self._silence()
        self.state = "vanished"

    async def until(self, state: str, timeout_s: float = 5.0) -> None:
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: self.state == state)

    async def until_hears(self, tones: set[int], timeout_s: float = 5.0) -> None:
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(lambda: self.hears == tones)
        except TimeoutError:
            raise AssertionError(f"{self.user} hears {set(self.hears)}, not {tones}") from None

    @property
    def told_contact(self) -> str:
        """Host to which requests within the call shall go."""
        return re.search(r"(?:@|:)([\d.]+)(?::\d+)?", self._in_dialog["target"])[1]

    @property
    def told_sound(self) -> str:
        """Host to which sound shall go."""
        return self._remote[0]

    # -- SIP -------------------------------------------------------------------------

    def _set(self, state: str) -> None:
        self.state = state
        self._notify()

    def _notify(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.ensure_future(notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _over(self, code: int) -> None:
        if self.state != "ended":
            self.code = code
            self._silence()
            self._set("ended")

    @property
    def _law(self) -> g711.Law:
        return "ulaw" if self.mu_law else "alaw"

    @property
    def _codec(self) -> int:
        """The static RTP payload type (RFC 3551)."""
        return 0 if self.mu_law else 8

    def _sdp(self) -> str:
        name = "PCMU" if self.mu_law else "PCMA"
        events = "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
        knows = self.keys_as == "events"
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {self._rtp_port} RTP/AVP {self._codec}{' 101' if knows else ''}\r\n"
            f"a=rtpmap:{self._codec} {name}/8000\r\n{events if knows else ''}"
            "a=ptime:20\r\na=sendrecv\r\n"
        )

    def _send_invite(self, authorization: str) -> None:
        self._branch = f"z9hG4bK{secrets.token_hex(8)}"
        extra = f"Authorization: {authorization}\r\n" if authorization else ""
        extra += self._more
        body = self._sdp()
        self._send(
            f"INVITE {self._uri} SIP/2.0\r\n{self._common('INVITE', self._branch)}{extra}"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

    def _common(self, method: str, branch: str) -> str:
        return (
            f"Via: SIP/2.0/UDP {self.host}:5060;branch={branch};rport\r\nMax-Forwards: 70\r\n"
            f"From: {self._from}\r\nTo: {self._to}\r\nCall-ID: {self._call_id}\r\n"
            f"CSeq: {self._cseq} {method}\r\nContact: <sip:{self.user}@{self.host}:5060>\r\n"
        )

    def _request(self, method: str) -> None:
        """ACK, CANCEL and BYE; ACK of a refusal and CANCEL belong to the INVITE's transaction."""
        branch = self._branch if method == "CANCEL" else f"z9hG4bK{secrets.token_hex(8)}"
        if method == "BYE":
            self._cseq += 1
        uri = self._in_dialog.get("target", self._uri) if method != "CANCEL" else self._uri
        self._send(
            f"{method} {uri} SIP/2.0\r\n{self._common(method, branch)}Content-Length: 0\r\n\r\n"
        )

    def _reply(self, request: Message, status: int, body: str = "") -> None:
        to = request.get("to")
        if ";tag=" not in to and status > 100:
            to += f";tag={self._tag}"
        vias = "".join(f"Via: {via}\r\n" for via in request.headers["via"])
        kind = "Content-Type: application/sdp\r\n" if body else ""
        user = self.moved_to if 300 <= status < 400 else self.user
        self._send(
            f"SIP/2.0 {status} x\r\n{vias}From: {request.get('from')}\r\nTo: {to}\r\n"
            f"Call-ID: {request.get('call-id')}\r\nCSeq: {request.get('cseq')}\r\n"
            f"Contact: <sip:{user}@{self.host}:5060>\r\n{kind}"
            f"Min-SE: {max(90, self.shortest_session_s)}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _send(self, text: str) -> None:
        if self.state != "vanished":
            self._sip.sendto(text.encode(), self._peer)

    def _take(self, data: bytes, address) -> None:
        if self.state == "vanished" or not data.strip():
            return
        message = parse(data)
        if message.status:
            if message.get("call-id") == self._call_id:
                self._take_response(message)
        else:
            self._peer = address
            self._take_request(message)

    def _take_response(self, message: Message) -> None:
        asked = self._asked.get(int(message.get("cseq").split()[0]))
        if asked is not None and message.status >= 200:
            if not asked.done():
                asked.set_result(message.status)
            return
        if message.method != "INVITE" or message.status == 100:
            return
        if message.status < 200:
            if self.state == "calling":
                self._set("ringing")
            return
        self._to = message.get("to")
        if message.status < 300:
            target = re.search(r"<([^>]+)>", message.get("contact"))
            self._in_dialog = {"target": target[1] if target else self._uri}
            self.session_expires = message.get("session-expires")
            self._request("ACK")
            if self.state != "connected":
                self._media(message)
                self._set("connected")
            return
        self._acknowledge_refusal(message)
        if message.status in (401, 407) and self.password and self._cseq == 1:
            self._cseq += 1
            self._to = f"<{self._uri}>"
            self._send_invite(self._digest(message.get("www-authenticate")))
        elif message.get("cseq").startswith(str(self._cseq)):
            self._over(message.status)

    def _acknowledge_refusal(self, message: Message) -> None:
        cseq = message.get("cseq").split()[0]
        self._send(
            f"ACK {self._uri} SIP/2.0\r\nVia: {message.get('via')}\r\nMax-Forwards: 70\r\n"
            f"From: {message.get('from')}\r\nTo: {message.get('to')}\r\n"
            f"Call-ID: {self._call_id}\r\nCSeq: {cseq} ACK\r\nContent-Length: 0\r\n\r\n"
        )

    def _digest(self, challenge: str) -> str:
        """RFC 2617 with qop=auth, MD5."""
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        login = self.login or self.user

        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        client = secrets.token_hex(4)
        first = md5(f"{login}:{fields['realm']}:{self.password}")
        second = md5(f"INVITE:{self._uri}")
        answer = md5(f"{first}:{fields['nonce']}:00000001:{client}:auth:{second}")
        opaque = f', opaque="{fields["opaque"]}"' if "opaque" in fields else ""
        return (
            f'Digest username="{login}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", '
            f'uri="{self._uri}", response="{answer}", algorithm=MD5, cnonce="{client}", '
            f"qop=auth, nc=00000001{opaque}"
        )

    def _take_request(self, message: Message) -> None:
        method = message.first.split()[0]
        if method in ("BYE", "CANCEL") and message.get("call-id") != self._call_id:
            # Of a call at this address before this telephone: sent again until it is answered.
            self._reply(message, 481)
        elif method == "INVITE":
            self._incoming(message)
        elif method == "BYE":
            self._reply(message, 200)
            self._over(0)
        elif method == "CANCEL" and self._invite is not None:
            self._reply(message, 200)
            self._reply(self._invite, 487)
            self._over(487)
        elif method == "REGISTER":
            self.registered = re.search(r"sip:([^@>]+)@", message.get("to"))[1]
            self._reply(message, 200)
        elif method not in ("ACK", "CANCEL") and not (method == "OPTIONS" and self.ignores_probes):
            self._reply(message, 200)

    @property
    def invitation(self) -> Message:
        """The INVITE of the last call that came."""
        assert self._invite is not None
        return self._invite

    def _incoming(self, message: Message) -> None:
        if self.state == "connected" and ";tag=" in message.get("to"):
            self.reinvited += 1
            self.session_expires = message.get("session-expires")
            self._reply(message, 200, self._sdp())
            return
        if self.state in ("ringing", "connected"):
            return
        if int(message.get("session-expires") or self.shortest_session_s) < self.shortest_session_s:
            self._reply(message, 422)
            return
        self._invite, self._outgoing = message, False
        self._tag = secrets.token_hex(4)
        self._call_id, self._cseq = message.get("call-id"), 100
        self._from, self._to = message.get("to") + f";tag={self._tag}", message.get("from")
        target = re.search(r"<([^>]+)>", message.get("contact"))
        self._in_dialog = {"target": target[1] if target else ""}
        self._uri = self._in_dialog["target"]
        self.session_expires = message.get("session-expires")
        self.dialled = re.search(r"sip:([^@]+)@", message.first)[1]
        self.shown = re.search(r"sip:([^@>]+)", message.get("from"))[1]
        self.invited += 1
        self._reply(message, 100)
        if isinstance(self.behaviour, tuple):
            self.state = "idle"
            task = asyncio.ensure_future(self._go_through(message, self.behaviour))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif isinstance(self.behaviour, int) or self.behaviour == "speak":
            self._step(message, self.behaviour)
        else:
            self._step(message, 180)
            if self.behaviour == "answer":
                self.answer()

    async def _go_through(self, invite: Message, steps: tuple[str | int | float, ...]) -> None:
        for step in steps:
            if isinstance(step, float):
                await asyncio.sleep(step)
            elif invite is self._invite and self.state != "ended":
                self._step(invite, step)

    def _step(self, invite: Message, step: str | int) -> None:
        if step == "speak":
            self._reply(invite, 183, self._sdp())
            self._media(invite)
        elif step == "fork":
            own, self._tag = self._tag, secrets.token_hex(4)
            self._reply(invite, 200, self._sdp())
            self._tag = own
            return
        elif step == 200:
            self.answer()
            return
        else:
            self._reply(invite, step)
        if isinstance(step, int) and step >= 300:
            self._over(step)
        else:
            self._set("ringing")

    # -- sound ---------------------------------------------------------------------------

    def _media(self, message: Message) -> None:
        host = re.search(r"c=IN IP4 (\S+)", message.body)[1]
        port = re.search(r"m=audio (\d+)", message.body)[1]
        self._remote = (host, int(port))
        self._silence()
        self._sender = asyncio.ensure_future(self._send_sound())

    def _silence(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
            self._sender = None

    async def _send_sound(self) -> None:
        """A frame every 20 ms by the clock; keys are sent as events of 100 ms."""
        loop = asyncio.get_running_loop()
        begin, number = loop.time(), 0
        source = random.getrandbits(32)
        base = random.getrandbits(15) if self.first_packet is None else self.first_packet
        event: tuple[int, int, int] | None = None
        pause = 0
        while True:
            stamp = number * FRAME
            by_events = self.keys_as == "events"
            if event is None and self._keys and pause == 0 and by_events:
                event = (_KEYS.index(self._keys.pop(0)), stamp, 0)
            kind, marker = self._codec, 0
            if event is not None:
                code, started, step = event
                kind, marker = 101, 0x80 if step == 0 else 0
                last = step >= 5
                payload = struct.pack(
                    "!BBH", code, 0x8A if last else 0x0A, FRAME * min(step + 1, 6)
                )
                event = None if step >= 7 else (code, started, step + 1)
                stamp = started
                pause = 5 if event is None else 0
            else:
                payload = self._sound(number)
                pause = max(0, pause - 1)
            header = struct.pack(
                "!BBHII", 0x80, marker | kind, (base + number) & 0xFFFF, stamp, source
            )
            if not self.muted:
                self._rtp.sendto(header + payload, self._remote)
            if self.hears and loop.time() - self._heard_at > _SILENCE_S:
                self._now_hears(frozenset())
            number += 1
            await asyncio.sleep(max(0.0, begin + number * 0.02 - loop.time()))

    def _sound(self, number: int) -> bytes:
        steps = np.arange(number * FRAME, (number + 1) * FRAME)
        pure = [np.sin(2 * math.pi * tone * steps / RATE) for tone in self._tones_of(number)]
        wave = _LEVEL * sum(pure, start=np.zeros(FRAME))
        return g711.encode(wave, self._law)

    def _tones_of(self, number: int) -> tuple[int, ...]:
        """Its own tone, or a key and the pause after it."""
        if self.keys_as == "events" or not self._keys:
            return (self.tone,)
        place = number % (2 * _KEY_FRAMES)
        tones = _KEY_TONES[self._keys[0]] if place < _KEY_FRAMES else ()
        if place == 2 * _KEY_FRAMES - 1:
            del self._keys[0]
        return tones

    def _hear(self, data: bytes, address) -> None:
        if len(data) == 16 and data[1] & 0x7F == 101:
            self._take_event(data)
            return
        if len(data) != 12 + FRAME or data[1] & 0x7F != self._codec:
            return
        self._heard_at = asyncio.get_running_loop().time()
        samples = g711.decode(data[12:], self._law)
        if self.tape is not None:
            self.tape.append((self._heard_at, *struct.unpack_from("!I", data, 4), samples))
        heard = tones_in(samples)
        if heard == self._pending and heard != self.hears:
            self._now_hears(heard)
        self._pending = heard

    def _take_event(self, data: bytes) -> None:
        """All packets of one event have the same timestamp."""
        (stamp,) = struct.unpack_from("!I", data, 4)
        if stamp != self._event_stamp:
            self._event_stamp = stamp
            self.keys_heard += _KEYS[data[12]]

    def _now_hears(self, heard: frozenset[int]) -> None:
        self.hears = self._pending = heard
        self._notify()
