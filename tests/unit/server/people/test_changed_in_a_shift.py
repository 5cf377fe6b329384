"""An account is moved to a role without a shift while its person holds something: that is brought
to its end by whoever has it, then the shift is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ekc_console.domain.terms.rights import ROLES, may
from ekc_console.server.people.person import Person
from ekc_console.wire import (
    call_control,
    card_work,
    listening,
    messages,
    side_work,
    steering,
    supervision,
)
from tests.support.cards import OTHER_NUMBER, card_in_hand, draft, saving, visit_ordered
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.sweep import sweep

Begins = Callable[[Centre, Operator], Awaitable[None]]


async def talks(centre: Centre, anna: Operator) -> None:
    await centre.in_queue()
    await anna.takes()


async def holds(centre: Centre, anna: Operator) -> None:
    await talks(centre, anna)
    await anna.done(messages.HoldCall(call=call_of(anna)))
    await anna.until_call("held")


async def consults(centre: Centre, anna: Operator) -> None:
    await talks(centre, anna)
    await centre.ready("olga")
    await anna.done(messages.StartConsult(call=call_of(anna), kind="agent", target="olga"))


async def advises(centre: Centre, anna: Operator) -> None:
    await anna.done(messages.GoBreak(reason="lunch"))
    olga = await centre.ready("olga")
    await talks(centre, olga)
    await anna.done(messages.GoReady())
    await olga.done(messages.StartConsult(call=call_of(olga), kind="agent", target="anna"))
    await anna.takes()


async def calls_103(centre: Centre, anna: Operator) -> None:
    await talks(centre, anna)
    centre.engine.outside_party("103", "ring")
    await anna.done(call_control.CallEmergency(call=call_of(anna)))


async def dials(centre: Centre, anna: Operator) -> None:
    centre.engine.outside_party("+79001112244", "ring")
    await anna.done(messages.Dial(number="79001112244"))
    await anna.until_call("dialing")


async def wraps_up(centre: Centre, anna: Operator) -> None:
    await talks(centre, anna)
    await anna.done(messages.HangUpCall(call=call_of(anna)))
    await anna.until_me("wrap_up")


def call_of(who: Operator) -> str:
    assert who.call
    return who.call.id


async def is_moved(centre: Centre, who: Operator, role: messages.Role) -> None:
    """The open console is sent away, and comes back."""
    who.session = replace(who.session, role=role)
    who.person = Person.of(who.session)
    attendance = centre.server.people.attendance
    attendance.changed(who.person.login, who.session)
    attendance.look_on(who.session)
    await centre.server.core.runtime.settled()


async def ends_all(centre: Centre, anna: Operator) -> None:
    """What the keys of the console do, one after the other."""
    if anna.call and anna.call.state == "consult":
        await anna.done(messages.CancelConsult(call=call_of(anna)))
    if anna.me.state not in ("wrap_up", "offline"):
        await anna.done(messages.HangUpCall(call=call_of(anna)))
        await centre.until(lambda: anna.me.state in ("wrap_up", "offline"), "the end of the talk")
    if anna.me.state == "wrap_up":
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())


WITHOUT_SHIFT = [role for role in ROLES if not may(role, "serve")]
STATES = [talks, holds, consults, advises, calls_103, dials, wraps_up]


@pytest.mark.parametrize("role", sweep(WITHOUT_SHIFT, every=len(WITHOUT_SHIFT)))
@pytest.mark.parametrize("begins", STATES)
def test_what_is_held_when_the_role_loses_its_shift_is_ended_by_who_has_it(
    tmp_path: Path, begins: Begins, role: messages.Role
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await begins(centre, anna)
        await is_moved(centre, anna, role)
        await ends_all(centre, anna)
        await anna.until_me("offline")
        await centre.in_queue("79005554433")
        assert anna.call is None

    run(tmp_path, story)


@pytest.mark.parametrize("role", sweep(WITHOUT_SHIFT, every=len(WITHOUT_SHIFT)))
def test_who_holds_nothing_is_off_duty_at_once_and_is_offered_no_call(
    tmp_path: Path, role: messages.Role
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await centre.in_queue()
        await anna.until_call("offered")
        await is_moved(centre, anna, role)
        assert (anna.me.state, anna.call) == ("offline", None)
        refusal = await anna.refused(messages.GoReady())
        assert refusal.code == "not_allowed"

    run(tmp_path, story)


@pytest.mark.parametrize("begins", [wraps_up, pytest.param(talks, marks=pytest.mark.long)])
@pytest.mark.parametrize("ordered", [False, pytest.param(True, marks=pytest.mark.long)])
def test_who_is_moved_back_in_the_same_talk_or_wrap_up_goes_on_with_the_shift(
    tmp_path: Path, ordered: bool, begins: Begins
) -> None:
    """But for an order of a supervisor, which stands."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await talks(centre, anna)
        if ordered:
            boss = await (await centre.operator("boss", role="supervisor")).come()
            await boss.done(supervision.ForceAgent(agent="anna", state="offline"))
        if begins is wraps_up:
            await anna.done(messages.HangUpCall(call=call_of(anna)))
            await centre.until(lambda: anna.me.state in ("wrap_up", "offline"), "the end")
        await is_moved(centre, anna, "analyst")
        anna.session = replace(anna.session, role="operator")
        anna.person = Person.of(anna.session)
        await centre.server.people.attendance.begin(anna.session)
        if begins is wraps_up and not ordered:
            assert anna.me.state == "wrap_up", "which is not cut short"
        await ends_all(centre, anna)
        await anna.until_me("offline" if ordered else "ready")

    run(tmp_path, story)


