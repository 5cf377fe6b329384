"""Heads of the trail outside its table, one a day: who cuts the table's end leaves them behind.

A text file beside the store, a line of fixed width a day (UTC): the day, the number and the seal
of its last entry. The line of the day is written over, never back; those of earlier days stay.
Copied to another machine they bind whoever can write to both.
"""

from __future__ import annotations

import fcntl
import os
import re
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from ekc_console.domain.terms.localtime import day_of
from ekc_console.server.store.base.errors import StoreError

_LINE = re.compile(rb"(\d{4}-\d\d-\d\d) (\d{15}) ([0-9a-f]{64})\n")
_WIDTH = 92
NAME = "audit.heads"


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a trail, or of a day."""

    day: str
    seq: int
    seal: str

    @classmethod
    def of(cls, at: float, seq: int, seal: str) -> Head:
        """``at``: seconds since the epoch."""
        return cls(day_of(at, UTC).isoformat(), seq, seal)

    def line(self) -> bytes:
        return f"{self.day} {self.seq:015} {self.seal}\n".encode()


@dataclass(frozen=True, slots=True)
class Written:
    """What the file says."""

    heads: tuple[Head, ...]
    unreadable: tuple[int, ...]
    """Lines, counted from 1."""


class Heads:
    """Methods raise StoreError when the file cannot be read or written."""

    def __init__(self, store: Path) -> None:
        """Beside the database file ``store``."""
        self._path = store.with_name(NAME)
        self._wal = store.with_name(f"{store.name}-wal")

    def last(self) -> Head | None:
        """The last one that can be read; None without any."""
        heads = self.written().heads
        return heads[-1] if heads else None

    def written(self) -> Written:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return Written((), ())
        except OSError as error:
            raise self._trouble(error) from error
        heads, unreadable = [], []
        for number, start in enumerate(range(0, len(content), _WIDTH), start=1):
            if head := _head(content[start : start + _WIDTH]):
                heads.append(head)
            else:
                unreadable.append(number)
        return Written(tuple(heads), tuple(unreadable))

    def keep(self, head: Head) -> bool:
        """After the commit that holds it, which is on the disk for good before its head is: power
        that fails leaves no head of entries that are gone. A later one that is there stays. True:
        the first of a day."""
        try:
            self._settle()
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                return _put(fd, head)
            finally:
                os.close(fd)
        except OSError as error:
            raise self._trouble(error) from error

    def _settle(self) -> None:
        """With ``synchronous: normal`` what is committed since the last checkpoint is only handed
        to the system; without a log beside the store all of it is in the store."""
        try:
            fd = os.open(self._wal, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def _trouble(self, error: OSError) -> StoreError:
        return StoreError(
            f"Не открыть файл {self._path}: {error.strerror or error}.",
            "Дайте учётной записи сервера право читать и писать его.",
        )


def _head(line: bytes) -> Head | None:
    found = _LINE.fullmatch(line)
    return Head(found[1].decode(), int(found[2]), found[3].decode()) if found else None


def _put(fd: int, head: Head) -> bool:
    end = os.fstat(fd).st_size // _WIDTH * _WIDTH
    last = _head(os.pread(fd, _WIDTH, end - _WIDTH)) if end else None
    if last is not None and last.seq >= head.seq:
        return False
    again = last is not None and last.day == head.day
    os.pwrite(fd, head.line(), end - _WIDTH if again else end)
    return not again
