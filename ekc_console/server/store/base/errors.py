"""What can be wrong with the store, in words for people."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from ekc_console.errors import EkcError


class StoreError(EkcError):
    """The store cannot be opened, read or written. Nothing was written half-way."""


class NoRoom(StoreError):
    """The disk is full."""


class StoreBusy(StoreError):
    """The store did not answer in time. What was asked of it may be done or not: ask again."""


class StoreDamaged(StoreError):
    """A record that stands in the store cannot be read; all others can."""


def busy_error(path: Path, limit_s: float) -> StoreBusy:
    return StoreBusy(
        f"Хранилище {path} не отвечает {limit_s:g} с.",
        "Диск занят или не отвечает: проверьте его.",
    )


_RESTORE = "Остановите сервер, проверьте диск и восстановите файл из резервной копии."
_BY_CODE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: (
        "на диске нет места, запись не выполнена",
        "Освободите место на этом диске.",
    ),
    sqlite3.SQLITE_READONLY: (
        "файл доступен только для чтения",
        "Дайте учётной записи сервера право записи на файл и его папку.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "файл не открывается",
        "Проверьте, что файл на месте и у сервера есть права на него и его папку.",
    ),
    sqlite3.SQLITE_PERM: ("нет прав на файл", "Дайте учётной записи сервера права на файл."),
    sqlite3.SQLITE_BUSY: (
        "файл занят другой программой",
        "Закройте программу, которая держит файл открытым, и повторите.",
    ),
    sqlite3.SQLITE_IOERR: ("ошибка чтения или записи диска", _RESTORE),
    sqlite3.SQLITE_CORRUPT: ("файл повреждён", _RESTORE),
    sqlite3.SQLITE_NOTADB: (
        "это не хранилище, а другой файл, или файл повреждён",
        "Укажите другую папку в server.data_dir или восстановите файл из резервной копии.",
    ),
}


def damaged_error(path: Path) -> StoreDamaged:
    """For a column of which it is not known whose it is. What lies in it is not told: it may be
    personal."""
    return StoreDamaged(f"Хранилище {path}: запись повреждена и не читается.", _RESTORE)


LEAST_FREE = 65_536
"""Bytes that a store needs beside its file to be opened."""


def _is_full(path: Path) -> bool:
    try:
        left = os.statvfs(path.parent)
    except OSError:
        return False
    return left.f_bavail * left.f_frsize < LEAST_FREE or (left.f_files > 0 and not left.f_favail)


def store_error(path: Path, error: sqlite3.Error) -> StoreError:
    """SQLite's error in words for people. Its own text names tables and columns, never values."""
    code: int = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _is_full(path):
        code = sqlite3.SQLITE_FULL  # its own files beside the store could not be made
    what, remedy = _BY_CODE.get(code, (f"ошибка SQLite: {error}", ""))
    kind = NoRoom if code == sqlite3.SQLITE_FULL else StoreError
    return kind(f"Хранилище {path}: {what}.", remedy)
