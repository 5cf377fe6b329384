"""What the console shows, told line by line over a socket of this user: for ``ekc status``.

A second session of the same login would take the operator's place at the server, so the words
come from the running console. The socket lies in the state folder and is its owner's only.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

SOCKET = "status.sock"
BACKLOG_BYTES = 1 << 20
"""A reader that is so far behind is let go."""

Sentences = Callable[[], Mapping[str, str]]
"""By what they are about."""


class StatusFeed:
    """``await open()``, then ``tell`` at every change; ``close`` at the end."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / SOCKET
        self._server: asyncio.Server | None = None
        self._readers: set[asyncio.StreamWriter] = set()
        self._sentences: Sentences = dict
        self._told: dict[str, str] = {}

    async def open(self) -> None:
        """The console of this user that was started last has the socket. A folder that cannot
        be written is logged: the shift goes on without."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._greet, self._path)
            os.chmod(self._path, 0o600)
        except OSError as error:
            log.warning("no status socket", error=type(error).__name__)

    def tell(self, sentences: Sentences) -> None:
        """They may have changed. Made only for somebody who reads."""
        self._sentences = sentences
        if self._readers:
            self._news()

    def _news(self) -> None:
        """Pass on those that differ from the last ones."""
        sentences = dict(self._sentences())
        news = [text for about, text in sentences.items() if self._told.get(about) != text]
        self._told = sentences
        self.say(*news)

    def say(self, *lines: str) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        for reader in list(self._readers):
            if reader.transport.get_write_buffer_size() > BACKLOG_BYTES:
                self._readers.discard(reader)
                reader.transport.abort()
            else:
                reader.write(data)

    def close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for reader in self._readers:
            reader.close()
        self._path.unlink(missing_ok=True)
        self._server = None

    async def _greet(self, heard: asyncio.StreamReader, reader: asyncio.StreamWriter) -> None:
        """All sentences first, an empty line, then the changes until the reader goes."""
        if not self._readers:
            self._sentences()  # what has ended while nobody listened is no news
        self._news()
        reader.write("".join(f"{text}\n" for text in self._told.values()).encode() + b"\n")
        self._readers.add(reader)
        try:
            await heard.read()
        finally:
            self._readers.discard(reader)
            with contextlib.suppress(ConnectionError):
                reader.close()
