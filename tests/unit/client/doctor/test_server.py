"""The doctor on the server: what is found, and what is said of it."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from aiohttp import web

from ekc_console import __version__
from ekc_console.client.doctor.server import check_server
from ekc_console.client.finding import Finding
from tests.support.net import free_port, fresh_host


def states(findings: list[Finding]) -> dict[str, str]:
    return {finding.check: finding.state for finding in findings}


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
    findings = await check_server(url)
    await runner.cleanup()
    assert set(states(findings).values()) == {"ok"}, findings


async def test_a_server_of_another_version_without_telephony_and_with_wrong_clocks() -> None:
    date = formatdate(time.time() - 3600, usegmt=True)
    url, runner = await serve({"version": "0.0.0", "engine": "down"}, date)
    findings = states(await check_server(url))
    await runner.cleanup()
    assert findings["server.version"] == "warning"
    assert findings["server.engine"] == "fault"
    assert findings["server.clock"] == "warning"


async def test_telephony_out_of_sight_is_not_said_to_be_dead() -> None:
    health = {"version": __version__, "engine": "out_of_sight"}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    (found,) = [one for one in await check_server(url) if one.check == "server.engine"]
    await runner.cleanup()
    assert found.state == "fault"
    assert "разговоры идут" in found.found
    assert "узл" in found.remedy


async def test_a_trunk_with_a_fault_is_named() -> None:
    trunks = {"north": "down", "south": "no_calls_out", "west": "up"}
    health = {"version": __version__, "engine": "up", "trunks": trunks}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    findings = [one for one in await check_server(url) if one.check == "server.trunk"]
    await runner.cleanup()
    assert [(one.title, one.state) for one in findings] == [
        ("Линия north", "fault"),
        ("Линия south", "warning"),
    ]
    assert all(one.remedy for one in findings)


async def test_a_journal_that_is_not_written_is_a_fault() -> None:
    health = {"version": __version__, "engine": "up", "journal": "in_trouble"}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    found = states(await check_server(url))
    await runner.cleanup()
    assert found["server.journal"] == "fault"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"recording": "on", "disk": {"level": "enough", "free_mb": 9}}, {}),
        ({"recording": "off"}, {}),
        ({"disk": {"level": "low", "free_mb": 9}}, {"server.disk": "warning"}),
        (
            {"recording": "paused", "disk": {"level": "short", "free_mb": 9}},
            {"server.disk": "fault", "server.recording": "fault"},
        ),
        ({"recording": "in_trouble"}, {"server.recording": "fault"}),
    ],
)
async def test_what_is_not_recorded_and_a_full_disk_are_named(
    told: dict[str, object], found: dict[str, str]
) -> None:
    health = {"version": __version__, "engine": "up", **told}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    findings = await check_server(url)
    await runner.cleanup()
    about = [one for one in findings if one.check in ("server.disk", "server.recording")]
    assert {one.check: one.state for one in about} == found
    assert all(one.remedy for one in about)


@pytest.mark.parametrize(
    ("clock", "state"),
    [
        ({"now": 1.0, "timezone": "Europe/Moscow"}, None),
        ({"now": 1.0, "timezone": "Europe/Moscow", "set_by_s": 3.0, "set_ago_s": 9.0}, None),
        (
            {"now": 1.0, "timezone": "Europe/Moscow", "set_by_s": -7200.0, "set_ago_s": 9.0},
            "warning",
        ),
        ("?", None),
    ],
)
async def test_a_servers_clock_that_was_stepped(clock: object, state: str | None) -> None:
    health = {"version": __version__, "engine": "up", "clock": clock}
    url, runner = await serve(health, formatdate(time.time(), usegmt=True))
    found = states(await check_server(url))
    await runner.cleanup()
    assert found.get("server.clock_set") == state


async def test_no_server_and_no_address() -> None:
    host = fresh_host()
    for url in (f"http://{host}:{free_port(host)}", "чепуха"):
        [finding] = await check_server(url)
        assert finding.state == "fault"
        assert finding.remedy
