"""Figures of any time, asked by who may watch: begun, looked at, ended; and the calls behind."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

from ekc_console.domain.router import Router
from ekc_console.domain.terms.spans import Span
from ekc_console.errors import quoted
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.day.calls import CallTeller
from ekc_console.server.day.long_reads import LongReads
from ekc_console.server.day.report_asked import Wanted, unknown, wanted
from ekc_console.server.day.report_desk import ReportDesk, ReportJob
from ekc_console.server.day.report_names import Known
from ekc_console.server.day.traces import Traces
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import scope
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls.day_calls import CallRow
from ekc_console.server.store.calls.scenarios import dispositions
from ekc_console.server.store.figures import day_sums
from ekc_console.server.store.figures.by_calls import By
from ekc_console.server.store.figures.call_list import latest
from ekc_console.wire.day.calls import MOST_CALLS
from ekc_console.wire.day.report import (
    PAGE,
    GetReport,
    GetReportCalls,
    ReportAsked,
    ReportCalls,
    ReportState,
    StartReport,
    StopReport,
)
from ekc_console.wire.words import words

QUICK_S = 1.0
"""A report that takes no longer is the answer to who asked for it."""
_TRACED = ("queue", "topic", "agent", "team")
"""Rows that a trace is about by their key."""


class ReportCommands:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        database: Database,
        router: Router,
        clock: Clock,
        teller: CallTeller,
        traces: Traces,
        *,
        desk: ReportDesk,
        reads: LongReads,
        known: Callable[[], Known],
    ) -> None:
        self._database = database
        self._router = router
        self._clock = clock
        self._teller = teller
        self._traces = traces
        self._desk = desk
        self._reads = reads
        self._in_force = known
        self.handlers: dict[type, Handler] = {
            StartReport: self._start,
            GetReport: self._get,
            StopReport: self._stop,
            GetReportCalls: self._calls,
        }

    async def _start(self, person: Person, body: StartReport) -> ReportState:
        what = self._wanted(person, body.asked)
        known = await self._known(what)
        if body.program:
            await self._check_names(what, known)
        job = self._desk.start(person.login, what, known, program=body.program)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUICK_S):
                await job.over.wait()
        return _state(job, 0)

    async def _check_names(self, what: Wanted, known: Known) -> None:
        """People see beside the report what nothing is called; a program would take no calls for
        an answer. What there was once is one. Raises Refusal."""
        for by, value, ids in unknown(what, known):
            if not await self._database.read(partial(day_sums.had, by=by, key=value)):
                named = ", ".join(ids) or "—"
                raise Refusal("bad_value", "report.no_such", what=by, id=quoted(value), known=named)

    async def _get(self, person: Person, body: GetReport) -> ReportState:
        return _state(self._job(person, body.report), body.first)

    async def _stop(self, person: Person, body: StopReport) -> ReportState:
        job = self._job(person, body.report)
        await self._desk.stop(job)
        return _state(job, 0)

    async def _calls(self, person: Person, body: GetReportCalls) -> ReportCalls:
        what = self._wanted(person, body.asked)
        only = dict(what.only)
        if body.key is not None and body.asked.by is not None:
            kind, values = await self._behind(what, body.asked.by, body.key)
            held = only.get(kind)
            only[kind] = tuple(v for v in values if held is None or v in held)
        span = Span(max(body.since, what.span.since), min(body.until, what.span.until))

        def read(conn: sqlite3.Connection) -> list[CallRow]:
            return latest(conn, span, only, MOST_CALLS + 1)

        rows = await self._reads.read(read)
        # Only what calls were found by, and what is nobody's number: the trail keeps it for ever.
        about = body.key if body.asked.by in _TRACED else None
        await self._traces.calls(person.login, about or "report", len(rows))
        return ReportCalls(
            calls=tuple(map(self._teller.told, rows[:MOST_CALLS])), more=len(rows) > MOST_CALLS
        )

    async def _behind(self, what: Wanted, by: str, key: str) -> tuple[By, tuple[str, ...]]:
        """What calls of the row are told by; of teams, their people."""
        if by != "team":
            return cast(By, by), (key,)
        known = await self._known(what)
        if key:
            return "agent", tuple(known.members.get(key, ()))
        alone = (login for login in known.titles["agent"] if not known.teams_of(login))
        return "agent", ("", *alone)

    def _wanted(self, person: Person, asked: ReportAsked) -> Wanted:
        """Raises Refusal."""
        now, zone = self._clock.now(), self._router.centre.zone
        reached = scope(self._router, person, "watch")
        if reached.everything:
            return wanted(asked, now, zone)
        queues = {*reached.queues, *([""] if reached.unqueued else [])}
        return wanted(asked, now, zone, queues, reached.people)

    async def _known(self, what: Wanted) -> Known:
        known = self._in_force()
        if "disposition" not in (what.by, *what.only):
            return known
        labels = await self._database.read(dispositions)
        return replace(known, titles={**known.titles, "disposition": labels})

    def _job(self, person: Person, report: str) -> ReportJob:
        job = self._desk.find(person.login, report)
        if job is None or not self._may_see(person, job):
            raise Refusal("unknown", "report.not_kept")
        return job

    def _may_see(self, person: Person, job: ReportJob) -> bool:
        """Also by the rights of now: those it was begun with may be gone."""
        begun = job.builder.wanted
        try:
            return begun.within(self._wanted(person, begun.asked))
        except Refusal:
            return False


def _state(job: ReportJob, first: int) -> ReportState:
    first = max(0, first)
    return ReportState(
        report=job.id,
        status=job.status,
        done=1.0 if job.status == "done" else job.builder.done,
        found=job.builder.found,
        rows=tuple(job.builder.rows[first : first + PAGE]),
        result=job.result,
        trouble=words("report.failed") if job.status == "failed" else None,
    )
