"""Transfers, consultations and conferences over real SIP and RTP: who hears whom, on every leg."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ekc_console.errors import EkcError
from sip.link.protocol import (
    Answer,
    Call,
    CallState,
    Incoming,
    KeyHeard,
    SendKeys,
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
from tests.support.talk_stage import OUTSIDE, OUTSIDE_HZ, SECOND_HZ, Stage


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


@pytest.mark.long
async def test_not_taken_it_comes_back(stage: Stage) -> None:
    boris = await stage.second()
    await stage.anna.transfer("agent", "boris")
    await in_state(boris, "offered")
    await boris.reject()
    assert (await in_state(stage.anna, "offered")).id == stage.call
    await stage.anna.accept()
    await stage.caller.hears(OPERATOR_HZ)


@pytest.mark.long
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


@pytest.mark.long
async def test_back_to_a_menu(stage: Stage) -> None:
    await stage.anna.transfer("menu", "main_menu")
    await in_state(stage.anna, "wrap_up")
    stage.caller.phone.send(SendKeys(call="c", keys="1"))
    boris = await stage.second()
    assert (await in_state(boris, "offered")).id == stage.call


# -- consultation --------------------------------------------------------------


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
async def test_keys_of_a_caller_who_cannot_speak_reach_the_operator_with_103_too(
    stage: Stage,
) -> None:
    stage.caller.phone.send(SendKeys(call="c", keys="1"))
    await until(stage.anna, lambda: stage.anna.line.state.keys == "1")
    party = await stage.consult_outside()
    await stage.anna.switch_consult("all")
    await party.hears(CALLER_HZ, OPERATOR_HZ)
    stage.caller.phone.send(SendKeys(call="c", keys="5"))
    await until(stage.anna, lambda: stage.anna.line.state.keys.endswith("5"))


@pytest.mark.long
async def test_a_second_call_is_never_offered_and_a_direct_one_is_refused(stage: Stage) -> None:
    second = await into_queue(stage.centre, "+79000000303")
    async with asyncio.timeout(WAIT_S):
        await _waits(stage.centre)
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
