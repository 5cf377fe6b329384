"""An account is closed, reopened or given a new password in the midst of its person's shift: no
agent is left that nobody is behind, and no talk is cut by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ekc_console.domain.state.agent import Agent
from ekc_console.wire import listening, messages
from ekc_console.wire.admin import account_work
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.sweep import sweep
from tests.unit.server.people.test_changed_in_a_shift import (
    Begins,
    advises,
    call_of,
    calls_103,
    consults,
    dials,
    holds,
    talks,
    wraps_up,
)

Orders = Callable[[Operator], Awaitable[None]]


async def is_ready(centre: Centre, anna: Operator) -> None:
    assert anna.me.state == "ready"


async def rests(centre: Centre, anna: Operator) -> None:
    await anna.done(messages.GoBreak(reason="lunch"))


async def is_offered(centre: Centre, anna: Operator) -> None:
    await centre.in_queue()
    await anna.until_call("offered")


async def answers_nothing(centre: Centre, anna: Operator) -> None:
    await centre.in_queue()
    await anna.until_me("not_responding")


async def is_asked(centre: Centre, anna: Operator) -> None:
    await rests(centre, anna)
    olga = await centre.ready("olga")
    await talks(centre, olga)
    await anna.done(messages.GoReady())
    await olga.done(messages.StartConsult(call=call_of(olga), kind="agent", target="anna"))
    await anna.until_call("offered")


async def closes(chief: Operator) -> None:
    await chief.done(account_work.DisableAccount(login="anna", why="уволена"))


async def closes_and_reopens(chief: Operator) -> None:
    await closes(chief)
    await chief.done(account_work.EnableAccount(login="anna"))


async def gives_a_code(chief: Operator) -> None:
    await chief.done(account_work.ResetPassword(login="anna"))


async def ends_sessions(chief: Operator) -> None:
    await chief.done(account_work.EndSessions(login="anna"))


CLOSING = [closes, pytest.param(closes_and_reopens, marks=pytest.mark.long)]
SHUTTING_OUT = [gives_a_code, pytest.param(ends_sessions, marks=pytest.mark.long)]
HOLDING_NOTHING = [is_ready, rests, is_offered, answers_nothing, is_asked]
IN_A_TALK = [talks, holds, consults, advises, calls_103, dials]
ANYTHING = [*HOLDING_NOTHING, wraps_up, *IN_A_TALK]


async def is_ordered(centre: Centre, orders: Orders) -> None:
    """With what the loss of the session does to the open console."""
    await orders(await centre.operator("chief", role="admin", queues=()))
    attendance = centre.server.people.attendance
    login = record(centre).id
    attendance.changed(login, None)
    attendance.interrupt(login)
    await centre.server.core.runtime.settled()


def record(centre: Centre) -> Agent:
    return next(one for name, one in centre.server.core.router.agents.items() if name == "anna")


def callers(centre: Centre) -> set[str]:
    """In a talk or waiting, not ending."""
    calls = centre.server.core.router.calls.values()
    return {call.id for call in calls if type(call.state).__name__ != "Ending"}


@pytest.mark.parametrize("orders", CLOSING)
@pytest.mark.parametrize("begins", HOLDING_NOTHING)
def test_who_holds_nothing_is_off_duty_with_the_account(
    tmp_path: Path, begins: Begins, orders: Orders
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await begins(centre, anna)
        before = callers(centre)
        await is_ordered(centre, orders)
        assert anna.me.state == "offline"
        assert callers(centre) == before, "nobody is lost by it"

    run(tmp_path, story)


@pytest.mark.parametrize("orders", CLOSING)
@pytest.mark.parametrize("begins", IN_A_TALK)
def test_a_talk_of_a_closed_account_goes_on_and_the_shift_ends_with_it(
    tmp_path: Path, begins: Begins, orders: Orders
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await begins(centre, anna)
        before, was = callers(centre), record(centre).state
        await is_ordered(centre, orders)
        assert (callers(centre), record(centre).state) == (before, was)
        for call in before:
            centre.engine.caller_hangs_up(call)
        seen = set()

        def over() -> bool:
            seen.add(anna.me.state)
            return anna.me.state in ("wrap_up", "offline")

        await centre.until(over, "the end of the talk")
        assert "ready" not in seen
        assert record(centre).pending_logout or anna.me.state == "offline"

    run(tmp_path, story)


@pytest.mark.parametrize("orders", SHUTTING_OUT)
@pytest.mark.parametrize("begins", sweep(ANYTHING, every=4))
def test_who_may_come_in_again_goes_on_with_the_shift(
    tmp_path: Path, begins: Begins, orders: Orders
) -> None:
    """As after a break of the link: nothing is offered until then."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await begins(centre, anna)
        before = callers(centre)
        await is_ordered(centre, orders)
        assert callers(centre) == before
        assert not record(centre).available
        assert not record(centre).pending_logout
        await anna.come()
        assert anna.me.state != "offline"
        assert record(centre).present

    run(tmp_path, story)


@pytest.mark.parametrize("there", [True, False], ids=["console there", "console gone"])
def test_the_card_of_a_closed_account_is_waited_for_while_its_console_is_there(
    tmp_path: Path, there: bool
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await wraps_up(centre, anna)
        attendance = centre.server.people.attendance
        if not there:
            attendance.interrupt(record(centre).id)
            await centre.server.core.runtime.settled()
        await closes(await centre.operator("chief", role="admin", queues=()))
        assert anna.me.state == ("wrap_up" if there else "offline")
        attendance.interrupt(record(centre).id)
        await anna.until_me("offline")

    run(tmp_path, story)


def test_who_comes_back_to_a_reopened_account_in_the_same_talk_goes_on_with_the_shift(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await talks(centre, anna)
        await is_ordered(centre, closes_and_reopens)
        assert record(centre).pending_logout
        await anna.come()
        assert not record(centre).pending_logout
        assert anna.me.state == "talking"

    run(tmp_path, story)


def test_who_listens_leaves_the_talk_with_the_account(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        olga = await centre.ready("olga")
        await talks(centre, olga)
        anna = await (await centre.operator("anna", role="supervisor")).come()
        await anna.open_line()
        await anna.done(listening.Listen(call=call_of(olga), mode="listen"))
        await is_ordered(centre, closes)
        assert not centre.server.core.router.listenings
        assert (anna.me.state, olga.me.state) == ("offline", "talking")

    run(tmp_path, story)
