"""Power fails with ``synchronous: normal``: what was not forced to the disk is gone, and the trail
that is left is whole, for no head is of entries that are gone."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.check import Checked, check
from ekc_console.server.store.audit.entries import Entry
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database

STORE = ("ekc.db", "ekc.db-wal")


class Disk:
    """Keeps, beside the folder, what of the store was on it for good at the last ``fsync``."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._real = os.fsync
        self.kept = folder.with_name("kept")
        self._keep()
        monkeypatch.setattr(os, "fsync", self._fsync)

    def _fsync(self, fd: int) -> None:
        self._real(fd)
        self._keep()

    def _keep(self) -> None:
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir()
        for name in STORE:
            if (self._folder / name).exists():
                shutil.copy(self._folder / name, self.kept)

    def after_power_loss(self) -> Path:
        """The heads are written without being forced, and may be there all the same."""
        left = shutil.copytree(self.kept, self.kept.with_name("left"))
        shutil.copy(self._folder / "audit.heads", left)
        return left / "ekc.db"


def add(database: Database, *names: str) -> None:
    heads = Heads(database.path)
    for name in names:
        head = database.write_now(
            lambda conn, name=name: entries.add(conn, heads, Entry(1.0, name, "login"))
        )
        heads.keep(head)


def checked(path: Path) -> Checked:
    with read_only.opened(path) as conn:
        return check(conn, Heads(path))


def test_no_head_is_of_entries_that_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with Database.open(folder / "ekc.db") as database:
        add(database, "anna")
        disk = Disk(folder, monkeypatch)
        add(database, "boris", "vera")
        left = disk.after_power_loss()
    with Database.open(left) as again:
        add(again, "galya")
        kept = again.read_now(lambda conn: entries.of(conn, entries.Wanted()))
    assert [entry.action for entry in kept].count("gap") == 0
    assert {"boris", "vera", "galya"} <= {entry.who for entry in kept}
    assert checked(left).broken is None


def test_entries_whose_head_was_not_kept_yet_may_go_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with Database.open(folder / "ekc.db") as database:
        add(database, "anna")
        disk = Disk(folder, monkeypatch)
        database.write_now(
            lambda conn: entries.add(conn, Heads(database.path), Entry(1.0, "boris", "login"))
        )
        left = disk.after_power_loss()
    assert checked(left).broken is None


def test_a_cut_end_is_still_seen(tmp_path: Path) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path) as database:
        add(database, "anna", "boris")

        def cut(conn: sqlite3.Connection) -> None:
            conn.execute("DROP TRIGGER audit_no_delete")
            conn.execute("DELETE FROM audit WHERE who = 'boris'")

        database.write_now(cut)
    assert (broken := checked(path).broken) is not None
    assert broken.fault == "cut"
