"""A board's link to its server: figures, a restart, a silence, a withdrawn token."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from ekc_console.client.link import board_link
from ekc_console.client.link.board_link import BoardLink
from ekc_console.client.link.timing import Backoff
from ekc_console.errors import EkcError
from ekc_console.wire.outside.board import BoardFigures, BoardQueue, event
from tests.support.net import free_port, fresh_host

WAIT_S = 5.0


def figures(waiting: int) -> bytes:
    queue = BoardQueue(
        title="В", waiting=waiting, wait_s=0, wait_target_s=20, level=None, level_target=0.8,
        ready=1, abandoned=0, callbacks=0,
    )  # fmt: skip
    return event(BoardFigures(queues=(queue,)))


class Server:
    """Sends ``pieces``, then is silent or ends."""

    def __init__(self) -> None:
        self.host = fresh_host()
        self.port = free_port(self.host)
        self.pieces: list[bytes] = []
        self.status, self.silent = 200, True
        self.asked: list[str] = []
        self._runner: web.AppRunner | None = None

    async def begin(self) -> None:
        app = web.Application()
        app.router.add_get("/board/events", self._events)
        self._runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()

    async def end(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.headers["Authorization"])
        response = web.StreamResponse(status=self.status)
        await response.prepare(request)
        for piece in self.pieces:
            await response.write(piece)
            await asyncio.sleep(0.01)
        if self.silent and self.status == 200:
            await asyncio.sleep(60)
        return response


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    await server.begin()
    yield server
    await server.end()


@pytest.fixture
async def link(server: Server) -> AsyncIterator[BoardLink]:
    url = f"http://{server.host}:{server.port}"
    link = BoardLink(url, "key", backoff=Backoff(0.01, 0.02))
    task = asyncio.create_task(link.run())
    yield link
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not true():  # noqa: ASYNC110 - costs little
            await asyncio.sleep(0.01)


def waiting(link: BoardLink) -> int | None:
    return link.queues[0].waiting if link.queues else None


async def test_events_come_whole_however_they_are_cut(server: Server, link: BoardLink) -> None:
    both = figures(1) + figures(2)
    server.pieces = [both[:9], both[9:40], both[40:]]
    await until(lambda: waiting(link) == 2)
    assert server.asked[-1] == "Bearer key"
    age = link.age_s()
    assert age is not None
    assert 0 <= age < WAIT_S


async def test_a_server_that_is_gone_leaves_the_last_figures_and_is_found_again(
    server: Server, link: BoardLink
) -> None:
    server.pieces = [figures(1)]
    await until(lambda: waiting(link) == 1)
    await server.end()
    await asyncio.sleep(0.1)
    assert waiting(link) == 1
    server.pieces = [figures(5)]
    await server.begin()
    await until(lambda: waiting(link) == 5)


async def test_silence_ends_a_stream_and_another_one_is_begun(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_link, "SILENCE_S", 0.2)
    server.pieces = [figures(1)]
    silent = BoardLink(f"http://{server.host}:{server.port}", "k", backoff=Backoff(0.01, 0.02))
    task = asyncio.create_task(silent.run())
    await until(lambda: len(server.asked) > 2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("wrong", [b"data: {}\n\n", b"data: \xff\n\n", b"x" * 2_000_000])
async def test_what_is_no_event_ends_the_stream_and_not_the_board(
    server: Server, link: BoardLink, wrong: bytes
) -> None:
    server.pieces = [wrong]
    await until(lambda: len(server.asked) > 2)
    server.pieces = [figures(4)]
    await until(lambda: waiting(link) == 4)


async def test_a_withdrawn_token_takes_the_figures_away(server: Server, link: BoardLink) -> None:
    server.pieces, server.silent = [figures(1)], False
    await until(lambda: waiting(link) == 1)
    server.status = 401
    await until(lambda: link.refused)
    assert (link.queues, link.age_s()) == (None, None)


async def test_an_unusable_address_is_told_at_once() -> None:
    with pytest.raises(EkcError, match="не годится"):
        BoardLink("ekc", "key")
