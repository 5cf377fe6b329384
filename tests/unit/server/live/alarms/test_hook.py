"""The web hook against real HTTP servers: one that answers, one that hangs, ones that refuse."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from ekc_console.domain.router import Router
from ekc_console.domain.terms.alarm_limits import AlarmSettings
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.live.alarms import hook as module
from ekc_console.server.live.alarms.book import Alarm, Happened
from ekc_console.server.live.alarms.hook import CONDITION, MOST_WAITING, TRIES, WebHook
from ekc_console.server.live.alarms.rows import AlarmRows

ALARM = Alarm("a7", "person", "anna", "talk_s", "", 1, 1_790_000_000.0, 600.0, 600.0)
RAISED = Happened(ALARM, "raised", ALARM.at)
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/ekc", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/ekc"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def hooked(
    url: str, conditions: Conditions, timeout_s: float = 5.0
) -> AsyncIterator[WebHook]:
    settings = AlarmSettings(hook_url=url, hook_timeout_s=timeout_s)
    rows = AlarmRows(Router(), {AgentId("anna"): "Анна П."})
    hook = WebHook(lambda: settings, rows, conditions)
    try:
        yield hook
    finally:
        await hook.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.02)


async def test_what_happens_is_posted_in_order_with_no_call_in_it() -> None:
    came: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        came.append(await request.json())
        return web.Response(status=204)

    conditions = Conditions()
    async with listening(answer) as url, hooked(url, conditions) as hook:
        hook.heard([RAISED, Happened(ALARM, "acknowledged", ALARM.at + 5, "anna")])
        await until(lambda: len(came) == 2)
    assert [each["event"] for each in came] == ["raised", "acknowledged"]
    assert came[0] == {
        "event": "raised", "at": ALARM.at, "alarm": "a7", "about": "person", "id": "anna",
        "title": "Анна П.", "figure": "talk_s", "reason": "", "level": 1, "value": 600.0,
        "limit": 600.0, "who": "",
    }  # fmt: skip
    assert CONDITION not in conditions


async def test_one_that_hangs_is_given_up_after_some_tries_and_said() -> None:
    began: list[float] = []

    async def answer(request: web.Request) -> web.Response:
        began.append(asyncio.get_running_loop().time())
        await asyncio.sleep(60)
        return web.Response()

    conditions = Conditions()
    async with listening(answer) as url, hooked(url, conditions, 0.2) as hook:
        hook.heard([RAISED])
        assert not began  # nobody waits for it
        await until(lambda: CONDITION in conditions)
        assert len(began) == TRIES
        assert conditions.words[CONDITION].values == {"why": "timeout"}


async def test_one_that_refuses_is_said_until_it_takes_again() -> None:
    status = [500]

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status[0])

    conditions = Conditions()
    async with listening(answer) as url, hooked(url, conditions) as hook:
        hook.heard([RAISED])
        await until(lambda: CONDITION in conditions)
        assert conditions.words[CONDITION].values == {"why": "HTTP 500"}
        status[0] = 200
        hook.heard([RAISED])
        await until(lambda: CONDITION not in conditions)


async def test_what_is_heard_while_the_last_is_wound_up_arrives_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        came.append((await request.json())["event"])
        return web.Response(status=204)

    close = aiohttp.ClientSession.close

    async def closing(session: aiohttp.ClientSession) -> None:
        if len(came) == 1:
            hook.heard([Happened(ALARM, "acknowledged", ALARM.at + 5, "anna")])
        await close(session)

    monkeypatch.setattr(aiohttp.ClientSession, "close", closing)
    async with listening(answer) as url, hooked(url, Conditions()) as hook:
        hook.heard([RAISED])
        await until(lambda: came == ["raised", "acknowledged"])


async def _never(request: web.Request) -> web.Response:
    raise AssertionError


async def test_where_nobody_listens_it_is_said_and_what_waits_has_a_limit() -> None:
    conditions = Conditions()
    async with listening(_never) as gone:
        pass
    async with hooked(gone, conditions) as hook:
        hook.heard([RAISED] * (3 * MOST_WAITING))
        assert len(hook._waiting) == MOST_WAITING
        await until(lambda: CONDITION in conditions)
        assert "ClientConnector" in str(conditions.words[CONDITION].values["why"])


@pytest.mark.parametrize("tail", ["/ключ", "/a key", "/{ключ}?token=ключ", "/%D0%BA"])
async def test_no_part_of_the_address_stands_in_the_log(
    tail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    conditions = Conditions()
    for url in (f"http://[bad{tail}", f"http://127.0.0.1:1{tail}", f"ftp://127.0.0.1{tail}"):
        async with hooked(url, conditions) as hook:
            hook.heard([RAISED])
            await until(lambda: CONDITION in conditions)
        told = capsys.readouterr()
        said = told.out + told.err + str(conditions.words[CONDITION])
        assert "alarm hook" in said
        assert not any(word in said for word in ("ключ", "%D0", "%20", "a key", "token")), said
        conditions.clear(CONDITION)


async def test_a_redirection_is_not_followed() -> None:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:1/elsewhere")

    conditions = Conditions()
    async with listening(answer) as url, hooked(url, conditions) as hook:
        hook.heard([RAISED])
        await until(lambda: CONDITION in conditions)
        assert conditions.words[CONDITION].values == {"why": "HTTP 302"}
