"""No word that is always the same is cut at any width: names give way, not the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from textual.widget import Widget

from ekc_console import i18n
from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.present import day_calls, words
from ekc_console.wire import watch
from tests.support.day import ANSWERS
from tests.support.supervisor import (
    CENTRE,
    PEOPLE,
    QUEUES,
    ScriptedSupervisor,
    person,
)
from tests.support.sweep import sweep
from tests.tui.steps import log_in, press, settle, shown

pytestmark = pytest.mark.long

WIDTHS = (80, 100, 120, 160, 200)
LEAST_NAME = 7
"""Cells of a name that stay readable."""
OPENED = {
    "queue": ("enter",),
    "person": ("tab", "enter"),
    "call": ("tab", "tab", "end", "enter"),
    "day": ("e",),
    "calls": ("e", "enter"),
    "month": ("f",),
}


def vocabulary(table: str) -> dict[str, Iterable[str]]:
    """What may stand in a column, by the column's title: the words, and what they stand before."""
    doing = [*words.NOT_RESPONDING.values(), "консоли нет", "линии нет", "потом уходит"]
    return {
        "watch-queues": {
            "Очередь": [f"{word} · {'я' * LEAST_NAME}" for word in ("пауза", "закрыта")],
        },
        "watch-people": {"Состояние": words.PERSON_STATES.values(), "Чем занят": doing},
        "watch-calls": {"Где": words.CALL_STATES.values()},
        "opened-calls": {"Чем кончился": [*day_calls.OUTCOMES.values(), "идёт", "отвечен поздно"]},
        "opened-halves": {"Когда": ["весь день", "принято поздно", "10:00–10:30 !"]},
    }.get(table, {})


def cut(table: LineTable) -> Iterator[str]:
    """Titles and words that find no room in their column as it stands."""
    width = table.scrollable_content_region.width
    gap = 2 if width >= 60 else 1
    here = [column for column in table._columns if table._fits(column)]
    known = {_(title): texts for title, texts in vocabulary(table.id or "").items()}
    for column, size in zip(here, table._sizes(here, width, gap), strict=True):
        for text in (column.title, *(_(text) for text in known.get(column.title, ()))):
            if len(text) > size:
                yield f"{table.id}: «{text}» in {size} of {width}"


def faults(screen: Widget) -> list[str]:
    return [fault for table in screen.query(LazyTable) if table.size.width for fault in cut(table)]


@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("width", sweep(WIDTHS, every=6))
async def test_no_word_of_the_fixed_vocabulary_is_cut(
    app: EkcApp, desk: ScriptedSupervisor, width: int, language: str
) -> None:
    i18n.use(language)
    desk.results.update(ANSWERS)
    async with app.run_test(size=(width, 45)) as pilot:
        await log_in(pilot)
        found = faults(app.screen)
        if width < 120:
            for _pane in range(3):
                await press(pilot, "tab")
                found += faults(app.screen)
            await press(pilot, "tab")
        for keys in OPENED.values():
            await press(pilot, *keys)
            found += faults(app.screen)
            while not app.screen.query("#now"):
                await press(pilot, "escape")
            app.screen.show_pane("queues")  # type: ignore[attr-defined]
            await settle(pilot)
        assert found == [], "\n".join(found)


async def test_the_gravest_rows_are_in_sight_of_a_list_that_is_not_in_use(app: EkcApp) -> None:
    """Its cursor stood on another one, and there is no room for both."""
    async with app.run_test(size=(80, 12)) as pilot:
        await log_in(pilot)
        await press(pilot, "end")
        table = app.screen.query_one("#watch-queues", LazyTable)
        assert table.scroll_offset.y > 0
        await press(pilot, "tab")
        assert table.scroll_offset.y == 0
        await press(pilot, "shift+tab")
        assert table.scroll_offset.y > 0


@pytest.mark.parametrize("width", sweep(WIDTHS, every=6))
async def test_titles_give_way_by_whole_parts(
    app: EkcApp, desk: ScriptedSupervisor, width: int
) -> None:
    many = tuple(
        person(f"p{n}", f"Оператор {n}", state, 10)
        for state, count in (("ready", 120), ("talking", 240), ("wrap_up", 25), ("break", 110))
        for n in (f"{state}{number}" for number in range(count))
    )
    desk.rows = (*QUEUES, *PEOPLE, *many, CENTRE)
    async with app.run_test(size=(width, 40)) as pilot:
        await log_in(pilot)
        pane = app.screen.query_one("#pane-people")
        if not pane.display:
            await press(pilot, "tab")
        title = str(pane.border_title)
        assert title.startswith("Люди · готовы 121")
        assert len(title) <= pane.outer_size.width - 6
        top = shown(pilot, "#title")
        assert "…" not in top
        assert "Соня Н." in top


def test_what_is_fixed_comes_before_what_is_not() -> None:
    from ekc_console.tui.supervisor.present import people, queues

    gone = person("z", "Жанна", "talking", 1, console=False, queue_title="Справочная" * 3)
    assert people.doing(gone).startswith("консоли нет · ")
    paused = watch.WatchQueue(id="q", title="Врач на дом" * 3, paused=True)
    assert queues.titled(paused).startswith("пауза · ")
