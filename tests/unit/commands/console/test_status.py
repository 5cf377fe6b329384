"""``ekc status`` finds the console that is open: the user's own, else a demonstration's."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.tui.shell.status_feed import SOCKET, StatusFeed


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


async def status() -> Result:
    return await asyncio.to_thread(CliRunner().invoke, main, ["status"])


async def feed(folder: Path, text: str) -> StatusFeed:
    made = StatusFeed(folder)
    await made.open()
    made.tell({"state": text})
    return made


async def test_a_console_that_is_just_ending_is_passed_over(tmp_path: Path) -> None:
    """It takes the connection and says nothing."""
    (tmp_path / "home" / "ekc").mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(str(tmp_path / "home" / "ekc" / SOCKET))
        ending.listen()
        demo = await feed(tmp_path / "ekc-demo-7-x" / "state" / "ekc", "Демонстрация.")
        asked = asyncio.create_task(status())
        taken, _ = await asyncio.to_thread(ending.accept)
        taken.close()
        assert (await asked).stdout == "Демонстрация.\n"
        demo.close()


async def test_the_users_own_console_comes_first(tmp_path: Path) -> None:
    demo = await feed(tmp_path / "ekc-demo-7-x" / "state" / "ekc", "Демонстрация.")
    own = await feed(tmp_path / "home" / "ekc", "Своё.")
    assert (await status()).stdout == "Своё.\n"
    own.close()
    assert (await status()).stdout == "Демонстрация.\n"
    demo.close()


async def test_without_a_console_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "ekc-demo-7-x" / "state").mkdir(parents=True)
    result = await status()
    assert result.exit_code == 1
    assert "Открытого рабочего места нет" in result.stderr
