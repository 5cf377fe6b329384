"""The engine at the start of a server, tried until it comes.

A centre that has served callers does not stay down because its engine cannot be reached at that
moment: consoles, cards and callbacks are there, and telephony follows. One that never has is told
what is wrong: its administrator sits there.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import structlog

from ekc_console.errors import reason
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.engine.protocol import EngineError, EventSink, TelephonyEngine
from ekc_console.server.start.start_progress import goes_on
from ekc_console.server.tasks import essential
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)

BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Between two tries; the last one again and again."""

KEY = "telephony"


class EngineStart:
    """``begin``, then ``up`` can be waited for; ``stop`` before the engine is stopped."""

    def __init__(
        self,
        engine: TelephonyEngine,
        sink: EventSink,
        conditions: Conditions,
        on_down: Callable[[str], None],
    ) -> None:
        """``on_down`` is told why telephony is not there."""
        self._engine = engine
        self._sink = sink
        self._conditions = conditions
        self._on_down = on_down
        self._task: asyncio.Task[None] | None = None
        self.up = asyncio.Event()

    async def begin(self, *, patient: bool) -> None:
        """Start it; ``patient``: when that fails, go on trying beside. Else raises EngineError."""
        try:
            await self._start()
        except Exception as error:
            if not patient and isinstance(error, OSError):
                raise EngineError(
                    f"Телефония не запускается: {error.filename or 'диск'}: {error.strerror}.",
                    "Проверьте этот файл или папку, место на диске и права.",
                ) from error
            if not patient:
                raise
            self._say(error)
            self._task = essential.start(self._keep_trying(), "engine start")

    async def stop(self) -> None:
        await essential.stop(self._task)

    async def _start(self) -> None:
        await self._engine.start(self._sink)
        self.up.set()

    async def _keep_trying(self) -> None:
        pauses = itertools.chain(BACK_OFF_S, itertools.repeat(BACK_OFF_S[-1]))
        for pause_s in pauses:
            goes_on("Телефония не запускается, попытки продолжаются")
            await asyncio.sleep(pause_s)
            try:
                await self._start()
            except Exception as error:
                self._say(error)
            else:
                self._conditions.clear(KEY)
                essential.finished()
                return

    def _say(self, error: Exception) -> None:
        expected = isinstance(error, EngineError | OSError)
        log.error("engine not started", error=reason(error), exc_info=None if expected else error)
        self._conditions.report(KEY, words("condition.engine_not_started"), detail=str(error))
        self._on_down("engine.not_started")
