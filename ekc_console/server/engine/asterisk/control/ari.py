"""Client of Asterisk's REST interface and of its event stream (ARI)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
import structlog

from ekc_console.errors import reason
from ekc_console.json_faults import NOT_JSON
from ekc_console.server.engine.asterisk.setup.dialplan import APPLICATION
from ekc_console.server.engine.protocol import EngineError

log = structlog.get_logger(__name__)

TIMEOUT_S = 3.0
CONNECT_TIMEOUT_S = 2.0
HEARTBEAT_S = 2.0
"""A ping at this interval; no answer in half of it and the stream counts as lost."""
CLOSE_S = 1.0
"""Longest wait for Asterisk's word on a stream that we close."""
DEAF_AFTER = 2
"""So many echoes in a row that Asterisk took and did not bring: the stream is open in vain."""
_ECHO = "ekc_echo_"
_CONNECTIONS = 48
_KEEP_ALIVE_S = 30.0
_EVENTS = (
    "StasisStart",
    "StasisEnd",
    "ChannelDestroyed",
    "ChannelStateChange",
    "ChannelDtmfReceived",
    "Dial",
    "PlaybackFinished",
    "ApplicationReplaced",
    "ChannelUserevent",
)
_T = TypeVar("_T")


class Party(msgspec.Struct, frozen=True):
    name: str = ""
    number: str = ""


class Dialplan(msgspec.Struct, frozen=True):
    context: str = ""
    app_name: str = ""
    app_data: str = ""


