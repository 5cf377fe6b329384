"""The hand-over to 103: the caller talks on, numbers are called one after the other, and whatever
fails the caller is with somebody."""

from __future__ import annotations

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.settings import CentreSettings
from tests.unit.domain.desk import MENU_NUMBER, Desk, queue

CALL, FIRST, SECOND = CallId("c1"), CallId("p1"), CallId("p2")
ANNA, BORIS = AgentId("anna"), AgentId("boris")
HELP = f.EmergencyCalled(CALL, ANNA, ((FIRST, "103"), (SECOND, "112")))


@pytest.fixture
def desk():
    """Anna talks with c1; Boris is ready."""
    desk = Desk(queue("main", wrap_up_s=60.0))
    desk.ready("anna")
    desk.arrive("c1")
    desk.talk("anna")
    desk.wait(10.0)
    desk.ready("boris")
    return desk


def both_fail(desk):
    desk.give(HELP)
    desk.end("p1", "caller", "busy")
    desk.end("p2", "caller", "no_answer")


def with_the_caller(desk):
    return isinstance(desk.call("c1").state, cl.Talking) and isinstance(
        desk.agent("anna").state, ag.Talking
    )


def test_the_caller_hears_the_operator_while_103_rings(desk):
    desk.give(HELP)
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "caller")]
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, FIRST, "103")]
    assert not desk.of(ef.HoldCall)


def test_as_soon_as_103_answers_all_three_hear_each_other(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "all", party=FIRST)]


def test_the_operator_leaves_and_caller_and_103_go_on(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.ConsultCompleted(CALL, ANNA))
    assert desk.of(ef.Link) == [ef.Link(CALL, FIRST)]
    assert isinstance(desk.agent("anna").state, ag.WrapUp)


def test_nobody_leaves_before_103_has_answered(desk):
    desk.give(HELP)
    with pytest.raises(IllegalFact):
        desk.give(f.ConsultCompleted(CALL, ANNA))


@pytest.mark.parametrize("heard", ["party", "caller", "all"])
@pytest.mark.parametrize("answered", [False, True])
def test_the_caller_is_never_put_aside_for_music(desk, heard, answered):
    desk.give(HELP)
    if answered:
        desk.give(f.CallAnswered(FIRST))
    with pytest.raises(IllegalFact):
        desk.give(f.ConsultSwitched(CALL, ANNA, heard))


def test_from_hold_the_caller_is_brought_back(desk):
    desk.give(f.CallHeld(CALL, ANNA))
    desk.give(HELP)
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "caller")]


def test_in_a_consultation_the_one_who_was_asked_is_let_go(desk):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    desk.give(f.ConsultAccepted(CALL, BORIS))
    desk.give(HELP)
    assert desk.of(ef.ReturnLeg) == [ef.ReturnLeg(CALL, BORIS)]
    assert isinstance(desk.agent("boris").state, ag.Ready)
    assert desk.of(ef.Consult)[-1] == ef.Consult(CALL, ANNA, "caller")


def test_a_second_press_calls_nobody_a_second_time(desk):
    desk.give(HELP)
    with pytest.raises(IllegalFact):
        desk.give(f.EmergencyCalled(CALL, ANNA, ((CallId("p3"), "103"),)))


def test_another_number_takes_the_place_of_103(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.EmergencyCalled(CALL, ANNA, ((CallId("p3"), "112"),)))
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "caller")]
    desk.end("p1")
    assert desk.of(ef.PartyLost) == []
    desk.give(f.CallAnswered(CallId("p3")))
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "all", party=CallId("p3"))]


@pytest.mark.parametrize("cause", ["busy", "no_answer", "rejected", "unreachable", "failed"])
def test_103_does_not_come_and_112_is_called_by_itself(desk, cause):
    desk.give(HELP)
    desk.wait(7.0)
    desk.end("p1", "caller", cause)
    assert desk.of(ef.EmergencyFailed) == [
        ef.EmergencyFailed(CALL, ANNA, (("103", cause),), calling="112")
    ]
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    assert desk.agent("anna").state == ag.Consulting(CALL, desk.now)
    assert desk.of(ef.PartyLost) == []


def test_nobody_comes_and_operator_and_caller_talk_on(desk):
    both_fail(desk)
    tried = (("103", "busy"), ("112", "no_answer"))
    assert desk.of(ef.EmergencyFailed) == [ef.EmergencyFailed(CALL, ANNA, tried, calling=None)]
    assert with_the_caller(desk)
    assert desk.call("c1").not_taken == (
        cl.NotTaken("103", "busy"),
        cl.NotTaken("112", "no_answer"),
    )
    again = f.EmergencyCalled(CALL, ANNA, ((CallId("p3"), "103"),))
    desk.give(again)
    assert desk.call("c1").not_taken == ()