@pytest.mark.long
def test_the_talk_of_a_closed_account_is_seen_without_a_console_and_ended_by_a_supervisor(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await talks(centre, anna)
        boss = await (await centre.operator("boss", role="supervisor")).come()
        attendance = centre.server.people.attendance
        attendance.changed(anna.person.login, None)
        attendance.interrupt(anna.person.login)
        await centre.server.core.runtime.settled()
        seen: supervision.Agents = await boss.done(supervision.GetAgents())
        assert [(one.state, one.console) for one in seen.agents if one.id == "anna"] == [
            ("talking", False)
        ]
        await boss.done(steering.EndCall(call=call_of(anna), why="уволена", talk=True, sure=True))
        await boss.done(supervision.ForceAgent(agent="anna", state="offline"))
        await anna.until_me("offline")

    run(tmp_path, story)


def test_who_listens_leaves_the_talk_with_the_right_to_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        olga = await centre.ready("olga")
        await talks(centre, olga)
        boss = await (await centre.operator("boss", role="supervisor")).come()
        await boss.open_line()
        await boss.done(listening.Listen(call=call_of(olga), mode="listen"))
        await is_moved(centre, boss, "analyst")
        assert not centre.server.core.router.listenings
        assert boss.me.state == "offline"
        assert olga.me.state == "talking"

    run(tmp_path, story)


@pytest.mark.parametrize("role", sweep(WITHOUT_SHIFT, every=len(WITHOUT_SHIFT)))
def test_cards_that_are_not_in_hand_stay_closed_to_the_new_role(
    tmp_path: Path, role: messages.Role
) -> None:
    """Neither the own one of the day, nor a colleague's that stands beside the call."""

    async def story(centre: Centre) -> None:
        olga = await centre.ready("olga")
        beside = await visit_ordered(centre, olga, OTHER_NUMBER)
        anna = await centre.ready("anna")
        own = await visit_ordered(centre, anna)
        await anna.done(messages.GoReady())
        await centre.in_queue(OTHER_NUMBER)
        await anna.takes()
        await card_in_hand(centre, anna)
        assert anna.call
        assert anna.call.caller.home_visits
        await is_moved(centre, anna, role)
        assert anna.call.caller == side_work.Caller(learned=anna.call.caller.learned)
        assert anna.call.history == ()
        code = "unknown" if role == "clinic" else "not_allowed"
        for card in (own, beside):
            for body in (
                messages.OpenCard(card=card.id),
                saving(card),
                draft(card),
                card_work.OpenPerson(card=card.id),
                card_work.FindPersons(card=card.id, text="иванова"),
                card_work.CloseVisit(card=card.id, state="done"),
            ):
                assert (await anna.refused(body)).code == code
        await anna.save_card()

    run(tmp_path, story)


@pytest.mark.parametrize("again", [False, pytest.param(True, marks=pytest.mark.long)])
def test_an_order_that_takes_all_queues_before_the_first_call_outlives_a_break_of_the_link(
    tmp_path: Path, again: bool
) -> None:
    """So it does a restart of the server; who leads sees her all the time, and gives them back."""

    async def story(centre: Centre) -> None:
        anna = await centre.operator("anna")
        await anna.come()
        await anna.open_line()
        boss = await (await centre.operator("boss", role="supervisor")).come()
        had = centre.server.core.router.agents[anna.person.login].queues
        await boss.done(steering.ChangeDuty(agent="anna", drop=had, why="", sure=True))
        if again:
            await centre.start_again()
        centre.server.people.attendance.interrupt(anna.person.login)
        await centre.server.core.runtime.settled()
        seen: supervision.Agents = await boss.done(supervision.GetAgents())
        assert "anna" in [one.id for one in seen.agents]
        await anna.come()
        record = centre.server.core.router.agents[anna.person.login]
        assert (record.queues, record.has_leg) == ((), True)
        await boss.done(steering.RestoreDuty(agent="anna", why=""))
        record = centre.server.core.router.agents[anna.person.login]
        assert record.queues == had
        assert not record.staffs, "as before: the shift is not begun"
        await anna.done(messages.GoReady())
        assert anna.me.state == "ready"

    run(tmp_path, story)


@pytest.mark.parametrize("again", [False, True])
def test_a_role_that_is_given_back_in_a_talk_goes_on_with_the_shift_also_after_a_restart(
    tmp_path: Path, again: bool
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await talks(centre, anna)
        await is_moved(centre, anna, "analyst")
        if again:
            await centre.start_again()
        anna.session = replace(anna.session, role="operator")
        anna.person = Person.of(anna.session)
        await centre.server.people.attendance.begin(anna.session)
        assert not centre.server.core.router.agents[anna.person.login].pending_logout

    run(tmp_path, story)
