"""The files of a store: folder, database file and the lock that keeps a second server out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from pathlib import Path

from ekc_console.server.store.base.errors import StoreError

_GRANT = "Дайте учётной записи сервера право записи или укажите другую папку в server.data_dir."


def prepare(path: Path) -> None:
    """Create the folder (mode 700) and the file (mode 600) where they are missing.

    A file of ours that others may read is closed to them. Raises StoreError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"Не открыть хранилище {path}: {error.strerror or error}.", _GRANT
        ) from error
    try:
        facts = os.fstat(fd)
        if facts.st_uid == os.geteuid() and stat.S_IMODE(facts.st_mode) & 0o077:
            os.fchmod(fd, 0o600)
    finally:
        os.close(fd)


class Lock:
    """Held for the life of a server: two of them never share a store.

    The kernel lets go of it when the process dies, however it dies. The lock file stays.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @classmethod
    def take(cls, store: Path) -> Lock | None:
        """None when another process has it. Raises StoreError when the file cannot be made."""
        path = lock_path(store)
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"Не открыть файл блокировки {path}: {error.strerror or error}.", _GRANT
            ) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            os.close(fd)
            return None
        except OSError as error:
            os.close(fd)
            raise StoreError(
                f"Не записать файл блокировки {path}: {error.strerror or error}.",
                "Проверьте место на диске и файловую систему.",
            ) from error
        return cls(fd)

    def release(self) -> None:
        os.close(self._fd)


def lock_path(store: Path) -> Path:
    return store.with_name(store.name + ".lock")


def taken_error(store: Path) -> StoreError:
    """What to say when another process holds the lock; names its pid if it has written it."""
    pid = ""
    with contextlib.suppress(OSError, ValueError):
        pid = str(int(lock_path(store).read_text()))
    who = f"процессом {pid}" if pid else "другим процессом"
    return StoreError(
        f"Хранилище {store} уже открыто {who}.",
        "Остановите тот сервер или укажите другую папку в server.data_dir.",
    )
