"""No essential task ends unseen."""

from __future__ import annotations

import asyncio

import pytest

from ekc_console.server.tasks import essential


async def for_ever() -> None:
    await asyncio.Event().wait()


async def returns() -> None:
    await asyncio.sleep(0)


async def raises() -> None:
    raise RuntimeError("broke")


async def cancelled_from_within() -> None:
    """As by a future that somebody else has cancelled."""
    gone = asyncio.get_running_loop().create_future()
    gone.cancel()
    await gone


@pytest.mark.parametrize("work", [returns, raises, cancelled_from_within])
async def test_whatever_ends_one_is_told(work: object) -> None:
    told: list[str] = []
    essential.on_end(told.append)
    task = essential.start(work(), "the work")  # type: ignore[operator]
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert told == ["the work"]
    assert essential.tasks() == frozenset()


async def test_an_end_that_was_asked_for_is_none() -> None:
    told: list[str] = []
    essential.on_end(told.append)
    task = essential.start(for_ever(), "the work")
    await asyncio.sleep(0)
    assert essential.tasks() == {task}
    await essential.stop(task)
    await essential.stop(task)
    await essential.stop(None)
    assert told == []
    assert essential.tasks() == frozenset()


async def test_one_whose_work_is_done_ends_without_a_word() -> None:
    told: list[str] = []
    essential.on_end(told.append)

    async def work() -> None:
        await asyncio.sleep(0)
        essential.finished()

    await asyncio.wait({essential.start(work(), "the work")})
    await asyncio.sleep(0)
    assert told == []
    assert essential.tasks() == frozenset()
