"""A program on a pseudo-terminal: what it paints, and keys for it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.vt import Screen

COLUMNS, ROWS = 120, 40


class Terminal:
    """A context: the program runs within. ``started`` is the moment before its start."""

    def __init__(
        self,
        command: Sequence[str],
        home: Path,
        size: tuple[int, int] = (COLUMNS, ROWS),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """``home``: where it may keep its state, and its compiled modules: a setting that keeps
        Python from writing them is not in force."""
        self._command = command
        self._columns, self._rows = size
        self.screen = Screen(*size)
        self.bytes = 0
        """Painted so far."""
        self._environment = {
            **os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8",
            "XDG_STATE_HOME": str(home), "PYTHONPYCACHEPREFIX": str(home / "compiled"),
        }  # fmt: skip
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._environment.update(environment or {})

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        size = struct.pack("HHHH", self._rows, self._columns, 0, 0)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self._command, stdin=slave, stdout=slave, stderr=slave,
            env=self._environment, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.05)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def hang_up(self, limit_s: float = 20.0, *, told: bool) -> int:
        """Close the terminal under the program and wait for its end; ``told``: as the kernel tells
        who has it as its controlling terminal. Returns the exit code. Raises TimeoutExpired."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)
        if told:
            self.process.send_signal(signal.SIGHUP)
        return self.process.wait(limit_s)

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def until(self, text: str, limit_s: float = 20.0) -> float:
        """Seconds from the start until ``text`` is on the screen. Raises TimeoutError."""
        self.wait(lambda: text in self.screen.text, f"«{text}»", limit_s)
        return time.monotonic() - self.started

    def wait(self, true: Callable[[], bool], what: str, limit_s: float = 20.0) -> None:
        """Until ``true`` of what is painted; ``what`` names it. Raises TimeoutError."""
        deadline = time.monotonic() + limit_s
        while not true():
            if time.monotonic() > deadline or not self._read(0.1):
                raise TimeoutError(f"{what} was not painted in {limit_s:g} s")

    def until_gone(self, text: str, limit_s: float = 20.0) -> None:
        deadline = time.monotonic() + limit_s
        while text in self.screen.text:
            if time.monotonic() > deadline or not self._read(0.1):
                raise TimeoutError(f"«{text}» stood there for {limit_s:g} s")

    def drain(self, seconds: float) -> int:
        """Let it paint for so long; returns how many bytes it has painted."""
        before = self.bytes
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)
        return self.bytes - before

    def _read(self, wait_s: float) -> bool:
        """False when the program has closed its terminal."""
        ready, _, _ = select.select([self._master], [], [], wait_s)
        if ready:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return False
            self.bytes += len(data)
            self.screen.feed(data)
        return True
