"""Lines of the log on their way out: whoever writes one neither fails nor waits.

A thread of its own writes them. A full disk, a closed pipe, a disk that hangs cost lines and
nothing else: what cannot be written is dropped and counted, and the log says how many when it can.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
from collections.abc import Callable
from typing import TextIO

WAITING = 10_000
"""Most lines that wait for the disk; further ones are dropped."""
AT_EXIT_S = 1.0

_lost = 0
_lock = threading.Lock()


def lost() -> int:
    """Lines that could not be written since the process began."""
    return _lost


def lose(count: int = 1) -> None:
    global _lost
    with _lock:
        _lost += count


class Lines:
    """A text stream for those who write logs: ``write`` and ``flush`` return at once and never
    raise. ``put`` brings bytes to where they belong, and may raise OSError or ValueError; it
    returns how many it took."""

    encoding = "utf-8"

    def __init__(self, put: Callable[[bytes], int]) -> None:
        self._put = put
        # A simple one: a line of a finaliser in the middle of another line is no deadlock.
        self._waiting: queue.SimpleQueue[bytes | threading.Event] = queue.SimpleQueue()
        self._torn = False
        """A line was cut short: the next one begins on a line of its own."""
        self._unsaid = 0
        """Lines lost and not told in the log yet."""
        self._thread: threading.Thread | None = None

    def write(self, text: str) -> int:
        """A whole line, or several."""
        try:
            self._start()
            if self._waiting.qsize() < WAITING:
                self._waiting.put(text.encode("utf-8", "backslashreplace"))
            else:
                self._unsaid += 1
                lose()
        except Exception:
            lose()
        return len(text)

    def flush(self) -> None:
        """Lines are written soon; ``drain`` waits for it."""

    def isatty(self) -> bool:
        return False

    def drain(self, limit_s: float = AT_EXIT_S) -> None:
        """Wait until what was written so far is where it belongs."""
        if self._thread is None:
            return
        done = threading.Event()
        self._waiting.put(done)
        done.wait(limit_s)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="log", daemon=True)
            self._thread.start()
            atexit.register(self.drain)

    def _run(self) -> None:
        while True:
            item = self._waiting.get()
            if isinstance(item, threading.Event):
                item.set()
                continue
            if self._unsaid and self._out(f"log lines lost: {self._unsaid}\n".encode()):
                self._unsaid = 0
            if not self._out(item):
                lose()
                self._unsaid += 1

    def _out(self, line: bytes) -> bool:
        try:
            if self._torn:
                self._put(b"\n")
                self._torn = False
            taken = self._put(line)
        except (OSError, ValueError):
            return False
        self._torn = taken < len(line)
        return not self._torn


def to_descriptor(descriptor: int) -> Lines:
    """Unbuffered: what the disk did not take is not offered to it for ever."""
    return Lines(lambda data: os.write(descriptor, data))


def to_stream(stream: TextIO) -> Lines:
    """To a stream of others (the error output, also one that a test has put in its place)."""

    def put(data: bytes) -> int:
        stream.write(data.decode("utf-8"))
        stream.flush()
        return len(data)

    return Lines(put)
