"""Transfer, consultation, conference and keypad by keys."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ekc_console.tui.shared.widgets import targets
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.emergency import BOUNCE_S
from ekc_console.tui.shared.widgets.targets import TargetMenu
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from tests.support.desk import NOW
from tests.tui.steps import (
    TALK,
    commands,
    desk_of,
    press,
    replace,
    settle,
    show_call,
    shown,
    talk,
    until,
)

TARGETS = messages.Targets(
    queues=(
        messages.QueueTarget(id="med", title="Медицинская", waiting=3, ready=1),
        messages.QueueTarget(id="info", title="Справочная", waiting=0, ready=2),
    ),
    agents=(
        messages.AgentTarget(
            id="petrova", name="Петрова Мария", state="ready", since=NOW - 60, free=True
        ),
        messages.AgentTarget(
            id="sidorov", name="Сидоров Олег", state="break", since=NOW - 90, free=False
        ),
    ),
    menus=(messages.MenuTarget(id="feedback_menu", title="Оценка"),),
    emergency="103",
    outside=True,
)


async def open_targets(pilot: Pilot[Any], key: str) -> None:
    desk_of(pilot).results[messages.GetTargets] = TARGETS
    await talk(pilot)
    await press(pilot, key)


async def consult(pilot: Pilot[Any], **changes: Any) -> None:
    """Petrova has been asked about the call and has answered."""
    await talk(pilot)
    info = messages.ConsultInfo(
        **{
            "role": "asking",
            "who": "Петрова Мария",
            "open": True,
            "heard": "party",
            "since": NOW - 20,
            **changes,
        }
    )
    show_call(pilot, "consulting", replace(TALK, state="consult", consult=info))
    await settle(pilot)


async def test_the_caller_is_handed_back_to_an_automatic_branch(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, "оцен", "enter")
        assert commands(pilot, messages.TransferCall) == [
            messages.TransferCall(call="c-1", kind="menu", target="feedback_menu")
        ]


async def test_a_call_is_given_to_a_queue_by_part_of_its_name(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, "справ", "enter")
        assert commands(pilot, messages.TransferCall) == [
            messages.TransferCall(call="c-1", kind="queue", target="info")
        ]


async def test_a_call_is_given_to_a_typed_number(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, "8 912 345-67-89", "enter")
        assert commands(pilot, messages.TransferCall) == [
            messages.TransferCall(call="c-1", kind="number", target="+79123456789")
        ]


@pytest.mark.long
@pytest.mark.parametrize("key", ["f4", "f11"])
async def test_a_number_that_the_role_may_not_dial_is_refused_at_the_field(
    app: EkcApp, key: str
) -> None:
    """Before anything is sent; the text stays to be mended."""
    async with app.run_test() as pilot:
        await open_targets(pilot, key)
        desk = desk_of(pilot)
        assert desk.welcome is not None
        desk.welcome = replace(
            desk.welcome, refused_kinds=("foreign",), dial_roles=("supervisor", "admin")
        )
        await press(pilot, "810 53 5 123-45-67")
        told = shown(pilot, "#filter-nothing")
        assert told.startswith("Номер не набран: зарубежный. Звонить на него может руководитель")
        await press(pilot, "enter")
        assert not commands(pilot, messages.TransferCall)
        assert not commands(pilot, messages.StartConsult)
        assert app.screen.query_one(TargetMenu).query_one(Input).value == "810 53 5 123-45-67"


async def test_who_may_not_transfer_outside_is_told_at_the_field(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        desk_of(pilot).results[messages.GetTargets] = replace(TARGETS, outside=False)
        await talk(pilot)
        await press(pilot, "f4", "8 912 345-67-89")
        expected = "Вашей роли перевод на внешний номер недоступен."
        assert shown(pilot, "#filter-nothing") == expected


async def test_escape_closes_the_list_and_nothing_else(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, "escape")
        assert commands(pilot, messages.TransferCall) == []
        assert desk_of(pilot).view.call is not None


async def test_an_operator_is_consulted(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f11")
        await press(pilot, "петр", "enter")
        assert commands(pilot, messages.StartConsult) == [
            messages.StartConsult(call="c-1", kind="agent", target="petrova")
        ]


@pytest.mark.long
async def test_a_stray_enter_calls_no_emergency_service_to_a_consultation(app: EkcApp) -> None:
    """With nobody there to ask it stood alone in the list, under the cursor."""
    async with app.run_test() as pilot:
        desk_of(pilot).results[messages.GetTargets] = replace(TARGETS, agents=())
        await talk(pilot)
        await press(pilot, "f11", "enter")
        assert commands(pilot, messages.StartConsult) == []
        assert shown(pilot, "#filter-nothing") == (
            "Спросить сейчас некого: впишите номер. Скорая — Ctrl+Z."
        )
        await press(pilot, "103", "enter")
        await asyncio.sleep(BOUNCE_S + 0.05)
        await press(pilot, "enter")
        (asked,) = commands(pilot, messages.StartConsult)
        assert (asked.kind, asked.target) == ("number", "103")


async def test_the_field_of_a_consultation_offers_no_queue(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f11")
        menu = app.screen.query_one(TargetMenu)
        assert menu.query_one(Input).placeholder == "Имя или номер; Enter — выбрать"
        labels = [choice.label for choice in menu.query_one(Choices).choices]
        assert labels == ["Петрова Мария", "Сидоров Олег"]


@pytest.mark.long
async def test_keys_in_a_consultation(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await consult(pilot)
        assert "Петрова Мария" in shown(pilot, "#call-who")
        await press(pilot, "f6", "f11", "f4")
        assert commands(pilot, messages.SwitchConsult) == [
            messages.SwitchConsult(call="c-1", heard="caller"),
            messages.SwitchConsult(call="c-1", heard="all"),
        ]
        assert commands(pilot, messages.CompleteConsult) == [messages.CompleteConsult(call="c-1")]
        await press(pilot, "f8")
        assert commands(pilot, messages.CancelConsult) == [messages.CancelConsult(call="c-1")]
        assert commands(pilot, messages.HangUpCall) == []


@pytest.mark.long
async def test_while_it_rings_one_can_only_give_up(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await consult(pilot, open=False)
        await press(pilot, "f4", "f6", "f11")
        assert commands(pilot, messages.CompleteConsult) == []
        assert commands(pilot, messages.SwitchConsult) == []
        await press(pilot, "f8")
        assert commands(pilot, messages.CancelConsult) == [messages.CancelConsult(call="c-1")]


@pytest.mark.long
async def test_who_is_asked_sees_by_whom_and_can_only_leave(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await consult(pilot, role="asked", who="Иванова Анна")
        show_call(pilot, "consulting", replace(desk_of(pilot).view.call, state="talking"))
        await settle(pilot)
        assert "Консультация: Иванова Анна" in shown(pilot, "#call-who")
        await press(pilot, "f4", "f6", "f11", "f8")
        assert commands(pilot, messages.HoldCall) == []
        assert commands(pilot, messages.HangUpCall) == [messages.HangUpCall(call="c-1")]


@pytest.mark.long
async def test_keys_are_sent_into_the_call_on_either_layout(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+d", "12a", "enter")
        await press(pilot, "escape", "ctrl+в", "1 2#", "enter")
        assert commands(pilot, messages.SendKeys)[-1] == messages.SendKeys(call="c-1", keys="12#")


@pytest.mark.long
async def test_the_list_is_live_and_nothing_moves_under_the_cursor(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f4")
        menu = app.screen.query_one(TargetMenu)
        await press(pilot, "down", "down", "down", "down")
        choices = menu.query_one(Choices)
        places = [choice.value for choice in choices.choices]
        assert choices.choices[choices.highlighted or 0].value == "agent:sidorov"
        petrova, sidorov = TARGETS.agents
        come = messages.AgentTarget(
            id="orlov", name="Орлов Илья", state="ready", since=NOW, free=True
        )
        agents = (
            replace(petrova, state="talking", free=False),
            replace(sidorov, state="ready", free=True),
            come,
        )
        queues = (replace(TARGETS.queues[0], waiting=5), TARGETS.queues[1])
        desk_of(pilot).results[messages.GetTargets] = replace(TARGETS, agents=agents, queues=queues)
        app.calls._targets_again(menu.update_targets)
        await settle(pilot)
        shown_now = {choice.value: choice.note for choice in choices.choices}
        assert [choice.value for choice in choices.choices] == [*places, "agent:orlov"]
        assert shown_now["agent:sidorov"] == "готов"
        assert shown_now["agent:petrova"] == "× разговор"
        assert shown_now["queue:med"] == "ждут 5, готовы 1"
        assert choices.choices[choices.highlighted or 0].value == "agent:sidorov"
        await press(pilot, "enter")
        assert commands(pilot, messages.TransferCall)[-1].target == "sidorov"


@pytest.mark.long
async def test_who_has_gone_leaves_the_list_and_the_typed_text_stays(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f11")
        await press(pilot, "ов")
        menu = app.screen.query_one(TargetMenu)
        desk_of(pilot).results[messages.GetTargets] = replace(TARGETS, agents=TARGETS.agents[:1])
        app.calls._targets_again(menu.update_targets)
        await settle(pilot)
        labels = [choice.label for choice in menu.query_one(Choices).choices]
        assert labels == ["Петрова Мария"]


@pytest.mark.long
async def test_the_open_list_looks_again_by_itself(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "REFRESH_S", 0.1)
    async with app.run_test() as pilot:
        await open_targets(pilot, "f4")
        await until(pilot, lambda: len(commands(pilot, messages.GetTargets)) >= 3)
        await press(pilot, "escape")
        await settle(pilot)
        asked = len(commands(pilot, messages.GetTargets))
        await press(pilot, "f6")
        assert len(commands(pilot, messages.GetTargets)) == asked


@pytest.mark.long
async def test_digits_that_make_no_number_are_told_why_in_the_list_of_targets(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, "9001234567890", "enter")
        assert "цифр 13, а должно быть 10" in shown(pilot, "#filter-nothing")
        assert commands(pilot, messages.TransferCall) == []


@pytest.mark.parametrize("key", ["f4", "f11"])
async def test_a_medic_is_marked_and_found_by_the_role(app: EkcApp, key: str) -> None:
    medic = messages.AgentTarget(
        id="zueva", name="Зуева Мила", state="ready", since=NOW, free=True, role="medic"
    )
    targets = replace(TARGETS, agents=(*TARGETS.agents, medic))
    async with app.run_test(size=(120, 40)) as pilot:
        desk_of(pilot).results[messages.GetTargets] = targets
        await talk(pilot)
        await press(pilot, key)
        menu = app.screen.query_one(TargetMenu)
        assert any("Зуева Мила" in c.label and "медик · " in c.note for c in menu.matching(""))
        await press(pilot, *"медик")
        found = menu.matching("медик")
        assert [choice.value for choice in found] == ["agent:zueva"]
