"""Real Asterisk at trunks that refuse everything, redirect in a circle, answer twice, speak before
the answer, only ring, or say nothing at all."""

from __future__ import annotations

import asyncio
import contextlib
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from ekc_console.client.desk import Desk
from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Config
from ekc_console.domain.rules import callback_queue
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from tests.integration.test_trunks import centre_with_two_trunks
from tests.support.centre import (
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    in_state,
    into_queue,
    me_in_state,
    until,
)
from tests.support.net import fresh_host
from tests.support.sip_party import SipParty

pytestmark = pytest.mark.long
"""The same in short, of both engines: tests/contract/engine/test_dialling.py."""

NUMBER = "+79000000717"
NETWORK_HZ = 1500
RING_BACK_HZ = 425


@dataclass
class Place:
    centre: Centre
    desk: Desk
    first: SipParty
    second: SipParty
    heard: Path
    """What the operator's telephone played."""

    @property
    def ended(self) -> list[Call]:
        calls = self.centre.server.core.router.recently_ended.values()
        return [call for call in calls if call.direction == "out" and not call.virtual]

    @property
    def callback(self) -> Callback:
        (callback,) = self.centre.server.core.router.callbacks.values()
        return callback

    @property
    def trunks(self) -> dict[str, str]:
        told = self.centre.server.health.report()["trunks"]
        assert isinstance(told, dict)
        return told

    def callback_is_offered(self) -> bool:
        call = self.desk.view.call
        return call is not None and (call.state, call.direction) == ("offered", "out")

    async def dial(self) -> Call:
        """The call by hand, when it has ended unanswered."""
        before = len(self.ended)
        await self.desk.dial(NUMBER)
        await true(lambda: len(self.ended) > before)
        return self.ended[-1]


@contextlib.asynccontextmanager
async def place(folder: Path, does: Any, then: Any = None, **changes: Any) -> AsyncIterator[Place]:
    """Two trunks that do this, or the second something else; an operator who is ready."""
    first = await SipParty(fresh_host(), "79001112233", NETWORK_HZ).open()
    second = await SipParty(fresh_host(), "79001112234", NETWORK_HZ).open()
    first.behaviour, second.behaviour = does, does if then is None else then
    first.moved_to = second.moved_to = "122"
    heard = folder / "heard.wav"
    try:
        async with centre_with_two_trunks(
            folder, f"{first.host}:5060", second=f"{second.host}:5060", **changes
        ) as centre:
            desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ, record=str(heard)))
            yield Place(centre, desk, first, second, heard)
    finally:
        await first.close()
        await second.close()


async def true(check: Callable[[], bool], limit_s: float = WAIT_S) -> None:
    async with asyncio.timeout(limit_s):
        while not check():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def loudness(file: Path, hz: float) -> list[bool]:
    """Whether the tone is heard, of each tenth of a second."""
    with wave.open(str(file), "rb") as opened:
        rate, channels = opened.getframerate(), opened.getnchannels()
        samples = np.frombuffer(opened.readframes(opened.getnframes()), "<i2")[::channels]
    size = rate // 10
    steps = np.exp(-2j * np.pi * hz * np.arange(size) / rate)
    whole = samples[: len(samples) // size * size].reshape(-1, size)
    return list(np.abs(whole @ steps) / size > 300)


SOON = (0.2,)
"""Pauses of an outage, for tests."""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (403, "SIP 403"),
        (407, "SIP 407"),
        (503, "SIP 503"),
        pytest.param((), "SIP 408", id="nothing at all"),
    ],
)
async def test_a_trunk_that_refuses_everything_uses_up_no_try_and_the_list_goes_on_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: Any, said: str
) -> None:
    monkeypatch.setattr(callback_queue, "PAUSES_S", SOON)
    queues = tuple(replace(queue, callback_after_s=0.0) for queue in Config().queues)
    tries = 2 if code == () else 5
    any_hour = msgspec.structs.replace(Config().callbacks, hours="00:00-00:00")
    async with place(tmp_path, code or 403, queues=queues, callbacks=any_hour) as at:
        if code == ():
            at.first.vanish()
            at.second.vanish()
        caller = await into_queue(at.centre, NUMBER)
        await true(lambda: bool(at.desk.view.call))  # offered
        await caller.hang_up("c")
        for n in range(tries):
            await true(at.callback_is_offered)
            await at.desk.accept()
            await true(lambda n=n: len(at.ended) > n, 30)  # type: ignore[misc]
            assert (at.ended[-1].outcome, at.callback.attempts) == ("no_way", 0)
        assert at.ended[-1].state.cause == f"no_way {said}"  # type: ignore[union-attr]
        await true(lambda: any(info.no_way for info in at.desk.view.callbacks))
        at.first.state = "idle"
        at.first.behaviour = "answer"
        await true(at.callback_is_offered)
        await at.desk.accept()
        await in_state(at.desk, "talking")
        assert not at.centre.server.core.router.callbacks


