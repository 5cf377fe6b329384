"""What a screen reader is told of the supervisor's screen: all of it, then what has changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.status_feed import SOCKET
from tests.support.supervisor import CALLBACKS, HELP, PEOPLE, QUEUES, ScriptedSupervisor
from tests.tui.steps import log_in, settle

replace = msgspec.structs.replace


async def test_the_screen_is_told_in_lines_and_then_only_what_has_changed(
    app: EkcApp, desk: ScriptedSupervisor, tmp_path: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.put(HELP)
        await settle(pilot)
        desk.change(gone=(("WatchCall", "c-9"),))
        await settle(pilot)
        heard, writer = await asyncio.open_unix_connection(tmp_path / SOCKET)
        lines = (await heard.readuntil(b"\n\n")).decode().splitlines()
        assert lines[0] == "Экран смены: Соня Н. Связь есть. Очередей 4, людей 7."
        assert (
            "Очередь «Вакцинация»: ждут 12, готовы 0, заняты 3, отошли 1; уровень за полчаса "
            "54 %, за день 71 %; поступило 140, принято 119, потеряно 9."
        ) in lines
        assert "Анна П.: разговор, Вакцинация, вызовов 7." in lines
        assert "Вызов +7 900 000-00-09: предложен, Справка, Справочная, Борис О." in lines
        owed = [line for line in lines if line.startswith("Перезвонить")]
        assert len(owed) == len(CALLBACKS)
        assert owed[0].startswith("Перезвонить +7 900 000-00-32: ЭКСТРЕННО, ")
        assert "предлагается" in owed[0]
        assert not any("закончен" in line for line in lines)
        assert any(line.startswith("Просят помочь: Анна П.") for line in lines)
        desk.time += 7
        app._tick()
        await settle(pilot)
        desk.change(replace(QUEUES[1], waiting=5), gone=(("WatchCall", "c-3"),))
        await settle(pilot)
        desk.change(replace(PEOPLE[1], state="break", reason="Обед"))
        await settle(pilot)
        news = [(await heard.readline()).decode().rstrip("\n") for _ in range(4)]
        assert news[0].startswith("Внимание: Справочная: ждут 5")
        assert news[1].startswith("Очередь «Справочная»: ждут 5")
        assert news[2] == "Вызов +7 912 000-10-22: меню. Вызов закончен."
        assert news[3] == "Борис О.: перерыв, Обед, вызовов 7."
        writer.close()


async def test_nothing_is_put_into_words_while_nobody_reads(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    made: list[object] = []
    app.face.sentences = lambda host: made.append(host) or {}  # type: ignore[method-assign,func-returns-value]
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.change(replace(QUEUES[1], waiting=5))
        await settle(pilot)
        assert made == []
