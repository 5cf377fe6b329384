"""People looked at beside the store, again and again: what becomes of their accounts counts also
where no console is connected by them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

from ekc_console.domain.router import Router
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth
from ekc_console.server.tasks import essential


class AccountWatch(ABC):
    """``start`` once, ``stop`` at the end."""

    name: ClassVar[str]
    """Of the task."""

    def __init__(self, router: Router, auth: Auth, attendance: Attendance, clock: Clock) -> None:
        self._router = router
        self._auth = auth
        self._attendance = attendance
        self._clock = clock
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._looking = essential.start(self._keep_looking(), self.name)

    async def stop(self) -> None:
        await essential.stop(self._looking)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._every_s())
            await self._look()

    @abstractmethod
    def _every_s(self) -> float:
        """Between two looks."""

    @abstractmethod
    async def _look(self) -> None:
        """A store in trouble is logged and asked again next time: whatever is raised ends it."""
