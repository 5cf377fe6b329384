"""The journal is looked through for entries that it has not: once from its begin, then as it
grows."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from ekc_console.errors import reason
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.journal import holes
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 600.0
BETWEEN_PIECES_S = 0.05
"""Others have the reader in between."""


class HoleWatch:
    """``start``, ``stop`` at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = essential.start(self._keep_looking(), "journal looked through")

    async def stop(self) -> None:
        await essential.stop(self._task)

    async def look(self) -> int:
        """Through what is new since the last time; how many holes there are in it. Raises
        StoreError."""
        anew, at, found = self._looked == 0, self._looked, list[holes.Hole]()
        while True:
            last, more = await self._database.read(partial(holes.look, after=at))
            found += more
            if last == at:
                break
            at = last
            await asyncio.sleep(BETWEEN_PIECES_S)
        if anew or found:
            await self._database.write(partial(holes.keep, holes=found, all_there_are=anew))
        self._looked = at
        for hole in found:
            log.error("journal has a hole", first=hole.first, last=hole.last)
        return len(found)

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self.look()
            except StoreError as error:
                log.error("journal not looked through", error=reason(error))
            except Exception:
                log.exception("journal not looked through")
            await asyncio.sleep(LOOK_EVERY_S)
