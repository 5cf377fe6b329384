"""A caller in an emergency whom services and operator left: nothing of the centre's ordinary order
loses the caller then."""

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.settings import Destination, OverflowRule
from tests.unit.domain.desk import Desk, queue

CALL, FIRST, SECOND = CallId("c1"), CallId("p1"), CallId("p2")
ANNA, BORIS = AgentId("anna"), AgentId("boris")
HELP = f.EmergencyCalled(CALL, ANNA, ((FIRST, "103"), (SECOND, "112")))


def begun(**settings):
    desk = Desk(queue("main", wrap_up_s=60.0, **settings))
    desk.ready("anna")
    desk.arrive("c1")
    desk.talk("anna")
    desk.wait(10.0)
    return desk


def nobody_came(desk):
    desk.give(HELP)
    desk.end("p1", "caller", "busy")
    desk.end("p2", "caller", "busy")


def alone_with_nobody(desk):
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    desk.end("p1", "caller", "busy")
    desk.end("p2", "caller", "busy")


def test_who_waits_alone_since_no_service_came_and_gives_up_is_owed_a_callback():
    desk = begun(callback_on_abandon=False)
    alone_with_nobody(desk)
    desk.end("c1", "caller", "normal")
    assert desk.callback("cb1").urgent


def test_who_hangs_up_in_the_talk_with_the_operator_is_owed_nothing():
    desk = begun()
    nobody_came(desk)
    desk.end("c1", "caller", "normal")
    assert not desk.router.callbacks


@pytest.mark.parametrize("kind", ["close", "callback"])
def test_no_overflow_rule_lets_a_caller_in_an_emergency_go(kind):
    desk = begun(overflow=(OverflowRule("no_agents", (Destination(kind),)),))
    alone_with_nobody(desk)
    desk.give(f.AgentLoggedOut(ANNA))
    assert isinstance(desk.call("c1").state, cl.Waiting)


def test_a_rule_for_the_time_waited_lets_no_caller_in_an_emergency_go():
    desk = begun(overflow=(OverflowRule("waited", (Destination("close"),), 30.0),))
    alone_with_nobody(desk)
    desk.wait(100.0)
    assert isinstance(desk.call("c1").state, cl.Waiting)


def test_given_to_a_colleague_after_no_service_came_it_is_still_an_emergency():
    desk = begun()
    nobody_came(desk)
    desk.ready("boris")
    desk.give(f.TransferredToAgent(CALL, ANNA, BORIS))
    desk.end("c1", "engine", "engine")
    assert desk.callback("cb1").urgent


@pytest.mark.parametrize("answers", [False, True])
def test_given_to_an_outside_number_after_no_service_came_it_is_still_an_emergency(answers):
    desk = begun()
    nobody_came(desk)
    desk.give(f.TransferredOutside(CALL, ANNA, CallId("p3"), "+79000000077"))
    if answers:
        desk.give(f.CallAnswered(CallId("p3")))
    desk.end("c1", "engine", "engine")
    assert desk.callback("cb1").urgent


def test_a_transfer_without_an_emergency_forgets_who_did_not_take_the_last_one():
    desk = begun()
    desk.give(f.TransferredOutside(CALL, ANNA, CallId("p3"), "+79000000077"))
    desk.end("p3", "caller", "busy")
    desk.talk("anna")
    assert desk.call("c1").not_taken
    desk.ready("boris")
    desk.give(f.TransferredToAgent(CALL, ANNA, BORIS))
    assert not desk.call("c1").not_taken


# -- a break that was asked for ------------------------------------------------


def with_a_break_asked_for():
    desk = begun()
    desk.ready("boris")
    desk.give(f.AgentPaused(ANNA, "lunch", 600.0))
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    return desk


def test_an_operator_with_a_break_asked_for_whose_line_blinks_has_the_caller_again():
    desk = with_a_break_asked_for()
    desk.give(f.AgentLegUp(ANNA))
    assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]


def test_the_break_begins_after_that_emergency():
    desk = with_a_break_asked_for()
    desk.give(f.AgentLegUp(ANNA))
    desk.end("c1")
    desk.wait(61.0)
    assert desk.agent("anna").state == ag.OnBreak("lunch", desk.now - 1.0, desk.now + 599.0)


def test_the_break_begins_when_she_is_back_after_the_emergency_was_over():
    desk = with_a_break_asked_for()
    desk.end("c1")
    desk.give(f.AgentLegUp(ANNA))
    assert desk.agent("anna").state == ag.OnBreak("lunch", desk.now, desk.now + 600.0)
    assert desk.agent("anna").pending_break is None


def alone_with_103_and_back():
    """Caller and 103 talk without her, and her line is there again."""
    desk = with_a_break_asked_for()
    desk.give(f.CallAnswered(FIRST))
    assert isinstance(desk.call("c1").state, cl.Linked)
    desk.give(f.AgentLegUp(ANNA))
    return desk


def test_the_break_waits_while_103_and_the_caller_talk_alone():
    desk = alone_with_103_and_back()
    assert isinstance(desk.agent("anna").state, ag.Ready)
    assert desk.agent("anna").pending_break == "lunch"
    desk.wait(30.0)
    desk.end("c1")
    assert desk.agent("anna").state == ag.OnBreak("lunch", desk.now, desk.now + 600.0)


def test_103_that_leaves_at_once_gives_the_caller_back_to_her_before_the_break():
    desk = alone_with_103_and_back()
    desk.end("p1")
    assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]
    desk.end("c1")
    desk.wait(61.0)
    assert isinstance(desk.agent("anna").state, ag.OnBreak)


def test_who_waits_for_that_break_is_offered_no_call_and_may_begin_it_herself():
    desk = alone_with_103_and_back()
    desk.give(f.AgentLoggedOut(BORIS))
    desk.arrive("c2", "+79000000002")
    assert desk.offers() == []
    desk.give(f.AgentPaused(ANNA, "lunch", 600.0))
    assert isinstance(desk.agent("anna").state, ag.OnBreak)


def test_who_waits_for_that_break_and_takes_it_back_is_offered_calls():
    desk = alone_with_103_and_back()
    desk.give(f.AgentLoggedOut(BORIS))
    desk.arrive("c2", "+79000000002")
    desk.give(f.AgentReady(ANNA))
    assert desk.offers() == [("c2", "anna")]


def test_that_break_begins_after_a_restart_too():
    desk = alone_with_103_and_back()
    desk.router = Router.load(desk.router.dump())
    desk.end("c1")
    assert isinstance(desk.agent("anna").state, ag.OnBreak)


def test_a_hand_over_that_fails_brings_an_operator_back_before_her_break():
    desk = begun()
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.AgentPaused(ANNA, "lunch"))
    desk.give(f.ConsultCompleted(CALL, ANNA))
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]
    assert desk.agent("anna").pending_break == "lunch"
