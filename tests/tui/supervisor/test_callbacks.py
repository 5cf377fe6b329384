"""Who is owed a call, on the supervisor's screen: seen, given, put off, released, closed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ekc_console.client.link.errors import Refused
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.tui.supervisor.present import callbacks
from ekc_console.wire import messages, steering
from tests.support.desk import NOW
from tests.support.supervisor import CALLBACKS, EVENING, QUEUES, ROWS, ScriptedSupervisor
from tests.tui.steps import commands, focused, log_in, press, settle, shown
from tests.tui.supervisor.test_now import cells, keys, title_of

pytestmark = pytest.mark.long

replace = msgspec.structs.replace
TO_OWED = ("shift+tab",)


async def begin(pilot: Pilot[Any], *pressed: str) -> None:
    await log_in(pilot)
    await press(pilot, *TO_OWED, *pressed)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_urgent_ones_stand_first_and_each_says_why_nobody_rings_yet(
    app: EkcApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await begin(pilot)
        assert focused(pilot) == "watch-owed"
        assert keys(pilot, "owed") == ["cb-2", "cb-1", "cb-3", "cb-4"]
        assert title_of(pilot, "owed") == "Обратные вызовы · 4 · решить 2"
        assert cells(pilot, "owed", "cb-2").startswith("▲ | ")
        assert "предлагается" in cells(pilot, "owed", "cb-2")
        assert "не раньше" in cells(pilot, "owed", "cb-1")
        assert cells(pilot, "owed", "cb-3").startswith("! | ")
        assert "зарубежный: решите" in cells(pilot, "owed", "cb-3")
        assert "поручен: Борис О." in cells(pilot, "owed", "cb-4")


def test_on_a_pause_of_its_queue_only_an_urgent_one_is_offered(desk: ScriptedSupervisor) -> None:
    desk.show(*ROWS, replace(QUEUES[1], paused=True), replace(QUEUES[2], paused=True))
    kept, urgent = replace(CALLBACKS[3], assigned=""), CALLBACKS[1]
    assert callbacks.standing(kept, desk.watched, NOW) == "очередь на паузе"
    assert callbacks.standing(urgent, desk.watched, NOW) == "предлагается"


async def test_one_is_given_to_a_person_and_taken_back(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "g", "enter")
        (order,) = commands(pilot, steering.AssignCallback)
        assert (order.callback, order.agent) == ("cb-1", "boris")
        assert "Борис О. перезвонит на +7 900 000-00-31. Ctrl+Z — отменить." in shown(
            pilot, "#message"
        )
        assert "Ctrl+Z Отменить" in shown(pilot, "#keys")
        desk.change(replace(CALLBACKS[0], assigned="boris", assigned_name="Борис О."))
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert commands(pilot, steering.AssignCallback)[-1].agent == ""
        assert "отменено" in shown(pilot, "#message")
        await press(pilot, "ctrl+z")
        assert len(commands(pilot, steering.AssignCallback)) == 2


@pytest.mark.long
async def test_taking_back_is_refused_in_words_when_somebody_dials_already(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "g", "enter")
        desk.change(replace(CALLBACKS[0], assigned="boris", taken_by="Борис О."))
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert len(commands(pilot, steering.AssignCallback)) == 1
        assert "Отменить поздно: перезванивает Борис О." in shown(pilot, "#message")


@pytest.mark.long
@pytest.mark.parametrize(
    ("pressed", "until"),
    [
        (("1",), NOW + 900),
        (("2",), NOW + 3600),
        (("3",), EVENING),
        (("4",), 1_773_381_600.0),
        (("5", "2026-03-13 18:00", "enter"), 1_773_414_000.0),
        (("5", "13.03 18:00", "enter"), 1_773_414_000.0),
        (("5", "завтра в 18", "enter"), 1_773_414_000.0),
    ],
)
async def test_one_is_put_off_by_a_choice_or_until_a_time_that_is_typed(
    app: EkcApp, pressed: tuple[str, ...], until: float
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "z", *pressed)
        (order,) = commands(pilot, steering.PostponeCallback)
        assert (order.callback, order.until) == ("cb-1", until)


@pytest.mark.long
@pytest.mark.parametrize("evening", [None, NOW + 600])
async def test_an_evening_in_which_nobody_calls_back_or_that_is_near_is_no_choice(
    app: EkcApp, desk: ScriptedSupervisor, evening: float | None
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down")
        desk.change(replace(CALLBACKS[0], evening=evening))
        await settle(pilot)
        await press(pilot, "z", "3")
        assert not commands(pilot, steering.PostponeCallback)


@pytest.mark.long
async def test_until_when_one_is_put_off_is_said_under_the_field(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "z", "5", "через два часа")
        assert shown(pilot, "#prompt-note") == "понято как сегодня 12:24"


async def test_what_is_no_time_or_too_far_away_is_refused_at_the_field(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "z", "5", "13.03 25:00", "enter")
        field = app.screen.query_one("Panel Input", Input)
        assert field.value == "13.03 25:00"
        assert "не время" in shown(pilot, "#prompt-note")
        field.value = "13.05 10:00"
        await press(pilot, "enter")
        assert "не дальше 30 дней" in shown(pilot, "#prompt-note")
        assert not commands(pilot, steering.PostponeCallback)
        field.value = "13.03 10:00"
        await press(pilot, "enter")
        assert len(commands(pilot, steering.PostponeCallback)) == 1


async def test_taking_back_names_the_time_that_was_ordered(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "z", "2")
        desk.change(replace(CALLBACKS[0], postponed=True, not_before=NOW + 3600))
        await settle(pilot)
        await press(pilot, "ctrl+z")
        back = commands(pilot, steering.PostponeCallback)[-1]
        assert (back.until, back.instead_of) == (None, NOW + 3600)


async def test_one_is_taken_back_at_once_before_its_row_has_come(app: EkcApp) -> None:
    """The order is answered; who is owed a call is read and sent later."""
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "z", "2", "ctrl+z")
        assert commands(pilot, steering.PostponeCallback)[-1].until is None
        assert "отменено" in shown(pilot, "#message")


async def test_a_number_that_is_held_back_is_released_after_a_question(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down")
        assert "R Разрешить" not in shown(pilot, "#keys")
        await press(pilot, "down", "r")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "enter")
        assert not commands(pilot, steering.ReleaseCallback)
        await press(pilot, "r", "right", "enter")
        (order,) = commands(pilot, steering.ReleaseCallback)
        assert (order.callback, order.released) == ("cb-3", True)


async def test_one_is_closed_with_a_reason_and_not_without(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "c", "1", "enter")
        assert not commands(pilot, messages.CloseCallback)
        await press(pilot, "дубль", "enter")
        (order,) = commands(pilot, messages.CloseCallback)
        assert (order.callback, order.result, order.why) == ("cb-1", "cancelled", "дубль")


async def test_an_order_that_comes_too_late_is_refused_in_words(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    late = Refused("wrong_state", "Этому абоненту сейчас перезванивают.")
    desk.refuse[steering.PostponeCallback] = late
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "down", "z", "1")
        assert "сейчас перезванивают" in shown(pilot, "#message")
        assert "Ctrl+Z" not in shown(pilot, "#keys")


async def test_one_is_opened_and_leaves_a_word_when_it_is_gone(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, "down", "enter")
        assert "+7 900 000-00-31" in shown(pilot, "#opened-facts")
        assert "Z Отложить" in shown(pilot, "#keys")
        desk.change(gone=(("WatchCallback", "cb-1"),))
        await settle(pilot)
        assert "уже нет в списке" in shown(pilot, "#opened-facts")
