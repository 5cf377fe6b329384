"""The supervisor's console over a scripted centre."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.face import SupervisorFace
from tests.support.supervisor import ScriptedSupervisor


@pytest.fixture
def desk(tmp_path: Path) -> ScriptedSupervisor:
    return ScriptedSupervisor(tmp_path)


@pytest.fixture
def app(desk: ScriptedSupervisor, tmp_path: Path) -> EkcApp:
    return EkcApp(desk, server="127.0.0.1", state_dir=tmp_path, face=SupervisorFace())
