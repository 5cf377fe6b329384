"""The one thread that writes. What waits is written together, in one commit."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ekc_console.server.store.base.errors import StoreError, store_error

T = TypeVar("T")

BATCH = 500
"""Most jobs in one commit."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    future: Future[Any]


class Writer:
    """Owns a connection from ``start`` to the end of ``stop``."""

    def __init__(self, conn: sqlite3.Connection, path: Path) -> None:
        self._conn = conn
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-write", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue a job; the future is settled after the commit that holds it.

        Raises StoreError after ``stop``.
        """
        job = _Job(work, Future())
        with self._closing:
            if self._closed:
                raise StoreError(f"Хранилище {self._path} закрыто.")
            self._jobs.put(job)
        return job.future

    def stop(self) -> None:
        """Write what waits, close the connection, end the thread. Blocks."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch, last = self._drain(job)
            self._commit([j for j in batch if j.future.set_running_or_notify_cancel()])
            if last:
                break
        self._conn.close()

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
            self._conn.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._do(job, done, failed)
            self._conn.execute("COMMIT")
        except sqlite3.Error as error:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
            trouble = store_error(self._path, error)
            settled = {id(job) for job, _ in failed}
            failed += [(job, trouble) for job in batch if id(job) not in settled]
            done = []
        for job, result in done:
            job.future.set_result(result)
        for job, reason in failed:
            job.future.set_exception(reason)

    def _do(
        self,
        job: _Job,
        done: list[tuple[_Job, Any]],
        failed: list[tuple[_Job, Exception]],
    ) -> None:
        self._conn.execute("SAVEPOINT job")
        try:
            result = job.work(self._conn)
        except Exception as error:
            if not self._conn.in_transaction:
                # SQLite has undone the whole transaction (disk full, I/O error).
                if isinstance(error, sqlite3.Error):
                    raise
                raise sqlite3.OperationalError("the transaction was ended by a job") from error
            self._conn.execute("ROLLBACK TO job")
            if isinstance(error, sqlite3.Error):
                error = store_error(self._path, error)
            failed.append((job, error))
        else:
            done.append((job, result))
        self._conn.execute("RELEASE job")
