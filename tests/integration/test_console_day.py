"""An operator's working day in small, at the real console, against the real server and Asterisk:
login, ready, answer, script, card, wrap-up, the card found again, break, logout."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from ekc_console.tui.shared.keys import held
from ekc_console.tui.shared.widgets.line_table import MARKER
from ekc_console.tui.shell.app import EkcApp
from sip.link.protocol import CallState
from tests.support.centre import (
    PASSWORD,
    WAIT_S,
    Centre,
    in_state,
    into_queue,
    me_in_state,
    plain_outcome,
    until,
)
from tests.support.terminal import Terminal

NUMBER = "+79000000505"
F3, F9, DOWN, END, ENTER = b"\x1bOR", b"\x1b[20~", b"\x1b[B", b"\x1b[F", b"\r"


async def test_a_working_day(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "SAME_KEY_S", 0.0)  # the test presses faster than a person
    await centre.add_person("anna")
    desk = centre.desk("anna")
    app = EkcApp(desk, server=centre.server.url, state_dir=centre.folder / "console")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"anna", "enter", *"wrong password", "enter")
        await shows(pilot, "Неверный логин или пароль")
        await pilot.press(*PASSWORD, "enter")
        await shows(pilot, "НЕ ГОТОВ")  # the answer to a login comes before its screen

        await pilot.press("f2")
        await until(desk, lambda: desk.view.me.state == "ready" and desk.view.me.line_up)
        caller = await into_queue(centre, NUMBER, key="6")
        await in_state(desk, "offered")
        await shows(pilot, "+7 900 000-05-05")
        await pilot.press("f5")
        await in_state(desk, "talking")
        await shows(pilot, "идёт запись")

        await until(desk, lambda: desk.card_desk.session is not None)
        await pilot.press("1")
        await until(desk, lambda: desk.card_desk.session.state.position == 1)
        await pilot.press("f6")
        await in_state(desk, "held")
        await pilot.press("f6")
        await in_state(desk, "talking")
        await pilot.press("f8")
        await caller.wait_for(CallState, WAIT_S, call="c", state="ended")
        await in_state(desk, "wrap_up")

        await pilot.press("f9")
        await shows(pilot, "Не выбран итог")
        disposition = plain_outcome(desk.card_desk)
        desk.card_desk.set_disposition(disposition)
        await pilot.press("f9")
        await me_in_state(desk, "ready")

        await pilot.press("f3", *"0505", "enter")
        await shows(pilot, "+7 900 000-05-05")
        await pilot.press("escape", "f12", "1")
        await until(desk, lambda: desk.view.me.state == "break")
        await pilot.press("f10", "tab", "enter")
        async with asyncio.timeout(WAIT_S):
            while app.is_running:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert centre.server.core.router.agents["anna"].has_leg is False
    await asyncio.to_thread(an_edit_survives_a_kill, centre)


def an_edit_survives_a_kill(centre: Centre) -> None:
    """The card of the day is mended at a console that is killed in the middle of it; the next
    console, on the same machine, offers what was typed."""
    with console(centre) as terminal:
        terminal.until("НЕ ГОТОВ")
        terminal.press(F3)
        terminal.until("Ваши обращения сегодня: 1")
        terminal.press(DOWN)
        terminal.until(MARKER)
        terminal.press(ENTER)
        terminal.until("исправить")
        terminal.press(ENTER)
        terminal.until("Исправить в карточке")
        terminal.press(b"2")
        terminal.until("Tab — готово")
        terminal.press("позвонить дочери".encode())
        terminal.until("изменения не сохранены")
        terminal.until("позвонить дочери")  # not even the field is done
        terminal.process.kill()
        terminal.process.wait()
    with console(centre) as terminal:
        terminal.until("Несохранённые правки карточек")
        terminal.press(b"1")
        terminal.until("Есть несохранённая правка от")
        terminal.press(b"1")
        terminal.until_gone("Есть несохранённая правка от")
        terminal.press(END)
        terminal.until("позвонить дочери")
        terminal.press(F9)
        terminal.until("Карточка сохранена")


def console(centre: Centre) -> Terminal:
    command = [
        sys.executable, "-m", "ekc_console.cli", "operator", "--server", centre.server.url,
        "--login", "anna", "--no-sound",
    ]  # fmt: skip
    return Terminal(command, centre.folder / "home", environment={"EKC_PASSWORD": PASSWORD})


async def shows(pilot: Pilot[None], text: str) -> None:
    """Wait until the screen shows ``text``."""
    await holds(pilot, lambda: text in screen_text(pilot))


async def holds(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not true():
            await pilot.pause(0.02)


def screen_text(pilot: Pilot[None]) -> str:
    """All that is painted, without colours."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
