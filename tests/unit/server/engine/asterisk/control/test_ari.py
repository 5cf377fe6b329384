"""The client of ARI over a server of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web

from ekc_console.server.engine.asterisk.control.ari import Ari, Event
from tests.support.net import fresh_host


class Node:
    """Answers every request with an empty list; ``say`` sends an event to the stream."""

    def __init__(self) -> None:
        self.streams: list[web.WebSocketResponse] = []
        app = web.Application()
        app.router.add_get("/ari/events", self._events)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)

    async def open(self) -> Node:
        await self._runner.setup()
        site = web.TCPSite(self._runner, fresh_host(), 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def close(self) -> None:
        await self._runner.cleanup()

    async def say(self, type_: str) -> None:
        await self.streams[-1].send_json({"type": type_})

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        stream = web.WebSocketResponse()
        await stream.prepare(request)
        self.streams.append(stream)
        async for _ in stream:
            pass
        return stream

    async def _answer(self, _request: web.Request) -> web.Response:
        return web.json_response([])


@pytest_asyncio.fixture
async def node() -> AsyncIterator[Node]:
    node = await Node().open()
    yield node
    await node.close()


async def test_how_long_a_stream_stands_unread(node: Node) -> None:
    ari = Ari(node.base, "user", "secret")
    assert ari.unread_s == 0.0, "there is none"
    await ari.connect()
    ari._moved_at -= 60
    assert ari.unread_s > 59
    await ari.channels()
    assert ari.unread_s < 59, "what is asked is answered: it moves"

    taken: list[Event] = []
    came = asyncio.Event()

    def take(event: Event) -> None:
        taken.append(event)
        came.set()

    ari._moved_at -= 60
    reading = asyncio.create_task(ari.read_events(take))
    await node.say("StasisStart")
    async with asyncio.timeout(10):
        await came.wait()
    assert ari.unread_s == 0.0, "it is read"
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert ari.unread_s < 59
    ari._moved_at -= 60
    assert ari.unread_s > 59
    await ari.close()
    assert ari.unread_s == 0.0
