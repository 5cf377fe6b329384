"""The world around a telephony engine, for tests: callers, operators' telephones, a called party.

The same tests run against two worlds: the real Asterisk with SIP telephones on loopback, and the
simulated engine. Parties say who they are by a tone; prompts and music are tones as well, so that
"who hears what" is a set of frequencies from :data:`tests.support.sip_party.TONES`.
"""

from __future__ import annotations

import asyncio
import contextlib
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import numpy as np

from ekc_console.server.engine.asterisk.calls.notes import Notes
from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.install import installer
from ekc_console.server.engine.asterisk.install.program import EngineProgram
from ekc_console.server.engine.asterisk.setup.dialplan import callers_directory
from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, Trunk
from ekc_console.server.engine.protocol import (
    Account,
    CallerArrived,
    EngineDown,
    EngineEvent,
    EngineUp,
    OperatorArrived,
    TelephonyEngine,
)
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.engine.simulated.sound import MUSIC_HZ, RATE, RING_BACK_HZ
from tests.support.net import fresh_host
from tests.support.sip_party import FRAME, RING_BACK, SipParty, tones_in

MUSIC = MUSIC_HZ
PATIENCE_S = 8.0
_E = TypeVar("_E")


class Events:
    """The sink of an engine: keeps all events, and lets a test wait for one."""

    def __init__(self) -> None:
        self.all: list[EngineEvent] = []
        self._came = asyncio.Event()

    def __call__(self, event: EngineEvent) -> None:
        self.all.append(event)
        self._came.set()

    def of(self, kind: type[_E], **fields: object) -> list[_E]:
        return [
            event
            for event in self.all
            if isinstance(event, kind)
            and all(getattr(event, key) == value for key, value in fields.items())
        ]

    async def get(self, kind: type[_E], patience_s: float = PATIENCE_S, **fields: object) -> _E:
        """The first such event, waiting for it if it has not come yet."""
        try:
            async with asyncio.timeout(patience_s):
                while not (found := self.of(kind, **fields)):
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise AssertionError(f"no {kind.__name__} {fields} in {self.all}") from None
        return found[0]

    async def order(self, leg: str, *kinds: type[object]) -> None:
        """Wait for the last of ``kinds`` and check that those of the leg came in this order."""
        await self.get(kinds[-1], leg=leg)
        got = [
            type(one) for one in self.all if getattr(one, "leg", "") == leg and type(one) in kinds
        ]
        assert got == list(kinds)


class Party(Protocol):
    leg: str

    def press(self, keys: str) -> None: ...

    def hang_up(self) -> None: ...

    def answer(self) -> None: ...

    async def until_hears(self, tones: set[int]) -> None: ...

    async def until_hears_ring_back(self) -> None: ...

    async def until_keys(self, keys: str) -> None: ...

    async def until_over(self) -> None: ...


class World(Protocol):
    """``caller``: a call came in; ``operator``: its telephone called in, None when refused;
    ``outside``: what the one party behind the trunk does when it is called (``congested``: it is
    the trunk that fails). The trunks are ``town`` and ``reserve``, tried in this order.
    ``restart_server``: those in ``leaves`` hang up while no server is there.
    ``trunk_answers``: whether the party behind ``town`` answers anything at all from now on."""

    name: str
    outside_number: str
    engine: TelephonyEngine
    events: Events

    async def open(self) -> object: ...

    async def caller(self, number: str | None = "79001112233", *, tone: int = 700) -> Party: ...

    async def operator(self, account: str, password: str, *, tone: int = 1100) -> Party | None: ...

    async def outside(
        self, does: str, *, tone: int = 1500, trunk: Literal["town", "reserve"] = "town"
    ) -> Party: ...

    def trunk_answers(self, party: Party, answers: bool) -> None: ...

    def prompt(self, hz: int, seconds: float = 0.3) -> Path: ...

    async def restart_server(self, leaves: Sequence[Party] = ()) -> EngineUp: ...

    async def kill_engine(self) -> None: ...

    async def clean(self) -> None: ...


class _Prompts:
    """Prompt files of one tone each; which tone a file is."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.tone_of: dict[Path, int] = {}

    def make(self, hz: int, seconds: float) -> Path:
        path = self._directory / f"{hz}-{round(seconds * 1000)}.wav"
        if path not in self.tone_of:
            write_tone(path, hz, seconds)
            self.tone_of[path] = hz
        return path


def write_tone(path: Path, hz: int, seconds: float) -> None:
    steps = np.arange(round(RATE * seconds))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((8000 * np.sin(2 * np.pi * hz * steps / RATE)).astype("<i2").tobytes())


def tones_over_time(path: Path) -> list[frozenset[int]]:
    """The sets of tones in a recording, one after the other, spells under 100 ms left out."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    frames = [
        tones_in(samples[place : place + FRAME]) for place in range(0, len(samples) - FRAME, FRAME)
    ]
    spells: list[frozenset[int]] = []
    for place in range(len(frames) - 4):
        steady = len(set(frames[place : place + 5])) == 1
        if steady and (not spells or spells[-1] != frames[place]):
            spells.append(frames[place])
    return spells


