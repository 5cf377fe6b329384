"""Blind transfers: who gets the call, who is free, and where it goes when nobody takes it."""

from __future__ import annotations

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from tests.unit.domain.desk import Desk, queue

CALL, PARTY = CallId("c1"), CallId("p1")
ANNA, BORIS = AgentId("anna"), AgentId("boris")


@pytest.fixture
def desk():
    """Anna talks with c1; Boris is logged in, on a break."""
    desk = Desk(queue("main", wrap_up_s=60.0), queue("other"))
    desk.ready("anna", "main")
    desk.log_in("boris", "main", "other")
    desk.arrive("c1")
    desk.talk("anna")
    desk.wait(10.0)
    return desk


def test_to_a_queue_the_caller_keeps_the_time(desk):
    asked = desk.call("c1").queued_at
    desk.give(f.TransferredToQueue(CALL, ANNA, QueueId("other")))
    assert desk.of(ef.KeepWaiting) == [ef.KeepWaiting(CALL)]
    assert desk.waiting("other") == ["c1"]
    assert desk.call("c1").queued_at == asked
    assert isinstance(desk.agent("anna").state, ag.WrapUp)
    desk.ready("boris")
    desk.talk("boris")
    desk.wait(5.0)
    desk.end("c1")
    assert (desk.agent("anna").calls, desk.agent("boris").calls) == (1, 1)
    assert desk.call("c1").talk_s == 15.0
    assert (desk.agent("anna").talk_s, desk.agent("boris").talk_s) == (10.0, 5.0)


def test_wrap_up_of_who_gave_the_call_away_counts_for_the_call(desk):
    desk.give(f.TransferredToQueue(CALL, ANNA, QueueId("other")))
    desk.wait(7.0)
    desk.ready("anna")
    assert desk.call("c1").wrap_up_s == 7.0


def test_to_a_free_agent_it_is_offered_at_once(desk):
    desk.ready("boris")
    desk.give(f.TransferredToAgent(CALL, ANNA, BORIS))
    assert desk.offers() == [("c1", "boris")]
    desk.talk("boris")
    assert desk.call("c1").agent == "boris"
    assert desk.call("c1").returns_to is None


def test_an_agent_who_is_not_free_is_refused(desk):
    with pytest.raises(IllegalFact) as refused:
        desk.give(f.TransferredToAgent(CALL, ANNA, BORIS))
    assert refused.value.reason == "not_free"
    assert isinstance(desk.call("c1").state, cl.Talking)


def test_not_taken_it_is_offered_back_out_of_wrap_up(desk):
    desk.ready("boris")
    desk.give(f.TransferredToAgent(CALL, ANNA, BORIS))
    desk.refuse("boris")
    assert desk.offers() == [("c1", "anna")]
    assert desk.of(ef.PartyLost) == [ef.PartyLost(CALL, ANNA, "rejected", back=True)]
    desk.talk("anna")
    assert isinstance(desk.agent("boris").state, ag.Ready)


def test_not_taken_with_nobody_to_return_to_it_waits_at_the_head(desk):
    desk.ready("boris")
    desk.give(f.TransferredToAgent(CALL, ANNA, BORIS))
    desk.give(f.AgentPaused(ANNA, "lunch"))
    desk.arrive("c0", "+79000000077")
    desk.wait(15.0)
    assert desk.call("c1").interrupted
    assert desk.of(ef.PartyLost)[0].back is False


def test_an_outside_number_that_answers_is_joined_with_the_caller(desk):
    desk.give(f.TransferredOutside(CALL, ANNA, PARTY, "103"))
    assert desk.of(ef.DialParty) == [ef.DialParty(CALL, PARTY, "103")]
    assert isinstance(desk.agent("anna").state, ag.WrapUp)
    desk.give(f.CallAnswered(PARTY))
    assert desk.of(ef.Link) == [ef.Link(CALL, PARTY)]
    desk.end("p1")
    assert desk.of(ef.HangUp) == [ef.HangUp(CALL, "party")]
    desk.end("c1", "system")
    assert desk.call("c1").outcome == "answered"
    assert not desk.router.callbacks


def test_a_caller_who_hangs_up_takes_the_outside_party_along(desk):
    desk.give(f.TransferredOutside(CALL, ANNA, PARTY, "103"))
    desk.give(f.CallAnswered(PARTY))
    desk.end("c1")
    assert desk.of(ef.HangUp) == [ef.HangUp(PARTY, "party")]


def test_an_outside_number_that_is_busy_gives_the_caller_back(desk):
    desk.give(f.TransferredOutside(CALL, ANNA, PARTY, "103"))
    desk.end("p1", "caller", "busy")
    assert desk.of(ef.PartyLost) == [ef.PartyLost(CALL, ANNA, "busy", back=True)]
    assert desk.offers() == [("c1", "anna")]
    desk.talk("anna")
    assert isinstance(desk.call("c1").state, cl.Talking)


def test_a_link_that_fails_gives_the_caller_back(desk):
    desk.give(f.TransferredOutside(CALL, ANNA, PARTY, "103"))
    desk.give(f.CallAnswered(PARTY))
    desk.give(f.JoinFailed(CALL, "engine"))
    assert desk.offers() == [("c1", "anna")]
    assert isinstance(desk.call("p1").state, cl.Ending)


def test_back_in_a_menu_the_caller_who_hangs_up_is_owed_nothing(desk):
    desk.give(f.ReturnedToMenu(CALL, ANNA, "info"))
    assert desk.of(ef.RunMenu) == [ef.RunMenu(CALL, "info")]
    desk.end("c1")
    assert desk.call("c1").outcome == "answered"
    assert not desk.router.callbacks


def test_only_who_has_the_call_gives_it_away(desk):
    with pytest.raises(IllegalFact):
        desk.give(f.TransferredToQueue(CALL, BORIS, QueueId("other")))


def test_late_for_a_call_that_has_ended_nothing_happens(desk):
    desk.end("c1")
    assert desk.give(f.TransferredToQueue(CALL, ANNA, QueueId("other"))) == []


@pytest.mark.parametrize("wanted", [True, False])
def test_a_caller_who_gives_up_before_the_number_answers_is_owed_a_callback(wanted):
    desk = Desk(queue("main", callback_on_abandon=wanted))
    desk.ready("anna")
    desk.arrive("c1")
    desk.talk("anna")
    desk.give(f.TransferredOutside(CallId("c1"), AgentId("anna"), CallId("p1"), "+79000000009"))
    desk.end("c1")
    assert (desk.call("c1").callback is not None) is wanted
