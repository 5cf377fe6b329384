from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Input

from ekc_console.client.voice.second_call import SecondCall, SecondCalls
from ekc_console.errors import EkcError
from ekc_console.tui.shared.keys import held
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.help import HelpScreen
from ekc_console.wire import messages
from ekc_console.wire.words import words
from tests.support.desk import CALL, NOW, ScriptedDesk
from tests.support.sweep import sweep
from tests.tui.steps import (
    READY,
    TALK,
    be_offered,
    be_ready,
    commands,
    desk_of,
    end_call,
    focused,
    press,
    replace,
    settle,
    show_call,
    shown,
    talk,
    until,
    wrap_up,
)

WIDE = (120, 40)


async def test_an_offer_is_shown_and_moves_no_focus(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, calls=2)
        before = focused(pilot)
        desk.put(replace(READY, state="offered", until=NOW + 12), CALL)
        await settle(pilot)
        assert app.screen.query_one("#call").display
        assert "+7 912 000-00-17" in shown(pilot, "#call-who")
        assert "ответьте за 12 с" in shown(pilot, "#call-who")
        assert "F5 Ответить" in shown(pilot, "#call-about")
        assert focused(pilot) == before


async def test_an_offer_is_answered_while_typing(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f3", "сидо")
        desk.put(replace(READY, state="offered", until=NOW + 12), CALL)
        await press(pilot, "рова")
        assert app.screen.query_one(Input).value == "сидорова"
        await press(pilot, "f5")
        assert commands(pilot, messages.AcceptOffer) == [messages.AcceptOffer(offer="o-1")]
        show_call(pilot, "talking", TALK)
        await settle(pilot)
        assert focused(pilot) == "script-choices"


@pytest.mark.long
async def test_an_offer_is_answered_over_an_open_question(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f10")
        desk.put(replace(READY, state="offered", until=NOW + 12), CALL)
        await press(pilot, "f5")
        assert commands(pilot, messages.AcceptOffer)


@pytest.mark.long
async def test_a_key_pressed_twice_asks_once(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_offered(pilot)
        gate = asyncio.Event()
        asked = 0

        async def accept() -> None:
            nonlocal asked
            asked += 1
            await gate.wait()

        desk.accept = accept  # type: ignore[method-assign]
        await pilot.press("f5", "f5", "f5")
        await until(pilot, lambda: asked == 1 and not app._keys.under_way)
        gate.set()
        await settle(pilot)
        assert asked == 1


@pytest.mark.long
async def test_the_bar_takes_no_notice_of_a_slow_server(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_offered(pilot)
        gate = asyncio.Event()
        desk.accept = gate.wait  # type: ignore[assignment, method-assign]
        await pilot.press("f5")
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        gate.set()
        await settle(pilot)


async def test_reject(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_offered(pilot)
        await press(pilot, "f8")
        assert commands(pilot, messages.RejectOffer) == [messages.RejectOffer(offer="o-1")]


async def test_hold_resume_mute_hang_up(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        assert "идёт запись" in shown(pilot, "#call-about")
        await press(pilot, "f7")
        assert desk.line.state.muted
        assert "МИКРОФОН ВЫКЛЮЧЕН" in shown(pilot, "#call-about")
        await press(pilot, "f7", "f6")
        assert commands(pilot, messages.HoldCall)
        show_call(pilot, "talking", replace(TALK, state="held", held_since=NOW - 9))
        await settle(pilot)
        assert "НА УДЕРЖАНИИ 0:09" in shown(pilot, "#call-who")
        assert "F6 Снять" in shown(pilot, "#keys")
        await press(pilot, "f6")
        assert commands(pilot, messages.ResumeCall)
        await press(pilot, "f8")
        assert commands(pilot, messages.HangUpCall)


async def test_a_refusal_is_a_line_with_its_remedy(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_offered(pilot)
        desk.refuse[messages.AcceptOffer] = EkcError(
            "Вызов уже принят другим.", "Ждите следующего."
        )
        await press(pilot, "f5")
        assert shown(pilot, "#message") == "Ошибка: Вызов уже принят другим. Ждите следующего."
        await press(pilot, "escape")
        assert not app.screen.query_one("#message").display
        await press(pilot, "ctrl+l")
        table = app.screen.query_one("#log")
        assert "Вызов уже принят другим" in table.rows[0].cells[1]  # type: ignore[attr-defined]


async def test_an_unexpected_fault_of_a_command_is_told_and_does_not_end_the_shift(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_offered(pilot)
        desk.refuse[messages.AcceptOffer] = ZeroDivisionError("secret")
        await pilot.press("f5")
        await until(pilot, lambda: "Непредвиденная ошибка" in shown(pilot, "#message"))
        assert app.is_running


async def test_dial_checks_the_number_beside_the_field(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f4", "12345", "enter")
        assert "набрать нельзя" in shown(pilot, "#prompt-note")
        assert not commands(pilot, messages.Dial)
        await press(pilot, "ctrl+u", "8 912 000-00-17", "enter")
        assert commands(pilot, messages.Dial) == [messages.Dial(number="+79120000017")]


@pytest.mark.long
async def test_a_number_is_completed_from_what_is_known(app: EkcApp) -> None:
    """Of the callback list, and of those dialled in this shift, which come first."""
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, callbacks=True)
        await press(pilot, "f4", "8345", "right", "enter")
        assert commands(pilot, messages.Dial) == [messages.Dial(number="+73452000045")]
        desk_of(pilot).dialled.appendleft("+73452000099")
        await press(pilot, "f4", "3452", "right", "enter")
        assert commands(pilot, messages.Dial)[-1] == messages.Dial(number="+73452000099")


@pytest.mark.long
async def test_redial_takes_the_last_number_of_the_shift(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "ctrl+y")
        assert "ещё не набирали" in shown(pilot, "#message")
        await press(pilot, "f4", "8 912 000-00-17", "enter", "ctrl+y")
        assert commands(pilot, messages.Dial) == [messages.Dial(number="+79120000017")] * 2


@pytest.mark.long
async def test_an_earlier_contact_is_called_from_its_card(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f3", "0017", "enter", "enter", "f4")
        assert app.screen.query_one("#tray Input", Input).value == "+79120000017"
        await press(pilot, "enter")
        assert commands(pilot, messages.Dial) == [messages.Dial(number="+79120000017")]


async def test_ready_and_break(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        assert commands(pilot, messages.GoReady)
        await press(pilot, "f12", "2")
        assert commands(pilot, messages.GoBreak) == [messages.GoBreak(reason="rest")]


@pytest.mark.long
async def test_the_break_menu_gives_the_focus_back(app: EkcApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await be_ready(pilot, calls=2)
        before = focused(pilot)
        await press(pilot, "f12")
        assert focused(pilot) != before
        await press(pilot, "escape")
        assert focused(pilot) == before


@pytest.mark.long
@pytest.mark.parametrize("answer", ["enter", "escape"])
async def test_quit_asks_and_the_safe_answer_is_first(
    app: EkcApp, desk: ScriptedDesk, answer: str
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f10", answer)
        assert not desk.logged_out
        assert app.is_running
        await press(pilot, "f10", "right", "enter")
        assert desk.logged_out


@pytest.mark.long
async def test_f10_in_the_wrap_up_ends_the_shift(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await wrap_up(pilot)
        await press(pilot, "f10", "right", "enter")
        assert desk.logged_out


async def test_f10_in_a_talk_ends_the_shift_after_it_and_not_the_talk(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "f10", "right", "enter")
        assert "Смена закончится после вызова" in shown(pilot, "#message")
        assert commands(pilot, messages.GoBreak)
        assert not desk.logged_out
        end_call(pilot)
        await settle(pilot)
        assert not desk.logged_out
        desk.put(replace(READY, state="break", reason="lunch"))
        desk.gone(messages.MyCall, CALL.id)
        await settle(pilot)
        assert desk.logged_out


@pytest.mark.long
async def test_f10_pressed_again_in_the_talk_keeps_one_on_the_shift(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "f10", "right", "enter", "f10")
        assert "остаётесь на смене" in shown(pilot, "#message")
        assert len(commands(pilot, messages.GoReady)) == 2
        desk.put(READY)
        desk.gone(messages.MyCall, CALL.id)
        await settle(pilot)
        assert not desk.logged_out


async def test_link_lost_keeps_everything_and_says_so(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова")
        desk.set_link("connecting", "нет ответа")
        await settle(pilot)
        assert "нет связи" in shown(pilot, "#title")
        assert "Связь с сервером потеряна" in shown(pilot, "#message")
        await press(pilot, " анна", "enter")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Иванова Анна"
        desk.set_link("online")
        await settle(pilot)
        assert "Связь с сервером восстановлена" in shown(pilot, "#message")


async def test_at_the_end_of_a_shift_no_old_time_stands_beside_the_link_that_ends(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.put(READY)
        start = desk.now()
        monkeypatch.setattr(desk, "now", lambda: start + 189.0)
        app._leaving = True
        desk.set_link("offline", "")
        await settle(pilot)
        assert "нет связи 0:00" in shown(pilot, "#title")


async def test_no_sound_device_and_a_failed_line_are_said_in_words(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.line.set("up", "нет устройства", "null")
        await settle(pilot)
        assert "линия без звука" in shown(pilot, "#title")
        assert "без звука" in shown(pilot, "#message")
        desk.line.set("failed", "сервер телефонии не отвечает.")
        desk.put(messages.EngineState(up=False, detail=words("engine.ended")))
        await settle(pilot)
        assert "линии нет" in shown(pilot, "#title")
        assert "АТС не работает" in shown(pilot, "#title")


async def test_notices_of_the_server_are_messages(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await be_ready(pilot)
        desk.on_notice(messages.Notice(level="warning", words=words("shift.break_too_long")))
        await settle(pilot)
        assert shown(pilot, "#message") == "Внимание: Перерыв длится дольше положенного."


@pytest.mark.long
async def test_a_second_call_is_shown_and_has_its_keys(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def take() -> None:
        done.append("take")

    async def end() -> None:
        done.append("end")

    monkeypatch.setattr(desk, "take_second", take)
    monkeypatch.setattr(desk, "end_second", end)
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        calls = desk.line.second = SecondCalls(desk.now, lambda: None)
        calls.current = SecondCall("in2", "1008", "ringing", desk.now() - 5)
        desk.line.set("up")
        await settle(pilot)
        assert "Второй вызов 1008 мимо центра: звонит" in shown(pilot, "#staff-line")
        await press(pilot, "ctrl+x", "f5")
        calls.current = SecondCall("in2", "1008", "talking", desk.now() - 5)
        desk.line.set("up")
        await settle(pilot)
        assert "говорите" in shown(pilot, "#staff-line")
        await press(pilot, "f8")
        assert done == ["end", "take", "end"]
        assert commands(pilot, messages.HangUpCall) == []


@pytest.mark.long
async def test_an_error_of_the_call_before_is_gone_with_the_next_one(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        app.tell("error", "Удержание не удалось.")
        show_call(pilot, "talking", replace(TALK, state="held", held_since=NOW))
        await settle(pilot)
        assert "Удержание не удалось" in shown(pilot, "#message")
        desk.gone(type(CALL), CALL.id)
        await settle(pilot)
        assert "Удержание не удалось" in shown(pilot, "#message")
        desk.put(replace(CALL, id="c-2", offer="o-2"))
        await settle(pilot)
        assert not app.screen.query_one("#message").display
        assert [entry.text for entry in app.messages.entries][-1] == "Удержание не удалось."


@pytest.mark.parametrize("key", sweep(["f6", "f7", "f8"], every=3))
async def test_a_key_that_is_held_does_once_what_it_does_to_a_call(
    app: EkcApp, desk: ScriptedDesk, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held, F7 left the microphone off or on by chance, F8 rejected the next call."""
    monkeypatch.setattr(held, "SAME_KEY_S", 60.0)
    async with app.run_test() as pilot:
        await talk(pilot)
        await press(pilot, *[key] * 4)
        asked = [
            *commands(pilot, messages.HoldCall),
            *commands(pilot, messages.HangUpCall),
            *([1] if desk.line.state.muted else []),
        ]
        assert len(asked) == 1
        desk.put(
            replace(READY, state="offered", until=NOW + 12), replace(CALL, id="c-2", offer="o-2")
        )
        desk.gone(messages.MyCall, "c-1")
        await settle(pilot)
        await press(pilot, key)
        assert not commands(pilot, messages.RejectOffer)
