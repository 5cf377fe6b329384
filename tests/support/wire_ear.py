"""A listener of the console's link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ekc_console.client.link.connection import Connection, Link
from ekc_console.client.link.timing import Backoff, Timing
from ekc_console.wire.messages import Notice, Welcome
from tests.support.wire_server import Watch

FAST = Timing(backoff=Backoff(0.001, 0.01), heartbeat_s=1.0, open_s=2.0, request_s=2.0)
Open = Callable[..., Connection]


class Ear(Watch):
    """A listener that keeps what it is told and can be waited on."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.welcomes: list[Welcome] = []
        self.notices: list[Notice] = []

    def on_link(self, link: Link) -> None:
        self.links.append(link)
        self.changed()

    def on_welcome(self, welcome: Welcome) -> None:
        self.welcomes.append(welcome)
        self.changed()

    def on_view(self) -> None:
        self.changed()

    def on_notice(self, notice: Notice) -> None:
        self.notices.append(notice)
        self.changed()

    @property
    def states(self) -> list[str]:
        return [link.state for link in self.links]


async def online(connection: Connection) -> None:
    async with asyncio.timeout(5):
        await connection.online()
