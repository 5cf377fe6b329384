"""A command that asks about a store, or changes what is in it, makes none where none is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from ekc_console.cli import main

COMMANDS = (
    "report today",
    "user list",
    "user show anna",
    "user change anna --name Анна",
    "user disable anna",
    "user enable anna",
    "user logout anna",
    "user password anna",
    "suggestions list",
    "suggestions set 1 accepted",
    "board list",
    "board remove hall",
    "server metrics list",
    "server metrics remove prometheus",
    "store rebuild",
    "audit list",
    "audit export audit.csv",
    "audit verify",
    "store journal export journal.jsonl",
    "explain last",
    "replay ekc.db",
    "simulate --journal ekc.db",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_made(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("EKC_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, command.split())
    assert result.exit_code == 1, result.output
    assert "ekc.db" in result.stderr
    assert os.listdir(tmp_path) == []
