"""A softphone registered at an organisation's PBX, with its registrar and proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.desk import Desk
from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.line_state import Voice
from ekc_console.client.voice.second_call import SecondCall
from ekc_console.wire.voice import PbxAccount, VoiceSetting
from sip.link.protocol import Audio, Call, CallState, Listen, Tone
from tests.support.centre import (
    OPERATOR_HZ,
    PASSWORD,
    WAIT_S,
    Centre,
    hears,
    hears_caller,
    hears_nothing,
    in_state,
    into_queue,
    me_in_state,
    save_card,
    until,
)
from tests.support.passwords import MemoryPasswords
from tests.support.pbx import PASSWORD as PBX_PASSWORD
from tests.support.pbx import USER, Pbx

SECOND_HZ = 1500.0
"""What the operator says in the second call."""
STRANGER_HZ = 1900.0


@pytest.fixture
async def pbx(tmp_path: Path) -> AsyncIterator[Pbx]:
    pbx = await Pbx().start()
    yield pbx
    await pbx.stop()


@pytest.fixture
async def centre(tmp_path: Path, pbx: Pbx) -> AsyncIterator[Centre]:
    """Its calls out go through the PBX."""
    centre = Centre(tmp_path)
    centre.outside = pbx.address
    await centre.open()
    yield centre
    await centre.close()


def account(pbx: Pbx, **changes: Any) -> PbxAccount:
    return PbxAccount(user=USER, domain=pbx.address, **changes)


async def at_work(
    centre: Centre, account: PbxAccount, password: str = PBX_PASSWORD, **more: Any
) -> Desk:
    """Their account says that the voice comes through the PBX."""
    await centre.add_person("anna", voice=VoiceSetting(way="pbx", pbx=account))
    voice, timing = Voice(tone_hz=OPERATOR_HZ), Timing(leg_s=2.0)
    passwords = MemoryPasswords(password)
    desk = centre.desk("anna", voice=voice, passwords=passwords, timing=timing, **more)
    await desk.log_in("anna", PASSWORD)
    await desk.ready()
    return desk


@pytest.mark.long
async def test_two_calls_come_through_the_pbx(centre: Centre, pbx: Pbx) -> None:
    desk = await at_work(centre, account(pbx))
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))
    for number in ("+79000000601", "+79000000602"):
        caller = await into_queue(centre, number)
        await in_state(desk, "offered")
        assert not desk.line.leg
        await desk.accept()
        await in_state(desk, "talking")
        await hears(caller, "c", OPERATOR_HZ)
        phone, leg = await hears_caller(desk)
        await until(desk, lambda: desk.card_desk.card is not None)
        await desk.hang_up()
        await phone.wait_for(CallState, WAIT_S, call=leg, state="ended")
        await save_card(desk)
        await me_in_state(desk, "ready")


@pytest.mark.long
async def test_a_call_past_the_centre_is_not_answered_by_itself(centre: Centre, pbx: Pbx) -> None:
    desk = await at_work(centre, account(pbx))
    await until(desk, lambda: desk.line.state.state == "up")
    stranger = await centre.caller("1008")
    stranger.send(Call(call="s", uri=f"sip:{USER}@{pbx.address}"))
    ended = await stranger.wait_for(CallState, WAIT_S, call="s", state="ended")
    assert ended.reason == "busy"
    assert "мимо центра" in desk.notices[-1].text


async def test_a_second_call_is_taken_while_the_caller_waits(centre: Centre, pbx: Pbx) -> None:
    desk = await at_work(centre, account(pbx, second="take"))
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))
    caller = await into_queue(centre, "+79000000604")
    await in_state(desk, "offered")
    await desk.accept()
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)
    phone = desk.line.phone
    assert phone is not None

    stranger = await centre.caller("1008")
    stranger.send(Call(call="s", uri=f"sip:{USER}@{pbx.address}"))
    await stranger.wait_for(CallState, WAIT_S, call="s", state="ringing")
    second = await shown(desk, "ringing")
    assert second.number == "1008"
    await desk.take_second()
    await stranger.wait_for(CallState, WAIT_S, call="s", state="connected")
    await in_state(desk, "held")
    await hears_nothing(caller, "c")
    phone.send(Tone(call=second.call, hz=SECOND_HZ))
    stranger.send(Tone(call="s", hz=STRANGER_HZ))
    stranger.send(Listen(call="s", tones_hz=[OPERATOR_HZ, SECOND_HZ]))
    await hears(stranger, "s", SECOND_HZ)
    phone.send(Listen(call=second.call, tones_hz=[STRANGER_HZ]))
    await hears(phone, second.call, STRANGER_HZ)
    assert not desk.line.state.transmitting

    await desk.resume()
    held = await stranger.wait_for(Audio, WAIT_S, call="s", state="remote_hold")
    await shown(desk, "held")
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)

    await desk.take_second()
    await stranger.wait_for(Audio, WAIT_S, after=held.t, call="s", state="active")
    await in_state(desk, "held")
    await hears_nothing(caller, "c")
    stranger.send(Listen(call="s", tones_hz=[OPERATOR_HZ, SECOND_HZ]))
    await hears(stranger, "s", SECOND_HZ)
    await desk.end_second()
    await stranger.wait_for(CallState, WAIT_S, call="s", state="ended")
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)

    stranger.send(Call(call="t", uri=f"sip:{USER}@{pbx.address}"))
    await shown(desk, "ringing")
    await desk.end_second()
    ended = await stranger.wait_for(CallState, WAIT_S, call="t", state="ended")
    assert ended.reason == "rejected"
    await until(desk, lambda: desk.second is None)
    assert desk.view.call is not None
    assert desk.view.call.state == "talking"


async def shown(desk: Desk, state: str) -> SecondCall:
    await until(desk, lambda: desk.second is not None and desk.second.state == state)
    assert desk.second is not None
    return desk.second


@pytest.mark.long
async def test_a_wrong_password_is_told_once_and_another_one_is_taken(
    centre: Centre, pbx: Pbx
) -> None:
    desk = await at_work(centre, account(pbx), "guessed")
    await until(desk, lambda: desk.line.state.state == "failed")
    assert "не приняла имя 1007 или пароль" in desk.line.state.detail
    assert "введите пароль" in desk.line.state.detail
    assert not desk.view.me.line_up
    assert pbx.tries == 1, "trying on would lock the account"
    assert desk.password_wanted == f"{USER}@{pbx.address}"
    await desk.give_password(PBX_PASSWORD)
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))


@pytest.mark.long
async def test_a_pbx_that_is_away_is_waited_for(centre: Centre, pbx: Pbx) -> None:
    await pbx.stop()
    desk = await at_work(centre, account(pbx))
    await until(desk, lambda: desk.line.state.state == "failed", 20.0)
    assert "не отвечает" in desk.line.state.detail
    await pbx.start()
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up), 30.0)


@pytest.mark.long
async def test_a_pbx_that_was_restarted_is_registered_at_anew_and_the_caller_waits(
    centre: Centre, pbx: Pbx
) -> None:
    desk = await at_work(centre, account(pbx))
    await until(desk, lambda: bool(desk.view.me and desk.view.me.line_up))
    await pbx.stop()
    await pbx.start()
    caller = await into_queue(centre, "+79000000603")
    call = await in_state(desk, "offered")
    await desk.accept()
    await until(desk, lambda: bool(desk.view.me and not desk.view.me.line_up))
    again = await in_state(desk, "offered")
    assert again.id == call.id
    await desk.accept()
    await in_state(desk, "talking")
    await hears(caller, "c", OPERATOR_HZ)
