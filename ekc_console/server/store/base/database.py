"""A store file opened: one writer thread, two readers, nothing that blocks the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TypeVar

import structlog

from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.base import files, reserve, schema
from ekc_console.server.store.base.errors import (
    StoreBusy,
    StoreError,
    busy_error,
    damaged_error,
    store_error,
)
from ekc_console.server.store.base.writer import Writer

__all__ = ["Database", "StoreBusy", "StoreError", "Synchronous"]

log = structlog.get_logger(__name__)

T = TypeVar("T")

Synchronous = Literal["normal", "full"]
"""``normal``: a commit outlives the death of the process; a power cut may take the last ones.
``full``: it outlives a power cut too, for one fsync a commit."""

BUSY_S = 1.0
"""How long a write waits for one of another process (a command-line tool): callers wait for the
server's writes."""
WRITE_WITHIN_S = 2.0
"""Longest wait for a commit: a disk that hangs is trouble like one that is full. Longer than
``BUSY_S``, whose end says more exactly what is wrong."""
READ_WITHIN_S = 8.0
"""Longest wait for a reading; less than a console waits for its answer."""
CLOSE_WITHIN_S = 5.0
READERS = 2


class Database:
    """Open with :meth:`open`; ``write`` and ``read`` at any time; ``close`` at the end.

    Functions given to ``write`` and ``read`` get a connection, run on a thread of the store, and
    must neither commit nor keep the connection or a cursor.
    """

    def __init__(self, path: Path, writer: Writer, lock: files.Lock | None) -> None:
        self._path = path
        self._writer = writer
        self._lock = lock
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._local = threading.local()
        self._read_connections: list[sqlite3.Connection] = []
        self._closed = False

    @classmethod
    def open(
        cls, path: Path | str, synchronous: Synchronous = "normal", *, shared: bool = False
    ) -> Database:
        """Open a store, made and migrated where needed. Blocks (milliseconds).

        ``shared`` is for tools that work beside a running server: they do not keep the lock, and
        they migrate only when no server runs. Raises StoreError.
        """
        path = Path(path).absolute()
        files.prepare(path)
        lock = files.Lock.take(path)
        if lock is None and not shared:
            raise files.taken_error(path)
        try:
            conn = _connected(path, synchronous, migrate=lock is not None)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        if shared and lock is not None:
            lock.release()
            lock = None
        writer = Writer(conn, path, functools.partial(_connect, path, synchronous, migrate=False))
        writer.start()
        return cls(path, writer, lock)

    @property
    def path(self) -> Path:
        return self._path

    # -- on the event loop ---------------------------------------------------

    async def write(
        self, fn: Callable[[sqlite3.Connection], T], *, limit_s: float | None = WRITE_WITHIN_S
    ) -> T:
        """Run ``fn`` in a transaction; returns when it is committed.

        Writes are done in the order of these calls; those that wait share one commit, yet one
        whose ``fn`` raises is undone alone and gets its exception here. Raises StoreError when
        the store cannot be written; then nothing of ``fn`` is in it. Raises StoreBusy after
        ``limit_s`` (None: never): then ``fn`` is not done if its turn had not come, else it will
        be, or not.
        """
        return await self._within(limit_s, self._written(fn))

    async def read(
        self, fn: Callable[[sqlite3.Connection], T], *, limit_s: float | None = READ_WITHIN_S
    ) -> T:
        """Run ``fn`` on a read-only connection; it sees one state of the store throughout, with
        all writes that were awaited before. Raises StoreError, and StoreBusy after ``limit_s``
        (None: never)."""
        return await self._within(limit_s, asyncio.wrap_future(self._submit_read(fn)))

    async def close(self) -> None:
        """Finish what waits and close the files; a disk that hangs is left alone after
        ``CLOSE_WITHIN_S``, and the threads that it holds die with the process."""
        closed: Future[None] = Future()
        threading.Thread(target=self._close_and_tell, args=(closed,), daemon=True).start()
        try:
            await self._within(CLOSE_WITHIN_S, asyncio.wrap_future(closed))
        except StoreBusy as error:
            log.error("store not closed", error=error.message)

    def _close_and_tell(self, closed: Future[None]) -> None:
        try:
            self.close_now()
        except BaseException as error:
            _tell(closed.set_exception, error)
        else:
            _tell(closed.set_result, None)

    async def _written(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.wrap_future(self._writer.submit(fn))

    async def _within(self, limit_s: float | None, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(limit_s) as limit:
                return await work
        except TimeoutError:
            if limit.expired():
                raise busy_error(self._path, limit_s or 0.0) from None
            raise

    # -- without an event loop -----------------------------------------------

    def write_now(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Like ``write``; blocks."""
        return self._writer.submit(fn).result()

    def read_now(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Like ``read``; blocks."""
        return self._submit_read(fn).result()

    def close_now(self) -> None:
        """Like ``close``; blocks. The second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self._readers.shutdown(wait=True)
        for conn in self._read_connections:
            conn.close()
        # The last connection of all folds the write-ahead log into the file.
        self._writer.stop()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close_now()

    # -- readers -------------------------------------------------------------

    def _submit_read(self, fn: Callable[[sqlite3.Connection], T]) -> Future[T]:
        if self._closed:
            raise StoreError(f"Хранилище {self._path} закрыто.")
        return self._readers.submit(self._read, fn)

    def _read(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        try:
            conn = self._reader()
            conn.execute("BEGIN")
            try:
                return fn(conn)
            finally:
                conn.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise store_error(self._path, error) from error
        except NOT_JSON as error:
            raise damaged_error(self._path) from error

    def _reader(self) -> sqlite3.Connection:
        """This thread's own connection."""
        conn: sqlite3.Connection | None = getattr(self._local, "conn", None)
        if conn is None:
            conn = sqlite3.connect(
                f"{self._path.as_uri()}?mode=ro",
                uri=True,
                timeout=BUSY_S,
                isolation_level=None,
                check_same_thread=False,  # closed by close_now when its thread has ended
            )
            self._local.conn = conn
            self._read_connections.append(conn)
        return conn


def _tell(settle: Callable[[Any], None], outcome: Any) -> None:
    """Whoever asked may have given up."""
    with contextlib.suppress(InvalidStateError):
        settle(outcome)


def _connected(path: Path, synchronous: Synchronous, *, migrate: bool) -> sqlite3.Connection:
    """On a full disk the room kept for that is given up first. Raises StoreError."""
    try:
        conn = _connect(path, synchronous, migrate=migrate)
    except StoreError:
        if not migrate or not reserve.release(path):
            raise
        return _connect(path, synchronous, migrate=migrate)
    if migrate:
        reserve.keep(path)
    return conn


def _connect(path: Path, synchronous: Synchronous, *, migrate: bool) -> sqlite3.Connection:
    """The writer's connection, with the schema in place. It is handed over to the writer's thread
    and not used here any more. Raises StoreError."""
    conn: sqlite3.Connection | None = None
    try:
        conn = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        version = schema.check(conn, path)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute(f"PRAGMA synchronous = {synchronous}")
        if migrate:
            schema.migrate(conn, path)
        elif version < schema.VERSION:
            raise StoreError(
                f"Хранилище {path} открыто сервером другой версии ({version}, а здесь "
                f"{schema.VERSION}).",
                "Перезапустите сервер новой версией программы.",
            )
    except BaseException as error:
        if conn is not None:
            conn.close()
        if isinstance(error, sqlite3.Error):
            raise store_error(path, error) from error
        raise
    return conn
