"""A supervisor at a console of her own listens to a talk over real SIP and RTP: four ears (caller,
operator, supervisor, recording) in each mode, through a hold, a transfer, a taking over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import soundfile

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.client.voice.line_state import Voice
from ekc_console.server.store.calls import listenings
from ekc_console.wire.voice import VoiceSetting
from sip.link.protocol import Incoming
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    PASSWORD,
    WAIT_S,
    Centre,
    in_state,
    me_in_state,
    recording_of,
    until,
)
from tests.support.talk_stage import OUTSIDE, OUTSIDE_HZ, SECOND_HZ, Party, Stage

HEARD = 0.02
"""Amplitude, of 1; the tones are at least five times as loud."""


@pytest.fixture
async def stage(centre: Centre) -> Stage:
    return await Stage(centre).begin()


async def supervisor(stage: Stage, way: Any = "standing") -> SupervisorDesk:
    """Vera, who is on no shift."""
    await stage.centre.add_person("vera", role="supervisor", queues=(), voice=VoiceSetting(way=way))
    vera = stage.centre.desk("vera", voice=Voice(tone_hz=OUTSIDE_HZ), kind=SupervisorDesk)
    assert isinstance(vera, SupervisorDesk)
    await vera.log_in("vera", PASSWORD)
    return vera


def holds(side: np.ndarray, rate: int, hz: float) -> bool:
    """Whether some 100 ms of it hold the tone, among others perhaps."""
    size = rate // 10
    wave = np.exp(-2j * np.pi * hz * np.arange(size) / rate) * np.hanning(size)
    parts = (side[at : at + size] for at in range(0, len(side) - size + 1, size))
    return any(4 * abs(wave @ part) / size > HEARD for part in parts)


@pytest.mark.long
async def test_four_ears_from_listening_to_taking_over(stage: Stage) -> None:
    vera = await supervisor(stage)
    await vera.listening.to_agent("anna")
    at_vera = Party(vera.line.phone, vera.line.leg)
    await at_vera.hears(CALLER_HZ, OPERATOR_HZ)
    await stage.caller.hears(OPERATOR_HZ)
    await stage.at_anna.hears(CALLER_HZ)
    assert not vera.line.state.transmitting

    await vera.listening.to_agent("anna", "whisper")
    await stage.at_anna.hears(CALLER_HZ, OUTSIDE_HZ)
    await stage.caller.hears(OPERATOR_HZ)
    await until(stage.anna, lambda: stage.anna.view.call.overheard is not None)
    assert stage.anna.view.call.overheard.name == "Оператор vera"

    await vera.listening.to_agent("anna", "barge")
    await stage.caller.hears(OPERATOR_HZ, OUTSIDE_HZ)
    await stage.at_anna.hears(CALLER_HZ, OUTSIDE_HZ)
    await at_vera.hears(CALLER_HZ, OPERATOR_HZ)

    await stage.anna.hold()
    await stage.at_anna.hears(OUTSIDE_HZ)
    await at_vera.hears(OPERATOR_HZ)
    await stage.anna.resume()
    await stage.at_anna.hears(CALLER_HZ, OUTSIDE_HZ)
    await stage.caller.hears(OPERATOR_HZ, OUTSIDE_HZ)
    await at_vera.hears(CALLER_HZ, OPERATOR_HZ)

    await vera.listening.take_over()
    await stage.caller.hears(OUTSIDE_HZ)
    await at_vera.hears(CALLER_HZ)
    await in_state(vera, "talking")
    await me_in_state(stage.anna, "wrap_up")

    stage.caller.hang_up()
    recording = await recording_of(stage.centre, stage.call)
    samples, rate = soundfile.read(recording.path)
    assert holds(samples[:, 0], rate, CALLER_HZ)
    assert not holds(samples[:, 0], rate, OUTSIDE_HZ)
    assert holds(samples[:, 1], rate, OPERATOR_HZ)
    assert holds(samples[:, 1], rate, OUTSIDE_HZ)
    spells = await stage.centre.server.database.read(lambda c: listenings.of_call(c, stage.call))
    assert [one.mode for one in spells] == ["listen", "whisper", "barge"]


@pytest.mark.long
async def test_the_listener_goes_along_with_a_transfer_and_a_consultation(stage: Stage) -> None:
    vera = await supervisor(stage)
    await vera.listening.to_call(stage.call, "whisper")
    at_vera = Party(vera.line.phone, vera.line.leg)
    await stage.at_anna.hears(CALLER_HZ, OUTSIDE_HZ)
    await stage.second()
    await stage.anna.consult("agent", "boris")
    await in_state(stage.boris, "offered")
    await stage.boris.accept()
    await stage.at_anna.hears(SECOND_HZ, OUTSIDE_HZ)
    await stage.at_boris.hears(OPERATOR_HZ)
    await at_vera.hears(OPERATOR_HZ, SECOND_HZ)
    await stage.anna.switch_consult("all")
    await at_vera.hears(CALLER_HZ, OPERATOR_HZ, SECOND_HZ)
    await stage.caller.hears(OPERATOR_HZ, SECOND_HZ)
    await stage.anna.complete_consult()
    await at_vera.hears(CALLER_HZ, SECOND_HZ)
    await stage.at_boris.hears(CALLER_HZ, OUTSIDE_HZ)
    await stage.caller.hears(SECOND_HZ)


@pytest.mark.long
async def test_a_line_that_comes_with_each_call_comes_to_listen(stage: Stage) -> None:
    vera = await supervisor(stage, "dial-in")
    await vera.listening.to_agent("anna", "whisper")
    await stage.at_anna.hears(CALLER_HZ, OUTSIDE_HZ)
    at_vera = Party(vera.line.phone, vera.line.leg)
    await at_vera.hears(CALLER_HZ, OPERATOR_HZ)
    await vera.listening.stop()
    await at_vera.ended()
    await stage.at_anna.hears(CALLER_HZ)


async def holds_on(stage: Stage) -> None:
    await stage.anna.hold()
    await in_state(stage.anna, "held")


async def asks_boris(stage: Stage) -> None:
    await stage.second()
    await stage.anna.consult("agent", "boris")
    await in_state(stage.boris, "offered")


async def asks_outside(stage: Stage) -> None:
    phone = await stage.outside_phone(answers=False)
    await stage.anna.consult("number", OUTSIDE)
    await phone.wait_for(Incoming, WAIT_S)


async def gives_to_boris(stage: Stage) -> None:
    await stage.second()
    await stage.anna.transfer("agent", "boris")
    await in_state(stage.boris, "offered")


@pytest.mark.long
@pytest.mark.parametrize("begins", [holds_on, asks_boris, asks_outside, gives_to_boris])
async def test_a_call_is_taken_over_while_it_is_held_asked_about_or_given_away(
    stage: Stage, begins: Any
) -> None:
    vera = await supervisor(stage)
    await vera.listening.to_agent("anna")
    at_vera = Party(vera.line.phone, vera.line.leg)
    await at_vera.hears(CALLER_HZ, OPERATOR_HZ)
    await begins(stage)
    await vera.listening.take_over()
    await stage.caller.hears(OUTSIDE_HZ)
    await at_vera.hears(CALLER_HZ)
    await stage.at_anna.hears()
    await in_state(vera, "talking")
    await me_in_state(stage.anna, "wrap_up")
    if begins in (asks_boris, gives_to_boris):
        await me_in_state(stage.boris, "ready")
        await stage.at_boris.hears()
    bridges = stage.centre.server.core.router.calls
    assert not [one for one in bridges.values() if one.party_of == stage.call]
    stage.caller.hang_up()
    await me_in_state(vera, "break")
