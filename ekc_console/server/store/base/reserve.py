"""A little room beside the store that is given up when the disk is full at a start.

SQLite needs two files of its own beside the store (``-wal``, ``-shm``). An orderly end removes
them; on a full disk they could not be made again, and a centre that is well would not start.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

SIZE = 2 * 2**20


def release(store: Path) -> bool:
    """Give the room up. False: there was none."""
    try:
        _file(store).unlink()
    except OSError:
        return False
    return True


def keep(store: Path) -> None:
    """Take the room, if it is not taken and can be had without pressing the disk."""
    file = _file(store)
    with contextlib.suppress(OSError):
        left = os.statvfs(store.parent)
        if file.exists() or left.f_bavail * left.f_frsize < 4 * SIZE:
            return
        descriptor = os.open(file, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, SIZE)
        finally:
            os.close(descriptor)


def _file(store: Path) -> Path:
    return store.with_name(f"{store.stem}.reserve")
