from __future__ import annotations

import asyncio
from pathlib import Path

from ekc_console.tui.shell.status_feed import SOCKET, StatusFeed

LIMIT_S = 5.0


async def test_a_reader_gets_all_and_then_what_changes(tmp_path: Path) -> None:
    feed = StatusFeed(tmp_path)
    await feed.open()
    feed.tell(lambda: {"state": "Состояние: готов.", "call": "Вызова нет."})
    assert (tmp_path / SOCKET).stat().st_mode & 0o777 == 0o600
    heard, writer = await asyncio.open_unix_connection(tmp_path / SOCKET)
    async with asyncio.timeout(LIMIT_S):
        first = await heard.readuntil(b"\n\n")
        assert first.decode() == "Состояние: готов.\nВызова нет.\n\n"
        feed.tell(lambda: {"state": "Состояние: готов.", "call": "Входящий вызов."})
        assert (await heard.readline()).decode() == "Входящий вызов.\n"
        feed.tell(lambda: {"state": "Состояние: готов.", "call": "Входящий вызов."})
        feed.say("Ошибка: связи нет.")
        assert (await heard.readline()).decode() == "Ошибка: связи нет.\n"
        feed.close()
        assert await heard.read() == b""
    writer.close()
    assert not (tmp_path / SOCKET).exists()


async def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    feed = StatusFeed(tmp_path / "file")
    await feed.open()
    feed.tell(lambda: {"state": "Состояние: готов."})
    feed.close()
