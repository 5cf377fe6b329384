"""Reports in the making: each on a thread and a connection of its own, so that neither calls nor
the two readers of the store wait for one."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from ekc_console.errors import reason
from ekc_console.server.day.report_asked import Wanted
from ekc_console.server.day.report_build import ReportBuilder
from ekc_console.server.day.report_names import Known
from ekc_console.server.store.base import read_only, schema
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire.day.report import Report, ReportStatus

log = structlog.get_logger(__name__)

AT_ONCE = 2
MOST_ROWS = 10_000
"""Rows of one that are kept: a few megabytes."""
KEPT = 8
"""Reports that are kept, one a person; the one that was asked for first goes."""


class _Stopped(Exception):
    """Whoever asked for it wants it no more."""


@dataclass(slots=True)
class ReportJob:
    id: str
    builder: ReportBuilder
    status: ReportStatus = "running"
    result: Report | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    wanted: threading.Event = field(default_factory=threading.Event)
    """It is to go on."""


class ReportDesk:
    """``close`` at the end."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="report")
        self._jobs: dict[str, ReportJob] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids: Iterator[int] = itertools.count(1)

    def start(self, login: str, wanted: Wanted, known: Known) -> ReportJob:
        """The one that the person had goes."""
        self._forget(login)
        while len(self._jobs) >= KEPT:
            self._forget(next(iter(self._jobs)))
        job = ReportJob(f"r{next(self._ids)}", ReportBuilder(wanted, known, MOST_ROWS))
        job.wanted.set()
        self._jobs[login] = job
        task = asyncio.create_task(self._make(job), name="report")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def find(self, login: str, report: str) -> ReportJob | None:
        job = self._jobs.get(login)
        return job if job is not None and job.id == report else None

    async def stop(self, job: ReportJob) -> None:
        job.wanted.clear()
        await job.over.wait()

    async def close(self) -> None:
        for job in self._jobs.values():
            job.wanted.clear()
        await asyncio.gather(*self._tasks)
        self._threads.shutdown()

    def _forget(self, login: str) -> None:
        if (job := self._jobs.pop(login, None)) is not None:
            job.wanted.clear()

    async def _make(self, job: ReportJob) -> None:
        begun = time.monotonic()
        try:
            loop = asyncio.get_running_loop()
            job.result = await loop.run_in_executor(self._threads, self._read, job)
            job.status = "done"
        except _Stopped:
            job.status = "stopped"
        except StoreError as error:
            job.status = "failed"
            log.error("report not made", error=reason(error))
        except Exception:
            job.status = "failed"
            log.exception("report not made")
        finally:
            job.over.set()
        spent = round(time.monotonic() - begun, 2)
        log.info("report", status=job.status, rows=job.builder.found, seconds=spent)

    def _read(self, job: ReportJob) -> Report:
        def on() -> None:
            if not job.wanted.is_set():
                raise _Stopped

        on()
        with read_only.opened(self._store, since_version=schema.VERSION) as conn:
            return job.builder.build(conn, on)
