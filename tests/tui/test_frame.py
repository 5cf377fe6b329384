"""The frame of the console: jump, help of the place, settings, own keys, notice of an offer."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from textual import events
from textual._styles_cache import StylesCache
from textual.widgets import Button

from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shared.keys import registry
from ekc_console.tui.shared.keys.keymap import check
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.help import HelpScreen
from ekc_console.tui.shell.jump import JumpOverlay
from ekc_console.tui.shell.settings import SettingsScreen
from ekc_console.wire import messages
from tests.support.desk import CALL, CALLBACKS, NOW, ScriptedDesk
from tests.tui.steps import (
    READY,
    be_offered,
    be_ready,
    commands,
    desk_of,
    focused,
    press,
    replace,
    resize,
    settle,
    shown,
    talk,
    wrap_up,
)

pytestmark = pytest.mark.long

WIDE = (120, 40)


@pytest.mark.parametrize("letter", ["g", "п"])
async def test_a_letter_of_the_jump_goes_to_its_pane(app: EkcApp, letter: str) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, callbacks=True)
        await press(pilot, "ctrl+t", letter)
        assert isinstance(app.screen, OperatorScreen)
        assert focused(pilot) == "callbacks"


async def test_a_second_letter_under_way_does_not_take_the_desk_away(app: EkcApp) -> None:
    """Both were in the queue of the letters' screen when it got to them."""
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+t")
        for key in "sy":
            app.screen.post_message(events.Key(key, key))
        await settle(pilot)
        assert isinstance(app.screen, OperatorScreen)
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)


