"""A TCP link that can be cut: while it is, not a byte passes and nothing is closed, as when a
cable is pulled behind a switch."""

from __future__ import annotations

import asyncio
import contextlib

from tests.support.net import fresh_host

CHUNK = 65536


class _Coming(asyncio.StreamReader):
    """``ended``: who connected has closed, whatever was sent before."""

    ended = False

    def feed_eof(self) -> None:
        self.ended = True
        super().feed_eof()


class CutLink:
    """``open`` towards ``host:port``; who shall be cut off uses ``address`` instead."""

    def __init__(self) -> None:
        self._whole = asyncio.Event()
        self._whole.set()
        self._server: asyncio.Server | None = None
        self._pumps: set[asyncio.Task[None]] = set()
        self.address = ""

    async def open(self, host: str, port: int) -> CutLink:
        self._to = (host, port)
        self._server = await asyncio.get_running_loop().create_server(
            lambda: asyncio.StreamReaderProtocol(_Coming(), self._taken), fresh_host(), 0
        )
        own_host, own_port = self._server.sockets[0].getsockname()
        self.address = f"{own_host}:{own_port}"
        return self

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        self._whole.set()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Who gave up while the link was cut has never been heard of on the other side."""
        await self._whole.wait()
        assert isinstance(reader, _Coming)
        if reader.ended:
            writer.close()
            return
        try:
            there = await asyncio.open_connection(*self._to)
        except OSError:
            writer.close()
            return
        for source, target in ((reader, there[1]), (there[0], writer)):
            pump = asyncio.create_task(self._pump(source, target))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(CHUNK):
                await self._whole.wait()
                target.write(data)
                await target.drain()
        except OSError:
            pass  # one side is gone: the other one is told below
        finally:
            with contextlib.suppress(OSError):
                target.close()