def test_a_line_that_tells_nothing_is_given_up_in_time(desk):
    desk.give(HELP)
    desk.wait(71.0)
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    desk.wait(71.0)
    assert with_the_caller(desk)


def test_a_join_that_fails_costs_the_line_and_not_the_caller(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "caller")]


def test_103_hangs_up_after_it_has_spoken(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.end("p1")
    assert desk.of(ef.PartyLost) == [ef.PartyLost(CALL, ANNA, "left", back=True, emergency=True)]
    assert with_the_caller(desk)


def test_the_operator_calls_it_off(desk):
    desk.give(HELP)
    desk.give(f.ConsultCancelled(CALL, ANNA))
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert with_the_caller(desk)
    assert desk.call("c1").emergency is None


def test_the_caller_hangs_up_before_103_answers_which_is_let_go_and_it_is_said(desk):
    desk.give(HELP)
    desk.end("c1")
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert desk.of(ef.PartyLost) == [
        ef.PartyLost(CALL, ANNA, "caller_gone", back=False, emergency=True)
    ]
    assert isinstance(desk.agent("anna").state, ag.WrapUp)


def left_with_103(desk, by="caller"):
    """The caller's line ends while all three talk."""
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.wait(5.0)
    desk.end("c1", by, by)


@pytest.mark.parametrize(("by", "why"), [("caller", "caller_gone"), ("engine", "engine")])
def test_the_caller_hangs_up_among_three_and_operator_and_103_talk_on_and_it_is_said(desk, by, why):
    left_with_103(desk, by)
    assert desk.of(ef.HangUp) == []
    assert desk.of(ef.PartyLost) == [
        ef.PartyLost(CALL, ANNA, why, back=False, emergency=True, stays="103")
    ]
    assert desk.of(ef.Connect) == [ef.Connect(FIRST, ANNA)]
    desk.give(f.CallBridged(FIRST))
    assert desk.agent("anna").state == ag.Talking(FIRST, desk.now)
    assert (desk.call("p1").agent, desk.call("p1").about) == (ANNA, CALL)
    assert called(desk) == [("103", desk.now - 5.0)]


@pytest.mark.parametrize("by", ["caller", "agent"])
def test_the_talk_with_103_ends_and_the_wrap_up_of_the_caller_who_left_begins(desk, by):
    left_with_103(desk)
    desk.give(f.CallBridged(FIRST))
    desk.wait(10.0)
    if by == "agent":
        desk.give(f.AgentHungUp(ANNA, FIRST))
        assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "agent")]
    desk.end("p1", by)
    assert desk.agent("anna").state == ag.WrapUp(CALL, desk.now, desk.now + 60.0)


def test_103_leaves_together_with_the_caller_and_the_wrap_up_begins(desk):
    left_with_103(desk)
    desk.end("p1")
    assert desk.agent("anna").state == ag.WrapUp(CALL, desk.now, desk.now + 60.0)


def test_the_operator_who_ends_the_call_among_three_lets_103_go(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.AgentHungUp(ANNA, CALL))
    desk.end("c1", "agent")
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert isinstance(desk.agent("anna").state, ag.WrapUp)


def test_the_operator_is_lost_while_103_rings_and_the_caller_gets_103(desk):
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    assert desk.of(ef.KeepWaiting) == [ef.KeepWaiting(CALL, help_comes=True)]
    assert desk.of(ef.HangUp) == []
    desk.give(f.CallAnswered(FIRST))
    assert desk.of(ef.Link) == [ef.Link(CALL, FIRST)]


def test_the_operator_is_lost_and_nobody_answers_the_next_operator_has_the_caller(desk):
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    desk.end("p1", "caller", "busy")
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    desk.end("p2", "caller", "busy")
    assert [e.calling for e in desk.of(ef.EmergencyFailed)] == [None]
    assert desk.offers() == [("c1", "boris")]
    assert [n.who for n in desk.call("c1").not_taken] == ["103", "112"]


def test_the_operator_is_lost_in_the_conference_and_caller_and_103_go_on(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.AgentLegDown(ANNA))
    assert desk.of(ef.Link) == [ef.Link(CALL, FIRST)]
    assert desk.of(ef.HangUp) == []


