"""``ekc server`` in a process of its own on the simulated engine:

    python -m tests.support.simulated_server SOCKET --config FILE [--log-file FILE] [--keep-calls]

The world outside is driven through SOCKET, one JSON line a wish and an answer: the name of a
method of the engine and its arguments.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from ekc_console.commands.admin.server import command
from ekc_console.server.engine.protocol import EventSink
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.start import startup

WISHES = ("caller_calls", "caller_presses", "caller_hangs_up", "operator_calls_in")


class DrivenEngine(SimulatedEngine):
    def __init__(self, socket: str) -> None:
        super().__init__()
        self._socket = socket

    async def start(self, sink: EventSink) -> None:
        await super().start(sink)
        self._door = await asyncio.start_unix_server(self._listen, self._socket)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            name, arguments = json.loads(line)
            assert name in WISHES
            answer = getattr(self, name)(*arguments)
            writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()


class Outside:
    """The test's end of the socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def wish(self, name: str, *arguments: str) -> Any:
        reader, writer = await asyncio.open_unix_connection(self._path)
        writer.write(json.dumps([name, arguments]).encode() + b"\n")
        answer = json.loads(await reader.readline())
        writer.close()
        return answer


if __name__ == "__main__":
    engine = DrivenEngine(sys.argv[1])
    with mock.patch.object(startup, "configured_engine", return_value=engine):
        command.main(sys.argv[2:])
