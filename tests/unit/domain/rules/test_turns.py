"""Callers on the line and the list of callbacks take turns: neither starves the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import OfferCall
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.settings import USUAL_CENTRE
from ekc_console.domain.terms.state_table import IllegalFact
from tests.unit.domain.desk import Desk, queue


def desk_with_list(owed: int, *more: Any, night: bool = False, **settings: Any) -> Desk:
    """``owed`` callbacks of the queue are due. ``night``: with their own time in the queue."""
    usual = {"callback_auto": True, "callback_after_s": 0.0, "wrap_up": "none"}
    desk = Desk(queue(**{**usual, "callback_share": 0.5, **settings}), *more)
    for i in range(owed):
        desk.arrive(f"n{i}", f"+7900{i:07}")
        if night:
            desk.give(f.PlaceKept(CallId(f"n{i}")))
        desk.end(f"n{i}", "system" if night else "caller")
        desk.now += 1
    return desk


def callers(desk: Desk, n: int, name: str = "main", *skills: str) -> None:
    for i in range(n):
        desk.arrive(f"{name}{i}", f"+7495{i:03}{len(desk.router.calls):04}", name, *skills)


def served(desk: Desk, agent: str, times: int) -> str:
    """Whom the agent is offered one after the other: ``L`` the list, ``-`` a caller."""
    told = ""
    for _ in range(times):
        state = desk.agent(agent).state
        if not hasattr(state, "offer"):
            break
        call = desk.call(state.call)
        told += "L" if call.virtual else "-"
        desk.accept(agent)
        if call.virtual:
            desk.give(f.CallAnswered(call.id))
        desk.give(f.CallBridged(call.id))
        desk.end(call.id)
    return told


@pytest.mark.parametrize("night", [False, True])
def test_who_is_on_the_line_is_served_beside_a_list_from_the_night(night: bool) -> None:
    """By their time all thirty would come first."""
    desk = desk_with_list(30, night=night)
    callers(desk, 5)
    desk.ready("a")
    assert served(desk, "a", 14) == "L-L-L-L-L-LLLL"


@pytest.mark.parametrize(
    ("share", "order"),
    [
        (0.5, "L-L-L-L-L-L-LLL"),
        (1 / 3, "L--L--LLLLLLL"),
        (2 / 3, "LL-LL-LL-LL-LLL"),
        (0.0, "----LLLLLLLLL"),
        (1.0, "LLLLLLLLLLL----"),
    ],
)
def test_the_share_of_callbacks_while_callers_wait(share: float, order: str) -> None:
    desk = desk_with_list(11, callback_share=share)
    callers(desk, 6 if share == 0.5 else 4)
    desk.ready("a")
    assert served(desk, "a", 20)[: len(order)] == order


def test_a_callback_that_waited_goes_on_however_many_call() -> None:
    """Each caller who is offered brings the list nearer."""
    desk = desk_with_list(3)
    callers(desk, 40)
    desk.ready("a")
    assert served(desk, "a", 6) == "L-L-L-"


def test_a_caller_of_one_queue_does_not_wait_for_the_list_of_another() -> None:
    desk = desk_with_list(10, queue("other", wrap_up="none", callback_share=0.5))
    callers(desk, 3, "other")
    desk.ready("a", "main", "other")
    assert served(desk, "a", 8) == "L-L-L-LL"


def test_who_needs_a_rare_skill_does_not_wait_for_the_list() -> None:
    """The queue's turn is paid by a caller whom only the other agent serves, the own one is not."""
    desk = desk_with_list(20)
    callers(desk, 3, "main", "ru")
    desk.arrive("rare", "+74959999999", "main", "tatar")
    desk.ready("a", skills=("tatar",))
    desk.ready("b", skills=("ru",))
    assert desk.call(desk.agent("b").state.call).id == "main0"  # type: ignore[union-attr]
    assert served(desk, "a", 3) == "L-L"


def test_nobody_idles_for_the_sake_of_turns() -> None:
    """A caller whom the agent may not serve holds no callback back."""
    desk = desk_with_list(4)
    callers(desk, 1, "main", "tatar")
    desk.ready("a")
    assert served(desk, "a", 9) == "LLLL"


def test_calls_that_ring_at_all_take_turns_too() -> None:
    desk = desk_with_list(5, strategy="ring-all")
    callers(desk, 2)
    desk.ready("a")
    desk.ready("b")
    assert desk.call(desk.agent("b").state.call).id == "main0"  # type: ignore[union-attr]
    assert served(desk, "a", 5) == "L-LLL"