def test_clocks_count_the_wait_for_103_as_talk(desk):
    desk.give(HELP)
    desk.wait(5.0)
    desk.end("p1", "caller", "busy")
    desk.wait(5.0)
    desk.give(f.CallAnswered(SECOND))
    desk.wait(5.0)
    desk.give(f.ConsultCompleted(CALL, ANNA))
    assert (desk.call("c1").talk_s, desk.call("c1").held_s) == (25.0, 0.0)


@pytest.mark.parametrize("lines", [(), ((FIRST, "103"), (FIRST, "112"))])
def test_lines_that_cannot_be_called(desk, lines):
    with pytest.raises(IllegalFact):
        desk.give(f.EmergencyCalled(CALL, ANNA, lines))
    assert with_the_caller(desk)


def test_a_transfer_that_comes_back_says_from_whom_and_why(desk):
    desk.give(f.TransferredOutside(CALL, ANNA, FIRST, "103"))
    desk.end("p1", "caller", "no_answer")
    assert desk.call("c1").not_taken == (cl.NotTaken("103", "no_answer"),)
    desk.talk("anna")
    assert desk.call("c1").not_taken == (cl.NotTaken("103", "no_answer"),)


def test_an_operator_who_rejects_a_transfer_is_named_too(desk):
    desk.give(f.TransferredToAgent(CALL, ANNA, BORIS))
    desk.refuse("boris")
    assert desk.call("c1").not_taken == (cl.NotTaken("boris", "rejected"),)


def test_a_transfer_is_told_as_done_when_the_other_side_has_answered(desk):
    desk.give(f.TransferredOutside(CALL, ANNA, FIRST, "103"))
    assert desk.of(ef.PartyTook) == []
    desk.give(f.CallAnswered(FIRST))
    assert desk.of(ef.PartyTook) == [ef.PartyTook(CALL, ANNA, number="103")]


# -- with no operator in between ----------------------------------------------


def alone_with_103(desk, *, joined_first):
    desk.give(HELP)
    if joined_first:
        desk.give(f.CallAnswered(FIRST))
        desk.give(f.AgentLegDown(ANNA))
    else:
        desk.give(f.AgentLegDown(ANNA))
        desk.give(f.CallAnswered(FIRST))
    assert isinstance(desk.call("c1").state, cl.Linked)


@pytest.mark.parametrize("joined_first", [False, True])
def test_the_operator_is_lost_and_103_leaves_at_once_so_112_is_called(desk, joined_first):
    alone_with_103(desk, joined_first=joined_first)
    desk.wait(1.0)
    desk.end("p1")
    assert desk.of(ef.HangUp) == []
    assert desk.of(ef.Unlink) == [ef.Unlink(CALL)]
    assert desk.of(ef.KeepWaiting) == [ef.KeepWaiting(CALL, help_comes=True)]
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    assert desk.of(ef.EmergencyFailed) == [
        ef.EmergencyFailed(CALL, ANNA, (("103", "left"),), "112", alone=True)
    ]
    desk.give(f.CallAnswered(SECOND))
    assert desk.of(ef.Link) == [ef.Link(CALL, SECOND)]


def test_the_operator_is_lost_and_every_service_leaves_so_the_caller_is_the_head_of_the_queue(desk):
    desk.give(f.AgentPaused(BORIS, "lunch"))
    desk.arrive("c2", "+79000000002")
    alone_with_103(desk, joined_first=False)
    desk.end("p1")
    desk.give(f.CallAnswered(SECOND))
    desk.wait(19.0)
    desk.end("p2")
    tried = (("103", "left"), ("112", "left"))
    assert desk.of(ef.EmergencyFailed) == [ef.EmergencyFailed(CALL, ANNA, tried, None, alone=True)]
    assert desk.of(ef.HangUp) == []
    assert desk.waiting() == ["c1", "c2"]


def test_the_operator_is_lost_and_after_a_longer_talk_the_end_of_103_ends_the_call(desk):
    alone_with_103(desk, joined_first=False)
    desk.wait(20.0)
    desk.end("p1")
    assert desk.of(ef.HangUp) == [ef.HangUp(CALL, "party")]
    assert desk.of(ef.EmergencyFailed) == []


def test_who_was_handed_over_by_the_operator_may_be_done_at_once(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.ConsultCompleted(CALL, ANNA))
    desk.wait(1.0)
    desk.end("p1")
    assert desk.of(ef.HangUp) == [ef.HangUp(CALL, "party")]


