"""Orders by key: offered where the state allows, asked before they destroy, refused in words."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from ekc_console.client.link.errors import Refused
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.tui.supervisor.actions.ordering import MEANT_FOR_CALL_S
from ekc_console.wire import messages, supervision, way_in
from ekc_console.wire.side_work import SendMessage, TeamInfo
from tests.support.supervisor import CALLS, CENTRE, PEOPLE, QUEUES, ScriptedSupervisor
from tests.support.sweep import sweep
from tests.tui.steps import TALK, commands, log_in, press, settle, show_call, shown, until

pytestmark = pytest.mark.long

replace = msgspec.structs.replace
TO_CALLS = ("tab", "tab")


async def begin(pilot: Pilot[Any], *keys: str) -> None:
    await log_in(pilot)
    await press(pilot, *keys)


@pytest.mark.long
async def test_a_waiting_call_is_moved_to_a_queue_that_is_typed(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, *TO_CALLS, "m", "справ", "enter")
        (order,) = commands(pilot, supervision.MoveCall)
        assert (order.call, order.queue) == ("c-2", "info")
        assert "передвинут: Справочная" in shown(pilot, "#message")


@pytest.mark.long
@pytest.mark.parametrize("key", ["g", "п"])
async def test_a_waiting_call_is_assigned_those_who_are_free_first(app: EkcApp, key: str) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, *TO_CALLS, key, "enter")
        (order,) = commands(pilot, supervision.AssignCall)
        assert (order.call, order.agent) == ("c-2", "boris")


@pytest.mark.long
async def test_a_waiting_call_goes_before_the_others(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, *TO_CALLS, "down", "u", "1")
        (order,) = commands(pilot, supervision.ReorderCall)
        assert (order.call, order.priority) == ("c-1", 10)


async def test_the_order_is_about_the_call_under_the_cursor_when_the_key_was_pressed(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, *TO_CALLS, "u")
        desk.change(gone=(("WatchCall", "c-2"),))
        await settle(pilot)
        await press(pilot, "1")
        (order,) = commands(pilot, supervision.ReorderCall)
        assert order.call == "c-2"


async def test_an_order_that_comes_too_late_is_refused_in_words(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.refuse[supervision.MoveCall] = Refused("unknown", "Этого вызова уже нет.")
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, *TO_CALLS, "m", "enter")
        assert "Этого вызова уже нет." in shown(pilot, "#message")


async def test_what_cannot_be_done_here_is_not_offered(app: EkcApp) -> None:
    """A talk is not moved, a person is no queue."""
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        keys = shown(pilot, "#keys")
        assert "P Пауза" in keys
        assert "M Передвинуть" not in keys
        await press(pilot, "m")
        await press(pilot, "tab")
        keys = shown(pilot, "#keys")
        assert "D Состояние" in keys
        assert "P Пауза" not in keys
        await press(pilot, "tab", "end")
        assert "M Передвинуть" not in shown(pilot, "#keys")
        await press(pilot, "m", "g", "u")
        assert not app.panel_open


async def test_a_pause_is_asked_for_with_the_safe_answer_first(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "p")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "enter")
        assert not commands(pilot, supervision.PauseQueue)
        await press(pilot, "p", "right", "enter")
        (order,) = commands(pilot, supervision.PauseQueue)
        assert order.queue == "vacc"


@pytest.mark.long
async def test_the_same_key_resumes_what_is_paused(app: EkcApp, desk: ScriptedSupervisor) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        desk.change(replace(QUEUES[0], paused=True))
        await settle(pilot)
        assert "P Снять паузу" in shown(pilot, "#keys")
        await press(pilot, "p")
        (order,) = commands(pilot, supervision.ResumeQueue)
        assert order.queue == "vacc"


async def test_a_queue_is_closed_for_a_time_and_opened(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "c", "tab", "2")  # Tab leaves no question behind
        (order,) = commands(pilot, way_in.CloseQueue)
        assert (order.queue, order.for_s) == ("vacc", 1800.0)
        desk.change(replace(QUEUES[0], closed=True))
        await settle(pilot)
        await press(pilot, "c")
        (opened,) = commands(pilot, way_in.OpenQueue)
        assert opened.queue == "vacc"


@pytest.mark.long
async def test_a_person_is_sent_on_a_break_and_off_shift_after_a_question(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "tab", "d", "2")
        (order,) = commands(pilot, supervision.ForceAgent)
        assert (order.agent, order.state, order.reason) == ("anna", "break", "lunch")
        await press(pilot, "d", "9", "enter")
        assert len(commands(pilot, supervision.ForceAgent)) == 1
        await press(pilot, "d", "9", "right", "enter")
        assert commands(pilot, supervision.ForceAgent)[-1].state == "offline"


async def test_who_is_in_a_call_is_said_to_be_away_after_it(app: EkcApp) -> None:
    """And no name is followed by two full stops."""
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "tab", "d", "2")
        assert "Анна П.: перерыв «Обед» после вызова." in shown(pilot, "#message")
        await press(pilot, "d", "9", "right", "enter")
        assert "Анна П.: смена закончится после вызова." in shown(pilot, "#message")
        await press(pilot, "n", "1", "зайдите ко мне", "enter")
        assert "Сообщение отправлено: Анна П." in shown(pilot, "#message")
        assert ".." not in shown(pilot, "#message")


@pytest.mark.long
async def test_one_person_is_written_to(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "tab", "n", "1", "enter")
        assert app.panel_open, "an empty message is not sent"
        await press(pilot, "зайдите ко мне", "enter")
        (sent,) = commands(pilot, SendMessage)
        assert (sent.to, sent.text) == ("anna", "зайдите ко мне")


async def test_a_team_or_all_are_written_to_from_the_same_place(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.teams = (TeamInfo(id="day", title="День", people=7),)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "tab")
        for key, login, team, said in (
            ("1", "anna", "", "Анна П."), ("2", "", "day", "День"), ("3", "", "", "всем"),
        ):  # fmt: skip
            await press(pilot, "n", key, "летучка в 12", "enter")
            sent = commands(pilot, SendMessage)[-1]
            assert (sent.to, sent.team, sent.text) == (login, team, "летучка в 12")
            assert f"Сообщение отправлено: {said}" in shown(pilot, "#message")


@pytest.mark.long
async def test_who_has_no_teams_may_write_to_all_too(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "tab", "n", "2", "летучка в 12", "enter")
        (sent,) = commands(pilot, SendMessage)
        assert (sent.to, sent.team, sent.text) == ("", "", "летучка в 12")


@pytest.mark.long
async def test_the_announcement_is_seen_and_changed(app: EkcApp, desk: ScriptedSupervisor) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        desk.change(replace(CENTRE, announcement="Большая очередь."))
        await settle(pilot)
        await press(pilot, "o", "enter")
        assert not commands(pilot, way_in.SetAnnouncement), "unchanged"
        await press(pilot, "o", "end", " Перезвоним.", "enter")
        (order,) = commands(pilot, way_in.SetAnnouncement)
        assert order.text == "Большая очередь. Перезвоним."


@pytest.mark.long
async def test_orders_work_on_what_is_opened_too(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "enter", "down", "u", "2")
        (order,) = commands(pilot, supervision.ReorderCall)
        assert order.call == "c-1"
        await press(pilot, "p", "right", "enter")
        (paused,) = commands(pilot, supervision.PauseQueue)
        assert paused.queue == "vacc"


async def test_f9_without_a_call_of_ones_own_says_so(app: EkcApp, desk: ScriptedSupervisor) -> None:
    """These screens have no pane to choose an outcome in."""
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await desk.card_desk.open("a-1")
        await press(pilot, "f9")
        assert "Своего вызова у вас сейчас нет." in shown(pilot, "#message")
        app.to_pane("card")
        await settle(pilot)


# -- taken back ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pressed", "kind", "state", "back"),
    sweep([
        (("p", "right", "enter"), supervision.PauseQueue, replace(QUEUES[0], paused=True),
         supervision.ResumeQueue(queue="vacc")),
        (("c", "1"), way_in.CloseQueue, replace(QUEUES[0], closed=True),
         way_in.OpenQueue(queue="vacc")),
        (("o", "Ждите.", "enter"), way_in.SetAnnouncement, replace(CENTRE, announcement="Ждите."),
         way_in.SetAnnouncement(text="")),
        ((*TO_CALLS, "m", "справ", "enter"), supervision.MoveCall,
         replace(CALLS[1], queue="info"),
         supervision.MoveCall(call="c-2", queue="vacc", seen="info")),
        ((*TO_CALLS, "g", "enter"), supervision.AssignCall, replace(CALLS[1], assigned="boris"),
         supervision.AssignCall(call="c-2", agent="", seen="boris")),
        ((*TO_CALLS, "u", "1"), supervision.ReorderCall, replace(CALLS[1], priority=10),
         supervision.ReorderCall(call="c-2", priority=1)),
        (("tab", "d", "2"), supervision.ForceAgent, replace(PEOPLE[0], pending_break="Обед"),
         supervision.ForceAgent(agent="anna", state="ready")),
    ], every=4),
    ids=["pause", "close", "announcement", "move", "assign", "raise", "state"],
)  # fmt: skip
async def test_an_order_is_taken_back_by_a_key(
    app: EkcApp, desk: ScriptedSupervisor, pressed: tuple[str, ...], kind: type, state: Any,
    back: Any,
) -> None:  # fmt: skip
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, *pressed)
        assert commands(pilot, kind)
        assert "Ctrl+Z — отменить." in shown(pilot, "#message")
        desk.change(state)
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert desk.commands[-1] == back
        assert "Ctrl+Z" not in shown(pilot, "#keys")


async def test_in_an_own_talk_the_key_that_takes_back_is_said_to_be_the_ambulances(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        show_call(pilot, "talking", TALK)
        await settle(pilot)
        await press(pilot, "escape", "p", "right", "enter")
        assert commands(pilot, supervision.PauseQueue)
        assert "Ctrl+Z — отменить, но после разговора: сейчас это вызов скорой." in shown(
            pilot, "#message"
        )


async def test_a_press_for_a_call_that_has_just_gone_takes_no_order_back(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "p", "right", "enter")
        show_call(pilot, "talking", TALK)
        await settle(pilot)
        assert "Ctrl+Z 103" in shown(pilot, "#keys")
        desk.gone(messages.MyCall, TALK.id)
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert not commands(pilot, supervision.ResumeQueue)
        assert "Вызов окончен: Ctrl+Z снова отменяет распоряжение." in shown(pilot, "#message")
        desk.time += MEANT_FOR_CALL_S
        await press(pilot, "ctrl+z")
        assert commands(pilot, supervision.ResumeQueue)


async def test_what_another_has_ordered_meanwhile_is_not_undone(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "p", "right", "enter")
        desk.change(replace(QUEUES[0], paused=True))
        desk.change(replace(QUEUES[0], paused=False))
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert not commands(pilot, supervision.ResumeQueue)
        assert "другой распорядился иначе" in shown(pilot, "#message")


@pytest.mark.long
async def test_a_call_that_was_taken_stays_where_it_is(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, *TO_CALLS, "m", "справ", "enter")
        desk.change(replace(CALLS[1], queue="info", state="talking", person="boris"))
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert len(commands(pilot, supervision.MoveCall)) == 1
        assert "Отменить поздно: вызов уже не ждёт." in shown(pilot, "#message")


async def test_an_order_that_is_still_being_carried_out_is_undone_when_it_is_done(
    app: EkcApp, desk: ScriptedSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken, send = asyncio.Event(), desk.request

    async def slowly(body: Any, limit_s: float | None = None) -> Any:
        if isinstance(body, way_in.SetAnnouncement):
            await spoken.wait()
        return await send(body, limit_s)

    monkeypatch.setattr(desk, "request", slowly)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "p", "right", "enter")
        await press(pilot, "o", "Ждите.")
        await pilot.press("enter")
        await until(pilot, lambda: not app.panel_open)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "ещё выполняется" in shown(pilot, "#message"))
        assert not commands(pilot, supervision.ResumeQueue), "another order is not undone for it"
        spoken.set()
        desk.change(replace(CENTRE, announcement="Ждите."))
        await settle(pilot)
        assert "объявление включено" in str(app.screen.query_one("#pane-queues").border_title)
        await press(pilot, "ctrl+z")
        assert desk.commands[-1] == way_in.SetAnnouncement(text="")


@pytest.mark.parametrize(
    ("keys", "to"),
    [
        (("tab", "tab", "end"), ["anna"]),
        pytest.param(
            ("home",), [p.id for p in PEOPLE if "vacc" in p.queues], marks=pytest.mark.long
        ),
    ],
)
async def test_who_has_the_call_and_who_serves_the_queue_is_written_to_from_their_rows(
    app: EkcApp, desk: ScriptedSupervisor, keys: tuple[str, ...], to: list[str]
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *keys)
        await press(pilot, "n", "1", "зайдите ко мне", "enter")
        sent = [c for c in desk.commands if isinstance(c, SendMessage)]
        assert [(c.to, c.text) for c in sent] == [(login, "зайдите ко мне") for login in to]


@pytest.mark.parametrize("keys", [("tab", "tab", "home"), ("end",)])
async def test_where_nobody_is_to_be_written_to_the_key_says_so(
    app: EkcApp, desk: ScriptedSupervisor, keys: tuple[str, ...]
) -> None:
    """A call in the menu or the queue, and a queue that nobody serves."""
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, *keys, "n")
        assert "Писать здесь некому" in shown(pilot, "#message")
        assert not app.panel_open
        assert "Написать" not in shown(pilot, "#keys")
