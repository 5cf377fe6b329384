"""A caller who was cut off in an emergency is reached again before all others."""

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import Destination, OverflowRule
from tests.unit.domain.desk import MENU_NUMBER, Desk, queue

CALL, ANNA = CallId("c1"), AgentId("anna")
HELP = f.EmergencyCalled(CALL, ANNA, ((CallId("p1"), "103"), (CallId("p2"), "112")))


def begun(**settings):
    desk = Desk(queue("main", wrap_up_s=60.0, callback_auto=True, **settings))
    desk.ready("anna")
    desk.arrive("c1")
    desk.talk("anna")
    desk.wait(10.0)
    return desk


def cut_off(desk):
    desk.give(HELP)
    desk.end("c1", "engine", "engine")


def is_dialled(desk):
    """Anna takes the next callback, whenever it comes; the call, and how long it took."""
    began = desk.now
    while not isinstance(desk.agent("anna").state, ag.Offered):
        assert desk.now < began + 3600.0
        desk.wait(1.0)
    call = desk.agent("anna").state.call
    desk.accept("anna")
    return call, desk.now - began


# -- who calls again -----------------------------------------------------------


def test_who_was_cut_off_in_an_emergency_and_calls_again_comes_first():
    desk = begun()
    desk.arrive("c2", "+79000000002")
    desk.arrive("c3", "+79000000003")
    cut_off(desk)
    desk.wait(5.0)
    desk.arrive("c4", MENU_NUMBER)
    assert desk.waiting()[0] == "c4"


@pytest.mark.parametrize("kind", ["close", "callback"])
def test_who_calls_again_is_not_sent_away_for_the_length_of_the_queue(kind):
    desk = begun(overflow=(OverflowRule("size", (Destination(kind),), 1),))
    desk.arrive("c2", "+79000000002")
    cut_off(desk)
    desk.arrive("c4", MENU_NUMBER)
    assert isinstance(desk.call("c4").state, cl.Waiting)


def test_the_talk_with_who_calls_again_settles_the_callback():
    desk = begun()
    cut_off(desk)
    desk.wait(5.0)
    desk.arrive("c4", MENU_NUMBER)
    desk.ready("boris")
    desk.talk("boris")
    assert isinstance(desk.callback().state, cb.Closed)


def test_another_caller_of_the_same_number_does_not_settle_the_urgent_callback():
    desk = begun()
    desk.arrive("c2", MENU_NUMBER)
    cut_off(desk)
    desk.ready("boris")
    desk.talk("boris")
    assert not isinstance(desk.callback().state, cb.Closed)
    desk.end("c2")
    assert desk.router.callbacks


def test_a_machine_at_an_outside_number_does_not_settle_the_urgent_callback():
    desk = begun(overflow=(OverflowRule("size", (Destination("number", "+73452000000"),), 1),))
    desk.arrive("c2", "+79000000002")
    cut_off(desk)
    desk.wait(5.0)
    desk.arrive("c4", MENU_NUMBER)
    desk.give(f.ForwardAnswered(CallId("c4")))
    desk.end("c4", "caller")
    assert isinstance(desk.callback().state, cb.Due | cb.Queued)
    assert desk.callback().urgent


# -- the queue is paused ----------------------------------------------------------


def test_a_paused_queue_offers_the_urgent_callback_and_nobody_else():
    desk = begun()
    desk.arrive("c2", "+79000000002")
    desk.give(f.QueuePaused(QueueId("main"), "boss"))
    cut_off(desk)
    desk.give(f.AgentReady(ANNA))
    call, _ = is_dialled(desk)
    assert desk.call(call).number == MENU_NUMBER
    desk.end(call, "caller", "busy")
    desk.wait(30.0)
    assert isinstance(desk.agent("anna").state, ag.Ready)
    assert isinstance(desk.call("c2").state, cl.Waiting)


def test_a_paused_queue_offers_who_was_cut_off_and_calls_again():
    desk = begun()
    cut_off(desk)
    desk.give(f.QueuePaused(QueueId("main"), "boss"))
    desk.arrive("c3", "+79000000003")
    desk.arrive("c4", MENU_NUMBER)
    desk.give(f.AgentReady(ANNA))
    assert isinstance(desk.agent("anna").state, ag.Offered)
    assert desk.agent("anna").state.call == "c4"


# -- its tries -------------------------------------------------------------------


def test_an_urgent_callback_that_found_no_way_lets_nobody_go_first():
    desk = begun()
    desk.arrive("c2", "+79000000002")
    desk.end("c2")
    cut_off(desk)
    desk.wait(70.0)
    desk.give(f.AgentReady(ANNA))
    call, _ = is_dialled(desk)
    desk.end(call, "caller", "no_way SIP 503")
    call, after_s = is_dialled(desk)
    assert desk.call(call).number == MENU_NUMBER
    assert after_s <= 6.0


@pytest.mark.parametrize("cause", ["no_way SIP 403", "no_way SIP 503"])
def test_an_urgent_callback_that_found_no_way_is_tried_again_within_a_minute(cause):
    desk = begun()
    cut_off(desk)
    desk.give(f.AgentReady(ANNA))
    for _ in range(3):
        call, after_s = is_dialled(desk)
        assert after_s <= 61.0
        desk.end(call, "caller", cause)


@pytest.mark.parametrize("cause", ["engine", "unrung", "failed", "no_way", "no_answer"])
def test_a_fault_of_the_engine_uses_up_no_try(cause):
    desk = begun()
    cut_off(desk)
    desk.give(f.AgentReady(ANNA))
    for _ in range(8):
        call, after_s = is_dialled(desk)
        assert after_s <= 61.0
        desk.end(call, "engine", cause)
        assert desk.callback().attempts == 0
    assert not desk.of(ef.UrgentCallbackFailed)


def given_up(desk):
    cut_off(desk)
    desk.give(f.AgentReady(ANNA))
    for _ in range(3):
        call, _ = is_dialled(desk)
        desk.end(call, "caller", "no_answer")


def test_when_its_tries_run_out_it_stays_in_the_list_and_the_alarm_is_raised():
    desk = begun()
    given_up(desk)
    assert desk.of(ef.UrgentCallbackFailed) == [ef.UrgentCallbackFailed("cb1", 3)]
    desk.wait(86_400.0)
    assert isinstance(desk.callback().state, cb.Open)
    assert desk.callback().given_up(desk.router.centre)
    assert isinstance(desk.agent("anna").state, ag.Ready)


def test_it_may_still_be_dialled_by_hand_and_the_alarm_is_raised_again():
    desk = begun()
    given_up(desk)
    desk.place("d1", "anna", "cb1")
    desk.end("d1", "caller", "no_answer")
    assert desk.of(ef.UrgentCallbackFailed) == [ef.UrgentCallbackFailed("cb1", 4)]
    assert isinstance(desk.callback().state, cb.Open)


def test_who_calls_again_after_all_tries_and_gives_up_waiting_is_called_back_by_itself():
    desk = begun()
    given_up(desk)
    desk.arrive("c2", MENU_NUMBER)
    desk.end("c2", "caller")
    call, _ = is_dialled(desk)
    assert desk.call(call).callback == "cb1"
