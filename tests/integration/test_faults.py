"""What breaks in the middle of a call: engine, server. No caller is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from ekc_console.client.voice.line_state import Voice
from ekc_console.domain.state.callback import Callback
from sip.link.client import Softphone
from sip.link.protocol import CallState, HangUp, Listen, SendKeys
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    PASSWORD,
    WAIT_S,
    Centre,
    engine_pid,
    hears,
    hears_nothing,
    in_state,
    into_queue,
    me_in_state,
    plain_outcome,
    until,
    waits_in_queue,
)

NUMBER = "+79000000303"
HANG_FOUND_S = 6.0
"""Ping every 2 s, its answer within 1 s, and one try to connect of 2 s."""


async def arrives(centre: Centre, number: str) -> None:
    """Wait until the server has this caller's call."""
    async with asyncio.timeout(WAIT_S):
        while number not in [call.number for call in centre.server.core.router.calls.values()]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_killed_engine_comes_back_and_the_cut_caller_is_in_the_list(
    centre: Centre,
) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    caller = await into_queue(centre, NUMBER)
    await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    arrived = desk.view.call.arrived_at

    os.kill(engine_pid(centre), signal.SIGKILL)
    await until(desk, lambda: not desk.view.engine.up)
    await in_state(desk, "wrap_up")
    await until(desk, lambda: desk.view.engine.up)
    await until(desk, lambda: desk.view.me.line_up)
    (callback,) = desk.view.callbacks
    assert callback.number == "+7 900 000-03-03"
    assert abs(callback.since - arrived) < 1.0


async def test_a_restarted_server_takes_over_the_talk_and_those_who_came_meanwhile(
    centre: Centre,
) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    phone, leg = desk.line.phone, desk.line.leg
    caller = await into_queue(centre, NUMBER)
    await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    await until(desk, lambda: desk.card_desk.card is not None)

    await centre.server.stop(hang_up=False)
    await until(desk, lambda: desk.link.state != "online")
    desk.card_desk.set_note("Записано без сервера")
    late = await centre.caller("+79000000304")
    centre.call(late, "late")
    await late.wait_for(CallState, WAIT_S, call="late", state="connected")
    phone.send(Listen(call=leg, tones_hz=[CALLER_HZ]))
    await hears(phone, leg, CALLER_HZ)

    await centre.start_again()
    await until(desk, lambda: desk.link.state == "online")
    call = await in_state(desk, "talking")
    assert call.number == "+7 900 000-03-03"
    await arrives(centre, "+79000000304")
    late.send(SendKeys(call="late", keys="4"))
    await until(desk, lambda: len(desk.view.waiting) == 1)
    await desk.hang_up()
    await in_state(desk, "wrap_up")
    card = await desk.open_card(desk.card_desk.card.id)
    assert card.note == "Записано без сервера"
    desk.card_desk.set_disposition(plain_outcome(desk.card_desk))
    await desk.card_desk.save()
    await desk.finish_wrap_up()
    offered = await in_state(desk, "offered")
    assert offered.number == "+7 900 000-03-04"


