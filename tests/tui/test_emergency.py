"""103 by one key from any call, and what is on the screen until somebody has the caller."""

from __future__ import annotations

import asyncio
from dataclasses import replace as replace_state
from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.errors import EkcError
from ekc_console.tui.shared.widgets.emergency import BOUNCE_S, EmergencyPanel
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import call_control, messages, side_work
from tests.support.desk import NOW
from tests.support.sweep import sweep
from tests.tui.steps import (
    READY,
    TALK,
    be_ready,
    commands,
    desk_of,
    end_call,
    press,
    replace,
    settle,
    show_call,
    shown,
    talk,
)
from tests.tui.test_transfer import TARGETS, open_targets

KEY = "ctrl+z"
ASKED = [call_control.CallEmergency(call="c-1", first="103")]


def sign(name: str, title: str, call: str) -> side_work.KnowledgeItem:
    return side_work.KnowledgeItem(
        id=f"sign:{name}", kind="sign", title=title, text=f"Соединяю со {call}.", topic_title="",
        owner="Отдел качества", review_by="2027-01-01", call=call,
    )  # fmt: skip


BREATH = sign("breath", "Трудно дышать", "103")
SUICIDE = sign("suicide", "Трудно жить", "112")


def called(pilot: Pilot[Any]) -> list[Any]:
    return commands(pilot, call_control.CallEmergency)


def asks(pilot: Pilot[Any]) -> bool:
    return bool(pilot.app.screen.query(EmergencyPanel))


async def later(pilot: Pilot[Any]) -> None:
    await asyncio.sleep(BOUNCE_S + 0.05)


async def emergency(pilot: Pilot[Any], *failed: call_control.NotTaken, **changes: Any) -> None:
    """The service is called."""
    info = messages.ConsultInfo(
        **{
            "role": "asking",
            "who": "103",
            "open": False,
            "heard": "caller",
            "since": NOW - 5,
            "emergency": True,
            **changes,
        }
    )
    call = replace(TALK, state="consult", consult=info, not_taken=failed)
    show_call(pilot, "consulting", call)
    await settle(pilot)


@pytest.mark.parametrize("key", [KEY, "ctrl+я"])
@pytest.mark.parametrize("sure", ["1", "enter"])
async def test_103_by_one_key_and_one_more_from_a_script(app: EkcApp, key: str, sure: str) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, key)
        assert shown(pilot, "#emergency-question") == "Enter или 1 — 103, 2 — 112, Esc — нет"
        await later(pilot)
        await press(pilot, sure)
        assert called(pilot) == ASKED


@pytest.mark.long
async def test_103_while_a_field_is_typed_in_and_what_was_typed_stays(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "сидорова", KEY)
        await later(pilot)
        await press(pilot, "1")
        assert called(pilot) == ASKED
        assert app.focused is not None
        assert getattr(app.focused, "value", "") == "сидорова"


@pytest.mark.long
@pytest.mark.parametrize("state", ["talking", "held", "consult"])
async def test_103_from_hold_from_a_consultation_and_without_a_script(
    app: EkcApp, state: messages.CallStateName
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot, card="", topic="", topic_title="")
        call = desk_of(pilot).view.call
        show_call(pilot, "talking", replace(call, state=state))
        await settle(pilot)
        await press(pilot, KEY)
        await later(pilot)
        await press(pilot, "enter")
        assert called(pilot) == ASKED


@pytest.mark.parametrize(
    "opened", sweep(["f10", "f1", "f4", "f7", "ctrl+p", "f2", "ctrl+g", "ctrl+t", "f3"], every=3)
)
async def test_103_over_whatever_is_open(app: EkcApp, opened: str) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, opened, KEY)
        await later(pilot)
        await press(pilot, "1")
        assert called(pilot) == ASKED


