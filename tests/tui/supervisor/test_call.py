"""A call opened: its facts, what is filled in, and why it went where it went."""

from __future__ import annotations

from typing import Any

import msgspec
from textual.pilot import Pilot

from ekc_console.errors import EkcError
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire.day.story import GetCallStory, StoryField
from tests.support.day import CALL, STORY
from tests.support.desk import NOW
from tests.support.supervisor import CALLS, ScriptedSupervisor
from tests.tui.steps import commands, log_in, press, settle, shown

replace = msgspec.structs.replace


async def opened(pilot: Pilot[Any]) -> None:
    """The call that Анна talks, by its row."""
    await log_in(pilot)
    await press(pilot, "tab", "tab", "end", "enter")


def story(pilot: Pilot[Any]) -> list[str]:
    table = pilot.app.screen.query_one("#opened-story", LazyTable)
    return [" ".join(row.cells) for row in table.rows]


async def test_why_it_went_there_stands_below_with_who_was_asked_and_who_was_not(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.results[GetCallStory] = STORY
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        lines = story(pilot)
        assert "10:17:40 в очереди: Вакцинация, приоритет 0, счёт: +0,0 с, место 4" in lines
        assert any("решение (кто дольше свободен): Егор Л." in line for line in lines)
        assert any("Вера В." in line and "перерыв: Обед" in line for line in lines)
        assert any("Галя К." in line and "нет навыка: english" in line for line in lines)
        assert any("Егор Л.: не ответил вовремя" in line for line in lines)
        assert "ФИО пациента     Сидорова Елена Павловна" in shown(pilot, "#opened-facts")


async def test_it_is_asked_again_when_the_call_has_changed_and_not_before(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.results[GetCallStory] = STORY
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        for _ in range(3):
            desk.time += 5
            app._tick()
            await settle(pilot)
        assert len(commands(pilot, GetCallStory)) == 1
        held = replace(next(c for c in CALLS if c.id == "c-7"), state="held", since=NOW)
        desk.change(held)
        await settle(pilot)
        assert len(commands(pilot, GetCallStory)) == 2


async def test_a_call_that_has_ended_stays_open_with_its_end(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.results[GetCallStory] = STORY
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        desk.results[GetCallStory] = replace(STORY, about=replace(CALL, ended_at=NOW))
        desk.time += 5
        desk.change(gone=(("WatchCall", "c-7"),))
        await settle(pilot)
        facts = shown(pilot, "#opened-facts")
        assert "закончен: отвечен" in facts
        assert "Вакцинация · ждал 2:08, дольше нормы" in facts
        assert story(pilot)


async def test_why_not_is_said_where_the_story_would_stand(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.refuse[GetCallStory] = EkcError("Нет связи с сервером.", "Подождите.")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        table = app.screen.query_one("#opened-story", LazyTable)
        assert table._empty == "Нет связи с сервером. Подождите."


async def test_a_story_without_its_decisions_says_so(app: EkcApp, desk: ScriptedSupervisor) -> None:
    desk.results[GetCallStory] = replace(STORY, decided=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        title = str(app.screen.query_one("#opened-why").render())
        assert "ekc explain c-7" in title


async def test_a_card_of_any_length_leaves_room_for_why_and_is_read_to_its_end(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    card = tuple(
        StoryField(label=f"Поле {n}", type="text", value=f"ответ {n}") for n in range(1, 26)
    )
    desk.results[GetCallStory] = replace(STORY, fields=card)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert app.screen.query_one("#opened-story", LazyTable).size.height >= 6
        about = app.screen.query_one("#opened-about")
        await press(pilot, "tab")
        assert app.screen.focused is about
        await press(pilot, "pagedown", "pagedown", "pagedown", "pagedown")
        assert about.scroll_offset.y == about.max_scroll_y > 0
        await press(pilot, "tab")
        assert isinstance(app.screen.focused, LazyTable)
