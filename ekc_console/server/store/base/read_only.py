"""A store read by a tool: nothing is made, migrated or locked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ekc_console.server.store.base import schema
from ekc_console.server.store.base.errors import StoreError, store_error


@contextmanager
def opened(path: Path, *, since_version: int = 1) -> Iterator[sqlite3.Connection]:
    """One state of the store, beside a running server too. Raises StoreError that names the file:
    there is none, it is none, or of a version before ``since_version``."""
    if not path.exists():
        raise StoreError(
            f"Хранилища {path} нет.", "Укажите файл настроек этого сервера: --config FILE."
        )
    try:
        conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    try:
        version = schema.check(conn, path)
        if version == 0:
            raise StoreError(f"Файл {path} пуст.", "Укажите файл базы сервера (ekc.db).")
        if version < since_version:
            raise StoreError(
                f"Хранилище {path} версии {version}: этих сведений в нём ещё нет.",
                "Они появятся, когда его откроет сервер этой версии.",
            )
        conn.execute("BEGIN")
        yield conn
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    finally:
        conn.close()
