"""The control link to a node that somebody else runs is cut, and mended: talks and waiting callers
live through it, and the books are right afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest

from ekc_console.client.desk import Desk
from ekc_console.client.voice.line import Voice
from ekc_console.domain.state.call import Talking, Waiting
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.wire import messages
from sip.link.client import Softphone
from sip.link.protocol import Call, CallState, HangUp, Listen, SendKeys, Tone
from tests.interop.processes import true_within
from tests.interop.remote_node import RemoteNode
from tests.support.centre import (
    CALLER_HZ,
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    hears,
    hears_caller,
    in_state,
    into_queue,
    me_in_state,
    recording_of,
    save_card,
    until,
)

NOTICED_S = 8.0
"""From the cut to the word of it: a ping in 2 s, its answer in 1 s, one try to resume in 2.5 s."""
BACK_S = 6.0
"""From the mended link to the engine's being up: a pause of 2 s, a request of up to 3 s."""


class FarCentre(Centre):
    """Its engine is a node behind another link than its callers and operators."""

    def __init__(self, folder: Path, node: RemoteNode) -> None:
        super().__init__(folder)
        self.node = node
        self.host = node.here

    async def begin(self) -> FarCentre:
        engine = AsteriskEngine(await self.node.start())
        await self.open(engine=engine)
        return self

    def call(
        self, phone: Softphone, name: str = "c", transport: Literal["udp", "tcp"] = "udp"
    ) -> str:
        phone.send(Call(call=name, uri=f"sip:122@{self.node.there}:5060;transport={transport}"))
        return name

    @property
    def engine_state(self) -> messages.EngineState:
        return self.server.live.views.engine

    async def out_of_sight(self) -> float:
        began = time.monotonic()
        await true_within(
            NOTICED_S, lambda: self.engine_state.out_of_sight, lambda: str(self.engine_state)
        )
        return time.monotonic() - began

    async def in_sight(self) -> float:
        began = time.monotonic()
        await true_within(BACK_S, lambda: self.engine_state.up, lambda: str(self.engine_state))
        return time.monotonic() - began


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[FarCentre]:
    node = RemoteNode(tmp_path)
    centre = FarCentre(tmp_path, node)
    try:
        await centre.begin()
        yield centre
        await centre.close()
    finally:
        await node.stop()


async def talk(centre: FarCentre, desk: Desk, number: str) -> tuple[Softphone, CallId]:
    """A caller and this operator hear each other."""
    phone = await into_queue(centre, number)
    call = await in_state(desk, "offered")
    await desk.accept()
    await in_state(desk, "talking")
    await hear_each_other(phone, desk)
    return phone, CallId(call.id)


async def hear_each_other(phone: Softphone, desk: Desk) -> None:
    """Now, and not only once: what is heard is asked anew."""
    phone.send(Listen(call="c", tones_hz=[]))
    phone.send(Listen(call="c", tones_hz=[CALLER_HZ, OPERATOR_HZ]))
    await hears(phone, "c", OPERATOR_HZ)
    await hears_caller(desk)


@pytest.mark.parametrize("away_s", [3, 30, pytest.param(300, marks=pytest.mark.long)])
async def test_the_control_link_is_cut(centre: FarCentre, away_s: int) -> None:
    voice = Voice(tone_hz=OPERATOR_HZ)
    anna = await centre.operator("anna", voice)
    talker, talking = await talk(centre, anna, "+79000000501")
    vera = await centre.operator("vera", voice)
    leaver, left = await talk(centre, vera, "+79000000502")
    waiter = await into_queue(centre, "+79000000503")
    await true_within(WAIT_S, lambda: waits(centre) != [], lambda: "nobody waits")
    (waiting,) = waits(centre)
    place = centre.server.core.router.calls[waiting].queued_at

    await centre.node.cut()
    began = time.monotonic()
    leaver.send(HangUp(call="c"))
    if away_s > NOTICED_S:
        print(f"noticed after {await centre.out_of_sight():.1f} s")
        assert centre.server.health.report()["engine"] == "out_of_sight"
        await until(anna, lambda: anna.view.engine.out_of_sight)
        late = await centre.caller("+79000000504")
        centre.call(late)
    while (left_s := began + away_s - time.monotonic()) > 0:
        await hear_each_other(talker, anna)
        await asyncio.sleep(min(left_s, 10))
    assert isinstance(centre.server.core.router.calls[talking].state, Talking)
    assert isinstance(centre.server.core.router.calls[waiting].state, Waiting)

    await centre.node.mend()
    print(f"back after {await centre.in_sight():.1f} s")
    await hear_each_other(talker, anna)
    await save_card(vera)
    over = centre.server.core.router.recently_ended[left]
    assert (over.outcome, over.state.by) == ("answered", "caller")

    offered = await in_state(vera, "offered")
    assert (offered.id, offered.queued_at) == (waiting, place)
    await vera.accept()
    await in_state(vera, "talking")
    await hear_each_other(waiter, vera)
    waiter.send(HangUp(call="c"))
    await save_card(vera)
    if away_s > NOTICED_S:
        await late.wait_for(CallState, WAIT_S, call="c", state="connected")
        late.send(Tone(call="c", hz=CALLER_HZ))
        late.send(SendKeys(call="c", keys="1"))
        await in_state(vera, "offered")
        await vera.accept()
        await in_state(vera, "talking")
        await hear_each_other(late, vera)
        late.send(HangUp(call="c"))
        await save_card(vera)
    await anna.hang_up()
    await me_in_state(anna, "wrap_up")
    ended = centre.server.core.router.recently_ended
    assert {call.outcome for call in ended.values()} == {"answered"}
    assert len(ended) == (4 if away_s > NOTICED_S else 3)
    assert not centre.server.core.router.callbacks
    for call in ended:
        await recording_of(centre, call)


def waits(centre: Centre) -> list[CallId]:
    calls = centre.server.core.router.calls.values()
    return [call.id for call in calls if isinstance(call.state, Waiting)]
