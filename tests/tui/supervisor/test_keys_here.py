"""Keys say what they do here, and why they do nothing."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from ekc_console.wire.listening import ComeToListen, Listen
from tests.support.desk import NOW
from tests.support.supervisor import BOSS, ScriptedSupervisor
from tests.tui.steps import commands, log_in, press, settle, shown, until

replace = msgspec.structs.replace
CAME = replace(BOSS, state="break", reason="login", since=NOW - 5, line_up=True)
"""The supervisor, once the line was brought up for a talk."""


async def test_who_has_listened_once_is_offered_no_shift(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        before = shown(pilot, "#keys")
        desk.put(CAME)
        await settle(pilot)
        assert shown(pilot, "#keys") == before
        await press(pilot, "f2")
        assert not commands(pilot, messages.GoReady)
        assert "ekc operator" in shown(pilot, "#message")
        await press(pilot, "f12")
        assert not app.panel_open


@pytest.mark.parametrize(
    ("panes", "key", "why"),
    [
        (0, "m", "Поставьте курсор на вызов, который ждёт."),
        (0, "ь", "Поставьте курсор на вызов, который ждёт."),
        (1, "c", "Поставьте курсор на очередь, или на того, кому должны перезвонить."),
        (2, "d", "Поставьте курсор на человека."),
        (1, "space", "Поставьте курсор на вызов, который ждёт."),
        (0, "q", "Q здесь ничего не делает. Что есть — внизу, всё — F1."),
        (0, "Й", "Q здесь ничего не делает."),
    ],
)
@pytest.mark.long
async def test_a_letter_that_does_nothing_here_says_where_it_does(
    app: EkcApp, panes: int, key: str, why: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *("tab",) * panes, key)
        assert why in shown(pilot, "#message")


async def test_letters_say_nothing_to_an_operator_and_nothing_while_a_panel_is_open(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "q", "tab", "d")
        assert app.panel_open
        before = len(app.messages.entries)
        await press(pilot, "q")
        said = list(app.messages.entries)[before:]
        assert not [entry for entry in said if "здесь ничего не делает" in entry.text]


@pytest.mark.parametrize("pane", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 4))])
async def test_the_smallest_terminal_says_what_enter_does(app: EkcApp, pane: int) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot)
        await press(pilot, *("tab",) * pane)
        assert "Enter Открыть" in shown(pilot, "#keys")


@pytest.mark.long
async def test_enter_is_not_offered_where_it_leads_nowhere(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab", "tab", "enter")
        assert "Enter" not in shown(pilot, "#keys")


async def test_a_key_meant_for_a_talk_whose_line_is_still_coming_up_is_answered(
    app: EkcApp, desk: ScriptedSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = asyncio.Event()
    monkeypatch.setattr(desk.voice, "bring_line_up", up.wait)
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "tab")
        await pilot.press("l")
        await until(pilot, lambda: bool(commands(pilot, ComeToListen)))
        await until(pilot, lambda: "Подключаюсь" in shown(pilot, "#message"))
        await pilot.press("w")
        await until(pilot, lambda: "ещё поднимается" in shown(pilot, "#message"))
        up.set()
        await settle(pilot)
        (order,) = commands(pilot, Listen)
        assert order.mode == "listen"
