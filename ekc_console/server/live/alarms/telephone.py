"""One telephone rung for alarms: they are told, and a key says that somebody sees to them.

Such a line is no call of the centre's books, is not recorded, and outlives no server.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.domain.terms.ids import CallId
from ekc_console.errors import EkcError
from ekc_console.server.calls.farewells import Farewells
from ekc_console.server.engine import protocol as en
from ekc_console.server.services.alarm_words import KEY, THANKS
from ekc_console.server.services.prompts import Prompt, PromptLibrary
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)

RUNG_S = 180.0
"""The engine ends one that is not answered long before."""
ANSWERED_S = 60.0
"""From the answer to the key."""
TIMES = 2
"""So often it is said."""
_PREFIX = "alarm-"

Outcome = Literal["accepted", "unanswered", "no_way"]
"""``unanswered``: or answered without the key. ``no_way``: it rang nowhere."""


@dataclass(slots=True, eq=False)
class _Line:
    leg: str
    answered: asyncio.Future[bool]
    accepted: asyncio.Future[bool]
    end: DialEnd = "failed"
    cut: bool = False
    """By the engine, whatever the one who was rung did."""

    def over(self, end: DialEnd) -> None:
        self.end = end
        _settle(self.answered, False)
        _settle(self.accepted, False)


class AlarmTelephone:
    """``ask`` one at a time; ``takes`` sees every event of the engine first. ``place`` calls a
    number as a leg."""

    def __init__(
        self,
        engine: en.TelephonyEngine,
        prompts: PromptLibrary,
        place: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._prompts = prompts
        self._place = place
        self._line: _Line | None = None
        self._farewells = Farewells(self._hang_up)
        self._background = Background()

    async def ask(self, number: str, said: Sequence[Prompt]) -> Outcome:
        """Ring the number, say it, wait for the key."""
        files = await self._files(said)
        if not files:
            return "no_way"
        loop = asyncio.get_running_loop()
        leg = f"{_PREFIX}{secrets.token_hex(4)}"
        line = self._line = _Line(leg, loop.create_future(), loop.create_future())
        outcome: Outcome = "no_way"
        try:
            with contextlib.suppress(en.EngineError):  # no way: who asked says so, once
                outcome = await self._ring(line, number, files)
        finally:
            self._line = None
            if outcome != "accepted":
                self._hang_up(CallId(leg))
        return outcome

    async def _ring(self, line: _Line, number: str, files: Sequence[Path]) -> Outcome:
        await self._place(line.leg, number)
        if not await _within(line.answered, RUNG_S):
            return "no_way" if line.end in ("no_way", "failed", "unrung") else "unanswered"
        await self._engine.play(line.leg, [*files] * TIMES)
        if not await _within(line.accepted, ANSWERED_S):
            return "no_way" if line.cut else "unanswered"
        self._background.spawn(self._thank(line.leg))
        return "accepted"

    async def _thank(self, leg: str) -> None:
        async def say() -> str:
            await self._engine.stop_playing(leg)
            return await self._engine.play(leg, await self._files([THANKS]))

        await self._farewells.say(CallId(leg), say)

    async def _files(self, said: Sequence[Prompt]) -> list[Path]:
        """What cannot be spoken is left out."""
        files = []
        for prompt in said:
            try:
                files.append(await self._prompts.speak(prompt))
            except (EkcError, OSError) as error:
                log.error("announcement of an alarm not spoken", error=type(error).__name__)
        return files

    def give_up(self) -> None:
        """Somebody sees to it already: who has not answered is not rung any more."""
        if self._line is not None and not self._line.answered.done():
            self._line.over("normal")

    # -- events of the engine --------------------------------------------------------

    def takes(self, event: en.EngineEvent) -> bool:
        """True for what concerns nobody else."""
        match event:
            case en.EngineDown(gone=True):
                self._cut()
            case en.EngineUp(legs) if self._line and self._line.leg not in {i.leg for i in legs}:
                self._cut()
            case (
                en.LegAnswered(leg)
                | en.LegEnded(leg)
                | en.LegRinging(leg)
                | en.LegSpeaks(leg)
                | en.LegSilent(leg)
                | en.KeyPressed(leg)
                | en.PlaybackEnded(leg)
            ) if leg.startswith(_PREFIX):
                self._of_ours(event)
                return True
        return False

    def _of_ours(self, event: en.EngineEvent) -> None:
        line = self._line
        match event:
            case en.PlaybackEnded(leg, playback):
                self._farewells.playback_ended(CallId(leg), playback)
            case en.LegEnded(leg, cause):
                self._farewells.forget(CallId(leg))
                if line is not None and line.leg == leg:
                    line.over(cause)
            case en.LegAnswered(leg) if line is None or line.leg != leg:
                self._hang_up(CallId(leg))
            case en.LegAnswered() if line is not None:
                _settle(line.answered, True)
            case en.KeyPressed(leg, key) if line is not None and line.leg == leg and key == KEY:
                _settle(line.accepted, True)

    def holds(self, leg: str) -> bool:
        """Whether it is the line that is rung."""
        return self._line is not None and self._line.leg == leg

    def _cut(self) -> None:
        if self._line is not None:
            self._line.cut = True
            self._line.over("no_way")

    def _hang_up(self, call: CallId) -> None:
        self._background.spawn(self._end(call))

    async def _end(self, call: CallId) -> None:
        try:
            await self._engine.hang_up(call)
        except en.EngineError as error:
            log.warning("telephone of an alarm not hung up", error=type(error).__name__)

    async def close(self) -> None:
        self._farewells.close()
        await self._background.close()


def _settle(future: asyncio.Future[bool], value: bool) -> None:
    if not future.done():
        future.set_result(value)


async def _within(future: asyncio.Future[bool], limit_s: float) -> bool:
    try:
        async with asyncio.timeout(limit_s):
            return await future
    except TimeoutError:
        return False
