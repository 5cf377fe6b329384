"""The softphone's end of the socket to its console."""

from __future__ import annotations

import collections
import logging
import select
import socket
import time

from sip.link.json_lines import LineSplitter, encode
from sip.link.protocol import Event

log = logging.getLogger(__name__)

MAX_UNREAD_EVENTS = 10000


class Channel:
    """The socket to the console: never blocks, and takes events from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._splitter = LineSplitter()
        self._events: collections.deque[Event] = collections.deque()
        self._unsent = b""
        self.closed = False

    def send(self, event: Event) -> None:
        self._events.append(event)

    def receive(self) -> list[bytes | None]:
        """Complete lines that have come; ``None`` for one that was too long."""
        try:
            data = self._connection.recv(65536)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self.closed = True
        return self._splitter.feed(data)

    def flush(self) -> None:
        if len(self._events) > MAX_UNREAD_EVENTS:
            log.error("the console does not read its events")
            self.closed = True
        try:
            while self._unsent or self._events:
                if not self._unsent:
                    self._unsent = encode(self._events.popleft())
                self._unsent = self._unsent[self._connection.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self.closed = True

    def wait(self, seconds: float) -> None:
        """Until something can be read, or the time is over."""
        select.select([self._connection], [], [], seconds)

    def finish(self, limit_s: float) -> None:
        """Send what is left, then say that nothing more comes."""
        deadline = time.monotonic() + limit_s
        self.flush()
        while self._unsent and not self.closed and time.monotonic() < deadline:
            select.select([], [self._connection], [], 0.05)
            self.flush()
        self._connection.close()
