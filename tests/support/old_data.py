"""The data folder of a centre as an earlier version wrote it, copied for a test."""

from __future__ import annotations

import contextlib
import sqlite3
import tarfile
from pathlib import Path

import tests

FIXTURE = Path(tests.__file__).parent / "data" / "centre_2026_11"
CONFIG = FIXTURE / "config.yaml"
LATER = 1_796_000_000.0
"""A moment some hours after the last entry of the journal."""
_ITS_FOLDER = "/srv/ekc/data"


def unpacked(folder: Path) -> Path:
    """The data folder, ``folder/data``, as if it had always been there."""
    data = folder / "data"
    data.mkdir(parents=True, mode=0o700)
    with tarfile.open(FIXTURE / "data.tar.xz") as archive:
        archive.extractall(data, filter="data")
    with contextlib.closing(sqlite3.connect(data / "ekc.db", isolation_level=None)) as conn:
        conn.execute("UPDATE recordings SET path = replace(path, ?, ?)", (_ITS_FOLDER, str(data)))
    return data


def counts(data: Path, *tables: str) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(f"file:{data}/ekc.db?mode=ro", uri=True)) as conn:
        return {
            table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
        }
