"""The one thread that writes. What waits is written together, in one commit.

Whatever SQLite does, the thread goes on and every job gets its answer: a connection that cannot
even undo is closed, and the next batch opens another.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.base.errors import (
    StoreError,
    damaged_error,
    store_error,
)

T = TypeVar("T")

BATCH = 500
"""Most jobs in one commit."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    future: Future[Any]


class Writer:
    """Owns a connection from ``start`` to the end of ``stop``."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        path: Path,
        reopen: Callable[[], sqlite3.Connection],
    ) -> None:
        """``reopen`` gives a connection in the place of a broken one, and raises StoreError."""
        self._conn: sqlite3.Connection | None = conn
        self._path = path
        self._reopen = reopen
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-write", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue a job; the future is settled after the commit that holds it. Cancelled before the
        job's turn it is not done at all; later that has no effect on what is written.

        Raises StoreError after ``stop``.
        """
        job = _Job(work, Future())
        with self._closing:
            if self._closed:
                raise StoreError(f"Хранилище {self._path} закрыто.")
            self._jobs.put(job)
        return job.future

    def stop(self, limit_s: float | None = None) -> bool:
        """Write what waits, close the connection, end the thread. Blocks, for ``limit_s`` at most;
        False: the disk holds the thread, which dies with the process."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join(limit_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch, last = self._drain(job)
            try:
                self._commit(batch)
            except BaseException as error:
                self._give_up()
                for waiting in batch:
                    _fail(waiting, self._trouble(error))
            if last:
                break
        self._give_up()

    def _drain(self, first: _Job) -> tuple[list[_Job], bool]:
        """``first`` and what waits behind it; True if the queue was closed after that."""
        batch = [first]
        while len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit(self, batch: list[_Job]) -> None:
        """One transaction for all. A job that fails is undone alone; if the transaction cannot be
        begun, kept or committed, all of them fail and nothing is written."""
        done: list[tuple[_Job, Any]] = []
        failed: list[tuple[_Job, Exception]] = []
        try:
            conn = self._connection()
            conn.execute("BEGIN IMMEDIATE")
            for job in batch:
                if job.future.set_running_or_notify_cancel():
                    self._do(conn, job, done, failed)
            conn.execute("COMMIT")
        except (sqlite3.Error, StoreError) as error:
            self._roll_back()
            trouble = self._trouble(error)
            settled = {id(job) for job, _ in failed}
            failed += [(job, trouble) for job in batch if id(job) not in settled]
            done = []
        for job, result in done:
            job.future.set_result(result)
        for job, reason in failed:
            _fail(job, reason)

    def _do(
        self,
        conn: sqlite3.Connection,
        job: _Job,
        done: list[tuple[_Job, Any]],
        failed: list[tuple[_Job, Exception]],
    ) -> None:
        conn.execute("SAVEPOINT job")
        try:
            result = job.work(conn)
        except Exception as error:
            if not conn.in_transaction:
                # SQLite has undone the whole transaction (disk full, I/O error).
                if isinstance(error, sqlite3.Error):
                    raise
                raise sqlite3.OperationalError("the transaction was ended by a job") from error
            conn.execute("ROLLBACK TO job")
            if isinstance(error, sqlite3.Error):
                error = store_error(self._path, error)
            elif isinstance(error, NOT_JSON):
                error = damaged_error(self._path)
            failed.append((job, error))
        else:
            done.append((job, result))
        conn.execute("RELEASE job")

    # -- the connection ----------------------------------------------------------

    def _connection(self) -> sqlite3.Connection:
        """Raises StoreError when there is none and none can be opened now."""
        if self._conn is None:
            self._conn = self._reopen()
        return self._conn

    def _roll_back(self) -> None:
        if self._conn is None or not self._conn.in_transaction:
            return
        try:
            self._conn.execute("ROLLBACK")
        except sqlite3.Error:
            self._give_up()

    def _give_up(self) -> None:
        """Close the connection; closing undoes what was not committed."""
        conn, self._conn = self._conn, None
        if conn is not None:
            with contextlib.suppress(sqlite3.Error):
                conn.close()

    def _trouble(self, error: BaseException) -> StoreError:
        if isinstance(error, StoreError):
            return error
        if isinstance(error, sqlite3.Error):
            return store_error(self._path, error)
        return StoreError(f"Хранилище {self._path}: сбой записи ({type(error).__name__}).")


def _fail(job: _Job, reason: Exception) -> None:
    """Whoever has cancelled the job, or has its answer already, is told nothing."""
    with contextlib.suppress(InvalidStateError):
        job.future.set_exception(reason)
