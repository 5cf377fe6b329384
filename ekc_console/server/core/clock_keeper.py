"""Sees that the wall clock was stepped, and has it told to everything that remembers moments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from ekc_console.domain.facts import ClockSet
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_S = 1.0
"""So late at most the calendar follows a step."""


LONG_AWAY_S = 30 * 86_400.0
"""A centre that was away for so long may have a clock that is wrong."""


DOUBTFUL_STEP_S = 43_200.0
DOUBT_LASTS_S = 2 * 86_400.0
"""So long somebody has to look at a date that may be wrong."""


class ClockKeeper:
    """``start`` when the runtime runs: the first look is at once, so that what follows has the
    right date. ``stop`` before the runtime."""

    def __init__(
        self, runtime: Runtime, clock: Clock, on_set: Callable[[float], None] = lambda by_s: None
    ) -> None:
        """``on_set`` is told by how many seconds, once the core's time is the new one."""
        self._runtime = runtime
        self._clock = clock
        self._on_set = on_set
        self._task: asyncio.Task[None] | None = None
        self._doubted_at: float | None = None
        """When the date was last found doubtful, by the monotonic clock of the loop."""
        self.last_set: tuple[float, float] | None = None
        """When the clock was last set since the start, by the new time, and by how many seconds."""

    def start(self) -> None:
        idle_s = self._clock.wall() - self._runtime.router.latest
        if self._runtime.router.latest and idle_s > LONG_AWAY_S:
            # The clock is followed all the same: who is right, it or the journal, nobody can know.
            self._doubted_at = asyncio.get_running_loop().time()
            log.error(
                "the clock is far ahead of all that the journal knows: check the system's date",
                days=round(idle_s / 86_400),
            )
        self._try_look()
        self._task = essential.start(self._run(), "clock")

    async def stop(self) -> None:
        await essential.stop(self._task)

    def look(self) -> None:
        """Set the clock if the wall clock was stepped."""
        by_s = self._clock.away()
        if not by_s:
            return
        self._runtime.submit(ClockSet(by_s))
        self.last_set = self._clock.now(), by_s
        if abs(by_s) > DOUBTFUL_STEP_S:
            self._doubted_at = asyncio.get_running_loop().time()
        log.warning("the clock was set by the system's, which was stepped", seconds=round(by_s, 1))
        self._on_set(by_s)

    def date_is_sure(self) -> bool:
        """Whether what cannot be undone may be done because of the date: not within
        ``DOUBT_LASTS_S`` of a large step, or of a start at a date long after the last one."""
        if self._doubted_at is None:
            return True
        return asyncio.get_running_loop().time() - self._doubted_at > DOUBT_LASTS_S

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self._try_look()

    def _try_look(self) -> None:
        """A clock that cannot be set keeps nobody from being served."""
        try:
            self.look()
        except Exception:
            log.exception("the clock could not be set")
