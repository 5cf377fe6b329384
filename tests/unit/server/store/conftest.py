from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ekc_console.server.store.base.database import Database


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(tmp_path / "ekc.db")
    yield database
    await database.close()
