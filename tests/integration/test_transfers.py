"""Transfers, consultations and conferences over real SIP and RTP: who hears whom, on every leg."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ekc_console.client.desk import Desk
from ekc_console.client.voice.line_state import Voice
from ekc_console.errors import EkcError
from sip.link.client import Softphone
from sip.link.protocol import (
    Answer,
    Call,
    CallState,
    HangUp,
    Heard,
    Incoming,
    KeyHeard,
    Listen,
    Play,
    Played,
    SendKeys,
    Tone,
)
from tests.support.audio import write_tones
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    in_state,
    into_queue,
    me_in_state,
    recording_of,
    until,
)

NUMBER = "+79000000101"
OUTSIDE = "+79000000202"
SECOND_HZ = 1500.0
OUTSIDE_HZ = 1900.0
TONES = [CALLER_HZ, OPERATOR_HZ, SECOND_HZ, OUTSIDE_HZ]


class Party:
    """Somebody with a telephone, and what is heard there now."""

    def __init__(self, phone: Softphone, call: str) -> None:
        self.phone, self.call = phone, call
        self._heard: frozenset[float] = frozenset()
        self._changed = asyncio.Event()
        self._following = asyncio.create_task(self._follow())
        phone.send(Listen(call=call, tones_hz=TONES))

    async def _follow(self) -> None:
        async for event in self.phone.events():
            if isinstance(event, Heard) and event.call == self.call:
                self._heard = frozenset(event.tones_hz)
                self._changed.set()

    async def hears(self, *tones: float) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                while self._heard != frozenset(tones):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{self.call} hears {set(self._heard)}, not {tones}") from None

    async def says(self, file: Path) -> None:
        """To the end of the file; the tone is left off."""
        self.phone.send(Play(call=self.call, file=str(file)))
        await self.phone.wait_for(Played, WAIT_S, call=self.call, file=str(file))

    def hang_up(self) -> None:
        self.phone.send(HangUp(call=self.call))

    async def ended(self) -> None:
        await self.phone.wait_for(CallState, WAIT_S, call=self.call, state="ended")


class Stage:
    """Anna talks with the caller; Boris and an outside party can be called."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    async def begin(self) -> Stage:
        self.anna = await self.centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
        self.at_anna = Party(self.anna.line.phone, self.anna.line.leg)
        phone = await into_queue(self.centre, NUMBER)
        self.caller = Party(phone, "c")
        self.call = (await in_state(self.anna, "offered")).id
        await self.anna.accept()
        await in_state(self.anna, "talking")
        await self.caller.hears(OPERATOR_HZ)
        await self.at_anna.hears(CALLER_HZ)
        return self

    async def second(self) -> Desk:
        self.boris = await self.centre.operator("boris", Voice(tone_hz=SECOND_HZ))
        self.at_boris = Party(self.boris.line.phone, self.boris.line.leg)
        return self.boris

    async def outside_phone(self, *, answers: bool = True) -> Softphone:
        return await self.centre.caller(OUTSIDE, port=self.centre.outside_port, auto_answer=answers)

    async def outside(self, phone: Softphone) -> Party:
        incoming = await phone.wait_for(Incoming, WAIT_S)
        await phone.wait_for(CallState, WAIT_S, call=incoming.call, state="connected")
        phone.send(Tone(call=incoming.call, hz=OUTSIDE_HZ))
        return Party(phone, incoming.call)

    async def consult_boris(self) -> None:
        await self.second()
        await self.anna.consult("agent", "boris")
        offered = await in_state(self.boris, "offered")
        assert offered.consult is not None
        assert offered.consult.who == "Оператор anna"
        await self.boris.accept()
        await self.at_anna.hears(SECOND_HZ)
        await self.at_boris.hears(OPERATOR_HZ)
        assert (await in_state(self.anna, "consult")).consult.open

    async def consult_outside(self) -> Party:
        phone = await self.outside_phone()
        await self.anna.consult("number", OUTSIDE)
        party = await self.outside(phone)
        await self.at_anna.hears(OUTSIDE_HZ)
        await party.hears(OPERATOR_HZ)
        return party


@pytest.fixture
async def stage(centre: Centre) -> Stage:
    return await Stage(centre).begin()


