"""Who gets the keys: what was opened last, at whatever moment; what comes late takes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from ekc_console.tui.operator.screens.card import CardScreen
from ekc_console.tui.operator.screens.find import FindScreen
from ekc_console.tui.operator.screens.knowledge import KnowledgeScreen
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.operator.screens.sound import SoundScreen
from ekc_console.tui.operator.screens.staff_messages import MessagesScreen, SuggestionsScreen
from ekc_console.tui.operator.widgets.persons import PersonMenu
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.note_panel import NotePanel
from ekc_console.tui.shared.widgets.panels import FilterMenu, Menu, Prompt
from ekc_console.tui.shared.widgets.suggestion import SuggestionPanel
from ekc_console.tui.shared.widgets.targets import TargetMenu
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.tui.shell.help import HelpScreen
from ekc_console.tui.shell.log import LogScreen
from ekc_console.tui.shell.login import LoginScreen
from ekc_console.tui.shell.settings import SettingsScreen
from ekc_console.wire import messages
from tests.support.desk import CALL, HISTORY, PERSONS, ScriptedDesk
from tests.support.sweep import sweep
from tests.tui.steps import (
    TALK,
    be_offered,
    commands,
    focused,
    log_in,
    press,
    settle,
    shown,
    talk,
    wrap_up,
)

LARGE = (120, 40)
LIMIT_S = 10.0


def nothing(*_anything: object) -> None:
    """What is picked or typed is looked at, not done."""


# -- every opening, at every moment of the start ----------------------------------------


@dataclass(frozen=True)
class Opening:
    """``open`` it, press ``key``: ``arrived`` says whether it has got there."""

    name: str
    open: Callable[[EkcApp], object]
    key: str
    arrived: Callable[[EkcApp], bool]


def panel(name: str, make: Callable[[], Any]) -> Opening:
    return Opening(
        name, lambda app: app.show_panel(make()), "z", lambda app: text_in(app, "Panel") == "z"
    )


def screen(kind: type, selector: str, *arguments: Any) -> Opening:
    """One with a list or text: its arrows are its own."""
    return Opening(
        kind.__name__,
        lambda app: app.show_screen(kind, *arguments),
        "down",
        lambda app: app.focused is app.screen.query_one(selector),
    )


def field(kind: type, selector: str, *arguments: Any) -> Opening:
    return Opening(
        kind.__name__,
        lambda app: app.show_screen(kind, *arguments),
        "z",
        lambda app: app.screen.query_one(selector, Input).value == "z",
    )


def text_in(app: EkcApp, selector: str) -> str:
    """What is typed in the field there."""
    for widget in app.screen.query(f"{selector} Input, {selector} TextArea"):
        return widget.value if isinstance(widget, Input) else widget.text  # type: ignore[attr-defined]
    return ""


PICKED: list[str] = []
CHOICES = [Choice("a", "Первое", "1"), Choice("b", "Второе", "2")]
TARGETS = messages.Targets(queues=(), agents=(), menus=(), outside=True, emergency="")

MENU = Opening(
    "Menu",
    lambda app: app.show_panel(Menu("Меню", CHOICES, PICKED.append)),
    "2",
    lambda _app: PICKED == ["b"],
)
OPENINGS = (
    MENU,
    panel("FilterMenu", lambda: FilterMenu("Меню", CHOICES, nothing)),
    panel("Prompt", lambda: Prompt("Номер", nothing)),
    panel("NotePanel", lambda: NotePanel("Примечание", "", nothing)),
    panel("SuggestionPanel", lambda: SuggestionPanel(nothing, "own")),
    panel("TargetMenu", lambda: TargetMenu("transfer", TARGETS, (), nothing, nothing, str)),
    panel("PersonMenu", lambda: PersonMenu(PERSONS, 0, {}, nothing)),
    field(FindScreen, "#find-text"),
    field(KnowledgeScreen, "#knowledge-text"),
    field(HelpScreen, "#help-words", "", "", Situation()),
    screen(LogScreen, "#log"),
    screen(SettingsScreen, "#settings"),
    screen(SoundScreen, "#sound"),
    screen(MessagesScreen, "#messages"),
    screen(SuggestionsScreen, "#suggestions"),
    screen(CardScreen, "#card-scroll", HISTORY[1]),
    Opening(
        "Confirm",
        lambda app: app.confirm("Вопрос?", "", no="Нет", yes="Да", then=nothing),
        "right",
        lambda app: isinstance(app.screen, Confirm) and focused_id(app) == "confirm-yes",
    ),
    Opening(
        "LoginScreen",
        lambda app: app.show_login("Сеанс завершён."),
        "z",
        lambda app: app.screen.query_one("#login-password", Input).value == "z",
    ),
)


def focused_id(app: EkcApp) -> str | None:
    return app.focused.id if app.focused else None


async def turns(count: int) -> None:
    """Of the event loop: all message pumps that are ready go on by one step each."""
    for _ in range(count):
        await asyncio.sleep(0)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0)


async def open_at(pilot: Pilot[Any], opening: Opening, moment: tuple[str, int]) -> None:
    """The desk is made anew as after a login; ``opening`` comes so many turns after the named
    moment of its start, a key at once after it. It gets there, and what is left of the start
    takes the keys from nothing."""
    app = pilot.app
    assert isinstance(app, EkcApp)
    PICKED.clear()
    desk, refreshed = OperatorScreen(), asyncio.Event()
    app.switch_screen(desk)
    desk.call_after_refresh(refreshed.set)
    after, count = moment
    if after == "mounted":
        await until(lambda: desk.is_mounted)
    elif after == "refreshed":
        await refreshed.wait()
    await turns(count)
    opening.open(app)
    await pilot.press(opening.key)
    await until(lambda: opening.arrived(app))
    await pilot._wait_for_screen()
    await pilot._wait_for_screen()
    assert opening.arrived(app), f"{opening.name} at {moment}"
    while len(app.screen_stack) > 2:
        app.pop_screen()
    assert isinstance(app.screen, OperatorScreen)


@pytest.mark.parametrize("opening", sweep(OPENINGS, every=16), ids=lambda opening: opening.name)
async def test_what_is_opened_during_the_start_gets_the_keys_and_keeps_them(
    app: EkcApp, opening: Opening
) -> None:
    """Before the mount, in the midst of it, after it, around the first refresh."""
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        for moment in (("made", 0), ("made", 9), ("mounted", 0), ("refreshed", 0)):
            await open_at(pilot, opening, moment)


MOMENTS = (
    *(("made", turn) for turn in range(0, 48, 3)),
    *(("mounted", turn) for turn in range(20)),
    *(("refreshed", turn) for turn in range(12)),
)


@pytest.mark.long
@pytest.mark.parametrize("first", sweep(range(0, len(MOMENTS), 8), every=6))
async def test_a_panel_has_the_keys_at_every_turn_of_the_start(app: EkcApp, first: int) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        for moment in MOMENTS[first : first + 8]:
            await open_at(pilot, MENU, moment)


@pytest.mark.parametrize("gap", sweep([0, 1, 2, 3, 5, 8], every=6))
async def test_of_two_the_later_has_the_keys_and_gives_them_back(app: EkcApp, gap: int) -> None:
    """Each pair of a panel and a screen, in both orders, so many turns apart."""
    find, prompt = field(FindScreen, "#find-text"), OPENINGS[2]
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        for one, other in ((MENU, prompt), (prompt, find), (find, prompt), (find, MENU)):
            PICKED.clear()
            app.switch_screen(OperatorScreen())
            one.open(app)
            await turns(gap)
            other.open(app)
            await pilot.press(other.key)
            await until(lambda other=other: other.arrived(app))
            await settle(pilot)
            assert other.arrived(app)
            await press(pilot, "escape")
            if (one, other) == (prompt, find):
                await press(pilot, "z")
                assert prompt.arrived(app)
            while len(app.screen_stack) > 2:
                app.pop_screen()


async def test_keys_typed_ahead_are_for_what_they_were_typed_for(app: EkcApp) -> None:
    """The break's reason by its digit right behind F12, in a talk: no answer of the script."""
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        for key, character in (("f12", None), ("1", "1")):
            app.post_message(events.Key(key, character))
        await settle(pilot)
        assert len(commands(pilot, messages.GoBreak)) == 1
        session = app.desk.card_desk.session
        assert session is not None
        assert session.state.position == 0


