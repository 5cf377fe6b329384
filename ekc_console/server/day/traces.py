"""Who has looked at others' calls: an entry of the audit trail for each looking, not for each time
that what is looked at is shown anew."""

from __future__ import annotations

from ekc_console.server.core.clock import Clock
from ekc_console.server.people.trail import Trail

SAME_S = 600.0
"""Within so many seconds it is the same looking."""


class Traces:
    def __init__(self, trail: Trail, clock: Clock) -> None:
        self._trail = trail
        self._clock = clock
        self._kept: dict[tuple[str, str], float] = {}

    async def calls(self, who: str, about: str, found: int) -> None:
        """In the store when this returns. ``about``: a login or the id of a queue. Raises
        StoreError: what leaves no trace is not shown."""
        now = self._clock.now()
        self._kept = {key: at for key, at in self._kept.items() if now - at < SAME_S}
        if found and (who, about) not in self._kept:
            await self._trail.kept(who, "contacts", about=about, found=found)
            self._kept[who, about] = now
