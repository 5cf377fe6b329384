"""Several waiting calls at once, and numbers that are blocked, on the supervisor's screen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ekc_console.client.link.errors import Offline, Refused
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import steering, supervision, way_in
from tests.support.supervisor import CALLBACKS, ScriptedSupervisor
from tests.tui.steps import commands, log_in, press, settle, shown
from tests.tui.supervisor.test_now import cells

pytestmark = pytest.mark.long

TO_CALLS = ("tab", "tab")


async def begin(pilot: Pilot[Any], *keys: str) -> None:
    await log_in(pilot)
    await press(pilot, *TO_CALLS, *keys)


async def test_marked_calls_are_moved_at_once_and_come_back_to_where_each_was(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "space", "down", "space", "down", "space")
        assert "● ждёт" in cells(pilot, "calls", "c-1")
        await press(pilot, "m", "запись", "enter")
        moved = [(o.call, o.queue, o.seen) for o in commands(pilot, supervision.MoveCall)]
        assert moved == [("c-2", "doctor", "vacc"), ("c-1", "doctor", "vacc"),
                         ("c-4", "doctor", "info")]  # fmt: skip
        assert "Передвинуто вызовов: 3" in shown(pilot, "#message")
        assert "●" not in cells(pilot, "calls", "c-1")
        await press(pilot, "ctrl+z")
        back = [(o.call, o.queue, o.seen) for o in commands(pilot, supervision.MoveCall)[3:]]
        assert back == [("c-2", "vacc", "doctor"), ("c-1", "vacc", "doctor"),
                        ("c-4", "info", "doctor")]  # fmt: skip


async def test_marked_calls_are_ended_with_a_reason_after_a_question(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "space", "down", "space", "h", "enter")
        await press(pilot, "хулиганство", "enter", "enter")
        assert not commands(pilot, steering.EndCall), "the safe answer comes first"
        await press(pilot, "h", "хулиганство", "enter", "right", "enter")
        ended = commands(pilot, steering.EndCall)
        assert [(o.call, o.why, o.sure) for o in ended] == [
            ("c-2", "хулиганство", True), ("c-1", "хулиганство", True)
        ]  # fmt: skip
        assert "Завершено вызовов: 2." in shown(pilot, "#message")


async def test_what_comes_too_late_is_counted_with_the_reason(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.refuse[supervision.MoveCall] = Refused("wrong_state", "Вызов уже не ждёт.")
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "space", "down", "space", "m", "запись", "enter")
        assert "Передвинуто вызовов: 0" in shown(pilot, "#message")
        assert "Не сделано: 2. Вызов уже не ждёт." in shown(pilot, "#message")
        assert "Ctrl+Z" not in shown(pilot, "#keys")


async def test_what_was_done_before_the_link_was_lost_can_be_taken_back(
    app: EkcApp, desk: ScriptedSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = desk.request

    async def cut(body: Any) -> Any:
        if isinstance(body, supervision.MoveCall) and body.call == "c-1" and body.queue == "doctor":
            raise Offline("Нет связи с сервером.")
        return await request(body)

    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "space", "down", "space", "down", "space")
        monkeypatch.setattr(desk, "request", cut)
        await press(pilot, "m", "запись", "enter")
        assert [o.call for o in commands(pilot, supervision.MoveCall)] == ["c-2"]
        said = shown(pilot, "#message")
        assert "Передвинуто вызовов: 1" in said
        assert "Не сделано: 2. Нет связи с сервером." in said
        await press(pilot, "ctrl+z")
        back = commands(pilot, supervision.MoveCall)[1:]
        assert [(o.call, o.queue) for o in back] == [("c-2", "vacc")]


@pytest.mark.long
@pytest.mark.parametrize(
    ("keys", "sure", "number"),
    [
        (TO_CALLS, (), "+79000000004"),
        (("shift+tab", "down"), ("right", "enter"), "+79000000031"),
    ],
)
async def test_the_number_of_a_call_or_callback_is_blocked_and_freed(
    app: EkcApp, keys: tuple[str, ...], sure: tuple[str, ...], number: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *keys, "k", "2", *sure)
        assert commands(pilot, way_in.BlockNumber) == [
            way_in.BlockNumber(number=number, for_s=86_400.0, sure=bool(sure))
        ]
        await press(pilot, "ctrl+z")
        assert commands(pilot, way_in.UnblockNumber) == [way_in.UnblockNumber(number=number)]


async def test_a_block_that_closes_a_callback_is_asked_for_and_its_undo_says_so(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "shift+tab", "down", "k")
        choices = app.screen.query_one("Panel Choices", Choices).choices
        assert "на неделю" in [choice.label for choice in choices]
        await press(pilot, "2")
        assert not commands(pilot, way_in.BlockNumber)
        consequence = app.screen.query_one("#confirm-consequence", Static)
        assert "закроется насовсем" in str(consequence.render())
        await press(pilot, "enter")
        assert not commands(pilot, way_in.BlockNumber), "the safe answer comes first"
        await press(pilot, "k", "2", "right", "enter")
        assert commands(pilot, way_in.BlockNumber) == [
            way_in.BlockNumber(number="+79000000031", for_s=86_400.0, sure=True)
        ]
        await press(pilot, "ctrl+z")
        assert "разблокирован; обратный вызов остался закрытым" in shown(pilot, "#message")


@pytest.mark.long
async def test_a_block_asks_nothing_where_no_callback_is_owed_or_it_is_refused_or_rings(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    ringing = msgspec.structs.replace(CALLBACKS[0], taken_by="Борис О.")
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.change(ringing)
        await settle(pilot)
        await press(pilot, "shift+tab", "k", "2", "down", "k", "2")
        numbers = [order.number for order in commands(pilot, way_in.BlockNumber)]
        assert sorted(numbers) == ["+79000000031", "+79000000032"]


@pytest.mark.parametrize("key", ["m", pytest.param("h", marks=pytest.mark.long)])
async def test_marks_that_wait_no_more_are_said_and_no_other_call_is_meant(
    app: EkcApp, desk: ScriptedSupervisor, key: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "space")
        desk.change(gone=(("WatchCall", "c-2"),))
        await settle(pilot)
        assert desk.marked == set()
        await press(pilot, "home", key)
        assert "Отмеченные уже не ждут" in shown(pilot, "#message")
        assert not app.panel_open
        await press(pilot, key)
        assert app.panel_open, "now the one at the cursor is meant"


@pytest.mark.long
async def test_the_marked_are_meant_wherever_the_cursor_is(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "space", "down", "space", "end", "m", "запись", "enter")
        assert len(commands(pilot, supervision.MoveCall)) == 2
