"""The level of the log, changed for a while."""

from __future__ import annotations

import asyncio

import structlog

from ekc_console import log as logging
from ekc_console.wire.admin.log_work import USUAL, Level

log = structlog.get_logger(__name__)


class LogLevel:
    """``close`` at the end: another server of the process begins with the usual one."""

    def __init__(self) -> None:
        self.level: Level = USUAL
        self._timer: asyncio.TimerHandle | None = None
        self._ends = 0.0

    @property
    def left_s(self) -> float | None:
        """Until the usual level; None: it is that."""
        if self._timer is None:
            return None
        return max(0.0, self._ends - asyncio.get_running_loop().time())

    def set(self, level: Level, for_s: float) -> None:
        self.close()
        if level != USUAL:
            loop = asyncio.get_running_loop()
            self._ends = loop.time() + for_s
            self._timer = loop.call_at(self._ends, self.close)
        self._take(level)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._take(USUAL)

    def _take(self, level: Level) -> None:
        was, self.level = self.level, level
        if level == "error":
            log.warning("log level", now=level, was=was)  # no line any more a moment later
        logging.take_level(level)
        if level != "error":
            log.warning("log level", now=level, was=was)
