"""``/board`` on a real port: what is asked, who gets it, and when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import socket
import sqlite3
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from ekc_console.client.link.board_link import BoardLink
from ekc_console.client.link.timing import Backoff
from ekc_console.server.board import door, fanout
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import boards, sessions
from ekc_console.wire import watch
from ekc_console.wire.outside import board
from tests.support.own_time import OwnTime
from tests.support.simulated_centre import Centre
from tests.unit.server.test_api import centre, until

__all__ = ["centre"]

WAIT_S = 5.0


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "BEAT_S", 0.1)
    monkeypatch.setattr(fanout, "EVERY_S", 0.05)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


async def added(centre: Centre, name: str = "hall", *queues: str) -> str:
    token = sessions.new_token()
    await centre.server.database.write(lambda conn: boards.add(conn, name, token, queues, 1.0))
    return token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Television:
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def event(self) -> board.BoardFigures:
        async with asyncio.timeout(WAIT_S):
            data = await self.answer.content.readuntil(b"\n\n")
        assert data.startswith(b"data: ")
        return board.read(data[6:])

    async def rest(self) -> bytes:
        async with asyncio.timeout(WAIT_S):
            return await self.answer.content.read()


@asynccontextmanager
async def television(
    centre: Centre, http: aiohttp.ClientSession, token: str
) -> AsyncIterator[Television]:
    url = f"{centre.server.url}/board/events"
    async with http.get(url, headers=bearer(token)) as answer:
        assert answer.status == 200
        yield Television(answer)


def slots(centre: Centre) -> list[Any]:
    """Of the boards that are connected."""
    figures = centre.server.live.watch._figures
    return figures.__self__.slots if figures else []  # type: ignore[attr-defined]


async def test_the_page_is_one_file_that_asks_nobody_else(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{centre.server.url}/board") as answer:
        text = await answer.text()
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert re.findall(
        r"(?:https?:)?//[a-z][^\s\"']*|url\(|@import|<(?:img|iframe|link)\b.*", text
    ) == ['<link rel="icon" href="data:,">']
    assert re.findall(r"innerHTML|eval\(|localStorage|document\.write", text) == []
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for kind in ("script", "style"):
        body = re.search(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        assert body is not None
        assert b64encode(hashlib.sha256(body[1].encode()).digest()).decode() in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", "Basic {}", "{}", "bearer x {}"])
async def test_without_a_good_token_there_is_nothing(
    centre: Centre, http: aiohttp.ClientSession, shown: str
) -> None:
    token = await added(centre)
    headers = {"Authorization": shown.format(token)}
    url = f"{centre.server.url}/board/events?token={token}"
    async with http.get(url, headers=headers) as answer:
        assert (answer.status, await answer.read()) == (401, b"")
    assert slots(centre) == []


@pytest.mark.parametrize("ask", ["GET /board/events", "POST /api/command"])
async def test_a_token_of_bytes_that_are_no_text_is_no_token(centre: Centre, ask: str) -> None:
    config = centre.server.config.server
    reader, writer = await asyncio.open_connection(config.host, config.port)
    lines = f"{ask} HTTP/1.1", "Host: x", "Content-Length: 0", "Authorization: Bearer \udcff"
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode(errors="surrogateescape"))
    async with asyncio.timeout(WAIT_S):
        assert (await reader.readline()).startswith(b"HTTP/1.1 401")
    writer.close()


async def test_a_terminal_s_board_follows_the_centre_until_it_is_withdrawn(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LOOK_S", 0.05)
    link = BoardLink(centre.server.url, await added(centre), backoff=Backoff(0.01, 0.02))
    task = asyncio.create_task(link.run())
    await until(lambda: bool(link.queues))
    await centre.in_queue()
    await until(lambda: any(queue.waiting for queue in link.queues or ()))
    await centre.server.database.write(lambda conn: boards.remove(conn, "hall"))
    await until(lambda: link.refused)
    assert link.queues is None
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_a_board_is_sent_its_queues_at_once_and_then_what_changes(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    token = await added(centre, "hall", "appointments")
    async with television(centre, http, token) as tv:
        first = await tv.event()
        assert [(q.waiting, q.level_target) for q in first.queues] == [(0, 0.8)]
        leg = await centre.in_queue()
        while not (one := (await tv.event()).queues[0]).waiting:
            pass
        assert (one.waiting, one.ready_mark) == (1, "warn")
        centre.engine.caller_hangs_up(leg)
        while (one := (await tv.event()).queues[0]).waiting:
            pass
        assert (await tv.event()).queues[0].callbacks == 1
    await until(lambda: not slots(centre))


async def test_a_withdrawn_board_s_stream_ends_within_a_second_and_others_go_on(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    gone, stays = await added(centre, "gone"), await added(centre, "stays")
    async with television(centre, http, gone) as first, television(centre, http, stays) as second:
        await first.event()
        with sqlite3.connect(centre.server.database.path) as conn:  # another process
            boards.remove(conn, "gone")
        taken = OwnTime()
        await first.rest()
        assert taken.passed_s() < door.LOOK_S + 0.5
        assert (await second.event()).queues
        assert (await second.event()).queues
    async with http.get(f"{centre.server.url}/board/events", headers=bearer(gone)) as answer:
        assert answer.status == 401


async def test_a_store_in_trouble_takes_no_board_away(
    centre: Centre, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LOOK_S", 0.01)
    token = await added(centre)
    looks = 0

    def broken(_conn: object) -> set[str]:
        nonlocal looks
        looks += 1
        raise StoreError("no")

    monkeypatch.setattr(boards, "hashes", broken)
    async with television(centre, http, token) as tv:
        await until(lambda: looks > 3)
        assert (await tv.event()).queues
        assert (await tv.event()).queues


async def test_more_boards_than_the_limit_are_told_to_come_again(
    centre: Centre, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_BOARDS", 2)
    token = await added(centre)
    async with television(centre, http, token), television(centre, http, token):
        url = f"{centre.server.url}/board/events"
        async with http.get(url, headers=bearer(token)) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    await until(lambda: not slots(centre))
    async with television(centre, http, token) as tv:
        assert (await tv.event()).queues


async def test_a_board_that_does_not_read_is_let_go_and_costs_nobody_anything(
    centre: Centre, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "READ_WITHIN_S", 0.3)
    monkeypatch.setattr(door, "WAY_BYTES", 2048)
    monkeypatch.setattr(fanout, "EVERY_S", 0.0)
    token = await added(centre)
    config = centre.server.config.server
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, (config.host, config.port))
        ask = f"GET /board/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        await loop.sock_sendall(deaf, ask.encode())
        await until(lambda: len(slots(centre)) == 1)
        async with television(centre, http, token) as tv:
            await tv.event()
            assert len(slots(centre)) == 2
            async with asyncio.timeout(WAIT_S * 2):
                while len(slots(centre)) == 2:
                    centre.server.live.watch._publish_everything()
                    assert (await tv.event()).queues
            assert (await tv.event()).queues


async def test_the_end_of_the_server_is_the_end_of_the_stream_and_no_token_is_in_the_log(
    centre: Centre, http: aiohttp.ClientSession, capfd: pytest.CaptureFixture[str]
) -> None:
    token = await added(centre)
    async with television(centre, http, token) as tv:
        await tv.event()
        taken = OwnTime()
        await asyncio.gather(centre.server.stop(), tv.rest())
        assert taken.passed_s() < 2.0
    said = "".join(capfd.readouterr())
    assert token not in said
    assert boards.hashed(token) not in said


async def test_supervisors_need_not_watch_for_a_board_to_be_told(
    centre: Centre, http: aiohttp.ClientSession
) -> None:
    token = await added(centre)
    room = centre.server.live.watch
    beats: list[object] = []
    publish: Callable[[], None] = room._publish_everything
    room._publish_everything = lambda: beats.append(publish())  # type: ignore[method-assign, func-returns-value]
    async with television(centre, http, token) as tv:
        await tv.event()
        await tv.event()
        assert beats
    await until(lambda: not slots(centre))
    await asyncio.sleep(0)
    assert room._watched is False
