from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ekc_console import i18n


@pytest.fixture(autouse=True)
def _moscow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Moscow")
    time.tzset()
    i18n.use("ru")
    yield
    monkeypatch.undo()
    time.tzset()
    i18n.use("ru")
