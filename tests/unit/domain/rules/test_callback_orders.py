"""A callback that a supervisor puts off, and one whose number a person leaves to the machine."""

from __future__ import annotations

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.dialling import DialRules
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId
from ekc_console.domain.terms.settings import CentreSettings
from tests.unit.domain.desk import Desk, queue

NUMBER, FOREIGN, SHORT = "+79000000001", "+4930123456", "1234"
CB = CallbackId("cb1")


def owed(number: str = NUMBER) -> Desk:
    """A centre that calls at any hour by the usual rules of numbers, and one callback."""
    desk = Desk()
    centre = CentreSettings(callback_from_s=0, callback_until_s=0, dialling=DialRules())
    desk.give(f.QueuesConfigured((queue(callback_auto=True, callback_after_s=0),), centre))
    desk.arrive("c1", number)
    desk.end("c1")
    return desk


def asked(desk: Desk) -> list[str]:
    return [agent for _, agent in desk.offers()]


def put_off(desk: Desk, by_s: float | None) -> None:
    until = None if by_s is None else desk.now + by_s
    desk.give(f.CallbackPostponed(CB, until, "chief", "asked for it"))


def test_one_that_is_put_off_is_offered_when_its_time_has_come():
    desk = owed()
    put_off(desk, 600)
    desk.ready("a")
    assert asked(desk) == []
    desk.wait(599)
    assert asked(desk) == []
    desk.wait(2)
    assert asked(desk) == ["a"]


def test_one_that_stands_in_its_queue_is_taken_out_of_it_and_comes_back_by_order():
    desk = owed()
    desk.ready("a")
    assert asked(desk) == ["a"]
    put_off(desk, 600)
    assert asked(desk) == []
    put_off(desk, None)
    assert asked(desk) == ["a"]


def test_who_calls_again_meanwhile_is_wanted_at_once():
    desk = owed()
    put_off(desk, 600)
    desk.arrive("c2", NUMBER)
    desk.end("c2")
    desk.ready("a")
    assert asked(desk) == ["a"]


@pytest.mark.parametrize("by", ["agent", "engine"])
@pytest.mark.parametrize(
    ("rang_s", "cause"),
    [(3, "normal"), (20, "normal"), (3, "unrung"), (9, "busy"), (1, "no_way SIP 503")],
)
def test_a_dial_that_is_broken_off_or_in_vain_leaves_the_time_that_was_chosen(
    rang_s: float, cause: str, by: f.EndedBy
):
    desk = owed()
    put_off(desk, 7200)
    put_off_until = desk.callback().state
    desk.log_in("a")
    desk.place("out", "a", CB)
    desk.now += rang_s
    desk.end("out", by, cause)
    assert desk.callback().state == put_off_until
    desk.ready("a")
    assert asked(desk) == []


def test_a_time_that_was_chosen_is_over_by_the_end_of_the_dial():
    desk = owed()
    put_off(desk, 10)
    desk.log_in("a")
    desk.place("out", "a", CB)
    desk.now += 12
    desk.end("out", "agent")
    desk.ready("a")
    assert asked(desk) == ["a"]


def test_who_calls_again_while_the_number_is_dialled_is_wanted_at_once():
    desk = owed()
    put_off(desk, 600)
    desk.log_in("a")
    desk.place("out", "a", CB)
    desk.arrive("c2", NUMBER)
    desk.end("c2")
    desk.end("out", "agent")
    desk.ready("a")
    assert asked(desk) == ["a"]


def test_a_time_that_was_chosen_stands_when_the_clock_is_set_during_a_dial():
    desk = owed()
    put_off(desk, 7200)
    put_off_until = desk.callback().state
    desk.log_in("a")
    desk.place("out", "a", CB)
    desk.now += 3600
    desk.give(f.ClockSet(-3600.0))
    desk.now -= 3600
    desk.end("out", "agent")
    assert desk.callback().state == put_off_until


def test_a_time_that_a_person_chose_stands_when_the_clock_is_set():
    desk = owed()
    put_off(desk, 600)
    until = desk.router.callbacks[CB].state
    desk.give(f.ClockSet(-3600.0))
    assert desk.router.callbacks[CB].state == until


@pytest.mark.parametrize("settled", [True, False])
def test_an_order_about_one_that_is_dialled_or_settled_comes_too_late(settled: bool):
    desk = owed()
    desk.log_in("a")
    late = f.CallbackClosed(CB, "cancelled") if settled else None
    desk.give(late or f.CallPlaced(CallId("out"), AgentId("a"), NUMBER, CB))
    before = desk.router.state_hash()
    for order in (f.CallbackPostponed(CB, 1e9, "chief"), f.CallbackReleased(CB, "chief")):
        with pytest.raises(IllegalFact):
            desk.give(order)
    assert desk.router.state_hash() == before


def test_a_number_that_the_machine_does_not_dial_is_offered_when_a_person_releases_it():
    desk = owed(FOREIGN)
    desk.ready("a")
    assert asked(desk) == []
    desk.give(f.CallbackReleased(CB, "chief"))
    assert asked(desk) == ["a"]
    desk.give(f.CallbackReleased(CB, "chief", released=False))
    assert asked(desk) == []
    assert isinstance(desk.router.callbacks[CB].state, cb.Open)


def test_releasing_one_that_is_put_off_does_not_bring_it_forward():
    desk = owed(FOREIGN)
    put_off(desk, 600)
    desk.give(f.CallbackReleased(CB, "chief"))
    desk.ready("a")
    assert asked(desk) == []
    desk.wait(601)
    assert asked(desk) == ["a"]


@pytest.mark.parametrize("number", [SHORT, "112", "+0123"])
def test_short_emergency_and_broken_numbers_are_never_released_to_the_machine(number: str):
    desk = owed(number)
    desk.ready("a")
    with pytest.raises(IllegalFact) as refused:
        desk.give(f.CallbackReleased(CB, "chief"))
    assert refused.value.reason == "not_releasable"
    assert asked(desk) == []


@pytest.mark.parametrize(
    "order", [f.CallbackPostponed(CB, None, "chief"), f.CallbackReleased(CB, "chief")]
)
def test_one_that_is_due_keeps_its_age_when_it_is_ordered_once_more_that_it_is_wanted(order):
    desk = owed()
    due = desk.now
    desk.wait(4000)
    desk.give(order)
    state = desk.callback().state
    assert isinstance(state, cb.Queued)
    assert state.since == due
    assert desk.call(state.call).queued_at == due
