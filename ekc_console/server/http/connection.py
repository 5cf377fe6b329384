"""One console that is connected."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from aiohttp import web

from ekc_console.server.live.sync import Outbox, Stream
from ekc_console.server.people.auth import Session

ANSWER_S = 5.0
"""So long an end waits for replies: a console that reads no more must not put it off for ever."""


@dataclass(slots=True)
class Connection:
    """``session`` and ``stream`` change in it when the session ends before the call, and when it is
    given back."""

    socket: web.WebSocketResponse
    outbox: Outbox
    session: Session
    stream: Stream
    commands: set[asyncio.Task[None]] = field(default_factory=set)
    """Begun and not answered yet."""

    async def answered(self) -> None:
        """Wait until what has been asked is answered: a console that is told goodbye for good does
        not come back for the reply to what it has saved."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                if self.commands:
                    await asyncio.wait(self.commands)
                await self.outbox.sent()
