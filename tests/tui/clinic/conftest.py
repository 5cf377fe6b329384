"""The console of a clinic's desk over scripted visits and cards."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.tui.shell.app import EkcApp
from tests.support.clinic import ScriptedClinic


@pytest.fixture
def desk(tmp_path: Path) -> ScriptedClinic:
    return ScriptedClinic(tmp_path)


@pytest.fixture
def app(desk: ScriptedClinic, tmp_path: Path) -> EkcApp:
    """Begun as ``ekc operator``: the role brings its own face."""
    return EkcApp(desk, server="127.0.0.1", state_dir=tmp_path)
