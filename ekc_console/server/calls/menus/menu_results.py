"""What the menus have learned of the calls that live: in memory and, beside it, in the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import structlog

from ekc_console.domain.terms.ids import CallId
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.calls import menu_results as rows
from ekc_console.server.store.calls.menu_results import MenuResult
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)


class MenuResults:
    """``load`` once before the rest, ``finish`` at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._results: dict[CallId, MenuResult] = {}
        self._writes = Background()

    async def load(self) -> None:
        """What an earlier server's menus learned about calls that may still live."""
        kept = await self._database.read(rows.of_calls)
        self._results = {CallId(call): result for call, result in kept.items()}

    def __getitem__(self, call: CallId) -> MenuResult:
        """Raises KeyError for a call that no menu has had."""
        return self._results[call]

    def of(self, call: CallId) -> MenuResult:
        """An empty one for a call that no menu has had."""
        return self._results.get(call, MenuResult())

    def begin(self, call: CallId) -> MenuResult:
        """The call's, to be filled in; ``keep`` follows."""
        return self._results.setdefault(call, MenuResult())

    def keep(self, call: CallId) -> None:
        """Write the call's result; the writer's order puts it before the facts that follow."""
        result = self._results[call]
        self._write(lambda conn: rows.put(conn, call, result))

    def forget(self, call: CallId) -> None:
        """The call is over."""
        if self._results.pop(call, None) is not None:
            self._write(lambda conn: rows.forget(conn, call))

    async def finish(self) -> None:
        """Wait for what is being written."""
        await self._writes.finish()

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        async def write() -> None:
            try:
                await self._database.write(work)
            except StoreError as error:
                log.error("menu result not written", error=error.message)

        self._writes.spawn(write())
