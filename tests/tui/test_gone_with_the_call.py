"""A panel or a question about a call or its card goes when another one has come in its place."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.client.link.errors import Refused
from ekc_console.tui.shared.widgets.panels import Panel
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import messages
from ekc_console.wire.call_control import ServiceCalled
from tests.support.desk import CALL, NOW, ScriptedDesk
from tests.tui.steps import (
    READY,
    TALK,
    app_of,
    commands,
    desk_of,
    end_call,
    press,
    replace,
    settle,
    show_call,
    talk,
)
from tests.tui.test_emergency import called, later
from tests.tui.test_transfer import TARGETS, consult

NEXT = replace(TALK, id="c-next", card="card-next", number="+79005550000", services=())
CALLED_OFF = ServiceCalled(
    number="103", cancelled_at=NOW, ended_at=NOW, ended_by="operator", rings=False
)


def asked(pilot: Pilot[Any]) -> list[str]:
    """What is open, whichever: headings of panels, and questions."""
    screen = pilot.app.screen
    if isinstance(screen, Confirm):
        return [screen.question]
    return [str(panel.border_title) for panel in screen.query(Panel) if panel.holder is not None]


def told(pilot: Pilot[Any]) -> list[str]:
    return [entry.text for entry in app_of(pilot).messages.entries]


async def next_caller(pilot: Pilot[Any]) -> None:
    """The call and its wrap-up end, and the next one is answered."""
    desk = desk_of(pilot)
    end_call(pilot)
    await settle(pilot)
    desk.gone(messages.MyCall, TALK.id)
    desk.put(READY)
    await settle(pilot)
    offered = replace(CALL, id=NEXT.id, card=NEXT.card, number=NEXT.number, offer="o-next")
    desk.put(replace(READY, state="offered", since=NOW), offered)
    await settle(pilot)
    await press(pilot, "f5")
    show_call(pilot, "talking", NEXT)
    await settle(pilot)


async def replaced(pilot: Pilot[Any]) -> None:
    """A snapshot after a cut: the call before is gone, another one is there."""
    desk_of(pilot).gone(messages.MyCall, TALK.id)
    show_call(pilot, "talking", NEXT)


async def test_the_note_of_103_called_otherwise_never_stands_in_the_next_card(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot, services=(CALLED_OFF,))
        await press(pilot, "2", "f9")
        await later(pilot)
        await press(pilot, "9", "дочь")
        assert asked(pilot) == ["103: кто и как вызвал?"]
        await next_caller(pilot)
        assert asked(pilot) == []
        gone = "Закрыто, карточка уже другая: «103: кто и как вызвал?»."
        assert f"{gone} Набранное не записано: «дочь»." in told(pilot)
        await press(pilot, "enter")
        assert (desk.card_desk.card_id, desk.card_desk.note) == (NEXT.card, "")


async def test_a_corrected_field_never_goes_into_the_next_card(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter")
        app.cards.correct("fio")
        await settle(pilot)
        await next_caller(pilot)
        assert asked(pilot) == []
        assert desk.card_desk.card_id == NEXT.card
        assert desk.card_desk.session is not None
        assert "fio" not in desk.card_desk.session.fields
        assert "Закрыто, карточка уже другая: «ФИО пациента»." in told(pilot)


async def test_a_corrected_field_stays_open_while_its_card_waits_on_the_desk(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter")
        app.cards.correct("fio")
        await settle(pilot)
        end_call(pilot)
        await settle(pilot)
        await press(pilot, " ольга", "enter")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Иванова Анна Ольга"


async def test_enter_on_the_question_about_103_calls_nobody_for_the_caller_of_a_snapshot(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await press(pilot, "ctrl+z")
        await later(pilot)
        await replaced(pilot)
        await pilot.press("enter")  # before anything is painted
        await settle(pilot)
        assert called(pilot) == []
        assert asked(pilot) == []
        assert "Закрыто, вызов уже кончился или другой: «Вызвать скорую?»." in told(pilot)


async def test_digits_typed_for_one_call_are_never_sent_into_the_next(app: EkcApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        app.commands.by_id["call.keys"]()
        await settle(pilot)
        await press(pilot, "12345")
        await replaced(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert commands(pilot, messages.SendKeys) == []
        gone = "Закрыто, вызов уже кончился или другой: «Тональный набор»."
        assert f"{gone} Набранное не записано: «12345»." in told(pilot)


async def test_a_list_of_targets_that_comes_after_its_call_is_not_shown(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    desk.results[messages.GetTargets] = TARGETS
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        app.commands.by_id["call.transfer"]()
        await replaced(pilot)
        await settle(pilot)
        assert asked(pilot) == []


@pytest.mark.long
async def test_whom_to_transfer_to_is_not_asked_after_the_talk(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    desk.results[messages.GetTargets] = TARGETS
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await press(pilot, "f4")
        assert asked(pilot)
        end_call(pilot)
        await settle(pilot)
        assert asked(pilot) == []


@pytest.mark.long
async def test_to_cut_a_service_off_is_asked_of_its_own_call(app: EkcApp) -> None:
    info = {"who": "103", "emergency": True, "open": True, "heard": "all"}
    async with app.run_test(size=(100, 30)) as pilot:
        await consult(pilot, **info)
        app.commands.by_id["consult.cancel"]()
        await settle(pilot)
        assert asked(pilot) == ["Отключить 103?"]
        desk_of(pilot).gone(messages.MyCall, TALK.id)
        consulted = messages.ConsultInfo(role="asking", since=NOW, **info)
        show_call(pilot, "consulting", replace(NEXT, state="consult", consult=consulted))
        await settle(pilot)
        assert asked(pilot) == []
        assert "Вопрос снят: «Отключить 103?»." in told(pilot)


async def test_a_refused_field_is_asked_for_in_its_own_card_only(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter")
        error = Refused("bad_request", "Не подходит", fields={"fio": "Не подходит"})
        app.commands._not_saved(error, "card-before")
        await settle(pilot)
        assert asked(pilot) == []


OF_NO_CALL = {
    "call.dial": "the number is typed, and nobody is on the line yet",
    "state.break": "of the person",
    "app.quit": "of the person",
    "messages.send": "to colleagues",
    "visit.close": "names the visit",
    "pbx.password": "of the person",
}
"""Actions whose panel outlives a call, and what it belongs to."""


async def another(pilot: Pilot[Any], before: str, then: str, state: Any) -> str:
    """The id of the call that is there now."""
    desk_of(pilot).gone(messages.MyCall, before)
    show_call(pilot, state, replace(TALK, id=then, card=f"card of {then}", state=state))
    await settle(pilot)
    return then


@pytest.mark.long
@pytest.mark.parametrize("state", ["talking", "wrap_up"])
async def test_whatever_an_action_opens_during_a_call_goes_with_it(
    app: EkcApp, desk: ScriptedDesk, state: Any
) -> None:
    """Every action that there is: a new one is bound too, or named above."""
    desk.results[messages.GetTargets] = TARGETS
    opened: set[str] = set()
    left: list[str] = []
    async with app.run_test(size=(100, 30)) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванова анна", "enter")
        present = TALK.id
        for action, do in app.commands.by_id.items():
            if action == "app.quit":
                continue
            present = await another(pilot, present, f"c-{action}", state)
            do()
            await settle(pilot)
            if headings := asked(pilot):
                opened.add(action)
                present = await another(pilot, present, f"c-after-{action}", state)
            if asked(pilot) and action not in OF_NO_CALL:
                left.append(f"{action}: {headings}")
            app.take_question_back()
            while app.close_top():
                await settle(pilot)
    assert left == []
    assert opened >= {"call.emergency", "script.jump", "script.change", "help.ask", "app.commands"}
