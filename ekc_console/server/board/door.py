"""``GET /board`` and ``GET /board/events``.

The page is anybody's: there is nothing in it. The events need a token of ``ekc board add`` in the
header ``Authorization: Bearer``; in an address it would stand in the logs of every proxy.
"""

from __future__ import annotations

import asyncio
import socket

import structlog
from aiohttp import web

from ekc_console.server.board.fanout import Fanout, Slot
from ekc_console.server.board.page import page
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import boards
from ekc_console.wire.outside.board import EVENTS_PATH, PAGE_PATH

log = structlog.get_logger(__name__)

MOST_BOARDS = 32
"""Connected at once; further ones are told to come again."""
LOOK_S = 1.0
"""Between two looks at which tokens are still good, while there is a board."""
READ_WITHIN_S = 20.0
"""A board that takes nothing for so long is let go; it comes back by itself."""
WAY_BYTES = 16 * 1024
"""May be on their way to one board, here and in the system each."""


class BoardDoor:
    """``open`` puts it into an application, with which it ends."""

    def __init__(self, database: Database, fanout: Fanout) -> None:
        self._database = database
        self._fanout = fanout
        self._looking: asyncio.Task[None] | None = None

    def open(self, app: web.Application) -> None:
        app.router.add_get(PAGE_PATH, self._page)
        app.router.add_get(EVENTS_PATH, self._events, allow_head=False)
        app.on_shutdown.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        for slot in self._fanout.slots:
            slot.end()

    async def _page(self, _request: web.Request) -> web.Response:
        return page()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        known = await self._database.read(lambda conn: boards.of(conn, token))
        if known is None or scheme.lower() != "bearer":
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        if len(self._fanout.slots) >= MOST_BOARDS:
            return web.Response(status=503, headers={"Retry-After": "30"})
        slot = Slot(known.token_hash, frozenset(known.queues))
        try:
            self._fanout.add(slot)
            self._look_on()
            return await _stream(request, slot)
        finally:
            self._fanout.remove(slot)

    # -- withdrawn tokens ----------------------------------------------------------------

    def _look_on(self) -> None:
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking())

    async def _keep_looking(self) -> None:
        """A store in trouble takes no board away."""
        try:
            while self._fanout.slots:
                await asyncio.sleep(LOOK_S)
                try:
                    good = await self._database.read(boards.hashes)
                except StoreError as error:
                    log.error("boards not looked at", error=error.message)
                    continue
                for slot in self._fanout.slots:
                    if slot.token_hash not in good:
                        slot.end()
        finally:
            self._looking = None


async def _stream(request: web.Request, slot: Slot) -> web.StreamResponse:
    """Until the slot ends, the board is gone, or it takes nothing any more."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    _bound(request.transport)
    await response.prepare(request)
    try:
        while (event := await slot.get()) is not None:
            async with asyncio.timeout(READ_WITHIN_S):
                await response.write(event)
    except ConnectionError:
        pass
    except TimeoutError:
        log.info("a board took nothing and was let go")
        if request.transport is not None:
            request.transport.abort()
    return response


def _bound(transport: asyncio.Transport | None) -> None:
    """Little is on its way, and a dead way is found out in time."""
    if transport is None:
        return
    transport.set_write_buffer_limits(high=WAY_BYTES)
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WAY_BYTES)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(READ_WITHIN_S * 1000))
