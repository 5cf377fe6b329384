"""How many own cards wait for a disposition: talks that are over and whose card nobody saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from ekc_console.client.card.draft_sender import Request
from ekc_console.client.link.results import expect
from ekc_console.errors import EkcError
from ekc_console.wire import card_work
from ekc_console.wire.messages import Command, SaveCard

log = structlog.get_logger(__name__)


class Unfinished:
    """``count`` is as the server said last. ``stop`` at the end."""

    def __init__(self, request: Request, on_change: Callable[[], None]) -> None:
        self.count = 0
        self._request = request
        self._on_change = on_change
        self._in_hand = ""
        self._stale = False
        self._asking: asyncio.Task[None] | None = None

    def follow(self, card: str) -> None:
        """``card``: of the call in hand, empty without one. What was left may be unfinished."""
        left, self._in_hand = self._in_hand, card
        if left and left != card:
            self.ask()

    def after(self, done: Command) -> None:
        """The server has done this."""
        if isinstance(done, SaveCard | card_work.EditCard):
            self.ask()

    def ask(self) -> None:
        """Ask the server anew, beside other things."""
        self._stale = True
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="unfinished cards")

    async def stop(self) -> None:
        if self._asking:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        while self._stale:
            self._stale = False
            try:
                found = expect(await self._request(card_work.ListEdits()), card_work.Edits)
            except EkcError as error:  # the next link asks again
                log.info("unfinished cards not counted", error=type(error).__name__)
                return
            if found.unfinished != self.count:
                self.count = found.unfinished
                self._on_change()