@pytest.mark.parametrize("joined_first", [False, True])
def test_the_operator_is_lost_and_the_join_with_103_fails_so_112_is_called(desk, joined_first):
    alone_with_103(desk, joined_first=joined_first)
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    assert desk.of(ef.EmergencyFailed) == [
        ef.EmergencyFailed(CALL, ANNA, (("103", "failed"),), "112", alone=True)
    ]
    desk.give(f.CallAnswered(SECOND))
    desk.give(f.JoinFailed(CALL, "engine"))
    assert [e.calling for e in desk.of(ef.EmergencyFailed)] == [None]
    assert desk.offers() == [("c1", "boris")]


def test_the_operator_of_a_call_of_no_queue_is_lost_and_the_caller_waits_all_the_same():
    desk = Desk(queue("main"))
    desk.give(f.AgentLoggedIn(ANNA, (), ()))
    desk.give(f.AgentLegUp(ANNA))
    desk.place("c1", "anna")
    desk.give(f.CallAnswered(CALL))
    desk.give(f.CallBridged(CALL))
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    desk.end("p1", "caller", "busy")
    desk.end("p2", "caller", "busy")
    assert desk.of(ef.HangUp) == []
    assert desk.waiting() == ["c1"]


def test_the_operator_is_lost_and_the_caller_gives_up_so_a_callback_is_owed_and_it_is_said(desk):
    desk.give(f.QueuesConfigured((queue("main", callback_on_abandon=False, callback_auto=True),)))
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    desk.end("c1")
    owed = desk.callback(desk.call("c1").callback)
    assert not isinstance(owed.state, cb.Open) or owed.state.not_before <= desk.now
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert desk.of(ef.EmergencyFailed) == [
        ef.EmergencyFailed(CALL, ANNA, (("103", "caller_gone"),), None, alone=True)
    ]


def test_who_was_called_and_gives_up_waiting_for_103_alone_is_owed_a_callback():
    desk = Desk(queue("main"))
    desk.ready("anna")
    desk.place("c1", "anna")
    desk.give(f.CallAnswered(CALL))
    desk.give(f.CallBridged(CALL))
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    desk.end("c1")
    assert desk.call("c1").callback in desk.router.callbacks


def test_a_path_to_the_caller_that_fails_is_made_again_and_103_rings_on(desk):
    desk.give(HELP)
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.of(ef.HangUp) == []
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "caller")]
    desk.give(f.CallAnswered(FIRST))
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "all", party=FIRST)]


def test_a_path_to_the_caller_that_fails_twice_costs_the_line(desk):
    desk.give(HELP)
    desk.give(f.JoinFailed(CALL, "engine"))
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]


# -- the operator comes back --------------------------------------------------


def test_an_operator_who_comes_back_while_103_rings_is_joined_with_the_caller_again(desk):
    desk.give(HELP)
    desk.give(f.AgentLegDown(ANNA))
    desk.wait(3.0)
    desk.give(f.AgentLegUp(ANNA))
    assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]
    assert desk.of(ef.HangUp) == []
    assert desk.agent("anna").state == ag.Consulting(CALL, desk.now)
    desk.give(f.CallAnswered(FIRST))
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "all", party=FIRST)]


def test_who_lost_console_and_line_is_joined_again_when_both_are_back(desk):
    desk.give(HELP)
    desk.give(f.AgentVanished(ANNA))
    desk.give(f.AgentLegDown(ANNA))
    desk.give(f.AgentLegUp(ANNA))
    assert desk.of(ef.Rejoin) == []
    desk.give(f.AgentReturned(ANNA))
    assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]


def test_who_is_back_when_the_service_leaves_at_once_is_with_the_caller_while_112_rings(desk):
    alone_with_103(desk, joined_first=False)
    desk.give(f.AgentLegUp(ANNA))
    assert desk.of(ef.Rejoin) == []
    desk.end("p1")
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]


def test_who_is_back_in_another_call_is_not_taken_out_of_it(desk):
    desk.give(f.AgentPaused(BORIS, "lunch"))
    alone_with_103(desk, joined_first=False)
    desk.give(f.AgentLegUp(ANNA))
    desk.arrive("c2", "+79000000002")
    desk.talk("anna")
    desk.end("p1")
    assert desk.of(ef.Rejoin) == []
    assert isinstance(desk.agent("anna").state, ag.Talking)