def test_the_turn_outlives_a_restart() -> None:
    desk = desk_with_list(4, wrap_up="optional")
    callers(desk, 2)
    desk.ready("a")
    order = ""
    for _ in range(4):
        order += served(desk, "a", 1)
        desk.router = type(desk.router).load(json.loads(json.dumps(desk.router.dump())))
        desk.give(f.WrapUpFinished(AgentId("a")))
    assert order == "L-L-"


def test_a_pair_of_agents_who_come_free_at_once_gets_one_callback() -> None:
    desk = desk_with_list(5)
    callers(desk, 3)
    desk.give(f.QueuePaused(QueueId("main"), "chief"))
    desk.ready("a")
    desk.ready("b")
    desk.give(f.QueueResumed(QueueId("main"), "chief"))
    calls = [desk.call(e.call).virtual for e in desk.of(OfferCall)]
    assert calls == [True, False]


@pytest.mark.parametrize("share", [0.5, 0.1, 0.0])
def test_a_callback_that_a_supervisor_has_assigned_is_the_next_one(share: float) -> None:
    """Also where the turn is the callers', as a caller who is assigned would be."""
    desk = desk_with_list(3, callback_share=share)
    callers(desk, 4)
    desk.ready("a")
    call: CallId = desk.agent("a").state.call  # type: ignore[union-attr]
    listed = desk.call(call).virtual
    desk.accept("a")
    if listed:
        desk.give(f.CallAnswered(call))
    desk.give(f.CallBridged(call))
    desk.give(f.CallbackAssigned(CallbackId("cb3"), AgentId("a"), "chief"))
    desk.end(call)
    offered = desk.call(desk.agent("a").state.call)  # type: ignore[union-attr]
    assert offered.callback == "cb3"
    assert served(desk, "a", 2) == "L-"


def test_an_assigned_callback_is_the_first_of_those_that_come_into_the_queue_at_once() -> None:
    desk = desk_with_list(3, callback_after_s=60.0)
    desk.ready("a")
    desk.give(f.CallbackAssigned(CallbackId("cb3"), AgentId("a"), "chief"))
    desk.now += 100
    desk.give(f.TimePassed())
    offered = desk.call(desk.agent("a").state.call)  # type: ignore[union-attr]
    assert offered.callback == "cb3"


def test_a_debt_of_turns_does_not_outlive_the_share_that_made_it() -> None:
    desk = desk_with_list(10, callback_share=0.01)
    callers(desk, 30)
    desk.ready("a")
    assert served(desk, "a", 2) == "L-"
    half = {"callback_auto": True, "callback_after_s": 0.0, "wrap_up": "none"}
    desk.give(f.QueuesConfigured((queue(**half, callback_share=0.5),)))
    assert served(desk, "a", 9).removeprefix("-").startswith("--L-L-L-")


def test_the_list_of_a_queue_with_a_small_share_holds_up_no_list_of_another() -> None:
    other = {"callback_auto": True, "callback_after_s": 0.0, "wrap_up": "none"}
    desk = desk_with_list(1, queue("other", **other, callback_share=0.5), callback_share=0.01)
    for i in range(4):
        desk.arrive(f"x{i}", f"+7901{i:07}", "other")
        desk.end(f"x{i}", "caller")
        desk.now += 1
    callers(desk, 10, "other")
    desk.ready("a", "main", "other")
    assert served(desk, "a", 12) == "L-L-L-L-L---"


def test_a_list_whose_turn_is_not_yet_holds_up_no_list_behind_it() -> None:
    """The callers of the first queue are before its own list alone."""
    other = {"callback_auto": True, "callback_after_s": 0.0, "wrap_up": "none"}
    desk = desk_with_list(2, queue("other", **other, callback_share=0.5), callback_share=0.01)
    for i in range(3):
        desk.arrive(f"x{i}", f"+7901{i:07}", "other")
        desk.end(f"x{i}", "caller")
        desk.now += 1
    callers(desk, 10)
    desk.ready("a", "main", "other")
    assert served(desk, "a", 9) == "L-L-L-L--"


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_is_between_none_and_all(share: float) -> None:
    desk = Desk()
    with pytest.raises(IllegalFact, match="callback_share"):
        desk.give(f.QueuesConfigured((queue(callback_share=share),), USUAL_CENTRE))
