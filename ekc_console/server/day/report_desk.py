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
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base import read_only, schema
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire.day.report import Report, ReportStatus

log = structlog.get_logger(__name__)

AT_ONCE = 2
MOST_ROWS = 10_000
"""Rows of one that are kept: a few megabytes."""
KEPT = 8
"""Reports of people that are kept; of those that are over, the one asked for first goes."""
MOST_RUNNING = 8
"""Of people: further ones are refused."""
LOOKED_AT_S = 60.0
"""Whoever waits for a report looks at it more often."""


class _Stopped(Exception):
    """Whoever asked for it wants it no more."""


Owner = tuple[str, bool]
"""A login, and whether it is a program of theirs: that ends nothing which a console shows."""


@dataclass(slots=True)
class ReportJob:
    id: str
    owner: Owner | None
    """None: the server's own, which nothing drops."""
    builder: ReportBuilder
    status: ReportStatus = "running"
    result: Report | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    wanted: threading.Event = field(default_factory=threading.Event)
    """It is to go on."""
    looked_at: float = field(default_factory=time.monotonic)

    @property
    def running(self) -> bool:
        return self.status == "running"


class ReportDesk:
    """``close`` at the end."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="report")
        self._jobs: list[ReportJob] = []
        """In the order of asking."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids: Iterator[int] = itertools.count(1)

    def start(
        self, login: str, wanted: Wanted, known: Known, *, program: bool = False
    ) -> ReportJob:
        """The one that the person had, or their program, goes. Raises Refusal (``server_busy``)
        when too many run."""
        owner = (login, program)
        self._make_room(owner)
        return self._started(owner, ReportBuilder(wanted, known, MOST_ROWS))

    def start_own(self, wanted: Wanted, known: Known) -> ReportJob:
        """One of the server's own, with all its rows; kept by whoever asked."""
        return self._started(None, ReportBuilder(wanted, known))

    def _started(self, owner: Owner | None, builder: ReportBuilder) -> ReportJob:
        job = ReportJob(f"r{next(self._ids)}", owner, builder)
        job.wanted.set()
        self._jobs.append(job)
        task = asyncio.create_task(self._make(job), name="report")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def find(self, login: str, report: str) -> ReportJob | None:
        for job in self._jobs:
            if job.id == report and job.owner is not None and job.owner[0] == login:
                job.looked_at = time.monotonic()
                return job
        return None

    async def stop(self, job: ReportJob) -> None:
        job.wanted.clear()
        await job.over.wait()

    async def close(self) -> None:
        for job in self._jobs:
            job.wanted.clear()
        await asyncio.gather(*self._tasks)
        self._threads.shutdown()

    def _make_room(self, owner: Owner) -> None:
        """Raises Refusal."""
        others = [job for job in self._jobs if job.owner not in (None, owner)]
        running = [job for job in others if job.running]
        if len(running) >= MOST_RUNNING:
            since = time.monotonic() - LOOKED_AT_S
            left_alone = [job for job in running if job.looked_at < since]
            if not left_alone:
                raise Refusal("server_busy", "report.many_running", most=MOST_RUNNING)
            self._forget(left_alone[0])
            others.remove(left_alone[0])
        over = [job for job in others if not job.running]
        for job in over[: max(0, len(others) - KEPT + 1)]:
            self._forget(job)
        for job in [job for job in self._jobs if job.owner == owner]:
            self._forget(job)

    def _forget(self, job: ReportJob) -> None:
        job.wanted.clear()
        self._jobs.remove(job)

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
            if job.owner is None:
                self._jobs.remove(job)
        spent = round(time.monotonic() - begun, 2)
        log.info("report", status=job.status, rows=job.builder.found, seconds=spent)

    def _read(self, job: ReportJob) -> Report:
        def on() -> None:
            if not job.wanted.is_set():
                raise _Stopped

        on()
        with read_only.opened(self._store, since_version=schema.VERSION) as conn:
            return job.builder.build(conn, on)
