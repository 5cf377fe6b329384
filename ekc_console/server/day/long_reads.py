"""Readings of the store that may take long: on threads and connections of their own, so that
nobody's card waits for them, and ended when nobody waits for them any more."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base import read_only, schema

T = TypeVar("T")

AT_ONCE = 2
LIMIT_S = 6.0
"""Waiting for a turn is in it; less than a console waits for its answer."""
_LOOK_EVERY = 10_000
"""Steps of SQLite: about a millisecond."""


class LongReads:
    """``close`` at the end."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="long-read")
        self._unwanted: set[threading.Event] = set()
        """Of each reading that is asked for; set: nobody waits for it."""

    async def read(
        self, fn: Callable[[sqlite3.Connection], T], *, limit_s: float | None = None
    ) -> T:
        """``fn`` sees one state of the store, and must not keep the connection. Raises StoreError,
        and Refusal (``server_busy``) after ``limit_s`` (None: ``LIMIT_S``)."""
        limit_s = LIMIT_S if limit_s is None else limit_s
        unwanted = threading.Event()
        self._unwanted.add(unwanted)
        work = self._threads.submit(self._read, fn, unwanted)
        try:
            async with asyncio.timeout(limit_s) as limit:
                return await asyncio.wrap_future(work)
        except TimeoutError:
            if limit.expired():
                raise Refusal("server_busy", "calls.too_slow", seconds=round(limit_s)) from None
            raise
        finally:
            unwanted.set()
            self._unwanted.discard(unwanted)

    async def close(self) -> None:
        for unwanted in self._unwanted:
            unwanted.set()
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    def _read(self, fn: Callable[[sqlite3.Connection], T], unwanted: threading.Event) -> T:
        with read_only.opened(self._store, since_version=schema.VERSION) as conn:
            conn.set_progress_handler(unwanted.is_set, _LOOK_EVERY)
            return fn(conn)
