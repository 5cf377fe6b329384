"""Work in order per key, side by side across keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from ekc_console.errors import EkcError

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]
JOB_S = 60.0
"""What takes longer than anything that has a limit of its own is cut short: the next ones wait."""


class Lanes:
    """``put(key, job)`` runs the jobs of one key one after the other, in the order of ``put``.

    A job that fails is logged and the next one goes on: the order of operations on one call must
    not end because one of them met a caller who had hung up, nor because one of them stands still.
    """

    def __init__(self) -> None:
        self._lanes: dict[str, asyncio.Queue[Job]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def put(self, key: str, job: Job) -> None:
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = asyncio.Queue()
            self._tasks[key] = asyncio.create_task(self._run(key, lane), name=f"lane {key}")
        lane.put_nowait(job)

    async def _run(self, key: str, lane: asyncio.Queue[Job]) -> None:
        # Effects that go to the screens as well are published in this turn of the loop and sent in
        # the next: an offer must not wait for requests to the engine to be written.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        while not lane.empty():
            job = lane.get_nowait()
            try:
                async with asyncio.timeout(JOB_S):
                    await job()
            except asyncio.CancelledError:
                # Of something that the step waited for: the lane itself goes on.
                if (task := asyncio.current_task()) is None or task.cancelling():
                    raise
                log.warning("telephony step was cut short", lane=key)
            except TimeoutError:
                log.error("telephony step stood still", lane=key, limit_s=JOB_S)
            except EkcError as error:
                log.warning("telephony step failed", lane=key, error=error.message)
            except Exception:
                log.exception("telephony step broke", lane=key)
        # No await between the last check and this: a ``put`` meanwhile is impossible.
        del self._lanes[key], self._tasks[key]

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