def samples_in(path: Path) -> int:
    """0 while the file is still being written."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes()
    except (EOFError, wave.Error):
        return 0


async def until(check: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Poll something that has no event of its own."""
    try:
        async with asyncio.timeout(patience_s):
            while not check():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"{what} did not come true") from None


# -- simulated ------------------------------------------------------------------------


class _SimulatedParty:
    def __init__(self, world: SimulatedWorld, leg: str = "") -> None:
        self._world = world
        self.leg = leg

    def press(self, keys: str) -> None:
        self._world.engine.caller_presses(self.leg, keys)

    def hang_up(self) -> None:
        self._world.engine.caller_hangs_up(self.leg)

    def answer(self) -> None:
        self._world.engine.outside_answers(self.leg)

    async def until_hears(self, tones: set[int]) -> None:
        await until(lambda: self._hears() == tones, f"{self.leg} hears {tones}")

    async def until_hears_ring_back(self) -> None:
        await self.until_hears({RING_BACK_HZ})

    def _hears(self) -> set[int]:
        heard = self._world.engine.heard(self.leg)
        if heard.file is not None:
            return {self._world.prompts.tone_of[heard.file]}
        return {MUSIC} if heard.music else set(heard.tones)

    async def until_keys(self, keys: str) -> None:
        await until(lambda: self._world.engine.keys_sent(self.leg) == keys, f"keys {keys}")

    async def until_over(self) -> None:
        await until(lambda: self.leg not in self._world.engine.legs, "the end")


class SimulatedWorld:
    name = "simulated"
    outside_number = "79005556677"

    def __init__(self, directory: Path) -> None:
        self.prompts = _Prompts(directory)
        self.engine = SimulatedEngine()
        self.events = Events()

    async def open(self) -> SimulatedWorld:
        await self.engine.start(self.events)
        return self

    async def close(self) -> None:
        await self.engine.stop()

    async def caller(self, number: str | None = "79001112233", *, tone: int = 700) -> Party:
        leg = self.engine.caller_calls(number, tone=tone)
        await self.events.get(CallerArrived, leg=leg)
        return _SimulatedParty(self, leg)

    async def operator(self, account: str, password: str, *, tone: int = 1100) -> Party | None:
        leg = self.engine.operator_calls_in(account, password, tone=tone)
        if leg is None:
            return None
        await self.events.get(OperatorArrived, leg=leg)
        return _SimulatedParty(self, leg)

    async def outside(
        self, does: str, *, tone: int = 1500, trunk: Literal["town", "reserve"] = "town"
    ) -> Party:
        self.engine.outside_party(self.outside_number, does, tone=tone, trunk=trunk)
        return _SimulatedParty(self)

    def trunk_answers(self, party: Party, answers: bool) -> None:
        self.engine.trunk_answers("town", answers)

    def prompt(self, hz: int, seconds: float = 0.3) -> Path:
        return self.prompts.make(hz, seconds)

    async def restart_server(self, leaves: Sequence[Party] = ()) -> EngineUp:
        await self.engine.stop(hang_up=False)
        for party in leaves:
            party.hang_up()
        self.engine = SimulatedEngine(previous=self.engine)
        self.events = Events()
        await self.engine.start(self.events)
        return await self.events.get(EngineUp)

    async def kill_engine(self) -> None:
        self.engine.crash()
        await self.events.get(EngineDown)
        self.engine.recover()

    async def clean(self) -> None:
        for leg in self.engine.legs:
            await self.engine.hang_up(leg)
        await asyncio.sleep(0)  # the events of these hang-ups
        self.events.all.clear()


# -- Asterisk ----------------------------------------------------------------------------


SIP_REFUSALS = {
    "busy": 486,
    "rejected": 603,
    "unreachable": 404,
    "moved": 302,
    "forbidden": 403,
    "congested": 503,
}


class _SipParty:
    def __init__(self, phone: SipParty, leg: str = "") -> None:
        self.phone = phone
        self.leg = leg

    def press(self, keys: str) -> None:
        self.phone.press(keys)

    def hang_up(self) -> None:
        self.phone.hang_up()

    def answer(self) -> None:
        self.phone.answer()

    async def until_hears(self, tones: set[int]) -> None:
        await self.phone.until_hears(tones)

    async def until_hears_ring_back(self) -> None:
        await self.phone.until_hears(set(RING_BACK), PATIENCE_S)

    async def until_keys(self, keys: str) -> None:
        await until(lambda: self.phone.keys_heard == keys, f"keys {keys}")

    async def until_over(self) -> None:
        await self.phone.until("ended")


def asterisk_program() -> EngineProgram:
    """The Asterisk of this machine or of the user's cache; brought when there is none."""
    cache = installer.default_cache()
    return installer.find() or installer.install(cache, lambda text: None)