async def test_redirections_in_a_circle_end_the_call_and_make_no_caller(tmp_path: Path) -> None:
    """Each trunk points to the centre's own number."""
    async with place(tmp_path, 302) as at:
        call = await at.dial()
        assert (call.outcome, call.state.cause) == ("moved", "moved SIP 302")  # type: ignore[union-attr]
        await asyncio.sleep(0.5)
        assert (at.first.invited, at.second.invited) == (1, 0)
        assert [c.direction for c in at.centre.server.core.router.recently_ended.values()] == [
            "out"
        ]
        assert not at.centre.server.core.router.calls
        assert at.trunks == {}
        await me_in_state(at.desk, "ready")


@pytest.mark.parametrize(("last", "outcome"), [(503, "no_way"), (480, "no_answer")])
async def test_the_networks_announcement_is_heard_and_the_call_not_made_again(
    tmp_path: Path, last: int, outcome: str
) -> None:
    async with place(tmp_path, ("speak", 1.5, last), "answer") as at:
        call = await at.dial()
        assert call.outcome == outcome
        assert at.second.invited == 0
        assert at.trunks == {}
    assert loudness(at.heard, NETWORK_HZ).count(True) >= 8


@pytest.mark.parametrize("last", [408, 503])
async def test_a_call_that_rang_is_not_made_again_and_its_trunk_is_not_blamed(
    tmp_path: Path, last: int
) -> None:
    async with place(tmp_path, (180, 0.5, last), "answer") as at:
        await at.dial()
        assert at.second.invited == 0
        assert at.trunks == {}


async def test_183_without_sound_is_silence_and_the_call_not_made_again(tmp_path: Path) -> None:
    async with place(tmp_path, (183, 0.7, 503), "answer") as at:
        await at.dial()
        assert at.second.invited == 0
        assert at.trunks == {}
    for hz in (RING_BACK_HZ, NETWORK_HZ):
        assert not any(loudness(at.heard, hz))


async def test_180_without_sound_is_a_ring_back_tone_of_one_second_in_five_until_the_answer(
    tmp_path: Path,
) -> None:
    async with place(tmp_path, (180, 7.0, 200)) as at:
        await at.desk.dial(NUMBER)
        await in_state(at.desk, "talking")
        await asyncio.sleep(1.0)
        await at.desk.hang_up()
        await me_in_state(at.desk, "wrap_up")
    tone = loudness(at.heard, RING_BACK_HZ)
    began = tone.index(True)
    assert 9 <= tone[began : began + 30].count(True) <= 11
    assert not any(tone[began + 12 : began + 47])
    assert 9 <= tone[began + 48 : began + 65].count(True) <= 11
    assert not any(tone[began + 70 :])
    assert any(loudness(at.heard, NETWORK_HZ)[began + 70 :])


async def test_who_hangs_up_while_it_rings_hears_no_tone_any_more(tmp_path: Path) -> None:
    async with place(tmp_path, "ring") as at:
        await at.desk.dial(NUMBER)
        await at.first.until("ringing")
        await asyncio.sleep(0.5)
        await at.desk.hang_up()
        await at.first.until("ended")
        await me_in_state(at.desk, "ready")
        await asyncio.sleep(5.5)
    tone = loudness(at.heard, RING_BACK_HZ)
    assert any(tone)
    assert not any(tone[-50:])


async def test_a_trunk_that_answers_twice_has_one_talk(tmp_path: Path) -> None:
    """The INVITE was forked: two telephones were picked up at the same moment."""
    async with place(tmp_path, (180, 0.2, 200, "fork", 200)) as at:
        await at.desk.dial(NUMBER)
        await in_state(at.desk, "talking")
        await asyncio.sleep(1.0)
        assert len(at.centre.server.core.router.calls) == 1
        assert at.first.state == "connected"
        assert (at.first.invited, at.second.invited) == (1, 0)
        await at.desk.hang_up()
        await at.first.until("ended")
    assert any(loudness(at.heard, NETWORK_HZ))


async def test_a_trunk_that_goes_silent_after_100_rings_nobody_and_loses_no_try(
    tmp_path: Path,
) -> None:
    calls = msgspec.structs.replace(Config().calls, dial_timeout_s=3.0)
    async with place(tmp_path, (100,), "answer", calls=calls) as at:
        caller = await into_queue(at.centre, NUMBER)
        await true(lambda: bool(at.desk.view.call))  # offered
        await caller.hang_up("c")
        await until(at.desk, lambda: len(at.desk.view.callbacks) == 1)
        await at.desk.dial_callback(at.desk.view.callbacks[0].id)
        await true(lambda: len(at.ended) == 1)
        assert at.ended[0].state.cause == "no_way timeout"  # type: ignore[union-attr]
        assert at.callback.attempts == 0
        assert at.trunks == {}