# -- what comes late ---------------------------------------------------------------------


class Slow:
    """A request of the desk that is answered when the test says so."""

    def __init__(self, desk: ScriptedDesk, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer = asyncio.Event()
        really = desk.request

        async def request(body: messages.Command) -> Any:
            if isinstance(body, kind):
                await self.answer.wait()
            return await really(body)

        monkeypatch.setattr(desk, "request", request)


async def quiet(pilot: Pilot[Any]) -> None:
    """As ``settle``, while a request is under way."""
    for _ in range(4):
        await pilot._wait_for_screen()


@pytest.mark.long
async def test_an_answered_call_leaves_the_question_opened_meanwhile(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await be_offered(pilot)
        slow = Slow(desk, messages.AcceptOffer, monkeypatch)
        await pilot.press("f5")
        await pilot.press("f12")
        await quiet(pilot)
        assert focused(pilot) == "Choices"
        slow.answer.set()
        desk.put(TALK)
        await settle(pilot)
        assert focused(pilot) == "Choices"
        await press(pilot, "escape")
        assert focused(pilot) == "script-choices"


@pytest.mark.long
async def test_an_answered_call_leaves_the_screen_opened_meanwhile(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await be_offered(pilot)
        slow = Slow(desk, messages.AcceptOffer, monkeypatch)
        await pilot.press("f5")
        await pilot.press("f3")
        await quiet(pilot)
        await pilot.press("4")
        slow.answer.set()
        desk.put(TALK)
        await settle(pilot)
        assert isinstance(app.screen, FindScreen)
        await press(pilot, "2")
        assert app.screen.query_one("#find-text", Input).value == "42"
        await press(pilot, "escape")
        assert focused(pilot) == "script-choices"


async def test_an_answered_call_closes_what_was_open_before(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await be_offered(pilot)
        await press(pilot, "f3", "f5")
        assert isinstance(app.screen, OperatorScreen)


@pytest.mark.long
async def test_a_late_menu_waits_for_the_one_opened_meanwhile(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        slow = Slow(desk, messages.GetTargets, monkeypatch)
        desk.results[messages.GetTargets] = TARGETS
        app.perform("call.transfer")
        await quiet(pilot)
        app.perform("call.keys")
        await pilot.press("5")
        slow.answer.set()
        await settle(pilot)
        await press(pilot, "6")
        assert text_in(app, "Panel") == "56"
        await press(pilot, "escape")
        assert isinstance(app.screen.query_one("Panel"), TargetMenu)
        await press(pilot, "7")
        assert text_in(app, "Panel") == "7"


@pytest.mark.long
async def test_a_late_menu_opens_where_it_was_asked_for(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        slow = Slow(desk, messages.GetTargets, monkeypatch)
        desk.results[messages.GetTargets] = TARGETS
        app.perform("call.transfer")
        await quiet(pilot)
        await pilot.press("f3")
        await quiet(pilot)
        slow.answer.set()
        await settle(pilot)
        await press(pilot, "4")
        assert app.screen.query_one("#find-text", Input).value == "4"
        await press(pilot, "escape")
        await press(pilot, "7")
        assert isinstance(app.screen.query_one("Panel"), TargetMenu)
        assert text_in(app, "Panel") == "7"


@pytest.mark.long
async def test_what_is_found_late_leaves_the_new_search_alone(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.found = HISTORY
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        await press(pilot, "f3")
        slow = Slow(desk, messages.FindContacts, monkeypatch)
        for key in ("1", "7", "enter", "2"):
            await pilot.press(key)
        slow.answer.set()
        await settle(pilot)
        await press(pilot, "3")
        assert app.screen.query_one("#find-text", Input).value == "1723"


@pytest.mark.long
async def test_what_is_found_late_leaves_the_commands_opened_meanwhile(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.found = HISTORY
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        await press(pilot, "f3")
        slow = Slow(desk, messages.FindContacts, monkeypatch)
        for key in ("1", "7", "enter", "ctrl+o"):
            await pilot.press(key)
        await quiet(pilot)
        slow.answer.set()
        await settle(pilot)
        await press(pilot, "z")
        assert text_in(app, "Panel") == "z"
        await press(pilot, "escape")
        assert focused(pilot) == "found"


@pytest.mark.long
async def test_the_login_is_done_while_the_help_is_read(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No login screen is left under the desk, nor above it."""
    let_in, really = asyncio.Event(), desk.log_in

    async def slowly(login: str, password: str, new_password: str) -> None:
        await let_in.wait()
        await really(login, password, new_password)

    monkeypatch.setattr(desk, "log_in", slowly)
    async with app.run_test(size=LARGE) as pilot:
        app.log_in("ivanova", "verysecret")
        await pilot.press("f1")
        await quiet(pilot)
        let_in.set()
        await settle(pilot)
        assert isinstance(app.screen, OperatorScreen)
        assert not any(isinstance(screen, LoginScreen) for screen in app.screen_stack)
        app.show_login("")
        await settle(pilot)
        app.log_in("ivanova", "verysecret")
        await pilot.press("f1")
        await settle(pilot)
        assert isinstance(app.screen, OperatorScreen)
        assert focused(pilot) == "waiting"


# -- the window --------------------------------------------------------------------------


@pytest.mark.long
async def test_another_window_in_front_and_back_costs_no_place(app: EkcApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        app.screen.query_one("#card-note", TextArea)
        app.screen.set_focus(app.screen.query_one("#card-note"))
        await settle(pilot)
        app.post_message(events.AppBlur())
        await settle(pilot)
        assert app.focused is None
        app.post_message(events.AppFocus())
        await settle(pilot)
        assert focused(pilot) == "card-note"


@pytest.mark.long
async def test_what_had_the_keys_is_gone_when_the_window_is_back(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await wrap_up(pilot)
        app.to_pane("caller")
        await settle(pilot)
        assert focused(pilot) == "history"
        app.post_message(events.AppBlur())
        await settle(pilot)
        desk.gone(messages.MyCall, CALL.id)
        await settle(pilot)
        app.post_message(events.AppFocus())
        await settle(pilot)
        assert app.focused is not None
        assert app.focused.id != "history"
        assert "Раньше" not in shown(pilot, "#caller-facts")
