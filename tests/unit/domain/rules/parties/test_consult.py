"""Consultations: the caller is never lost, and the clocks tell hold from talk."""

from __future__ import annotations

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.rules.parties.consult import ASK_S
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId
from tests.unit.domain.desk import Desk, queue

CALL, PARTY = CallId("c1"), CallId("p1")
ANNA, BORIS = AgentId("anna"), AgentId("boris")


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


def ask(desk):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    desk.give(f.ConsultAccepted(CALL, BORIS))


def dial(desk):
    desk.give(f.ConsultDialled(CALL, ANNA, PARTY, "+79000000055"))
    desk.give(f.CallAnswered(PARTY))


def with_the_caller(desk):
    return isinstance(desk.call("c1").state, cl.Talking) and isinstance(
        desk.agent("anna").state, ag.Talking
    )


def test_the_caller_is_on_hold_while_the_operator_is_asked(desk):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "party")]
    assert isinstance(desk.agent("boris").state, ag.Asked)
    desk.give(f.ConsultAccepted(CALL, BORIS))
    assert desk.of(ef.Consult) == [ef.Consult(CALL, ANNA, "party", adviser=BORIS)]


def test_clocks_tell_hold_from_talk(desk):
    ask(desk)
    desk.wait(5.0)
    desk.give(f.ConsultSwitched(CALL, ANNA, "caller"))
    desk.wait(3.0)
    desk.give(f.ConsultSwitched(CALL, ANNA, "all"))
    desk.wait(2.0)
    desk.give(f.ConsultCancelled(CALL, ANNA))
    assert (desk.call("c1").talk_s, desk.call("c1").held_s) == (15.0, 5.0)
    assert (desk.agent("anna").talk_s, desk.agent("anna").held_s) == (15.0, 5.0)


def test_completed_the_caller_goes_on_with_the_adviser(desk):
    ask(desk)
    desk.give(f.ConsultCompleted(CALL, ANNA))
    assert desk.of(ef.ReturnLeg) == [ef.ReturnLeg(CALL, BORIS)]
    assert desk.of(ef.Connect) == [ef.Connect(CALL, BORIS)]
    assert isinstance(desk.agent("anna").state, ag.WrapUp)
    desk.give(f.CallBridged(CALL))
    assert desk.call("c1").agent == "boris"
    assert (desk.agent("anna").calls, desk.agent("boris").calls) == (1, 1)


def test_completed_the_caller_goes_on_with_the_outside_party(desk):
    dial(desk)
    desk.give(f.ConsultSwitched(CALL, ANNA, "all"))
    desk.give(f.ConsultCompleted(CALL, ANNA))
    assert desk.of(ef.Link) == [ef.Link(CALL, PARTY)]
    assert isinstance(desk.agent("anna").state, ag.WrapUp)


def test_cancelled_the_party_is_let_go(desk):
    dial(desk)
    desk.give(f.ConsultCancelled(CALL, ANNA))
    assert desk.of(ef.HangUp) == [ef.HangUp(PARTY, "party")]
    assert desk.of(ef.ResumeCall) == [ef.ResumeCall(CALL, ANNA)]
    assert with_the_caller(desk)


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (f.ConsultLeft(CALL, BORIS), "rejected"),
        (f.AgentPaused(BORIS, "lunch"), "rejected"),
        (f.AgentVanished(BORIS), "unreachable"),
        (f.AgentLegDown(BORIS), "unreachable"),
    ],
)
def test_an_operator_who_does_not_come(desk, fact, why):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    desk.give(fact)
    assert desk.of(ef.PartyLost) == [ef.PartyLost(CALL, ANNA, why, back=True)]
    assert with_the_caller(desk)


def test_an_operator_who_does_not_answer(desk):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    desk.wait(ASK_S)
    assert desk.of(ef.PartyLost) == [ef.PartyLost(CALL, ANNA, "no_answer", back=True)]
    assert with_the_caller(desk)
    assert isinstance(desk.agent("boris").state, ag.Ready)


@pytest.mark.parametrize("cause", ["busy", "no_answer", "rejected", "unreachable", "failed"])
def test_an_outside_party_who_does_not_come(desk, cause):
    desk.give(f.ConsultDialled(CALL, ANNA, PARTY, "+79000000055"))
    desk.end("p1", "caller", cause)
    assert [e.why for e in desk.of(ef.PartyLost)] == [cause]
    assert with_the_caller(desk)


def test_the_asking_agent_s_lost_leg_puts_the_caller_at_the_head(desk):
    ask(desk)
    desk.give(f.AgentPaused(BORIS, "lunch"))
    desk.give(f.AgentLegDown(ANNA))
    assert desk.waiting() == ["c1"]
    assert desk.call("c1").interrupted
    assert isinstance(desk.agent("boris").state, ag.OnBreak)


def test_a_caller_who_hangs_up_frees_everybody(desk):
    ask(desk)
    desk.end("c1")
    assert isinstance(desk.agent("anna").state, ag.WrapUp)
    assert isinstance(desk.agent("boris").state, ag.Ready)
    assert desk.of(ef.PartyLost)[0].why == "caller_gone"


def test_nobody_there_no_conference_and_nothing_to_complete(desk):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    for fact in (f.ConsultSwitched(CALL, ANNA, "all"), f.ConsultCompleted(CALL, ANNA)):
        with pytest.raises(IllegalFact):
            desk.give(fact)


def test_a_busy_operator_is_not_asked(desk):
    desk.give(f.AgentPaused(BORIS, "lunch"))
    with pytest.raises(IllegalFact) as refused:
        desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    assert refused.value.reason == "not_free"


def test_one_who_is_asked_gets_no_call(desk):
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    desk.arrive("c2", "+79000000033")
    assert desk.waiting() == ["c2"]
    desk.give(f.ConsultLeft(CALL, BORIS))
    assert desk.offers() == [("c2", "boris")]
