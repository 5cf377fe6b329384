"""Checks of a workplace: what is found, and what is said of it."""

from __future__ import annotations

import os
import time
from email.utils import formatdate

import pytest
from aiohttp import web

from ekc_console import __version__
from ekc_console.client import doctor
from ekc_console.client.doctor import Finding, worst
from tests.support.net import free_port, fresh_host

GOOD = {"TERM": "xterm-256color"}


def states(findings: list[Finding]) -> dict[str, str]:
    return {finding.check: finding.state for finding in findings}


@pytest.mark.parametrize(
    ("environment", "size", "encoding", "check", "state"),
    [
        (GOOD, (80, 24), "UTF-8", "terminal.size", "ok"),
        (GOOD, (79, 24), "UTF-8", "terminal.size", "warning"),
        (GOOD, (0, 0), "UTF-8", "terminal.size", "warning"),
        (GOOD, (80, 24), "UTF-8", "terminal.colours", "ok"),
        ({"TERM": "dumb"}, (80, 24), "UTF-8", "terminal.colours", "fault"),
        ({**GOOD, "NO_COLOR": "1"}, (80, 24), "UTF-8", "terminal.colours", "ok"),
        (GOOD, (80, 24), "ANSI_X3.4-1968", "terminal.encoding", "fault"),
        (GOOD, (80, 24), "utf8", "terminal.encoding", "ok"),
    ],
)
def test_the_terminal(
    environment: dict[str, str], size: tuple[int, int], encoding: str, check: str, state: str
) -> None:
    findings = doctor.terminal(environment, os.terminal_size(size), encoding)
    finding = next(finding for finding in findings if finding.check == check)
    assert finding.state == state
    assert bool(finding.remedy) == (state != "ok")


def test_the_worst_of_all() -> None:
    made = [Finding(check="a", title="a", state=s, found="") for s in ("ok", "fault", "warning")]
    assert worst(made) == "fault"
    assert worst([]) == "ok"


async def serve(health: object, date: str) -> tuple[str, web.AppRunner]:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(health, headers={"Date": date})

    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/health", answer)
    app.router.add_get("/api/ws", live)
    runner = web.AppRunner(app)
    await runner.setup()
    host = fresh_host()
    port = free_port(host)
    await web.TCPSite(runner, host, port).start()
    return f"http://{host}:{port}", runner


async def test_a_server_that_is_well() -> None:
    health = {"version": __version__, "engine": "up"}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    findings = await doctor.server(url)
    await runner.cleanup()
    assert set(states(findings).values()) == {"ok"}, findings


async def test_a_server_of_another_version_without_telephony_and_with_wrong_clocks() -> None:
    date = formatdate(time.time() - 3600, usegmt=True)
    url, runner = await serve({"version": "0.0.0", "engine": "down"}, date)
    findings = states(await doctor.server(url))
    await runner.cleanup()
    assert findings["server.version"] == "warning"
    assert findings["server.engine"] == "fault"
    assert findings["server.clock"] == "warning"


async def test_a_trunk_with_a_fault_is_named() -> None:
    trunks = {"north": "down", "south": "no_calls_out", "west": "up"}
    health = {"version": __version__, "engine": "up", "trunks": trunks}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    findings = [one for one in await doctor.server(url) if one.check == "server.trunk"]
    await runner.cleanup()
    assert [(one.title, one.state) for one in findings] == [
        ("Линия north", "fault"),
        ("Линия south", "warning"),
    ]
    assert all(one.remedy for one in findings)


async def test_a_journal_that_is_not_written_is_a_fault() -> None:
    health = {"version": __version__, "engine": "up", "journal": "in_trouble"}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    found = states(await doctor.server(url))
    await runner.cleanup()
    assert found["server.journal"] == "fault"


async def test_no_server_and_no_address() -> None:
    host = fresh_host()
    for url in (f"http://{host}:{free_port(host)}", "чепуха"):
        [finding] = await doctor.server(url)
        assert finding.state == "fault"
        assert finding.remedy