# -- blind ---------------------------------------------------------------------


async def test_blind_to_an_operator(stage: Stage, tmp_path: Path) -> None:
    boris = await stage.second()
    await stage.anna.transfer("agent", "boris")
    await in_state(stage.anna, "wrap_up")
    assert (await in_state(boris, "offered")).id == stage.call
    await boris.accept()
    await stage.caller.hears(SECOND_HZ)
    await stage.at_boris.hears(CALLER_HZ)
    await stage.anna.finish_wrap_up()  # the card went with the caller
    await me_in_state(stage.anna, "ready")
    await stage.caller.says(write_tones(tmp_path / "words.wav", CALLER_HZ, seconds=1.0))
    stage.caller.hang_up()
    await in_state(boris, "wrap_up")
    recording = await recording_of(stage.centre, stage.call)
    samples, rate = soundfile.read(recording.path)
    assert has_tone(samples[:, 0], rate, CALLER_HZ)
    assert has_tone(samples[:, 1], rate, OPERATOR_HZ)
    assert has_tone(samples[len(samples) // 2 :, 1], rate, SECOND_HZ)


@pytest.mark.long
async def test_blind_to_a_queue(stage: Stage) -> None:
    boris = await stage.second()
    await boris.pause("rest")
    await stage.anna.transfer("queue", "feedback")
    await in_state(stage.anna, "wrap_up")
    await boris.ready()
    assert (await in_state(boris, "offered")).queue == "feedback"
    await boris.accept()
    await stage.caller.hears(SECOND_HZ)


async def test_not_taken_it_comes_back(stage: Stage) -> None:
    boris = await stage.second()
    await stage.anna.transfer("agent", "boris")
    await in_state(boris, "offered")
    await boris.reject()
    assert (await in_state(stage.anna, "offered")).id == stage.call
    await stage.anna.accept()
    await stage.caller.hears(OPERATOR_HZ)


async def test_blind_to_an_outside_number(stage: Stage) -> None:
    phone = await stage.outside_phone()
    await stage.anna.transfer("number", OUTSIDE)
    await in_state(stage.anna, "wrap_up")
    party = await stage.outside(phone)
    await stage.caller.hears(OUTSIDE_HZ)
    await party.hears(CALLER_HZ)
    party.hang_up()
    await stage.caller.ended()


@pytest.mark.long
async def test_an_outside_number_that_is_busy_gives_the_caller_back(stage: Stage) -> None:
    phone = await stage.outside_phone(answers=False)
    await stage.anna.transfer("number", OUTSIDE)
    incoming = await phone.wait_for(Incoming, WAIT_S)
    phone.send(Answer(call=incoming.call, code=486))
    assert (await in_state(stage.anna, "offered")).id == stage.call
    await stage.anna.accept()
    await stage.caller.hears(OPERATOR_HZ)


async def test_back_to_a_menu(stage: Stage) -> None:
    await stage.anna.transfer("menu", "main_menu")
    await in_state(stage.anna, "wrap_up")
    stage.caller.phone.send(SendKeys(call="c", keys="1"))
    boris = await stage.second()
    assert (await in_state(boris, "offered")).id == stage.call


# -- consultation --------------------------------------------------------------


async def test_consulting_an_operator_to_and_fro_then_completed(stage: Stage) -> None:
    await stage.consult_boris()
    await stage.anna.switch_consult("caller")
    await stage.at_anna.hears(CALLER_HZ)
    await stage.caller.hears(OPERATOR_HZ)
    await stage.anna.switch_consult("party")
    await stage.at_anna.hears(SECOND_HZ)
    await stage.anna.complete_consult()
    await in_state(stage.anna, "wrap_up")
    await in_state(stage.boris, "talking")
    await stage.caller.hears(SECOND_HZ)
    await stage.at_boris.hears(CALLER_HZ)


async def test_a_conference_with_an_operator_whom_the_agent_leaves(stage: Stage) -> None:
    await stage.consult_boris()
    await stage.anna.switch_consult("all")
    await stage.at_anna.hears(CALLER_HZ, SECOND_HZ)
    await stage.at_boris.hears(CALLER_HZ, OPERATOR_HZ)
    await stage.caller.hears(OPERATOR_HZ, SECOND_HZ)
    await stage.anna.complete_consult()
    await stage.caller.hears(SECOND_HZ)
    await stage.at_boris.hears(CALLER_HZ)


@pytest.mark.long
async def test_cancelled_the_operator_is_free_again(stage: Stage) -> None:
    await stage.consult_boris()
    await stage.anna.cancel_consult()
    await in_state(stage.anna, "talking")
    await stage.caller.hears(OPERATOR_HZ)
    await stage.at_anna.hears(CALLER_HZ)
    await me_in_state(stage.boris, "ready")
    await stage.at_boris.hears()


@pytest.mark.long
async def test_consulting_an_outside_number_then_conference_then_completed(stage: Stage) -> None:
    party = await stage.consult_outside()
    await stage.anna.switch_consult("all")
    await stage.at_anna.hears(CALLER_HZ, OUTSIDE_HZ)
    await party.hears(CALLER_HZ, OPERATOR_HZ)
    await stage.caller.hears(OPERATOR_HZ, OUTSIDE_HZ)
    await stage.anna.complete_consult()
    await in_state(stage.anna, "wrap_up")
    await party.hears(CALLER_HZ)
    await stage.caller.hears(OUTSIDE_HZ)
    stage.caller.hang_up()
    await party.ended()


@pytest.mark.long
async def test_an_outside_party_who_hangs_up_leaves_agent_and_caller(stage: Stage) -> None:
    party = await stage.consult_outside()
    party.hang_up()
    await in_state(stage.anna, "talking")
    await stage.caller.hears(OPERATOR_HZ)


@pytest.mark.long
async def test_an_operator_on_a_break_is_refused_with_the_reason(stage: Stage) -> None:
    boris = await stage.second()
    await boris.pause("rest")
    await me_in_state(boris, "break")
    with pytest.raises(EkcError, match="на перерыве"):
        await stage.anna.consult("agent", "boris")


# -- restart -------------------------------------------------------------------


async def test_a_server_that_restarts_in_a_conference_loses_nobody(stage: Stage) -> None:
    party = await stage.consult_outside()
    await stage.anna.switch_consult("all")
    await party.hears(CALLER_HZ, OPERATOR_HZ)
    await stage.centre.server.stop(hang_up=False)
    await stage.centre.start_again()
    await until(stage.anna, lambda: stage.anna.link.state == "online", limit_s=20)
    await stage.anna.switch_consult("party")
    await party.hears(OPERATOR_HZ)
    await stage.anna.complete_consult()
    await party.hears(CALLER_HZ)


# -- keys ----------------------------------------------------------------------


@pytest.mark.long
async def test_keys_reach_the_caller(stage: Stage) -> None:
    await stage.anna.send_keys("12#")
    heard = [(await stage.caller.phone.wait_for(KeyHeard, WAIT_S, call="c")).key for _ in "12#"]
    assert heard == ["1", "2", "#"]


async def test_a_second_call_is_never_offered_and_a_direct_one_is_refused(stage: Stage) -> None:
    second = await into_queue(stage.centre, "+79000000303")
    await asyncio.wait_for(_waits(stage.centre), WAIT_S)
    assert stage.anna.view.call is not None
    assert stage.anna.view.call.id == stage.call
    assert second.exit_code is None

    direct = await stage.centre.caller("+79000000404", transport="tcp")
    direct.send(Call(call="d", uri=stage.anna.line.phone.uri))
    ended = await direct.wait_for(CallState, WAIT_S, call="d", state="ended")
    assert ended.code == 486
    await stage.caller.hears(OPERATOR_HZ)


async def _waits(centre: Centre) -> None:
    while not any(  # noqa: ASYNC110 - the router tells nobody
        list(centre.server.core.router.waiting(queue)) for queue in centre.server.core.router.queues
    ):
        await asyncio.sleep(0.01)


def has_tone(side: np.ndarray, rate: int, hz: float) -> bool:
    """Whether some 100 ms of it hold the tone as the strongest."""
    size = rate // 10
    bins = [
        np.argmax(np.abs(np.fft.rfft(side[at : at + size]))) * rate / size
        for at in range(0, len(side) - size + 1, size)
    ]
    return any(abs(found - hz) <= 10 for found in bins)
