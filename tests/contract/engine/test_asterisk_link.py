"""Asterisk alone: what the keeper of its link lives through."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import WSMessage, WSMsgType

from ekc_console.server.engine.asterisk.control.child import Child
from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.setup.configuration import Access
from ekc_console.server.engine.asterisk.setup.dialplan import callers_directory
from ekc_console.server.engine.protocol import (
    EngineDown,
    EngineError,
    EngineUp,
    LegEnded,
    LegGone,
    PlaybackEnded,
)
from tests.contract.engine.test_asterisk_process import kill, node_of, pid_of
from tests.support.cut_link import CutLink
from tests.support.engine import (
    MUSIC,
    AsteriskWorld,
    Events,
    asterisk_program,
    put_caller,
    put_operator,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMES = "79007770000"
"""Of a caller who comes while the link is cut."""


@pytest_asyncio.fixture(loop_scope="session", name="world")
async def _world(tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    world = AsteriskWorld(tmp_path, asterisk_program())
    yield await world.open()
    await world.hang_up_phones()
    pid = pid_of(world)
    await world.engine.stop(hang_up=False)
    kill(pid)


def host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


async def test_a_node_out_of_sight_is_not_dead(world: AsteriskWorld) -> None:
    node = node_of(world)
    await world.engine.stop(hang_up=False)
    ari = await CutLink().open(*host_and_port(node.ari.removeprefix("http://")))
    ami = await CutLink().open(*host_and_port(node.ami))
    world.engine = AsteriskEngine(
        replace(
            node,
            ari=f"http://{ari.address}",
            ami=ami.address,
            callers=callers_directory(world.settings.directory),
        )
    )
    world.events.all.clear()
    await world.engine.start(world.events)
    caller, operator = await put_caller(world), await put_operator(world)
    leaves, waits = await put_caller(world, tone=900), await put_caller(world, tone=500)
    await world.engine.start_recording(caller.leg, world.settings.recordings / "node")
    await world.engine.make_bridge("node")
    await world.engine.join("node", operator.leg)
    await world.engine.join("node", caller.leg)
    await world.engine.start_music(waits.leg)
    await waits.until_hears({MUSIC})
    known = len(world.events.all)

    ari.cut()
    ami.cut()
    await until(lambda: bool(world.events.of(EngineDown)), "EngineDown", 10)
    assert not world.events.of(EngineDown)[0].gone
    for order in (world.engine.hang_up, world.engine.stop_recording, world.engine.start_music):
        with pytest.raises(EngineError) as raised:
            await order(waits.leg)
        assert not isinstance(raised.value, LegGone)
    leaves.hang_up()
    comes = await world.phone(COMES, tone=700)
    comes.call("122", world.engine.sip_address())
    await operator.until_hears({700})
    await caller.until_hears({1100})
    await waits.until_hears({MUSIC})
    assert [type(event) for event in world.events.all[known:]] == [EngineDown]

    async with asyncio.timeout(10):
        while not [note for note in await world.engine.noted_callers() if note.number == COMES]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    ari.mend()
    ami.mend()
    await until(lambda: len(world.events.of(EngineUp)) == 2, "EngineUp")
    up = world.events.of(EngineUp)[1]
    lives = {info.leg: info for info in up.legs}
    assert {caller.leg, operator.leg, waits.leg} < lives.keys()
    assert leaves.leg not in lives
    assert leaves.leg in up.ended
    (new,) = lives.keys() - {caller.leg, operator.leg, waits.leg}
    assert (lives[new].kind, lives[new].answered) == ("caller", False)
    await world.engine.answer(new)
    await world.engine.play(waits.leg, [world.prompt(1500)])
    await world.events.get(PlaybackEnded, leg=waits.leg)
    await world.engine.stop_recording(caller.leg)
    await world.engine.stop(hang_up=False)
    for link in (ari, ami):
        await link.close()


async def test_a_server_that_was_replaced_takes_the_calls_back(world: AsteriskWorld) -> None:
    """A second one was there once, at the same Asterisk."""
    caller = await put_caller(world)
    down = len(world.events.of(EngineDown))
    second = AsteriskEngine(node_of(world))
    await second.start(Events())
    await until(lambda: len(world.events.of(EngineDown)) > down, "the first stands back")
    assert not world.events.of(EngineDown)[-1].gone
    with pytest.raises(EngineError):
        await world.engine.start_music(caller.leg)
    ups = len(world.events.of(EngineUp))
    await second.stop(hang_up=False)
    await until(lambda: len(world.events.of(EngineUp)) > ups, "the first has it again")
    assert [info.leg for info in world.events.of(EngineUp)[-1].legs] == [caller.leg]
    await world.engine.start_music(caller.leg)
    await caller.until_hears({MUSIC})
    again = await put_caller(world)
    again.hang_up()
    await world.events.get(LegEnded, leg=again.leg)


async def test_a_disk_that_is_full_when_the_engine_dies(
    world: AsteriskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes up by itself when there is room again."""
    tries: list[int] = []
    prepare = Child._prepare

    def full(child: Child) -> Access:
        tries.append(1)
        if len(tries) < 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return prepare(child)

    monkeypatch.setattr(Child, "_prepare", full)
    await world.kill_engine()
    await until(lambda: len(world.events.of(EngineUp)) == 2, "EngineUp")
    assert len(tries) == 3
    await put_caller(world)


async def test_a_sink_that_raises_costs_nothing(world: AsteriskWorld) -> None:
    take = world.engine._link._sink

    def sink(event: object) -> None:
        take(event)  # type: ignore[arg-type]
        raise RuntimeError("a fault in the server")

    world.engine._link._sink = sink
    caller = await put_caller(world)
    caller.hang_up()
    await world.events.get(LegEnded, leg=caller.leg)
    await world.kill_engine()
    await until(lambda: len(world.events.of(EngineUp)) == 2, "EngineUp")
    await put_caller(world)
    assert len(world.events.of(EngineDown)) == 1


async def test_an_event_that_cannot_be_read_is_passed_over(world: AsteriskWorld) -> None:
    stream = world.engine._link.ari._stream
    assert stream is not None
    stream._reader.feed_data(WSMessage(WSMsgType.TEXT, '{"type": 5}', None), 1)
    stream._reader.feed_data(WSMessage(WSMsgType.TEXT, "not json", None), 1)
    await put_caller(world)
    assert world.events.of(EngineDown) == []
