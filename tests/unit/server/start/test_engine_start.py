"""A centre that has served callers comes up without its engine, and telephony follows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.server.engine.asterisk.engine import AsteriskEngine
from ekc_console.server.engine.asterisk.setup.settings import ExternalNode
from ekc_console.server.engine.protocol import EngineError, EventSink
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.start.engine_start import BACK_OFF_S
from ekc_console.wire import messages
from tests.support import virtual_time
from tests.support.net import free_port, fresh_host
from tests.support.simulated_centre import EPOCH, Centre


class Away(SimulatedEngine):
    """Fails to start so often."""

    def __init__(self, times: int, fault: Exception) -> None:
        super().__init__(epoch=EPOCH)
        self.left, self.fault = times, fault

    async def start(self, sink: EventSink) -> None:
        if self.left:
            self.left -= 1
            raise self.fault
        await super().start(sink)


@pytest.mark.parametrize(
    "fault", [EngineError("Узел не отвечает."), OSError(28, "No space left on device"), KeyError(1)]
)
def test_it_is_tried_until_it_comes(tmp_path: Path, fault: Exception) -> None:
    async def story() -> None:
        centre = await Centre(tmp_path).open()
        leg = await centre.in_menu()
        centre.engine.caller_hangs_up(leg)
        await centre.ended(leg)
        await centre.close()

        centre.engine = Away(len(BACK_OFF_S) + 3, fault)
        await centre.open()
        try:
            anna = await (await centre.operator()).come()
            assert (await anna.refused(messages.OpenLine())).code == "engine_down"
            assert centre.server.health.report()["engine"] == "down"
            assert "telephony" in centre.server.conditions
            assert not centre.server.calls.engine_start.up.is_set()
            await centre.server.serves()
            assert centre.server.live.views.engine.up
            assert "telephony" not in centre.server.conditions
            await anna.open_line()
            await anna.done(messages.GoReady())
            assert await centre.in_queue()
            await anna.takes()
        finally:
            await centre.close()

    virtual_time.run(story)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (EngineError("Узел не отвечает."), "не отвечает"),
        (FileExistsError(17, "File exists", "/data/engine"), "/data/engine: File exists"),
    ],
)
def test_a_first_start_says_what_is_wrong(tmp_path: Path, fault: Exception, said: str) -> None:
    async def story() -> None:
        centre = Centre(tmp_path)
        centre.engine = Away(1, fault)
        with pytest.raises(EngineError, match=said):
            await centre.open()
        await centre.close()

    virtual_time.run(story)


def test_a_server_that_stops_meanwhile_tries_no_more(tmp_path: Path) -> None:
    async def story() -> None:
        centre = await Centre(tmp_path).open()
        await centre.ended(await hung_up(centre))
        await centre.close()
        centre.engine = away = Away(1000, EngineError("Узел не отвечает."))
        await centre.open()
        await centre.close()
        left = away.left
        await asyncio.sleep(100)
        assert away.left == left

    virtual_time.run(story)


async def hung_up(centre: Centre) -> str:
    leg = await centre.in_menu()
    centre.engine.caller_hangs_up(leg)
    return leg


async def test_an_engine_that_never_came_refuses_orders(tmp_path: Path) -> None:
    host = fresh_host()
    node = ExternalNode(
        ari=f"http://{host}:{free_port(host)}",
        user="ekc",
        password="x",
        ami=f"{host}:5038",
        ami_user="ekc",
        ami_password="x",
        sip=f"{host}:5060",
        trunks=(),
        callers=tmp_path / "callers",
    )
    engine = AsteriskEngine(node)
    with pytest.raises(EngineError):
        await engine.make_bridge("b")
    with pytest.raises(EngineError):
        await engine.start(lambda event: None)
    with pytest.raises(EngineError):
        await engine.make_bridge("b")
    with pytest.raises(EngineError):
        await engine.lines()
    await engine.stop()
