"""The last word to a caller: when it is over, or cannot be said, the line is ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from ekc_console.domain.terms.ids import CallId
from ekc_console.server.engine.protocol import LegGone

log = structlog.get_logger(__name__)

LIMIT_S = 30.0
"""A last word that has not ended by then will not: the longest, behind an announcement."""


@dataclass(slots=True)
class _Word:
    limit: asyncio.TimerHandle
    playback: str = ""
    """Empty until the engine has told it."""
    ended: set[str] = field(default_factory=set)
    """Playbacks of the call that ended meanwhile: the word itself may be among them."""


class Farewells:
    """``say``, then ``playback_ended`` for what ends on the call, ``forget`` when it is gone."""

    def __init__(self, hang_up: Callable[[CallId], None]) -> None:
        self._hang_up = hang_up
        self._words: dict[CallId, _Word] = {}

    async def say(self, call: CallId, play: Callable[[], Awaitable[str]]) -> None:
        """``play`` begins the word and returns its playback. The caller is owed or told already:
        whatever fails, the line is ended."""
        loop = asyncio.get_running_loop()
        self.forget(call)
        word = self._words[call] = _Word(loop.call_later(LIMIT_S, self._over, call))
        try:
            word.playback = await play()
        except LegGone:
            self.forget(call)
        except Exception as error:
            log.warning("goodbye not said", call=call, error=type(error).__name__)
            self._over(call)
        else:
            if word.playback in word.ended:
                self._over(call)

    def playback_ended(self, call: CallId, playback: str) -> None:
        if (word := self._words.get(call)) is not None:
            word.ended.add(playback)
            if playback == word.playback:
                self._over(call)

    def forget(self, call: CallId) -> None:
        if (word := self._words.pop(call, None)) is not None:
            word.limit.cancel()

    def close(self) -> None:
        for call in tuple(self._words):
            self.forget(call)

    def _over(self, call: CallId) -> None:
        self.forget(call)
        self._hang_up(call)