def test_the_operator_is_lost_a_second_time_and_comes_back_again(desk):
    desk.give(HELP)
    for _ in range(2):
        desk.give(f.AgentLegDown(ANNA))
        assert desk.of(ef.KeepWaiting) == [ef.KeepWaiting(CALL, help_comes=True)]
        desk.give(f.AgentLegUp(ANNA))
        assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]


# -- the operator's own hand-over ---------------------------------------------


def handed_over(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.ConsultCompleted(CALL, ANNA))


def test_the_join_of_a_hand_over_fails_so_112_is_called_and_the_operator_is_back(desk):
    handed_over(desk)
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.of(ef.HangUp) == [ef.HangUp(FIRST, "party")]
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, SECOND, "112")]
    assert desk.of(ef.EmergencyFailed) == [
        ef.EmergencyFailed(CALL, ANNA, (("103", "failed"),), "112", alone=True)
    ]
    assert desk.of(ef.Rejoin) == [ef.Rejoin(CALL, ANNA)]
    assert isinstance(desk.agent("anna").state, ag.Consulting)


def test_the_join_of_a_hand_over_fails_and_no_number_is_left_so_the_alarm_is_raised(desk):
    desk.give(f.EmergencyCalled(CALL, ANNA, ((FIRST, "103"),)))
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.ConsultCompleted(CALL, ANNA))
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.of(ef.EmergencyFailed) == [
        ef.EmergencyFailed(CALL, ANNA, (("103", "failed"),), None, alone=True)
    ]
    assert desk.offers() == [("c1", "anna")]


# -- the engine dies ----------------------------------------------------------

NIGHT = CentreSettings(callback_from_s=60.0, callback_until_s=120.0)
"""People are called back for one minute after midnight."""


def at_night(*queues):
    desk = Desk(*queues or (queue("main", callback_auto=True),))
    desk.give(f.QueuesConfigured(tuple(desk.router.queues.values()), NIGHT))
    desk.ready("anna")
    desk.arrive("c1")
    desk.talk("anna")
    return desk


@pytest.mark.parametrize("alone", [False, True])
def test_the_engine_dies_while_103_rings_and_nobody_is_told_that_the_caller_hung_up(desk, alone):
    desk.give(HELP)
    if alone:
        desk.give(f.AgentLegDown(ANNA))
    desk.end("c1", "engine", "engine")
    lost = [(e.why, e.emergency) for e in desk.of(ef.PartyLost)]
    failed = [e.tried for e in desk.of(ef.EmergencyFailed)]
    assert (lost, failed) == (([], [(("103", "engine"),)]) if alone else ([("engine", True)], []))


def test_a_consultation_that_the_engine_ends_is_not_said_to_be_the_caller_s_end(desk):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    desk.end("c1", "engine", "engine")
    assert [e.why for e in desk.of(ef.PartyLost)] == ["engine"]


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("alone", [False, True])
def test_an_emergency_s_caller_is_called_back_at_once_at_any_hour(answered, alone):
    desk = at_night()
    desk.give(HELP)
    if alone:
        desk.give(f.AgentLegDown(ANNA))
    if answered:
        desk.give(f.CallAnswered(FIRST))
    desk.end("c1", "engine", "engine")
    desk.ready("boris")
    assert isinstance(desk.callback("cb1").state, cb.Queued)
    (offered,) = {call for call, _ in desk.offers()} or {desk.agent("boris").state.call}
    assert desk.call(offered).number == MENU_NUMBER


def test_an_emergency_s_caller_whom_nobody_reaches_is_tried_again_at_any_hour():
    desk = at_night()
    desk.give(HELP)
    desk.end("c1", "engine", "engine")
    desk.give(f.AgentReady(ANNA))
    call = desk.agent("anna").state.call
    desk.accept("anna")
    desk.end(call, "caller", "no_answer")
    owed = desk.callback("cb1")
    assert owed.attempts == 1
    assert owed.state == cb.Open(desk.now + desk.router.centre.callback_retries_s[0])


def test_who_was_left_by_every_service_and_is_cut_off_is_called_back_at_once():
    desk = at_night()
    desk.give(HELP)
    desk.end("p1", "caller", "busy")
    desk.end("p2", "caller", "busy")
    desk.end("c1", "engine", "engine")
    assert desk.callback("cb1").urgent


