from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ekc_console import i18n
from ekc_console.client.words.zone import use_zone
from tests.support.zones import MOSCOW


@pytest.fixture(autouse=True)
def _moscow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    time.tzset()
    use_zone(MOSCOW)
    i18n.use("ru")
    yield
    monkeypatch.undo()
    time.tzset()
    i18n.use("ru")
