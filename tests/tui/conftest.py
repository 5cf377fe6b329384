"""The console under Pilot: one clock, one time zone, no language of the environment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ekc_console import i18n
from ekc_console.client.words.zone import use_zone
from ekc_console.tui.shared import repaint
from ekc_console.tui.shared.keys import held
from ekc_console.tui.shared.widgets import emergency
from ekc_console.tui.shell.app import EkcApp
from tests.support.desk import ScriptedDesk
from tests.support.zones import MOSCOW

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of one test's variants (sizes, roles, places) the first is quick and the others long: a
    screen takes about a second of CPU each time it is started."""
    seen: set[tuple[Path, str]] = set()
    for item in items:
        if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
            continue
        if not item.path.is_relative_to(HERE):
            continue
        if item.get_closest_marker("long") is None:
            test = (item.path, item.originalname)
            if test in seen:
                item.add_marker("long")
            seen.add(test)


async def _no_wait(*_limits: float) -> None:
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A centre in Moscow, seen from Vladivostok; Russian, colours; no waiting between two paints
    or presses of a key, and none for an idle CPU (``steps.settle`` waits for what is under way
    instead)."""
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    for name in ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    time.tzset()
    use_zone(MOSCOW)
    monkeypatch.setattr(repaint, "MIN_GAP_S", 0.0)
    monkeypatch.setattr(held, "SAME_KEY_S", 0.0)
    monkeypatch.setattr(emergency, "BOUNCE_S", 0.0)
    monkeypatch.setattr("textual.app.wait_for_idle", _no_wait)
    monkeypatch.setattr("textual.pilot.wait_for_idle", _no_wait)
    i18n.use("ru")
    yield
    monkeypatch.undo()
    time.tzset()
    i18n.use("ru")


@pytest.fixture
def desk(tmp_path: Path) -> ScriptedDesk:
    return ScriptedDesk(tmp_path)


@pytest.fixture
def app(desk: ScriptedDesk, tmp_path: Path) -> EkcApp:
    return EkcApp(desk, server="http://127.0.0.1:8122", state_dir=tmp_path)
