"""Work in order per key, side by side across keys."""

from __future__ import annotations

import asyncio

from ekc_console.errors import EkcError
from ekc_console.server.tasks.lanes import JOB_S, Job, Lanes
from tests.support import virtual_time


def noting(log: list[str], name: str, after: asyncio.Event | None = None) -> Job:
    async def job() -> None:
        if after:
            await after.wait()
        log.append(name)

    return job


async def settle(lanes: Lanes) -> None:
    while lanes._tasks:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def test_one_key_keeps_its_order_and_holds_up_no_other() -> None:
    lanes, log, gate = Lanes(), [], asyncio.Event()
    lanes.put("a", noting(log, "a1", gate))
    lanes.put("a", noting(log, "a2"))
    lanes.put("b", noting(log, "b1"))
    while not log:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert log == ["b1"]
    gate.set()
    await settle(lanes)
    assert log == ["b1", "a1", "a2"]


async def test_a_job_that_fails_does_not_stop_its_lane() -> None:
    lanes, log = Lanes(), []

    async def fails() -> None:
        raise EkcError("занято")

    async def breaks() -> None:
        raise RuntimeError("a fault")

    for job in (fails, breaks, noting(log, "last")):
        lanes.put("a", job)
    await settle(lanes)
    assert log == ["last"]


async def test_a_job_that_is_cut_short_from_within_does_not_end_its_lane() -> None:
    """What it waited for was cancelled by somebody else."""
    lanes, log = Lanes(), []

    async def waits_for_what_is_cancelled() -> None:
        gone = asyncio.get_running_loop().create_future()
        gone.cancel()
        await gone

    for job in (waits_for_what_is_cancelled, noting(log, "last")):
        lanes.put("a", job)
    async with asyncio.timeout(5):
        await settle(lanes)
    assert log == ["last"]


async def test_lanes_that_are_done_leave_nothing_and_begin_again() -> None:
    lanes, log = Lanes(), []
    for name in ("one", "two"):
        lanes.put("a", noting(log, name))
        await settle(lanes)
        assert not lanes._lanes
    assert log == ["one", "two"]


async def test_close_ends_what_hangs() -> None:
    lanes = Lanes()
    lanes.put("a", noting([], "never", asyncio.Event()))
    await asyncio.sleep(0)
    await lanes.close()


def test_a_job_that_stands_still_does_not_stop_its_lane() -> None:
    async def main() -> None:
        lanes, log = Lanes(), []
        lanes.put("a", noting(log, "a1", asyncio.Event()))
        lanes.put("a", noting(log, "a2"))
        await asyncio.sleep(JOB_S + 1)
        assert log == ["a2"]

    virtual_time.run(main)
