"""What can be wrong with a store, in words for people."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from ekc_console.server.store.base import errors


@pytest.mark.parametrize(("free", "advice"), [(0, "Освободите"), (10_000, "резервной копии")])
def test_a_store_that_a_full_disk_keeps_from_being_opened_is_not_called_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, advice: str
) -> None:
    """Its files beside it could not be made: a restored copy would lose a sound store."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    left = os.statvfs_result((4096, 4096, 50_000, free, free, 1000, 900, 900, 0, 255))
    monkeypatch.setattr(errors.os, "statvfs", lambda path: left)
    assert advice in str(errors.store_error(tmp_path / "ekc.db", error))
