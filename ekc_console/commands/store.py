"""The store as the command line opens it: beside a running server."""

from __future__ import annotations

from ekc_console.config import Config
from ekc_console.server.store.database import Database


def open_store(config: Config) -> Database:
    """Raises StoreError."""
    return Database.open(config.data_dir / "ekc.db", shared=True)
