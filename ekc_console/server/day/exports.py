"""Reports that are written by themselves: each to its folder when it is due; what could not be
written is said until it is, and made up then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog

from ekc_console.domain.insight.due import Due, due
from ekc_console.domain.terms.spans import Every
from ekc_console.errors import EkcError, reason
from ekc_console.reports import formats, table
from ekc_console.reports.files import written
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.day.report_asked import wanted
from ekc_console.server.day.report_desk import ReportDesk
from ekc_console.server.day.report_names import Known
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.people import report_runs
from ekc_console.server.tasks import essential
from ekc_console.wire.day.report import ReportAsked, ReportBy
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 60.0
MADE_UP = 31
"""So many of one are made up at most: the latest."""


class Order(Protocol):
    """A report of the settings: ``config.reports.ScheduledReport``."""

    @property
    def name(self) -> str: ...
    @property
    def every(self) -> str: ...
    @property
    def at_s(self) -> float: ...
    @property
    def folder(self) -> str: ...
    @property
    def format(self) -> str: ...
    @property
    def by(self) -> ReportBy | None: ...
    @property
    def parts(self) -> Every | None: ...
    @property
    def figures(self) -> tuple[str, ...]: ...
    @property
    def queues(self) -> tuple[str, ...]: ...


class Exports:
    """``start``, ``stop`` at the end."""

    def __init__(
        self,
        orders: Sequence[Order],
        database: Database,
        desk: ReportDesk,
        conditions: Conditions,
        *,
        known: Callable[[], Known],
        now: Callable[[], float],
    ) -> None:
        self._orders = orders
        self._database = database
        self._desk = desk
        self._conditions = conditions
        self._known = known
        self._now = now
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._orders:
            self._task = essential.start(self._keep_writing(), "reports written")

    async def stop(self) -> None:
        await essential.stop(self._task)

    async def _keep_writing(self) -> None:
        while True:
            for order in self._orders:
                try:
                    await self.write_due(order)
                except Exception:
                    log.exception("report not written")
            await asyncio.sleep(LOOK_EVERY_S)

    async def write_due(self, order: Order) -> int:
        """How many were written. One that the settings name for the first time is due from now
        on; so is one that was written while the clock was ahead."""
        now, key = self._now(), f"report_{order.name}"
        try:
            before = await self._database.read(partial(report_runs.written_until, name=order.name))
            if before is None or before > now:
                await self._note(order, now)
                return 0
            zone = self._known().rules.zone
            waiting = list(due(order.every, order.at_s, zone, before, now))  # type: ignore[arg-type]
            for one in waiting[-MADE_UP:]:
                await self._write(order, one)
                await self._note(order, one.at)
        except (EkcError, StoreError) as error:
            said = words("condition.report", name=order.name)
            self._conditions.report(key, said, detail=reason(error))
            return 0
        self._conditions.clear(key)
        return len(waiting[-MADE_UP:])

    async def _note(self, order: Order, at: float) -> None:
        await self._database.write(partial(report_runs.note, name=order.name, due=at))

    async def _write(self, order: Order, one: Due) -> None:
        """Raises EkcError."""
        known = self._known()
        asked = ReportAsked(
            period=f"{one.first}..{one.last}",
            every=order.parts,
            by=order.by,
            only={"queue": order.queues} if order.queues else {},
            figures=order.figures,
        )
        what = wanted(asked, self._now(), known.rules.zone)
        job = self._desk.start_own(what, known)
        await job.over.wait()
        if job.result is None:
            raise StoreError(f"report {job.status}")
        sheet = partial(table.sheet, job.result, tuple(job.builder.rows), known.rules.zone)
        days = f"{one.first}" if one.first == one.last else f"{one.first}–{one.last}"
        file = Path(order.folder) / f"{order.name} {days}.{order.format}"
        await asyncio.to_thread(lambda: written(file, [formats.WRITERS[order.format](sheet())]))
        log.info("report written", days=days)
