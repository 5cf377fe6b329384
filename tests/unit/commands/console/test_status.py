"""``ekc status`` finds the console that is open: the user's own, else a demonstration's."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.tui.shell.status_feed import SOCKET, StatusFeed


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a short name: a socket's path has 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="ekc-") as folder:
        monkeypatch.setenv("XDG_STATE_HOME", str(Path(folder, "home")))
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


async def status() -> Result:
    return await asyncio.to_thread(CliRunner().invoke, main, ["status"])


async def feed(folder: Path, text: str) -> StatusFeed:
    made = StatusFeed(folder)
    await made.open()
    made.tell(lambda: {"state": text})
    return made


async def test_a_console_that_is_just_ending_is_passed_over(short: Path) -> None:
    """It takes the connection and says nothing."""
    (short / "home" / "ekc").mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(str(short / "home" / "ekc" / SOCKET))
        ending.listen()
        demo = await feed(short / "ekc-demo-7-x" / "state" / "ekc", "Демонстрация.")
        asked = asyncio.create_task(status())
        taken, _ = await asyncio.to_thread(ending.accept)
        taken.close()
        assert (await asked).stdout == "Демонстрация.\n"
        demo.close()


async def test_the_users_own_console_comes_first(short: Path) -> None:
    demo = await feed(short / "ekc-demo-7-x" / "state" / "ekc", "Демонстрация.")
    own = await feed(short / "home" / "ekc", "Своё.")
    assert (await status()).stdout == "Своё.\n"
    own.close()
    assert (await status()).stdout == "Демонстрация.\n"
    demo.close()


async def test_all_that_is_shown_is_told_and_not_its_first_line_alone(short: Path) -> None:
    own = StatusFeed(short / "home" / "ekc")
    await own.open()
    own.tell(lambda: {"state": "Состояние: готов.", "call": "Вызова нет."})
    assert (await status()).stdout == "Состояние: готов.\nВызова нет.\n"
    own.close()


async def test_without_a_console_it_says_so(short: Path) -> None:
    (short / "ekc-demo-7-x" / "state").mkdir(parents=True)
    result = await status()
    assert result.exit_code == 1
    assert "Открытого рабочего места нет" in result.stderr
