"""The operator's network is gone for a while: the console's link, SIP and RTP at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest

from ekc_console.client.desk import Desk
from ekc_console.client.voice import access, line
from ekc_console.client.voice.line_state import Voice
from ekc_console.domain.state.call import Waiting
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.engine.asterisk import engine
from ekc_console.server.engine.asterisk.setup.pjsip import account_fields
from ekc_console.wire import messages
from ekc_console.wire.voice import VoiceSetting, VoiceWay
from ekc_console.wire.words import words
from sip.link.client import Softphone
from sip.link.protocol import Heard, Listen, Stopped
from tests.support.bad_network import BadNetwork
from tests.support.centre import (
    OPERATOR_HZ,
    PASSWORD,
    WAIT_S,
    Centre,
    hears,
    in_state,
    into_queue,
    until,
)
from tests.support.net import fresh_host
from tests.support.sweep import sweep

RTP_TIMEOUT_S = 3


def impatient(settings: Any, name: str) -> list[tuple[str, str]]:
    """An engine that cuts a leg on which nothing was heard for ``RTP_TIMEOUT_S``, not for 30."""
    fields = dict(account_fields(settings, name))
    return list({**fields, "rtp_timeout": str(RTP_TIMEOUT_S)}.items())


class Place:
    """One operator behind a network of their own."""

    def __init__(self, centre: Centre, desk: Desk, network: BadNetwork) -> None:
        self.centre, self.desk, self.network = centre, desk, network

    async def lose(self) -> None:
        """Until the console has found out."""
        self.network.lossy = True
        await until(self.desk, lambda: self.desk.link.state != "online")

    async def find(self) -> None:
        self.network.lossy = False
        await until(self.desk, lambda: self.desk.link.state == "online", 20.0)


async def behind(centre: Centre, login: str = "anna", way: VoiceWay = "standing") -> Place:
    config = centre.config.engine
    network = await BadNetwork(centre.server.url, (config.host, config.sip_port)).open()
    opened = centre.server.calls.lines.open

    async def through_relay(agent: Any, reached: str) -> Any:
        line = await opened(agent, reached)
        uri = line.uri.replace(
            f"{config.host}:{config.sip_port}", f"{network.host}:{network.sip_port}"
        )
        return msgspec.structs.replace(line, uri=uri)

    centre.server.calls.lines.open = through_relay  # type: ignore[method-assign]
    await centre.add_person(login, voice=VoiceSetting(way=way))
    folder = centre.folder / f"console-{login}"
    desk = Desk(network.url, folder, Softphone.spawn, sound="null")
    desk.line.voice = Voice(tone_hz=OPERATOR_HZ)
    centre._desks.append(desk)
    await desk.log_in(login, PASSWORD)
    await desk.ready()
    await until(desk, lambda: desk.view.me is not None and desk.view.me.line_up)
    return Place(centre, desk, network)


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    """Operators' softphones by UDP: what is lost is not sent again."""
    centre = Centre(tmp_path)
    centre.engine_options = ", operator_transport: udp"
    await centre.open()
    yield centre
    await centre.close()


@pytest.fixture
def quick_cut() -> Iterator[None]:
    with mock.patch.object(engine, "account_fields", impatient):
        yield


@pytest.mark.long
async def test_a_short_loss_in_a_talk_only_leaves_a_gap(centre: Centre) -> None:
    place = await behind(centre)
    caller = await into_queue(centre, "+79000000700")
    await in_state(place.desk, "offered")
    await place.desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    await place.lose()
    while (await caller.wait_for(Heard, WAIT_S, call="c")).tones_hz:
        pass
    assert place.desk.link.detail, "the operator is told why there is no link"
    await place.find()
    await hears(caller, "c", OPERATOR_HZ)
    assert place.desk.view.call.state == "talking"
    await place.desk.hold()
    await in_state(place.desk, "held")
    await place.network.close()


@pytest.mark.usefixtures("quick_cut")
@pytest.mark.long
async def test_idle_it_comes_back_and_the_next_call_is_heard(centre: Centre) -> None:
    place = await behind(centre)
    await place.lose()
    await asyncio.sleep(RTP_TIMEOUT_S)
    await place.find()
    caller = await into_queue(centre, "+79000000701")
    await in_state(place.desk, "offered")
    await place.desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    await place.network.close()


@pytest.mark.long
@pytest.mark.usefixtures("quick_cut")
@pytest.mark.parametrize("way", sweep(["standing", "dial-in"], every=2))
async def test_a_long_loss_in_a_talk_brings_the_caller_back_to_the_same_operator(
    centre: Centre, way: VoiceWay
) -> None:
    place = await behind(centre, way=way)
    desk = place.desk
    caller = await into_queue(centre, "+79000000702")
    call = await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)

    await place.lose()
    while (await caller.wait_for(Heard, WAIT_S, call="c")).tones_hz:
        pass
    async with asyncio.timeout(WAIT_S):
        while not isinstance(centre.server.core.router.calls[call.id].state, Waiting):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert "c" in caller.live_calls, "the caller waits at the head of the queue"
    await place.find()
    again = await in_state(desk, "offered")
    assert again.id == call.id
    assert any("прервался" in notice.text for notice in desk.notices)
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    await place.network.close()


@pytest.mark.long
@pytest.mark.parametrize("way", sweep(["standing", "dial-in"], every=2))
async def test_in_another_network_the_talk_goes_on_from_the_new_address(
    centre: Centre, way: VoiceWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ), way=way)
    caller = await into_queue(centre, "+79000000703")
    await in_state(desk, "offered")
    await desk.accept()
    await hears(caller, "c", OPERATOR_HZ)
    old, new_address = desk.line.phone, fresh_host()

    async def own_address(host: str) -> str:
        return new_address

    for module in (access, line):
        monkeypatch.setattr(module, "own_address_towards", own_address)
    moved = messages.Goodbye(code="shutdown", words=words("server.stopping"), reconnect=True)
    await centre.server.api.disconnect(AgentId("anna"), moved)
    await until(desk, lambda: desk.line.phone not in (old, None))
    assert old is not None
    await old.wait_for(Stopped, WAIT_S)
    caller.forget_events()
    caller.send(Listen(call="c", tones_hz=[OPERATOR_HZ]))
    await hears(caller, "c", OPERATOR_HZ)
    assert new_address in desk.line.phone.uri
    await in_state(desk, "talking")
