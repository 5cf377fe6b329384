"""A whole centre for integration tests: server and real Asterisk in this process, operators as
desks with real softphones, callers as softphones of their own."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.desk import Desk
from ekc_console.client.voice.line_state import PhoneFactory, Voice
from ekc_console.config import Config, parse
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.app import Server
from ekc_console.server.engine.protocol import TelephonyEngine
from ekc_console.server.people.auth import hash_password
from ekc_console.server.store.calls import recordings
from ekc_console.server.store.people import accounts
from ekc_console.wire import messages
from ekc_console.wire.voice import VoiceSetting, VoiceWay
from sip.link.client import Phone, Softphone
from sip.link.phone import BasePhone
from sip.link.protocol import Call, CallState, Heard, Listen, SendKeys, Start, Tone
from tests.support.net import free_port, fresh_host
from tests.support.new_data import set_up
from tests.support.read_once import reading_once

PASSWORD = "correct horse battery"
PASSWORD_HASH = hash_password(PASSWORD)
WAIT_S = 10.0
CALLER_HZ = 700.0
OPERATOR_HZ = 1100.0


class Centre:
    """``open``, then ``operator`` and ``caller``; ``close`` ends everything."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.host = fresh_host()
        self.folder = folder
        self.outside_port = free_port(self.host)
        """Outgoing calls go there: a caller with this ``port`` is reached by any number."""
        self.outside = f"{self.host}:{self.outside_port}"
        self.engine_options = ""
        """More fields of ``engine``, in YAML."""
        self.changes = changes
        self._desks: list[Desk] = []
        self._phones: list[Softphone] = []

    async def open(self, engine: TelephonyEngine | None = None) -> Centre:
        self.config = self._config()
        set_up(self.config.data_dir)
        with reading_once():
            self.server = await Server.open(self.config, engine=engine)
        try:
            await self.server.start()
        except BaseException:
            await self.server.stop()
            raise
        return self

    async def close(self) -> None:
        await asyncio.gather(*(desk.close() for desk in self._desks))
        await asyncio.gather(*(phone.stop() for phone in self._phones))
        await self.server.stop()

    async def start_again(self) -> None:
        """After ``server.stop``: another server on the same data."""
        with reading_once():
            self.server = await Server.open(self.config)
        await self.server.start()

    async def add_person(self, login: str, **fields: Any) -> None:
        person = accounts.User(
            **{
                "login": login,
                "name": f"Оператор {login}",
                "role": "operator",
                "password_hash": PASSWORD_HASH,
                "queues": tuple(queue.id for queue in self.config.queues),
                **fields,
            }
        )
        await self.server.database.write(lambda conn: accounts.add(conn, person))

    def desk(
        self,
        login: str,
        phone_factory: PhoneFactory = Softphone.spawn,
        voice: Voice | None = None,
        kind: type[Desk] = Desk,
        **ways: Any,
    ) -> Desk:
        """``ways``: what else ``Desk`` takes."""
        folder = self.folder / f"console-{login}"
        desk = kind(self.server.url, folder, phone_factory, sound="null", **ways)
        desk.line.voice = voice
        self._desks.append(desk)
        return desk

    async def operator(
        self, login: str, voice: Voice | None = None, way: VoiceWay = "standing", **fields: Any
    ) -> Desk:
        """A logged-in operator who is ready, with the standing leg up."""
        await self.add_person(login, voice=VoiceSetting(way=way), **fields)
        desk = self.desk(login, voice=voice)
        await desk.log_in(login, PASSWORD)
        await desk.ready()
        await until(desk, lambda: desk.view.me is not None and desk.view.me.line_up)
        return desk

    async def caller(self, number: str, **fields: Any) -> Softphone:
        phone = await Softphone.spawn(
            Start(host=self.host, user=number, silence_detection=False, **fields)
        )
        self._phones.append(phone)
        return phone

    def call(
        self, phone: Softphone, name: str = "c", transport: Literal["udp", "tcp"] = "udp"
    ) -> str:
        """Dial the centre's number; returns the caller's name of the call."""
        address = f"{self.config.engine.host}:{self.config.engine.sip_port}"
        phone.send(Call(call=name, uri=f"sip:122@{address};transport={transport}"))
        return name

    def _config(self) -> Config:
        text = f"""
server: {{host: {self.host}, port: {free_port(self.host)}, data_dir: "{self.folder}/data"}}
engine: {{host: {self.host}, sip_port: {free_port(self.host)}{self.engine_options}}}
trunks:
- {{name: test, mode: address, addresses: ["{self.host}/32"],
   outbound: "{self.outside}", probe_every_s: 0}}
"""
        config = parse(text, "test")
        return functools.reduce(_change, self.changes.items(), config)


