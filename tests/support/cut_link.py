"""A TCP link that can be cut without a word: what is sent is lost, and connections stay open."""

from __future__ import annotations

import asyncio

from tests.support.net import free_port, fresh_host


class CutLink:
    """Passes on what comes to ``address`` to ``target`` (both ``host:port``) until ``cut``."""

    def __init__(self, target: str) -> None:
        self._host, _, port = target.rpartition(":")
        self._port = int(port)
        self._open = asyncio.Event()
        self._open.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.address = ""

    async def start(self) -> CutLink:
        host = fresh_host()
        port = free_port(host)
        self._server = await asyncio.start_server(self._serve, host, port)
        self.address = f"{host}:{port}"
        return self

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        self._open.set()

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._open.wait()
        theirs, there = await asyncio.open_connection(self._host, self._port)
        for one, other in ((reader, there), (theirs, writer)):
            task = asyncio.create_task(self._pass_on(one, other))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._open.wait()  # as TCP itself would repeat it
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.close()
