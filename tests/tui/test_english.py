"""The console in English: no Russian is left but the data of the centre."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console import i18n
from ekc_console.client.link.errors import refused
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from ekc_console.wire.words import words
from tests.support import desk as data
from tests.support.sweep import sweep
from tests.tui.steps import (
    app_of,
    be_offered,
    be_ready,
    desk_of,
    log_in,
    press,
    settle,
    shown,
    talk,
    wrap_up,
)

CYRILLIC = re.compile("[А-Яа-яЁё]+")
SIZE = (200, 50)
Steps = Callable[[Pilot[Any]], Awaitable[None]]


def _words(value: object) -> set[str]:
    return set(CYRILLIC.findall(repr(value)))


DATA = _words([vars(data), data.waiting(8), data.old_card()]) | _words(
    "Обед Отдых Работа без вызовов Запись к врачу Общая линия завтра мая пятницу "
    "прививка стоматолог"
)
"""Names, topics and scripts are the centre's own; dates and words of
callers are typed in its language."""


def left_over(app: EkcApp) -> set[str]:
    """Russian words on the screen that are no data. A word cut at an edge counts as its whole."""
    lines = [strip.text for strip in app.screen._compositor.render_strips()]
    found = set(CYRILLIC.findall("\n".join(lines)))
    return {word for word in found if not any(known.startswith(word) for known in DATA)}


async def _keys(pilot: Pilot[Any], *keys: str) -> None:
    await be_ready(pilot, calls=8, callbacks=True)
    await press(pilot, *keys)


async def _settings(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    await press(pilot, "ctrl+o", "settings: look", "enter")


async def _found(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "f3", "0017", "enter")


async def _card(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "f3", "0017", "enter", "enter")


async def _quit(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "f10")


async def _help(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "f1")


async def _commands(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "ctrl+o")


async def _dial(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "f4", "12345", "enter")


async def _log(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "ctrl+l")


async def _break(pilot: Pilot[Any]) -> None:
    await _keys(pilot, "f12")


async def _held(pilot: Pilot[Any]) -> None:
    await be_ready(pilot)
    held = messages.CallbackInfo(
        id="cb3", number="+53 5 1234567", since=data.NOW - 7200, where="queue", held="foreign"
    )
    desk_of(pilot).put(held)
    await settle(pilot)
    app_of(pilot).to_pane("callbacks")
    await settle(pilot)


async def _held_asked(pilot: Pilot[Any]) -> None:
    await _held(pilot)
    await press(pilot, "enter")


SCREENS: list[Steps] = [
    settle, log_in, be_ready, be_offered, talk, wrap_up, _settings, _found, _card, _quit, _help,
    _commands, _dial, _log, _break, _held, _held_asked,
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    "steps", sweep(SCREENS, every=3), ids=lambda steps: steps.__name__.strip("_")
)
async def test_no_russian_is_left_over(app: EkcApp, steps: Steps) -> None:
    i18n.use("en")
    async with app.run_test(size=SIZE) as pilot:
        await steps(pilot)
        assert left_over(app) == set()


async def test_what_the_server_says_is_english_a_refusal_and_an_alert(app: EkcApp) -> None:
    i18n.use("en")
    async with app.run_test(size=SIZE) as pilot:
        await be_ready(pilot)
        no = messages.Reply(
            id="1", ok=False, code="wrong_state", words=words("shift.no_such_break", reason="nap")
        )
        desk = desk_of(pilot)
        desk.refuse[messages.GoBreak] = refused(no)
        await press(pilot, "f12", "enter")
        assert "There is no such reason of a break" in shown(pilot, "#message")
        assert left_over(app) == set()
        desk.on_notice(messages.Notice(level="error", words=words("alert.disk_full")))
        await settle(pilot)
        assert "Talks are not recorded" in shown(pilot, "#message")
        assert left_over(app) == set()


@pytest.mark.long
async def test_what_a_field_or_a_step_refuses_is_said_in_english(app: EkcApp) -> None:
    i18n.use("en")
    async with app.run_test(size=SIZE) as pilot:
        await talk(pilot)
        await press(pilot, "1", "4", "enter")
        assert "does not look like a part of a name" in shown(pilot, "#script-error")
        assert left_over(app) == set()