def _change(config: Config, change: tuple[str, Any]) -> Config:
    import msgspec

    name, value = change
    return msgspec.structs.replace(config, **{name: value})


async def until(desk: Desk, true: Callable[[], bool], limit_s: float = WAIT_S) -> None:
    """Wait until ``true()`` after any change at the desk. Raises TimeoutError."""
    changed = asyncio.Event()
    unsubscribe = desk.subscribe(lambda names: changed.set())
    try:
        async with asyncio.timeout(limit_s):
            while not true():
                changed.clear()
                await changed.wait()
    finally:
        unsubscribe()


async def in_state(desk: Desk, state: str) -> messages.MyCall:
    """Wait until this desk's call is in ``state``."""
    await until(desk, lambda: desk.view.call is not None and desk.view.call.state == state)
    assert desk.view.call is not None
    return desk.view.call


async def me_in_state(desk: Desk, state: str) -> None:
    await until(desk, lambda: desk.view.me is not None and desk.view.me.state == state)


def plain_outcome(card_desk: CardDesk) -> str:
    """A disposition of the card's script that needs no field: the last one."""
    assert card_desk.scenario is not None
    needs = card_desk.scenario.needs
    return [code for code in card_desk.dispositions if code not in needs][-1]


async def save_card(desk: Desk) -> None:
    """In wrap-up: save the card with a disposition that needs no field, and end the wrap-up."""
    await me_in_state(desk, "wrap_up")
    await until(desk, lambda: desk.card_desk.scenario is not None)
    desk.card_desk.set_disposition(plain_outcome(desk.card_desk))
    await desk.card_desk.save()
    await desk.finish_wrap_up()


async def into_queue(centre: Centre, number: str, key: str = "1", **fields: Any) -> Softphone:
    """A caller who chose ``key`` in the menu, sends ``CALLER_HZ`` and listens for tones.
    The call's name is ``c``."""
    phone = await centre.caller(number, **fields)
    call = centre.call(phone, transport=fields.get("transport", "udp"))
    await phone.wait_for(CallState, WAIT_S, call=call, state="connected")
    phone.send(Listen(call=call, tones_hz=[CALLER_HZ, OPERATOR_HZ]))
    phone.send(Tone(call=call, hz=CALLER_HZ))
    phone.send(SendKeys(call=call, keys=key))
    return phone


async def hears(phone: Phone, call: str, hz: float) -> None:
    """Wait until this tone alone is heard."""
    await _hears(phone, call, [hz])


async def hears_nothing(phone: Phone, call: str) -> None:
    """Wait until the tones are gone."""
    await _hears(phone, call, [])


async def _hears(phone: Phone, call: str, tones_hz: list[float]) -> None:
    heard: list[float] | None = None
    assert isinstance(phone, BasePhone)
    try:
        while heard != tones_hz:
            heard = (await phone.wait_for(Heard, WAIT_S, call=call)).tones_hz
    except TimeoutError:
        raise AssertionError(f"{call} hears {heard} Hz and not {tones_hz}") from None


async def hears_caller(desk: Desk) -> tuple[Phone, str]:
    """Wait until the operator hears ``CALLER_HZ`` alone; the softphone, and its name of the leg."""
    phone, leg = desk.line.phone, desk.line.leg
    assert phone is not None
    phone.send(Listen(call=leg, tones_hz=[CALLER_HZ]))
    await hears(phone, leg, CALLER_HZ)
    return phone, leg


async def waits_in_queue(centre: Centre, number: str = "") -> CallId:
    """Wait until a call, of this number if one is given, stands in a queue; its id."""
    calls = centre.server.core.router.calls
    async with asyncio.timeout(WAIT_S):
        while True:
            for call in calls.values():
                if call.queued_at and number in ("", call.number):
                    return call.id
            await asyncio.sleep(0.01)


def engine_pid(centre: Centre) -> int:
    (pid_file,) = Path(centre.config.data_dir / "engine").rglob("*.pid")
    return int(pid_file.read_text().split()[0])


async def recording_of(centre: Centre, call: str) -> recordings.Recording:
    """The call's recording, when it is ready."""
    async with asyncio.timeout(WAIT_S):
        while True:
            row = await centre.server.database.read(lambda conn: recordings.get(conn, call))
            if row is not None and row.state == "ready":
                return row
            await asyncio.sleep(0.02)