class AsteriskWorld:
    """Callers come from any loopback address, as operators do."""

    name = "asterisk"
    outside_number = "79005556677"

    def __init__(
        self,
        directory: Path,
        program: EngineProgram,
        *,
        probe_every_s: int = 0,
        **settings: Any,
    ) -> None:
        """``settings``: further fields of the engine's."""
        self.prompts = _Prompts(directory)
        self.program = program
        music = directory / "music"
        music.mkdir()
        write_tone(music / "music.wav", MUSIC, 60)
        self._outside_hosts = {"town": fresh_host(), "reserve": fresh_host()}
        self.settings = AsteriskSettings(
            directory=directory / "engine",
            recordings=directory / "recordings",
            host=fresh_host(),
            music_directory=music,
            fallback_prompt=self.prompts.make(900, 0.5),
            trunks=(
                Trunk(
                    "town",
                    addresses=("127.0.0.0/8",),
                    outbound=f"{self._outside_hosts['town']}:5060",
                    caller_id="122",
                    probe_every_s=probe_every_s,
                ),
                Trunk(
                    "reserve",
                    outbound=f"{self._outside_hosts['reserve']}:5060",
                    probe_every_s=probe_every_s,
                ),
            ),
            **settings,
        )
        self.engine = AsteriskEngine(self.settings, program)
        self.events = Events()
        self._phones: list[SipParty] = []

    async def open(self) -> AsteriskWorld:
        await self.engine.start(self.events)
        return self

    async def close(self) -> None:
        await self.hang_up_phones()
        await self.engine.stop()

    @property
    def is_running(self) -> bool:
        return (self.settings.directory / "engine.json").exists()

    async def phone(
        self,
        user: str,
        *,
        tone: int,
        password: str = "",
        host: str = "",
        login: str = "",
        **traits: Any,
    ) -> SipParty:
        """``traits``: further fields of it."""
        phone = SipParty(host or fresh_host(), user, tone, password, login, **traits)
        self._phones.append(await phone.open())
        return phone

    async def caller(
        self,
        number: str | None = "79001112233",
        *,
        tone: int = 700,
        **traits: Any,
    ) -> Party:
        known = len(self.events.of(CallerArrived))
        phone = await self.phone(number or "anonymous", tone=tone, **traits)
        phone.call("122", self.engine.sip_address())
        await until(lambda: len(self.events.of(CallerArrived)) > known, "CallerArrived")
        return _SipParty(phone, self.events.of(CallerArrived)[-1].leg)

    async def operator(self, account: str, password: str, *, tone: int = 1100) -> Party | None:
        known = len(self.events.of(OperatorArrived))
        phone = await self.phone(account, tone=tone, password=password)
        phone.call("standing", self.engine.sip_address())
        await until(
            lambda: phone.state == "ended" or len(self.events.of(OperatorArrived)) > known,
            "OperatorArrived or a refusal",
        )
        if phone.state == "ended":
            return None
        return _SipParty(phone, self.events.of(OperatorArrived)[-1].leg)

    async def outside(
        self, does: str, *, tone: int = 1500, trunk: Literal["town", "reserve"] = "town"
    ) -> Party:
        phone = await self.phone("79005556677", tone=tone, host=self._outside_hosts[trunk])
        phone.behaviour, phone.moved_to = SIP_REFUSALS.get(does, does), "122"
        return _SipParty(phone)

    def trunk_answers(self, party: Party, answers: bool) -> None:
        assert isinstance(party, _SipParty)
        party.phone.state = "idle" if answers else "vanished"

    def prompt(self, hz: int, seconds: float = 0.3) -> Path:
        return self.prompts.make(hz, seconds)

    async def restart_server(self, leaves: Sequence[Party] = ()) -> EngineUp:
        await self.engine.stop(hang_up=False)
        for party in leaves:
            party.hang_up()
        notes = Notes(callers_directory(self.settings.directory))
        left = {party.leg for party in leaves}
        await until(lambda: left <= notes.ended().keys(), "their ends are noted")
        self.engine = AsteriskEngine(self.settings, self.program)
        self.events = Events()
        await self.engine.start(self.events)
        return await self.events.get(EngineUp)

    async def kill_engine(self) -> None:
        await self.kill_process(9)
        await self.events.get(EngineDown)

    async def kill_process(self, signal_number: int) -> None:
        import json
        import os

        state = json.loads((self.settings.directory / "engine.json").read_text())
        os.kill(state["pid"], signal_number)

    async def clean(self) -> None:
        await self.hang_up_phones()
        legs = self.engine._link.legs
        for leg in legs.all():
            await self.engine.hang_up(leg.id)
        await until(lambda: not legs.all(), "all legs gone")
        self.events.all.clear()

    async def hang_up_phones(self) -> None:
        for phone in self._phones:
            with contextlib.suppress(TimeoutError):
                await phone.close()
        self._phones.clear()


async def put_operator(world: World, name: str = "op-anna", *, tone: int = 1100) -> Party:
    """An operator's standing leg, answered."""
    await world.engine.put_account(Account(name, "correct horse"))
    party = await world.operator(name, "correct horse", tone=tone)
    assert party is not None
    await world.engine.answer(party.leg)
    return party


async def put_caller(world: World, *, tone: int = 700) -> Party:
    """An answered caller."""
    party = await world.caller(tone=tone)
    await world.engine.answer(party.leg)
    return party
