"""Every order to the engine has an end."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from ekc_console.server.engine import timely as module
from ekc_console.server.engine.protocol import EngineError, LegGone, TelephonyEngine
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.engine.timely import ORDER_S, ORDERS, timely
from tests.support import virtual_time


def test_all_orders_of_the_protocol_are_bounded() -> None:
    orders = {
        name
        for name, member in inspect.getmembers(TelephonyEngine)
        if inspect.iscoroutinefunction(member)
    }
    assert orders - {"start", "stop"} == ORDERS


def test_an_order_that_stands_still_has_failed() -> None:
    async def main() -> None:
        engine = SimulatedEngine()
        may_end, ended = asyncio.Event(), asyncio.Event()

        async def answer(leg: str) -> None:
            await may_end.wait()
            ended.set()

        engine.answer = answer  # type: ignore[method-assign]
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(EngineError):
            await timely(engine).answer("c1")
        assert loop.time() - began == pytest.approx(ORDER_S)
        may_end.set()
        await ended.wait()  # as one whose answer was lost
        await asyncio.sleep(0)

    virtual_time.run(main)


@pytest.mark.parametrize("error", [EngineError("no"), LegGone("gone"), OSError(28, "full")])
async def test_what_is_raised_and_returned_goes_through(error: Exception) -> None:
    engine = SimulatedEngine()
    await engine.start(lambda event: None)

    async def fails(*_: Any) -> None:
        raise error

    engine.leave = fails  # type: ignore[method-assign]
    with pytest.raises(type(error)):
        await timely(engine).leave("b", "c1")
    assert await timely(engine).lines() == await engine.lines()
    assert timely(engine).sip_address() == engine.sip_address()


async def test_who_is_cut_off_takes_the_order_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ORDER_S", 60.0)
    engine, cut = SimulatedEngine(), asyncio.Event()

    async def answer(leg: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    engine.answer = answer  # type: ignore[method-assign]
    task = asyncio.create_task(timely(engine).answer("c1"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        await cut.wait()


def test_the_next_order_on_a_leg_waits_for_a_late_one_and_a_hang_up_does_not() -> None:
    async def main() -> None:
        engine, done = SimulatedEngine(), []
        loop = asyncio.get_running_loop()

        async def join(bridge: str, leg: str) -> None:
            await asyncio.sleep(ORDER_S + 1)
            done.append("join")

        async def leave(bridge: str, leg: str) -> None:
            done.append("leave")

        async def hang_up(leg: str) -> None:
            done.append("hang up")

        engine.join, engine.leave, engine.hang_up = join, leave, hang_up  # type: ignore[method-assign,assignment]
        orders = timely(engine)
        with pytest.raises(EngineError):
            await orders.join("b", "c1")
        await orders.leave("b", "c2")
        await orders.hang_up("c1")
        assert loop.time() == pytest.approx(ORDER_S)
        await orders.leave("b", "c1")
        assert done == ["leave", "hang up", "join", "leave"]

    virtual_time.run(main)


def test_an_order_that_never_ends_is_cut_short() -> None:
    async def main() -> None:
        engine = SimulatedEngine()

        async def join(bridge: str, leg: str) -> None:
            await asyncio.Event().wait()

        async def leave(bridge: str, leg: str) -> None:
            pass

        engine.join, engine.leave = join, leave  # type: ignore[method-assign]
        orders = timely(engine)
        with pytest.raises(EngineError):
            await orders.join("b", "c1")
        with pytest.raises(EngineError):
            await orders.leave("b", "c1")
        await asyncio.sleep(2 * module.LATE_S)
        await orders.leave("b", "c1")

    virtual_time.run(main)