async def test_a_question_answered_twice_takes_only_itself_away(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        said = []
        for _ in range(2):
            app.confirm("Вопрос?", "", no="Нет", yes="Да", then=lambda: said.append("да"))
            await settle(pilot)
            question = app.screen
            for _ in range(2):
                question.post_message(Button.Pressed(question.query_one("#confirm-yes", Button)))
            await settle(pilot)
            assert isinstance(app.screen, OperatorScreen)
        assert said == ["да", "да"]


@pytest.mark.long
async def test_the_letters_of_the_jump_are_the_same_on_every_size(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await talk(pilot)
        seen = []
        for size in ((200, 50), WIDE, (80, 24)):
            await resize(pilot, *size)
            await press(pilot, "ctrl+t")
            assert isinstance(app.screen, JumpOverlay)
            seen.append({target.slug: letter for letter, target in app.screen._targets.items()})
            await press(pilot, "escape")
        large, wide, small = seen
        assert wide.items() <= large.items()
        assert {**small, **large} == {**large, **small}


@pytest.mark.long
async def test_going_around_stops_only_where_there_is_something(app: EkcApp) -> None:
    """Without a call the panes of the caller and the card are empty."""
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        seen = []
        for _ in range(3):
            await press(pilot, "ctrl+n")
            assert focused(pilot)
            seen.append(app.screen.active)
        assert seen == ["callbacks", "script", "queue"]
        await press(pilot, "ctrl+t")
        assert len(app.screen.query(".jump")) == 3


async def test_the_focus_is_not_lost_with_the_card(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await wrap_up(pilot)
        await press(pilot, "f9", "1")
        assert focused(pilot) == "card-dispositions"
        desk_of(pilot).card_desk.close()
        await settle(pilot)
        assert focused(pilot)


@pytest.mark.long
async def test_another_key_leaves_the_jump_and_the_focus(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        before = focused(pilot)
        await press(pilot, "ctrl+е", "escape")
        assert focused(pilot) == before


@pytest.mark.long
async def test_the_jump_of_a_narrow_terminal_stands_on_the_tabs(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+t")
        assert isinstance(app.screen, JumpOverlay)
        labels = [label.region for label in app.screen.query(".jump")]
        assert len(labels) == 6
        assert all(region.right <= 80 for region in labels)
        await press(pilot, "d")
        assert isinstance(app.screen, OperatorScreen)
        assert [pane.slug for pane in app.screen.query(Pane) if pane.display] == ["card"]


async def test_an_offer_is_answered_over_the_jump(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_offered(pilot)
        await press(pilot, "ctrl+t", "f5")
        assert commands(pilot, messages.AcceptOffer)


async def test_help_begins_with_the_place_of_the_focus(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, callbacks=True)
        app.screen.query_one("#callbacks").focus()
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        assert shown(pilot, "#help-text").startswith("Обратные вызовы\n")
        assert "Delete" in shown(pilot, "#help-text").splitlines()[1]


async def test_every_pane_says_what_it_is(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        assert [pane.slug for pane in app.screen.query(Pane) if not pane.about] == []


@pytest.mark.long
async def test_settings_are_in_force_at_once_and_remembered(
    app: EkcApp, desk: ScriptedDesk, tmp_path: Path
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+o", "настройки", "enter")
        assert isinstance(app.screen, SettingsScreen)
        await press(pilot, "1", "2", "3", "5")
        assert app.theme == "ekc-light"
        assert app.has_class("-compact")
    again = EkcApp(desk, server="", state_dir=tmp_path)
    assert (again.theme, again.has_class("-compact")) == ("ekc-light", True)
    assert (again.prefs.language, again.prefs.notice, again.prefs.bell) == ("en", False, True)


@pytest.mark.long
@pytest.mark.parametrize("size", [(80, 24), pytest.param(WIDE, marks=pytest.mark.long)])
async def test_another_language_is_spoken_at_once_and_nothing_typed_is_lost(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    english, russian = ("F8 Hang up", "F8 Завершить") if size == WIDE else ("F8 End", "F8 Отбой")
    async with app.run_test(size=size) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова ан")
        desk.card_desk.set_note("Перезвонить")
        await press(pilot, "ctrl+o", "настройки", "enter", "3")
        assert isinstance(app.screen, SettingsScreen)
        assert app.screen.query_one(Choices).highlighted == 2
        assert english in shown(pilot, "#keys")
        await press(pilot, "escape")
        assert isinstance(app.screen, OperatorScreen)
        assert app.screen.pane("caller").border_title == "Caller"
        assert focused(pilot) == "script-input"
        await press(pilot, "на", "enter")
        assert "Дата рождения?" in shown(pilot, "#script-text")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Иванова Анна"
        assert desk.card_desk.note == "Перезвонить"
        await press(pilot, "ctrl+o", "settings: look", "enter", "3")
        assert russian in shown(pilot, "#keys")


@pytest.mark.long
async def test_own_keys_work_and_their_faults_are_told(desk: ScriptedDesk, tmp_path: Path) -> None:
    own = check("app.log: alt+x\nview.settings: ctrl+u\nfind.open: f4\n", "keymap.yaml")
    app = EkcApp(desk, server="", state_dir=tmp_path, keymap=own)
    try:
        async with app.run_test(size=WIDE) as pilot:
            await be_ready(pilot)
            assert any("F4 уже занята" in entry.text for entry in app.messages.entries)
            await press(pilot, "alt+x")
            assert type(app.screen).__name__ == "LogScreen"
            await press(pilot, "escape", "ctrl+l")
            assert isinstance(app.screen, OperatorScreen)
            await press(pilot, "ctrl+г")
            assert isinstance(app.screen, SettingsScreen)
    finally:
        registry.use_keys({})


async def test_an_offer_is_noticed_once_without_a_number_and_moves_no_focus(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices: list[tuple[str, str]] = []
    monkeypatch.setattr(app, "notify_desktop", lambda *texts: notices.append(texts))
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        before = focused(pilot)
        for _ in range(2):
            desk.put(replace(READY, state="offered", until=NOW + 12), CALL)
            await settle(pilot)
        assert notices == [("ЕКЦ", "Входящий вызов")]
        assert focused(pilot) == before


@pytest.mark.long
async def test_everything_works_in_compact_spacing_at_80_by_24(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        app.set_prefs(compact=True)
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter")
        assert "Дата рождения" in shown(pilot, "#script-text")
        for selector in ("#title", "#call", "#keys"):
            region = app.screen.query_one(selector).region
            assert region.width == 80
            assert region.bottom <= 24


@pytest.mark.long
async def test_screens_that_are_gone_leave_no_painted_lines_behind(app: EkcApp) -> None:
    def kept() -> int:
        gc.collect()
        return sum(isinstance(thing, StylesCache) for thing in gc.get_objects())

    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot)
        await press(pilot, "f1", "f3", "escape")
        before = kept()
        for _ in range(3):
            await press(pilot, "f1", "f3", "escape")
        assert kept() <= before


@pytest.mark.long
async def test_a_list_with_nothing_left_says_so(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+o", "ёёё")
        assert "Ничего не подходит" in shown(pilot, "#filter-nothing")
        assert app.screen.query_one("#filter-nothing").display
        await press(pilot, "backspace", "backspace", "backspace")
        assert not app.screen.query_one("#filter-nothing").display


async def test_the_bars_tell_an_offer_once_and_by_the_time_that_is_left(app: EkcApp) -> None:
    """The server gives the offer's end with the call; a topic's queue often has its name."""
    async with app.run_test(size=(80, 24)) as pilot:
        await be_ready(pilot)
        desk_of(pilot).put(
            replace(READY, state="offered", since=NOW - 3, until=None),
            replace(CALL, queue_title=CALL.topic_title, offer_expires_at=NOW + 12),
        )
        await settle(pilot)
        assert shown(pilot, "#title").startswith(" ВЫЗОВ 12 с")
        assert shown(pilot, "#call-about").count(CALL.topic_title) == 1


@pytest.mark.parametrize("size", [(120, 40), pytest.param((120, 30), marks=pytest.mark.long)])
async def test_who_waits_stays_in_sight_while_a_list_is_open_under_the_script(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    """What one looks at least, the own day, makes room whole."""
    async with app.run_test(size=size) as pilot:
        await talk(pilot, calls=6)
        desk.put(*CALLBACKS)
        await settle(pilot)
        assert app.screen.query_one("#pane-day").region.height == 7
        await press(pilot, "ctrl+o")
        seen = [strip.text[:42] for strip in app.screen._compositor.render_strips()]
        assert sum("+7 912 000-00-0" in line for line in seen) >= 4
        assert not app.screen.query_one("#pane-day").region
        await press(pilot, "escape")
        assert app.screen.query_one("#pane-day").region.height == 7


async def test_help_is_wrapped_under_itself(app: EkcApp) -> None:
    async with app.run_test(size=(60, 40)) as pilot:
        await talk(pilot)
        await press(pilot, "f1")
        lines = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
        at = next(i for i, line in enumerate(lines) if "Ctrl+Z     Вызвать" in line)
        assert lines[at].index("Вызвать") == len(lines[at + 1]) - len(lines[at + 1].lstrip())
        about = next(i for i, line in enumerate(lines) if "Что сказать и что ответил" in line)
        assert lines[about].index("Что") == len(lines[about + 1]) - len(lines[about + 1].lstrip())
