"""What the read models lack of the journal, since whenever: known, and said when it begins."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import projection_faults
from ekc_console.server.store.journal.projection_faults import Fault

log = structlog.get_logger(__name__)


class ReadModels:
    """``load`` once before the rest."""

    def __init__(self, database: Database, on_stale: Callable[[], None]) -> None:
        """``on_stale`` is told when the first fact is lacking, or one was before."""
        self._database = database
        self._on_stale = on_stale
        self._lacking: list[Fault] = []

    @property
    def complete(self) -> bool:
        return not self._lacking

    async def load(self) -> None:
        """What earlier servers have set aside."""
        self._lacking = await self._database.read(projection_faults.faults)
        if self._lacking:
            log.error(
                "read models lack facts", facts=len(self._lacking), remedy="ekc store rebuild"
            )
            self._on_stale()

    def set_aside(self, fault: Fault) -> None:
        if not self._lacking:
            self._on_stale()
        self._lacking.append(fault)
