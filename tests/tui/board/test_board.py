"""The wall board in a terminal: figures, marks, the age of it, no key but one."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Digits, Label

from ekc_console.client.link import board_link
from ekc_console.client.link.board_link import BoardLink
from ekc_console.tui.board.app import BoardApp, Tile
from ekc_console.wire.outside.board import BoardQueue

VACC = BoardQueue(
    title="Вакцинация", waiting=12, wait_s=161, wait_target_s=20, wait_mark="alarm", level=0.71,
    level_target=0.8, level_mark="warn", ready=0, ready_mark="warn", abandoned=9, callbacks=3,
)  # fmt: skip
INFO = BoardQueue(
    title="Справочная", waiting=0, wait_s=0, wait_target_s=0, level=None, level_target=0.0,
    ready=4, abandoned=0, callbacks=0, shut="closed",
)  # fmt: skip


class Scripted(BoardLink):
    """What it is told, at an age that is told too."""

    age: float | None = None

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:8122", "token")

    async def run(self) -> None:
        await asyncio.Event().wait()

    def age_s(self) -> float | None:
        return self.age

    def tell(self, *queues: BoardQueue, age: float = 0.0) -> None:
        self.queues, self.age, self.refused = queues, age, False
        self.on_change()


@pytest.fixture
def link() -> Scripted:
    return Scripted()


@pytest.fixture
def app(link: Scripted) -> BoardApp:
    return BoardApp(link, every_s=1000.0)


def tiles(pilot: Pilot[Any]) -> list[tuple[str, str, str]]:
    return [
        (
            str(tile.query_one(".name", Label).render()),
            tile.query_one(Digits).value,
            str(tile.query_one(".target", Label).render()),
        )
        for tile in pilot.app.query(Tile)
    ]


def said(pilot: Pilot[Any], name: str) -> str:
    label = pilot.app.query_one(f"#{name}", Label)
    return str(label.render()) if label.display else ""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_six_figures_with_targets_and_marks_beside_the_colours(
    app: BoardApp, link: Scripted, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        link.tell(VACC, INFO)
        await pilot.pause()
        assert tiles(pilot) == [
            ("Ждут", "12", ""),
            ("▲ Дольше всех", "2:41", "цель 0:20"),
            ("! Уровень за полчаса", "71%", "цель 80%"),
            ("! Готовы", "0", ""),
            ("Потеряно сегодня", "9", ""),
            ("Перезвонить", "3", ""),
        ]
        assert said(pilot, "title") == "Вакцинация  1/2"
        assert (said(pilot, "word"), said(pilot, "age")) == ("", "Данные: 0 с назад")
        for tile in app.query(Tile):
            inside = tile.region
            assert all(inside.contains_region(part.region) for part in tile.children)


async def test_queues_take_turns_and_one_in_trouble_is_named_meanwhile(
    app: BoardApp, link: Scripted
) -> None:
    async with app.run_test() as pilot:
        link.tell(VACC, INFO)
        assert said(pilot, "others") == ""
        app.turn()
        assert said(pilot, "title") == "Справочная · закрыта  2/2"
        assert tiles(pilot)[2] == ("Уровень за полчаса", "—", "")
        assert said(pilot, "others") == "▲ Вакцинация"
        app.turn()
        assert said(pilot, "title") == "Вакцинация  1/2"
        app.turn()
        link.tell(VACC)
        assert said(pilot, "title") == "Вакцинация"


async def test_old_figures_stay_and_are_said_to_be_old(app: BoardApp, link: Scripted) -> None:
    async with app.run_test() as pilot:
        assert said(pilot, "word") == "Данных ещё не было"
        link.tell(VACC)
        assert said(pilot, "word") == ""
        link.tell(VACC, age=9.9)
        assert (said(pilot, "word"), app.screen.has_class("-old")) == ("", False)
        link.age = 75.0
        app.paint()
        assert said(pilot, "word") == "ДАННЫЕ УСТАРЕЛИ: 1:15"
        assert app.screen.has_class("-old")
        assert tiles(pilot)[0][1] == "12"
        link.tell()
        assert said(pilot, "word") == "Очередей этого табло нет"


async def test_a_withdrawn_board_shows_nothing(app: BoardApp, link: Scripted) -> None:
    async with app.run_test() as pilot:
        link.tell(VACC)
        link.queues, link.age, link.refused = None, None, True
        link.on_change()
        assert said(pilot, "word") == "Это табло отозвано или ключ неверен"
        assert (said(pilot, "title"), said(pilot, "age")) == ("", "")
        assert not app.query_one("Grid").visible


@pytest.mark.parametrize("q", ["q", "й"])
async def test_no_key_does_anything_but_q(app: BoardApp, link: Scripted, q: str) -> None:
    async with app.run_test() as pilot:
        link.tell(VACC, INFO)
        await pilot.press("enter", "tab", "escape", "f1", "ctrl+c", "ctrl+p", "right")
        assert said(pilot, "title") == "Вакцинация  1/2"
        assert app.is_running
        await pilot.press(q)
        await pilot.pause()
        assert not app.is_running


async def test_news_that_come_while_it_is_being_closed_paint_nothing(
    app: BoardApp, link: Scripted
) -> None:
    async with app.run_test():
        link.tell(VACC)
    link.tell(VACC, INFO)
    app.turn()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("theme", ["ekc-dark", "ekc-light"])
def test_the_board(snap_compare: Any, link: Scripted, size: tuple[int, int], theme: str) -> None:
    async def show(pilot: Pilot[Any]) -> None:
        link.tell(VACC, INFO)
        await pilot.pause()

    app = BoardApp(link, every_s=1000.0, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=show)


def test_old_figures_without_colours(
    snap_compare: Any, link: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def show(pilot: Pilot[Any]) -> None:
        link.tell(msgspec.structs.replace(VACC, waiting=3), INFO, age=12.0)
        await pilot.pause()

    assert snap_compare(BoardApp(link, every_s=1000.0), terminal_size=(80, 24), run_before=show)


def test_a_server_that_lives_is_not_taken_for_silent() -> None:
    assert board_link.SILENCE_S > 3
