"""A report looked at: begun at the server, its rows fetched as they come, kept while the console is
open; and the views of it that the person keeps."""

from __future__ import annotations

import asyncio
from typing import Literal, Protocol

from ekc_console.errors import EkcError
from ekc_console.reports.periods import THIS_MONTH
from ekc_console.wire.day.report import (
    GetReport,
    ReportAsked,
    ReportRow,
    ReportState,
    StartReport,
    StopReport,
)
from ekc_console.wire.day.report_views import (
    DeleteReportView,
    GetReportViews,
    ReportView,
    ReportViews,
    SaveReportView,
)
from ekc_console.wire.messages import Command, Result

ASK_EVERY_S = 0.4
USUAL = ReportAsked(period=THIS_MONTH, every="day")


class Asking(Protocol):
    async def request(self, command: Command) -> Result | None: ...
    def changed(self, name: Literal["month"]) -> None: ...


class Month:
    """``rows`` are those that came so far."""

    def __init__(self, desk: Asking) -> None:
        self._desk = desk
        self._task: asyncio.Task[None] | None = None
        self.asked = USUAL
        self.state: ReportState | None = None
        self.rows: list[ReportRow] = []
        self.trouble: EkcError | None = None
        """Why there is none."""
        self.stopped = False
        """The last one was ended before it was done."""
        self.views: tuple[ReportView, ...] = ()
        self.dropped: ReportView | None = None
        """The last one that was deleted."""

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    def make(self, asked: ReportAsked) -> None:
        """In place of the one before, which ends."""
        if self._task is not None:
            self._task.cancel()
        self.asked, self.state, self.rows, self.trouble = asked, None, [], None
        self.stopped = False
        self._task = asyncio.create_task(self._follow(StartReport(asked=asked)), name="report")

    async def _follow(self, start: StartReport) -> None:
        try:
            await self._heard(start)
            while self._current and self.state is not None and self._more:
                if self.state.status == "running" and self.state.found <= len(self.rows):
                    await asyncio.sleep(ASK_EVERY_S)
                await self._heard(GetReport(report=self.state.report, first=len(self.rows)))
        except EkcError as error:
            if self._current:
                self.trouble = error
        finally:
            if self._current:
                self._task = None
                self._desk.changed("month")

    @property
    def _current(self) -> bool:
        """Who asks is the one that follows the report of now: one before, ended, may still have an
        answer on its way."""
        return self._task is asyncio.current_task()

    @property
    def _more(self) -> bool:
        """There will be more rows, or they are kept and were not fetched."""
        assert self.state is not None
        if self.state.status == "running":
            return True
        left = self.state.found > len(self.rows) and bool(self.state.rows)
        return self.state.status == "done" and left

    async def _heard(self, question: StartReport | GetReport) -> None:
        state = await self._desk.request(question)
        assert isinstance(state, ReportState)
        if not self._current:
            return
        self.state = state
        self.rows += state.rows
        self._desk.changed("month")

    async def stop(self) -> None:
        """The rows that are there stay. Raises EkcError."""
        if self._task is None:
            return
        self._task.cancel()
        self.stopped = True
        if self.state is not None:
            await self._desk.request(StopReport(report=self.state.report))

    # -- views ---------------------------------------------------------------------

    async def read_views(self) -> None:
        """Raises EkcError, as the next ones do."""
        await self._views(GetReportViews())

    async def save_view(self, name: str) -> None:
        await self._views(SaveReportView(name=name, asked=self.asked))

    async def drop_view(self, name: str) -> None:
        dropped = next((view for view in self.views if view.name == name), None)
        await self._views(DeleteReportView(name=name))
        self.dropped = dropped

    async def restore_view(self) -> None:
        """The last one that was deleted."""
        if (view := self.dropped) is not None:
            await self._views(SaveReportView(name=view.name, asked=view.asked))
            self.dropped = None

    async def _views(self, command: GetReportViews | SaveReportView | DeleteReportView) -> None:
        answer = await self._desk.request(command)
        assert isinstance(answer, ReportViews)
        self.views = answer.views
        self._desk.changed("month")

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
