"""While a service is called the words on the screen are those of this moment, and each change of it
is told when it happens."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import call_control
from ekc_console.wire.call_control import ServiceCalled
from tests.support.desk import NOW
from tests.tui.steps import TALK, desk_of, press, replace, settle, show_call, shown, talk
from tests.tui.test_emergency import emergency, later
from tests.tui.test_emergency_in_time import app  # noqa: F401 - the scripts as they are shipped

RINGS = ServiceCalled(number="103", rings=True)
LINE = " 103 вызывается 0:05. Скажите: «Вызываю скорую, не кладите трубку»   F8 — отбой"


async def ask_103(pilot: Pilot[Any]) -> None:
    """By the script, which asks of itself and says the key of the answer."""
    await talk(pilot)
    await press(pilot, "2")
    said = shown(pilot, "#script-text")
    assert "Нажмите 1" in said
    assert "Ctrl+Z" not in said, "the question is open already"
    await later(pilot)
    await press(pilot, "1")


async def service(pilot: Pilot[Any], one: ServiceCalled, **changes: Any) -> None:
    """What the server tells of it."""
    await emergency(pilot, **changes)
    call = desk_of(pilot).view.call
    assert call is not None
    show_call(pilot, "consulting", replace(call, services=(one,)))
    await settle(pilot)


async def test_while_103_rings_the_step_no_longer_says_to_call_it_and_one_line_says_what_goes_on(
    app: EkcApp,  # noqa: F811
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ask_103(pilot)
        await service(pilot, RINGS)
        assert "Ctrl+Z" not in shown(pilot, "#script-text")
        assert "Впишите, что случилось" in shown(pilot, "#script-text")
        assert shown(pilot, "#staff-line") == LINE.strip()
        answered = replace(RINGS, rings=False, answered_at=NOW)
        await service(pilot, answered, open=True, heard="all")
        assert "вызывается" not in shown(pilot, "#staff-line")
        assert "103 на линии" in shown(pilot, "#staff-line")
        assert "Ctrl+Z" not in shown(pilot, "#script-text")


@pytest.mark.long
async def test_a_question_that_is_closed_leaves_its_key_in_the_words_of_the_step(
    app: EkcApp,  # noqa: F811
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, "2")
        assert "Нажмите 1" in shown(pilot, "#script-text")
        await press(pilot, "escape")
        assert "Ctrl+Z, затем 1" in shown(pilot, "#script-text")


@pytest.mark.long
@pytest.mark.parametrize("why", ["busy", "no_answer"])
async def test_103_that_is_busy_or_silent_is_to_be_called_again_at_once(
    app: EkcApp,  # noqa: F811
    why: call_control.Unreached,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ask_103(pilot)
        await service(pilot, RINGS)
        failed = call_control.NotTaken(who="103", why=why)
        call = replace(TALK, services=(ServiceCalled(number="103"),), not_taken=(failed,))
        show_call(pilot, "talking", call)
        await settle(pilot)
        assert "Ctrl+Z, затем 1" in shown(pilot, "#script-text")
        assert "вызывается" not in shown(pilot, "#staff-line")
