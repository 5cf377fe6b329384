"""A report followed at the server: the one of now, whatever was asked before."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from ekc_console.client.reports.month import Month
from ekc_console.wire.day.report import (
    GetReport,
    ReportAsked,
    ReportRow,
    ReportState,
    StartReport,
    StopReport,
)
from ekc_console.wire.messages import Command

PAGE, FOUND = 2, 6


class Server:
    """Each report is called by its period. It answers when ``let`` says so."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.turn = asyncio.Semaphore(0)
        self.endless = False

    def changed(self, name: Literal["month"]) -> None:
        pass

    async def request(self, command: Command) -> ReportState:
        self.asked.append(command)
        await self.turn.acquire()
        if isinstance(command, StopReport):
            return ReportState(report=command.report, status="stopped")
        if isinstance(command, StartReport):
            name, first = command.asked.period, 0
        else:
            assert isinstance(command, GetReport)
            name, first = command.report, command.first
        rows = tuple(
            ReportRow(since=n, until=n + 1, key=name)
            for n in range(first, min(FOUND, first + PAGE))
        )
        return ReportState(
            report=name, status="running" if self.endless else "done", found=FOUND, rows=rows
        )

    async def let(self, answers: int) -> None:
        for _one in range(answers):
            self.turn.release()
            for _step in range(5):
                await asyncio.sleep(0)


@pytest.fixture
async def server() -> Server:
    return Server()


async def test_one_made_twice_while_another_was_under_way_has_each_row_once(
    server: Server,
) -> None:
    month = Month(server)
    for period in ("A", "B", "C"):
        month.make(ReportAsked(period=period))
        await server.let(1)
    await server.let(10)
    assert [(row.key, row.since) for row in month.rows] == [("C", n) for n in range(FOUND)]
    assert not month.running


async def test_one_made_in_place_of_another_is_under_way_and_can_be_stopped(
    server: Server,
) -> None:
    server.endless = True
    month = Month(server)
    for period in ("A", "B"):
        month.make(ReportAsked(period=period))
        await server.let(1)
    assert month.running
    server.turn.release()
    await month.stop()
    assert isinstance(server.asked[-1], StopReport)
    assert not month.running
    assert month.stopped
