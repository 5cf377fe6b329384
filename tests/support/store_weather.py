"""A store that fails or hangs when the test says so; reading goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

from ekc_console.server.store.base.database import Database, StoreError

FULL = "на диске нет места"


class Weather:
    """Put over a store on the event loop: its writes meet ``full`` and ``hangs``."""

    def __init__(self, database: Database) -> None:
        self.full = False
        self._go_on = asyncio.Event()
        self._go_on.set()
        self._written = database._written
        database._written = self._through  # type: ignore[method-assign]

    def hang(self) -> None:
        """No write goes on from now, nor fails."""
        self._go_on.clear()

    def clear(self) -> None:
        self.full = False
        self._go_on.set()

    async def _through(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        await self._go_on.wait()
        if self.full:
            raise StoreError(FULL)
        return await self._written(fn)