@pytest.mark.long
async def test_103_in_the_wrap_up_over_the_question_before_leaving(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        end_call(pilot)
        await settle(pilot)
        await press(pilot, "f10")
        assert isinstance(app.screen, Confirm)
        await press(pilot, KEY)
        await later(pilot)
        await press(pilot, "1")
        assert called(pilot) == [call_control.CallEmergency(first="103")]
        assert commands(pilot, messages.LogOut) == []


async def test_the_key_held_down_or_bounced_calls_nobody(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, *[KEY] * 8)
        assert called(pilot) == []
        assert len(pilot.app.screen.query(EmergencyPanel)) == 1


@pytest.mark.long
async def test_an_enter_that_bounced_calls_nobody(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ekc_console.tui.shared.widgets.emergency.BOUNCE_S", 60.0)
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, KEY, "enter", "1")
        assert called(pilot) == []
        assert asks(pilot)


@pytest.mark.long
async def test_escape_and_other_keys_call_nobody(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, KEY)
        await later(pilot)
        await press(pilot, "3", "space", "tab", "escape")
        assert called(pilot) == []
        assert not asks(pilot)


@pytest.mark.parametrize("key", [KEY, "ctrl+я"])
async def test_without_a_call_there_is_nobody_to_call_for_and_the_way_is_said(
    app: EkcApp, key: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await be_ready(pilot)
        await press(pilot, key)
        assert not asks(pilot)
        assert "Разговора нет. Позвонить в скорую самому — F4 и 103." in shown(pilot, "#message")


@pytest.mark.long
async def test_the_caller_has_hung_up_and_103_is_called_alone(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        end_call(pilot)
        await settle(pilot)
        await press(pilot, KEY)
        await later(pilot)
        await press(pilot, "1")
        assert called(pilot) == [call_control.CallEmergency(first="103")]


@pytest.mark.long
async def test_while_103_is_called_alone_the_number_of_the_caller_is_on_the_screen(
    app: EkcApp,
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot, number="103", direction="out", about="+79000000012", caller_gone=True)
        assert "103  об абоненте +7 900 000-00-12" in shown(pilot, "#call-who")


@pytest.mark.parametrize("saved", [False, True])
async def test_the_caller_is_gone_and_103_stays_and_it_is_said_whatever_is_saved(
    app: EkcApp, saved: bool
) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        await talk(pilot)
        await emergency(pilot, open=True, heard="all")
        alone = {"id": "p-1", "number": "103", "direction": "out", "caller_gone": True}
        desk_of(pilot).gone(messages.MyCall, "c-1")
        show_call(pilot, "talking", replace(TALK, **alone))
        await settle(pilot)
        if saved:
            await press(pilot, "f9")
        said = "Абонент положил трубку, 103 на линии: назовите адрес и номер."
        assert said[:-1] in shown(pilot, "#staff-line")
        assert "F8 — завершить" in shown(pilot, "#staff-line")
        await press(pilot, "f8")
        assert commands(pilot, messages.HangUpCall) == [messages.HangUpCall(call="p-1")]


async def test_a_refusal_says_that_103_is_not_called_and_what_to_do(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await talk(pilot)
        desk_of(pilot).refuse[call_control.CallEmergency] = EkcError("Сервер занят.")
        await press(pilot, KEY)
        await later(pilot)
        await press(pilot, "1")
        said = shown(pilot, "#message")
        assert "Скорая НЕ вызвана: Сервер занят." in said
        assert "с любого телефона" in said


@pytest.mark.long
@pytest.mark.parametrize("width", [80, 120])
async def test_while_103_rings_the_words_to_say_are_on_the_screen(app: EkcApp, width: int) -> None:
    async with app.run_test(size=(width, 24)) as pilot:
        await talk(pilot)
        await emergency(pilot)
        assert "Вызываю скорую, не кладите трубку" in shown(pilot, "#staff-line")
        assert "103: ждём ответа" in shown(pilot, "#call-who")


@pytest.mark.long
async def test_112_rings_and_why_103_does_not_is_told(app: EkcApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        await talk(pilot)
        await emergency(pilot, call_control.NotTaken(who="103", why="busy"), who="112")
        assert "103 занята" in shown(pilot, "#staff-line")
        assert "112: ждём ответа" in shown(pilot, "#call-who")
        assert "F8 — отбой" in shown(pilot, "#staff-line")
        assert "F8 Отбой службе" in shown(pilot, "#keys")


@pytest.mark.long
async def test_103_has_answered_and_f4_leaves(app: EkcApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        await talk(pilot)
        await emergency(pilot, open=True, heard="all")
        assert "103 на линии, вы втроём" in shown(pilot, "#staff-line")
        assert "F4 Соединить" in shown(pilot, "#staff-line")
        assert "F4 Соединить" in shown(pilot, "#keys")
        await press(pilot, "f6", "f11", "f4")
        assert commands(pilot, messages.SwitchConsult) == []
        assert commands(pilot, messages.CompleteConsult) == [messages.CompleteConsult(call="c-1")]
        assert "Вы вышли: 103 и абонент говорят дальше." in shown(pilot, "#message")


async def test_103_that_has_answered_is_not_let_go_by_one_key(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot, open=True, heard="all")
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "enter")
        assert commands(pilot, messages.CancelConsult) == []
        await press(pilot, "f8", "right", "enter")
        assert commands(pilot, messages.CancelConsult) == [messages.CancelConsult(call="c-1")]


@pytest.mark.long
@pytest.mark.parametrize("gone", ["party", "call"])
async def test_the_question_whether_to_let_103_go_goes_with_103_and_with_the_call(
    app: EkcApp, gone: str
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot, open=True, heard="all")
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        if gone == "party":
            show_call(pilot, "talking", TALK)
        else:
            end_call(pilot)
        await settle(pilot)
        assert not isinstance(app.screen, Confirm)
        await press(pilot, "f10")
        assert isinstance(app.screen, Confirm)
        await settle(pilot)
        assert isinstance(app.screen, Confirm)


@pytest.mark.long
async def test_f8_over_the_question_of_103_leaves_one_question_on_the_screen(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot, open=True, heard="all")
        await press(pilot, KEY, "f8")
        assert isinstance(app.screen, Confirm)
        assert not app.panel_open


@pytest.mark.long
async def test_the_open_question_of_103_follows_who_is_called(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot, who="112", open=True, heard="all")
        await press(pilot, KEY)
        panel = app.screen.query_one(EmergencyPanel)
        assert "112 на линии" in str(panel.border_title)
        show_call(pilot, "talking", TALK)
        await settle(pilot)
        assert str(panel.border_title) == "Вызвать скорую?"
        assert shown(pilot, "#emergency-question") == "Enter или 1 — 103, 2 — 112, Esc — нет"
        desk_of(pilot).gone(messages.MyCall, "c-1")
        desk_of(pilot).put(READY)
        await settle(pilot)
        assert not asks(pilot)


@pytest.mark.long
async def test_while_it_rings_one_key_calls_it_off(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot)
        await press(pilot, "f8")
        assert commands(pilot, messages.CancelConsult) == [messages.CancelConsult(call="c-1")]


@pytest.mark.long
async def test_while_103_is_called_the_others_can_be(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot)
        await press(pilot, KEY)
        assert shown(pilot, "#emergency-question") == "2 — 112, Esc — нет"
        await later(pilot)
        await press(pilot, "enter", "1")
        assert called(pilot) == []
        await press(pilot, "2")
        assert called(pilot) == [call_control.CallEmergency(call="c-1", first="112")]


@pytest.mark.long
async def test_the_one_that_has_answered_is_not_replaced_unawares(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot, open=True, heard="all")
        await press(pilot, KEY)
        assert "103 на линии и отключится" in str(app.screen.query_one(EmergencyPanel).border_title)
        await later(pilot)
        await press(pilot, "enter")
        assert called(pilot) == []


async def test_a_sign_that_was_found_calls_and_marks_no_answer(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.desk.KNOWLEDGE", (BREATH,))
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+f", "трудно")
        assert shown(pilot, "#knowledge-note") == "Угроза жизни: Enter — вызвать 103"
        await press(pilot, "enter")
        assert asks(pilot)
        await later(pilot)
        await press(pilot, "1")
        assert called(pilot) == ASKED


@pytest.mark.long
async def test_enter_on_a_sign_of_112_and_enter_again_calls_112(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.desk.KNOWLEDGE", (BREATH, SUICIDE))
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+f", "трудно")
        assert shown(pilot, "#knowledge-note") == "Угроза жизни: Enter — вызвать 103"
        await press(pilot, "down")
        assert shown(pilot, "#knowledge-note") == "Угроза жизни: Enter — вызвать 112"
        await press(pilot, "enter")
        assert str(app.screen.query_one(EmergencyPanel).border_title) == "Вызвать 112?"
        assert shown(pilot, "#emergency-question") == "Enter или 2 — 112, 1 — 103, Esc — нет"
        await later(pilot)
        await press(pilot, "enter")
        assert called(pilot) == [call_control.CallEmergency(call="c-1", first="112")]
        await press(pilot, KEY)
        assert "Enter или 2 — 112, 1 — 103" in shown(pilot, "#emergency-question")


@pytest.mark.long
async def test_a_sign_found_in_the_wrap_up_calls_its_service_alone(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.desk.KNOWLEDGE", (SUICIDE,))
    async with app.run_test() as pilot:
        await talk(pilot)
        end_call(pilot)
        await settle(pilot)
        await press(pilot, "ctrl+f", "трудно", "enter")
        await later(pilot)
        await press(pilot, "enter")
        assert called(pilot) == [call_control.CallEmergency(first="112")]


@pytest.mark.long
async def test_a_sign_found_while_a_number_is_dialled_promises_nothing_and_says_why(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.desk.KNOWLEDGE", (BREATH,))
    async with app.run_test(size=(120, 40)) as pilot:
        await be_ready(pilot)
        show_call(pilot, "dialing", replace(TALK, state="dialing", direction="out"))
        await settle(pilot)
        await press(pilot, "ctrl+f", "трудно")
        note = "Угроза жизни. Абонента ещё нет на линии: скорую вызывают, когда он ответит."
        assert shown(pilot, "#knowledge-note") == note
        await press(pilot, "enter")
        assert not asks(pilot)
        assert "Абонента ещё нет на линии" in shown(pilot, "#message")


@pytest.mark.long
async def test_112_is_not_called_an_ambulance(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await emergency(pilot, who="112")
        assert "«Вызываю 112, не кладите трубку»" in shown(pilot, "#staff-line")


@pytest.mark.long
async def test_112_first_where_the_place_is_dangerous(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, KEY)
        assert "Enter или 1 — 103, 2 — 112, Esc — нет" in shown(pilot, "#emergency-question")
        await later(pilot)
        await press(pilot, "2")
        assert called(pilot) == [call_control.CallEmergency(call="c-1", first="112")]


@pytest.mark.long
async def test_the_caller_who_comes_back_is_marked_until_dismissed(app: EkcApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        failed = call_control.NotTaken(who="103", why="no_answer")
        await talk(pilot, not_taken=(failed,))
        assert "ВЕРНУЛСЯ: 103 не ответила" in shown(pilot, "#staff-line")
        await press(pilot, "escape")
        assert "ВЕРНУЛСЯ" not in shown(pilot, "#staff-line")
        again = replace(TALK, not_taken=(failed, call_control.NotTaken(who="112", why="busy")))
        show_call(pilot, "talking", again)
        await settle(pilot)
        assert "ВЕРНУЛСЯ: 103 не ответила, 112 занята" in shown(pilot, "#staff-line")
        end_call(pilot)
        await settle(pilot)
        assert "ВЕРНУЛСЯ" not in shown(pilot, "#staff-line")


@pytest.mark.long
async def test_an_operator_who_did_not_take_the_call_is_named(app: EkcApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        await talk(pilot, not_taken=(call_control.NotTaken(who="Петрова Мария", why="rejected"),))
        assert "ВЕРНУЛСЯ: Петрова Мария — вызов отклонён" in shown(pilot, "#staff-line")


@pytest.mark.long
async def test_a_transfer_is_not_told_as_done_on_the_acknowledgement(app: EkcApp) -> None:
    async with app.run_test(size=(120, 24)) as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, "+79123456789", "enter")
        assert "ждём ответа" in shown(pilot, "#message")
        assert "передан" not in shown(pilot, "#message")


@pytest.mark.parametrize("number", ["112", pytest.param("103", marks=pytest.mark.long)])
async def test_a_service_dialled_by_f4_in_a_talk_rings_beside_the_operator_by_one_more_enter(
    app: EkcApp, number: str
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, number, "enter")
        asked = shown(pilot, "#emergency-question").split(",")[0]
        assert asked.startswith("Enter")
        assert asked.endswith(number)
        await later(pilot)
        await press(pilot, "enter")
        assert called(pilot) == [call_control.CallEmergency(call="c-1", first=number)]
        assert commands(pilot, messages.TransferCall) == []


@pytest.mark.long
async def test_a_service_that_is_not_in_the_settings_is_asked_beside_the_caller_too(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await open_targets(pilot, "f4")
        await press(pilot, "101", "enter")
        assert shown(pilot, "#emergency-question") == "Enter или 1 — 101, Esc — нет"
        await later(pilot)
        await press(pilot, "enter")
        assert [asked.target for asked in commands(pilot, call_control.StartConsult)] == ["101"]
        assert commands(pilot, messages.TransferCall) == []


async def test_f4_and_enter_send_nobody_to_103(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        assert TARGETS.emergency == "103"
        await open_targets(pilot, "f4")
        await press(pilot, "enter")
        assert [t.target for t in commands(pilot, messages.TransferCall)] == ["petrova"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("size", "label"),
    [((40, 10), "Ctrl+Z 103"), ((80, 24), "Ctrl+Z 103"), ((120, 40), "Ctrl+Z Вызов 103")],
)
async def test_in_the_wrap_up_the_key_of_103_is_on_the_screen(
    app: EkcApp, size: tuple[int, int], label: str
) -> None:
    async with app.run_test(size=size) as pilot:
        await talk(pilot)
        end_call(pilot)
        await settle(pilot)
        assert label in shown(pilot, "#keys")


async def test_in_a_window_of_40_by_10_the_key_of_103_is_on_the_screen(app: EkcApp) -> None:
    async with app.run_test(size=(40, 10)) as pilot:
        await talk(pilot)
        assert "Ctrl+Z 103" in shown(pilot, "#keys")


async def test_who_cannot_speak_is_seen_pressing_keys_beside_the_service_that_rings(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        assert "нажал" not in shown(pilot, "#call-who")
        desk = desk_of(pilot)
        desk.voice.line.state = replace_state(desk.voice.line.state, keys="1 11")
        desk.changed("line")
        await emergency(pilot)
        assert "103: ждём ответа" in shown(pilot, "#call-who")
        assert "нажал: 1 11" in shown(pilot, "#call-who")
