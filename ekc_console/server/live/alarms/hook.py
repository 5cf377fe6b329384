"""What happens to alarms, told to a program of the centre's: one POST of JSON each.

Beside everything else: nobody waits for it. It is tried ``TRIES`` times, and what waits has a
limit; that it fails is a condition of the server, which ends with the next one that arrives.
"""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Callable, Sequence

import aiohttp
import msgspec
import structlog

from ekc_console.domain.terms.alarm_limits import AlarmSettings
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.live.alarms.book import Happened
from ekc_console.server.live.alarms.rows import AlarmRows
from ekc_console.server.tasks.background import Background
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)

TRIES = 3
PAUSE_S = 2.0
"""Between two tries, and twice as long before the last."""
MOST_WAITING = 200
"""Those that are older give way."""
CONDITION = "alarm hook"


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted. No call, no number and no caller is in it; people are those who work here."""

    event: str
    at: float
    alarm: str
    about: str
    id: str
    title: str
    figure: str
    reason: str
    level: int
    value: float
    limit: float
    who: str


class WebHook:
    """``settings``: as they are in force."""

    def __init__(
        self, settings: Callable[[], AlarmSettings], rows: AlarmRows, conditions: Conditions
    ) -> None:
        self._settings = settings
        self._rows = rows
        self._conditions = conditions
        self._waiting: collections.deque[bytes] = collections.deque(maxlen=MOST_WAITING)
        self._background = Background()
        self._working = False

    def heard(self, happened: Sequence[Happened]) -> None:
        if not self._settings().hook_url:
            self._waiting.clear()
            self._conditions.clear(CONDITION)
            return
        self._waiting.extend(msgspec.json.encode(self._posted(each)) for each in happened)
        if self._waiting and not self._working:
            self._working = True
            self._background.spawn(self._work())

    def _posted(self, happened: Happened) -> Posted:
        alarm = happened.alarm
        return Posted(
            event=happened.event,
            at=happened.at,
            alarm=alarm.id,
            about=alarm.about,
            id=alarm.thing,
            title=self._rows.title(alarm.about, alarm.thing),
            figure=alarm.figure,
            reason=alarm.reason,
            level=alarm.level,
            value=round(alarm.value, 3),
            limit=alarm.limit,
            who=self._rows.name(happened.who) if happened.who else "",
        )

    async def _work(self) -> None:
        try:
            while self._waiting:  # again: something may have come while the session was closed
                async with aiohttp.ClientSession() as session:
                    while self._waiting:
                        await self._deliver(session, self._waiting.popleft())
        finally:
            self._working = False

    async def _deliver(self, session: aiohttp.ClientSession, body: bytes) -> None:
        for again in range(TRIES):
            if again:
                await asyncio.sleep(PAUSE_S * again)
            settings = self._settings()
            if not settings.hook_url:
                return
            why = await _post(session, settings.hook_url, settings.hook_timeout_s, body)
            if not why:
                self._conditions.clear(CONDITION)
                return
        self._conditions.report(CONDITION, words("alarm.hook", why=why), why)

    async def close(self) -> None:
        """What has not arrived yet is not waited for."""
        self._waiting.clear()
        await self._background.close()


async def _post(session: aiohttp.ClientSession, url: str, timeout_s: float, body: bytes) -> str:
    """Why it did not arrive; empty: it did. Without the address: it may hold a key."""
    try:
        async with session.post(
            url,
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            allow_redirects=False,
        ) as answer:
            return "" if answer.status < 300 else f"HTTP {answer.status}"
    except TimeoutError:
        return "timeout"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        log.warning("alarm hook", error=type(error).__name__)
        return type(error).__name__
