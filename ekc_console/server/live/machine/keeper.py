"""Since when each part is as it is: looked at all the time, so that nobody has to ask."""

from __future__ import annotations

import asyncio

import structlog

from ekc_console.server.core.clock import Clock
from ekc_console.server.live.machine.forecast import Forecast
from ekc_console.server.live.machine.parts import Parts
from ekc_console.server.tasks import essential
from ekc_console.wire.admin.machine_work import MachinePart

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 5.0
"""So exact is ``since``."""


class MachineKeeper:
    """``start`` when all parts run, ``stop`` at the end."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock
        self._forecast = Forecast()
        self._known: dict[tuple[str, str], tuple[tuple[str, str], float]] = {}
        """Of each part: its state, and since which steady second."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = essential.start(self._keep_looking(), "state of the machine")

    async def stop(self) -> None:
        await essential.stop(self._task)

    def look(self) -> tuple[MachinePart, ...]:
        """All parts as they are now."""
        steady, now = self._clock.steady(), self._clock.now()
        self._forecast.look(steady, self._parts.sources.free_space.rooms)
        before, self._known = self._known, {}
        found = []
        for part in self._parts.now(self._forecast):
            thing, state = (part.kind, part.name), (part.state, part.words.key)
            known, at = before.get(thing, (state, steady))
            if known != state:
                at = steady
            self._known[thing] = state, at
            found.append(
                MachinePart(
                    kind=part.kind,
                    name=part.name,
                    state=part.state,
                    words=part.words,
                    since=now - (steady - at),
                )
            )
        return tuple(found)

    async def _keep_looking(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                log.exception("state of the machine not looked at")
            await asyncio.sleep(LOOK_EVERY_S)