class Channel(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    state: str = ""
    caller: Party = Party()
    dialplan: Dialplan = Dialplan()
    channelvars: dict[str, str] = {}


class Bridge(msgspec.Struct, frozen=True):
    id: str
    channels: list[str] = []


class _Value(msgspec.Struct, frozen=True):
    value: str


class _Packets(msgspec.Struct, frozen=True):
    rxcount: int
    txcount: int


class Endpoint(msgspec.Struct, frozen=True):
    resource: str


class _Application(msgspec.Struct, frozen=True):
    name: str


class Playback(msgspec.Struct, frozen=True):
    id: str
    state: str = ""


class Event(msgspec.Struct, frozen=True):
    """Any event: the fields that ours have."""

    type: str
    channel: Channel | None = None
    peer: Channel | None = None
    """Of Dial: the channel that is called."""
    dialstatus: str = ""
    playback: Playback | None = None
    args: list[str] = []
    eventname: str = ""
    """Of ChannelUserevent: what who raised it called it."""
    digit: str = ""
    cause: int = 0
    tech_cause: int = 0
    """SIP status of the refusal; 0: none, or an Asterisk that does not tell."""


class AriError(EngineError):
    """Asterisk answered with an error; ``status`` is HTTP's."""

    def __init__(self, status: int, request: str, text: str) -> None:
        super().__init__(f"Asterisk отказал ({status}) на {request}: {text}")
        self.status = status


class EngineUnreachable(EngineError):
    """No answer at all: Asterisk is dead, hung, or the network is."""


class Ari:
    """One node. ``connect`` first; ``read_events`` returns when the stream is lost."""

    def __init__(self, base: str, user: str, secret: str) -> None:
        self._base = f"{base}/ari"
        headers = {"Authorization": aiohttp.encode_basic_auth(user, secret)}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE_S),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            headers=headers,
        )
        # Never over a connection that stood before: what was asked for there while the link was
        # away comes when it is back, and would replace the stream that was opened meanwhile.
        self._streams = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True), headers=headers
        )
        self._stream: aiohttp.ClientWebSocketResponse | None = None
        self._decoder = msgspec.json.Decoder(Event)
        self._reading = False
        self._echoes = itertools.count(1)
        self._asked = self._heard = 0
        """Numbers of the last echo that Asterisk took, and of the last that the stream brought."""
        self._moved_at = 0.0
        """When anything was answered last, by the loop's time."""

    async def connect(self) -> None:
        """Register our application: from now on calls come to us."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                self._stream = await self._streams.ws_connect(
                    f"{self._base}/events",
                    params={"app": APPLICATION},
                    heartbeat=HEARTBEAT_S,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),
                    max_msg_size=0,
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise EngineUnreachable(f"Поток событий Asterisk не открылся: {error}.") from None
        self._moved_at = asyncio.get_running_loop().time()
        self._heard = self._asked
        allowed = [{"type": name} for name in _EVENTS]
        await self.put(f"/applications/{APPLICATION}/eventFilter", {"allowed": allowed})

    async def echo(self) -> None:
        """Ask for an event of our own on our stream; see :attr:`is_deaf`."""
        number = next(self._echoes)
        try:
            await self.post(f"/events/user/{_ECHO}{number}", application=APPLICATION)
        except EngineUnreachable:
            raise
        except EngineError:  # it knows our application no longer
            self._asked = number
            raise
        self._asked = number

    @property
    def is_deaf(self) -> bool:
        """Asterisk answers, and the stream, though open, brings no events any more."""
        return self._asked - self._heard >= DEAF_AFTER

    @property
    def unread_s(self) -> float:
        """How long the stream has stood open and unread while no request was answered; 0 while it
        is read."""
        if self._stream is None or self._stream.closed or self._reading:
            return 0.0
        return asyncio.get_running_loop().time() - self._moved_at

    async def read_events(self, take: Callable[[Event], None]) -> str:
        """Give every event to ``take`` until the stream ends; returns why."""
        if self._stream is None:
            raise RuntimeError("connect() comes first")
        self._reading = True
        try:
            return await self._read(self._stream, take)
        finally:
            self._reading = False
            self._moved_at = asyncio.get_running_loop().time()

    async def _read(
        self, stream: aiohttp.ClientWebSocketResponse, take: Callable[[Event], None]
    ) -> str:
        async for message in stream:
            if message.type is aiohttp.WSMsgType.TEXT:
                try:
                    event = self._decoder.decode(message.data)
                except NOT_JSON as error:
                    log.error("event cannot be read", error=reason(error))
                    continue
                if event.type == "ApplicationReplaced":
                    return "replaced"
                if event.eventname.startswith(_ECHO):
                    self._heard = int(event.eventname.removeprefix(_ECHO))
                    continue
                take(event)
        return "lost"

    async def close_stream(self) -> None:
        if self._stream is not None:
            await self._stream.close()
            self._stream = None

    async def close(self) -> None:
        await self.close_stream()
        await self._streams.close()
        await self._session.close()

    async def is_registered(self) -> bool:
        """Whether calls still come to our application, or to another server's of its name."""
        found = await self._all("/applications", _Application)
        return any(one.name == APPLICATION for one in found)

    async def channels(self) -> list[Channel]:
        return await self._all("/channels", Channel)

    async def bridges(self) -> list[Bridge]:
        return await self._all("/bridges", Bridge)

    async def endpoints(self) -> list[str]:
        """Names of all SIP endpoints: trunks and accounts. ARI answers 404 while there is none."""
        try:
            found = await self._all("/endpoints/PJSIP", Endpoint)
        except AriError as error:
            if error.status == 404:
                return []
            raise
        return [endpoint.resource for endpoint in found]

    async def variable(self, channel: str, name: str) -> str:
        """A channel's variable or function value. Raises AriError when the channel is gone."""
        path = f"/channels/{channel}/variable?variable={quote(name, safe='')}"
        return (await self._get(path, _Value)).value

    async def packets(self, channel: str) -> int:
        """Of sound that have come from it and gone to it."""
        counted = await self._get(f"/channels/{channel}/rtp_statistics", _Packets)
        return counted.rxcount + counted.txcount

    async def global_variable(self, name: str) -> str:
        """Empty when it is not set."""
        path = f"/asterisk/variable?variable={quote(name, safe='')}"
        return (await self._get(path, _Value)).value

    async def set_global(self, name: str, value: str) -> None:
        await self.post("/asterisk/variable", variable=name, value=value)

    async def has_playback(self, playback: str) -> bool:
        try:
            await self._request("GET", f"/playbacks/{playback}", None, {})
        except AriError as error:
            if error.status == 404:
                return False
            raise
        return True

    async def post(self, path: str, body: object = None, **parameters: str) -> bytes:
        return await self._request("POST", path, body, parameters)

    async def put(self, path: str, body: object) -> bytes:
        return await self._request("PUT", path, body, {})

    async def delete(self, path: str, **parameters: str) -> bool:
        """False when the thing is not there (any more)."""
        try:
            await self._request("DELETE", path, None, parameters)
        except AriError as error:
            if error.status == 404:
                return False
            raise
        return True

    async def _get(self, path: str, kind: type[_T]) -> _T:
        data = await self._request("GET", path, None, {})
        try:
            return msgspec.json.decode(data, type=kind)
        except NOT_JSON as error:
            raise EngineError(f"Ответ Asterisk не читается ({path}): {error}.") from None

    async def _all(self, path: str, kind: type[_T]) -> list[_T]:
        """One that cannot be read does not hide the others."""
        found: list[_T] = []
        for raw in await self._get(path, list[msgspec.Raw]):
            try:
                found.append(msgspec.json.decode(raw, type=kind))
            except NOT_JSON as error:
                log.error("entry cannot be read", path=path, error=reason(error))
        return found

    async def _request(
        self, method: str, path: str, body: object, parameters: Mapping[str, str]
    ) -> bytes:
        if self._session.closed:
            raise EngineUnreachable("Asterisk перезапускается.")
        try:
            async with self._session.request(
                method, self._base + path, params=parameters, json=body
            ) as response:
                data = await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            reason = str(error) or f"нет ответа {TIMEOUT_S:g} с"
            raise EngineUnreachable(f"Asterisk не отвечает: {reason}.") from None
        finally:
            self._moved_at = asyncio.get_running_loop().time()
        if response.status >= 400:
            text = data.decode(errors="replace")[:200]
            raise AriError(response.status, f"{method} {path.split('/')[1]}", text)
        return data
