"""A console's link to a real WebSocket server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ekc_console.client.link.connection import Connection
from ekc_console.client.link.timing import Timing
from tests.support.wire_ear import FAST, Ear, Open
from tests.support.wire_server import WireServer


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    async with WireServer() as server:
        yield server


@pytest.fixture
async def open_link(server: WireServer, ear: Ear) -> AsyncIterator[Open]:
    made: list[Connection] = []

    def start(timing: Timing = FAST) -> Connection:
        connection = Connection(server.url, "token-anna", listener=ear, timing=timing)
        made.append(connection)
        connection.start()
        return connection

    yield start
    for connection in made:
        await connection.close()