def test_an_emergency_s_caller_comes_before_all_others_who_wait():
    desk = Desk(queue("main", callback_auto=True, callback_limit=1, callback_after_s=0.0))
    no_hours = CentreSettings(callback_from_s=0.0, callback_until_s=0.0)
    desk.give(f.QueuesConfigured(tuple(desk.router.queues.values()), no_hours))
    desk.ready("anna")
    desk.arrive("c1")
    desk.talk("anna")
    for n in (2, 3):
        desk.arrive(f"c{n}", f"+7900000000{n}")
    desk.end("c2")
    desk.wait(60.0)
    desk.give(HELP)
    desk.end("c1", "engine", "engine")
    first = desk.call(desk.waiting()[0])
    assert (first.number, first.virtual) == (MENU_NUMBER, True)


# -- which services were called -----------------------------------------------


def called(desk):
    return [(s.number, s.answered_at) for s in desk.call("c1").services]


def test_the_call_knows_which_service_answered_and_when(desk):
    desk.give(HELP)
    desk.end("p1", "caller", "busy")
    assert called(desk) == [("103", None), ("112", None)]
    desk.wait(7.0)
    desk.give(f.CallAnswered(SECOND))
    desk.give(f.ConsultCompleted(CALL, ANNA))
    assert called(desk) == [("103", None), ("112", desk.now)]
    desk.end("c1")
    assert called(desk) == [("103", None), ("112", desk.now)]


def called_off(desk):
    return [(s.number, s.cancelled_at) for s in desk.call("c1").services]


def test_the_call_knows_that_the_operator_called_103_off_and_when(desk):
    desk.give(HELP)
    desk.wait(3.0)
    desk.give(f.ConsultCancelled(CALL, ANNA))
    assert called_off(desk) == [("103", desk.now)]


def test_103_that_is_let_go_after_it_answered_is_not_called_off(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.ConsultCancelled(CALL, ANNA))
    assert called_off(desk) == [("103", None)]


def test_103_in_whose_place_112_is_called_is_called_off(desk):
    desk.give(HELP)
    desk.give(f.EmergencyCalled(CALL, ANNA, ((CallId("p3"), "112"),)))
    assert called_off(desk) == [("103", desk.now), ("112", None)]


@pytest.mark.parametrize("by", ["agent", "caller"])
def test_103_called_alone_is_called_off_only_by_the_operator(desk, by):
    called_alone(desk)
    desk.end("out", by)
    assert called_off(desk) == [("103", desk.now if by == "agent" else None)]


@pytest.mark.parametrize("ask", [f.TransferredOutside, f.ConsultDialled])
def test_a_service_that_a_transfer_or_a_question_goes_to_is_known_too(desk, ask):
    desk.give(ask(CALL, ANNA, FIRST, "103"))
    assert called(desk) == [("103", None)]
    desk.give(f.CallAnswered(FIRST))
    assert called(desk) == [("103", desk.now)]


def test_another_number_is_no_emergency_service(desk):
    desk.give(f.ConsultDialled(CALL, ANNA, FIRST, "+78000000000"))
    assert called(desk) == []


def test_after_103_has_answered_the_alarm_about_112_says_so(desk):
    desk.give(HELP)
    desk.give(f.CallAnswered(FIRST))
    desk.give(f.EmergencyCalled(CALL, ANNA, ((CallId("p3"), "112"),)))
    desk.end("p1")
    desk.end("p3", "caller", "busy")
    assert desk.of(ef.EmergencyFailed) == [
        ef.EmergencyFailed(CALL, ANNA, (("112", "busy"),), None, answered="103")
    ]


# -- called alone, for a caller who has hung up -------------------------------


def called_alone(desk):
    """The caller is gone, and Anna calls 103 in the wrap-up."""
    desk.end("c1")
    desk.give(f.CallPlaced(CallId("out"), ANNA, "103", about=CALL))


@pytest.mark.parametrize("answered", [False, True])
def test_after_103_was_called_alone_the_wrap_up_of_the_caller_goes_on(desk, answered):
    called_alone(desk)
    if answered:
        desk.give(f.CallAnswered(CallId("out")))
        desk.give(f.CallBridged(CallId("out")))
        desk.wait(5.0)
    desk.end("out")
    assert desk.agent("anna").state == ag.WrapUp(CALL, desk.now, desk.now + 60.0)
    assert called(desk) == [("103", desk.now - 5.0 if answered else None)]


def test_103_is_called_alone_only_for_the_caller_whose_wrap_up_it_is(desk):
    with pytest.raises(IllegalFact):
        desk.give(f.CallPlaced(CallId("out"), ANNA, "103", about=CALL))
    desk.end("c1")
    with pytest.raises(IllegalFact):
        desk.give(f.CallPlaced(CallId("out"), BORIS, "103", about=CALL))
