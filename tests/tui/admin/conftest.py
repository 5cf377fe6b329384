"""The administrator's console over scripted accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.tui.admin.face import AdminFace
from ekc_console.tui.shell.app import EkcApp
from tests.support.admin import ScriptedAdmin


@pytest.fixture
def desk(tmp_path: Path) -> ScriptedAdmin:
    return ScriptedAdmin(tmp_path)


@pytest.fixture
def app(desk: ScriptedAdmin, tmp_path: Path) -> EkcApp:
    return EkcApp(desk, server="127.0.0.1", state_dir=tmp_path, face=AdminFace())
