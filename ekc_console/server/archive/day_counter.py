"""Days that are over are counted beside the calls: reports of months and years are quick."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.domain.terms.spans import Span, cut
from ekc_console.errors import reason
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.figures import day_sums
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 600.0
BETWEEN_DAYS_S = 0.25
"""Calls have the store to themselves in between."""


class DayCounter:
    """``start``, ``stop`` at the end."""

    def __init__(
        self, database: Database, rules: Callable[[], Rules], now: Callable[[], float]
    ) -> None:
        """``rules``: those in force; ``now``: the time of day of the centre."""
        self._database = database
        self._rules = rules
        self._now = now
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = essential.start(self._keep_counting(), "days counted")

    async def stop(self) -> None:
        await essential.stop(self._task)

    async def count_missing(self) -> int:
        """Count the days that are over and not counted by the rules in force, the latest first;
        returns how many. Raises StoreError."""
        rules, done = self._rules(), 0
        now = self._now()
        for day in await self._missing(rules, now):
            whole = day_sums.whole(day, rules, now)
            await self._database.write(partial(day_sums.begin, day=day, rules=rules, around=whole))
            found = await self._database.read(
                partial(day_sums.count, day=day, rules=rules, around=whole), limit_s=None
            )
            done += await self._database.write(
                partial(day_sums.finish, day=day, rules=rules, found=found)
            )
            await asyncio.sleep(BETWEEN_DAYS_S)
            if rules != self._rules():
                break
        return done

    async def _missing(self, rules: Rules, now: float) -> Sequence[Span]:
        first = await self._database.read(day_sums.first_call)
        if first is None:
            return ()
        today, zone = day_of(now, rules.zone), rules.zone
        begin, end = start_of(day_of(first, zone), zone), start_of(today, zone)
        counted = set(await self._database.read(partial(day_sums.counted, rules=rules)))
        whole = partial(day_sums.counted, rules=rules, around=True)
        wholly = set(await self._database.read(whole))
        days = cut(Span(begin, max(begin, end)), "day", zone)
        return [
            day
            for day in reversed(days)
            if day not in (wholly if day_sums.whole(day, rules, now) else counted)
        ]

    async def _keep_counting(self) -> None:
        while True:
            try:
                if days := await self.count_missing():
                    log.info("days counted", days=days)
            except StoreError as error:
                log.error("days not counted", error=reason(error))
            except Exception:
                log.exception("days not counted")
            await asyncio.sleep(LOOK_EVERY_S)
