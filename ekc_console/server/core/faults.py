"""What breaks beside the work and must not end it: counted, logged, said; never raised."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec

import structlog

log = structlog.get_logger(__name__)

P = ParamSpec("P")

SAY_EVERY_S = 60.0
"""People are told of a fault no more often; the log has each."""


class Faults:
    """``on_fault`` is told for people, once in ``SAY_EVERY_S``; it must not raise."""

    def __init__(self, on_fault: Callable[[str], None] = lambda where: None) -> None:
        self.count = 0
        self.last = ""
        """Where the last one was."""
        self._on_fault = on_fault
        self._said_at: float | None = None

    def guard(self, where: str, call: Callable[P, object], *args: P.args, **kw: P.kwargs) -> bool:
        """Call; False when it raised."""
        try:
            call(*args, **kw)
        except Exception as error:
            self.note(where, error)
            return False
        return True

    def note(self, where: str, error: BaseException) -> None:
        self.count += 1
        self.last = where
        log.error("fault", where=where, exc_info=error)
        now = asyncio.get_running_loop().time()
        if self._said_at is not None and now - self._said_at < SAY_EVERY_S:
            return
        self._said_at = now
        try:
            self._on_fault(where)
        except Exception as another:
            log.error("fault not said", exc_info=another)