async def test_a_vanished_console_gets_no_offers_and_its_talk_goes_on(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    other = await centre.operator("boris")
    caller = await into_queue(centre, NUMBER)
    await in_state(desk, "offered")
    await desk.close()
    again = await in_state(other, "offered")
    assert again.number == "+7 900 000-03-03"
    await other.accept()
    await in_state(other, "talking")
    assert "c" in caller.live_calls
    await other.hang_up()
    await me_in_state(other, "wrap_up")


async def test_a_killed_softphone_is_replaced_and_the_talk_goes_on(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    caller = await into_queue(centre, NUMBER)
    await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    old = desk.line.phone
    assert isinstance(old, Softphone)

    os.kill(old.pid, signal.SIGKILL)
    await hears_nothing(caller, "c")
    await hears(caller, "c", OPERATOR_HZ)
    assert desk.line.phone is not old
    await in_state(desk, "talking")


async def test_a_caller_whose_operator_is_cut_off_comes_back_to_the_same_one(
    centre: Centre,
) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    caller = await into_queue(centre, NUMBER)
    await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    other = await centre.operator("boris")
    first = desk.view.call
    assert first is not None
    await until(desk, lambda: desk.card_desk.card is not None)
    desk.card_desk.set_note("До обрыва")

    await desk.close()  # as when the machine is switched off: console and softphone are gone
    await until(other, lambda: len(other.view.waiting) == 1)
    again = centre.desk("anna", voice=Voice(tone_hz=OPERATOR_HZ))
    await again.log_in("anna", PASSWORD)
    await again.ready()
    offered = await in_state(again, "offered")
    assert offered.id == first.id
    assert other.view.call is None
    await again.accept()
    await hears(caller, "c", OPERATOR_HZ)
    await until(again, lambda: again.card_desk.card is not None)
    assert again.card_desk.card.note == "До обрыва"


@pytest.mark.long
async def test_a_restarted_server_knows_what_the_menu_learned(centre: Centre) -> None:
    """One caller waits in the queue, another stands in the midst of the menu."""
    waiting = await into_queue(centre, NUMBER)
    await waits_in_queue(centre)
    (queued,) = centre.server.core.router.calls
    path = centre.server.calls.menus.results[queued].choices
    chooser = await centre.caller("+79000000305")
    centre.call(chooser, "late")
    await chooser.wait_for(CallState, WAIT_S, call="late", state="connected")
    await arrives(centre, "+79000000305")
    step = [call.step for call in centre.server.core.router.calls.values()][-1]

    await centre.server.stop(hang_up=False)
    await centre.start_again()
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    offered = await in_state(desk, "offered")
    assert path
    assert list(offered.menu_path) == path
    assert [call.step for call in centre.server.core.router.calls.values()][-1] == step
    await desk.accept()
    await hears(waiting, "c", OPERATOR_HZ)


@pytest.mark.long
async def test_a_hung_engine_is_found_out_and_replaced(centre: Centre) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    await into_queue(centre, NUMBER)
    await in_state(desk, "offered")
    pid = engine_pid(centre)
    arrived = next(iter(centre.server.core.router.calls.values())).arrived_at
    os.kill(pid, signal.SIGSTOP)
    stopped = time.monotonic()
    await until(desk, lambda: not desk.view.engine.up)
    assert time.monotonic() - stopped < HANG_FOUND_S
    await until(desk, lambda: desk.view.engine.up)
    assert engine_pid(centre) != pid
    await until(desk, lambda: desk.view.me.line_up)
    (callback,) = desk.view.callbacks
    assert abs(callback.since - arrived) < 1.0
    await me_in_state(desk, "ready")


async def held_caller(centre: Centre) -> tuple[Softphone, float]:
    """A caller whom the engine holds with no server there, and when the call was placed."""
    await centre.server.stop(hang_up=False)
    phone = await centre.caller(NUMBER)
    placed = time.time()
    centre.call(phone)
    await phone.wait_for(CallState, WAIT_S, call="c", state="connected")
    return phone, placed


async def called_back(centre: Centre) -> Callback:
    async with asyncio.timeout(WAIT_S):
        while not centre.server.core.router.callbacks:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await centre.server.core.runtime.settled()
    (callback,) = centre.server.core.router.callbacks.values()
    return callback


@pytest.mark.long
async def test_a_caller_who_hangs_up_while_no_server_is_there_is_called_back(
    centre: Centre,
) -> None:
    phone, placed = await held_caller(centre)
    phone.send(HangUp(call="c"))
    await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
    await centre.start_again()
    callback = await called_back(centre)
    assert callback.number == NUMBER
    assert abs(callback.wanted_since - placed) < 1.0
    desk = await centre.operator("anna")
    await until(desk, lambda: len(desk.view.callbacks) == 1)
    # Yet another server reads the same notes and counts nothing twice.
    await centre.server.stop(hang_up=False)
    await centre.start_again()
    await centre.server.calls.missed.look()
    await centre.server.calls.missed.look()
    assert (await called_back(centre)).calls == 1


@pytest.mark.long
async def test_a_caller_cut_off_with_the_engine_while_no_server_is_there_is_called_back(
    centre: Centre,
) -> None:
    _, placed = await held_caller(centre)
    pid = engine_pid(centre)
    os.kill(pid, signal.SIGKILL)
    await centre.start_again()
    assert engine_pid(centre) != pid
    callback = await called_back(centre)
    assert callback.number == NUMBER
    assert abs(callback.wanted_since - placed) < 1.0


@pytest.mark.long
async def test_a_caller_who_waits_for_a_server_is_taken_over_once(centre: Centre) -> None:
    phone, placed = await held_caller(centre)
    await centre.start_again()
    await arrives(centre, NUMBER)
    await centre.server.calls.missed.look()
    await centre.server.calls.missed.look()
    (call,) = centre.server.core.router.calls.values()
    assert abs(call.arrived_at - placed) < 1.0
    assert not centre.server.core.router.callbacks
    assert not centre.server.core.router.recently_ended
    phone.send(SendKeys(call="c", keys="1"))
    desk = await centre.operator("anna")
    assert (await in_state(desk, "offered")).number == "+7 900 000-03-03"
