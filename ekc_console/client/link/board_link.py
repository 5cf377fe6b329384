"""The figures of a wall board from the server, for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

from ekc_console.client.link.login import server_url
from ekc_console.client.link.timing import Backoff
from ekc_console.client.link.trust import trust
from ekc_console.wire.outside import board

log = structlog.get_logger(__name__)

SILENCE_S = 8.0
"""A server that lives says something sooner."""
MOST_BYTES = 1_000_000
"""Of one event."""


class BoardLink:
    """``run`` until it is cancelled; ``on_change`` is called after anything here has changed."""

    def __init__(
        self,
        url: str,
        token: str,
        on_change: Callable[[], None] = lambda: None,
        backoff: Backoff = Backoff(0.5, 30.0),  # noqa: B008 - frozen
    ) -> None:
        """Raises EkcError for an unusable address or a file of authorities that is none."""
        self.queues: tuple[board.BoardQueue, ...] | None = None
        """None: nothing is known, or may be shown no longer."""
        self.refused = False
        """The token is not good, or no longer."""
        self.on_change = on_change
        self._heard_at: float | None = None
        self._url = server_url(url).with_path(board.EVENTS_PATH)
        self._trust = trust(self._url)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._backoff = backoff

    def age_s(self) -> float | None:
        """Of what is known, by this machine's own clock."""
        return None if self._heard_at is None else time.monotonic() - self._heard_at

    async def run(self) -> None:
        failed = 0
        timeout = ClientTimeout(total=None, connect=SILENCE_S, sock_read=SILENCE_S)
        async with ClientSession(timeout=timeout) as http:
            while True:
                before = self._heard_at
                try:
                    await self._listen(http)
                except (ClientError, OSError, ValueError) as error:
                    log.info("board has no link", error=type(error).__name__)
                failed = 0 if self._heard_at != before else failed + 1
                await asyncio.sleep(self._backoff.delay(failed))

    async def _listen(self, http: ClientSession) -> None:
        async with http.get(self._url, headers=self._headers, ssl=self._trust) as answer:
            if answer.status == 401:
                self.refused, self.queues, self._heard_at = True, None, None
                self.on_change()
            answer.raise_for_status()
            async for data in _events(answer.content.iter_any()):
                self.queues = board.read(data).queues
                self.refused, self._heard_at = False, time.monotonic()
                self.on_change()


async def _events(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The newest event of each piece. Raises ValueError for one that has no end."""
    rest = b""
    async for piece in pieces:
        *events, rest = (rest + piece).split(b"\n\n")
        if len(rest) > MOST_BYTES:
            raise ValueError("an event without an end")
        if events:
            yield events[-1].removeprefix(b"data: ")
