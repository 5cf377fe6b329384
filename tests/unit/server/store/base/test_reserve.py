"""A store on a disk that is full at a start."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.store.base import database, reserve
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError


def test_the_room_that_was_kept_lets_it_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ekc.db"
    with Database.open(path):
        assert (tmp_path / "ekc.reserve").stat().st_size == reserve.SIZE
    connect = database._connect

    def full(store: Path, *how: object, **more: object) -> object:
        if (tmp_path / "ekc.reserve").exists():
            raise StoreError("на диске нет места")
        return connect(store, *how, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "_connect", full)
    with Database.open(path):
        pass
    monkeypatch.undo()
    with Database.open(path):
        assert (tmp_path / "ekc.reserve").exists()


def test_without_it_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> object:
        raise StoreError("на диске нет места")

    monkeypatch.setattr(database, "_connect", full)
    with pytest.raises(StoreError, match="нет места"):
        Database.open(tmp_path / "ekc.db")
