"""Nothing is told any more: each state that waits for what is outside has a way out in time."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import (
    HangUp,
    KeepWaiting,
    LeaveMenu,
    PartyLost,
    ResumeCall,
    StopForward,
)
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import AgentState
from ekc_console.domain.state.call import CallState
from ekc_console.domain.state.patience import (
    CONNECT_S,
    DIAL_MARGIN_S,
    HANG_UP_S,
    HANG_UPS,
    MENU_STEP_S,
    USUAL_DIAL_S,
    WAITS_FOR_OUTSIDE,
    WAITS_FOR_PEOPLE,
    overdue_at,
)
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.settings import (
    CallHandling,
    CentreSettings,
    Destination,
    OverflowRule,
)
from ekc_console.domain.terms.state_table import IllegalFact
from tests.unit.domain.desk import T0, Desk, queue

C1, OUT, A, B = CallId("c1"), CallId("out"), AgentId("a"), AgentId("b")
DIAL_S = USUAL_DIAL_S + DIAL_MARGIN_S


def test_every_state_of_a_call_is_ended_by_people_or_by_time():
    states = set(CallState.__args__) - {cl.Ended}
    assert set(WAITS_FOR_OUTSIDE) | set(WAITS_FOR_PEOPLE) == states
    assert not set(WAITS_FOR_OUTSIDE) & set(WAITS_FOR_PEOPLE)


def test_those_that_wait_for_what_is_outside_have_a_deadline():
    samples = {
        cl.InMenu: cl.InMenu(T0),
        cl.Connecting: cl.Connecting(T0),
        cl.Dialing: cl.Dialing(T0),
        cl.Ringing: cl.Ringing(T0),
        cl.Forwarding: cl.Forwarding(T0, "+7", (), "size"),
        cl.Ending: cl.Ending(T0),
    }
    assert samples.keys() == set(WAITS_FOR_OUTSIDE)
    for state in samples.values():
        call = cl.Call(C1, "in", None, "122", 1, T0, state)
        at = overdue_at(call, CentreSettings())
        assert at is not None
        assert at > T0


def test_every_state_of_an_agent_that_is_bound_to_a_call_goes_as_the_call_does():
    bound = {ag.Connecting, ag.Dialing, ag.Talking, ag.Holding, ag.Consulting, ag.Advising}
    own_end = {ag.Offered, ag.Asked}
    own_way = {ag.Offline, ag.Ready, ag.OnBreak, ag.WrapUp, ag.NotResponding}
    assert bound | own_end | own_way == set(AgentState.__args__)


def connecting(**settings) -> Desk:
    desk = Desk(queue(**settings))
    desk.ready("a")
    desk.arrive("c1")
    desk.now += 5
    desk.accept("a")
    return desk


# -- a call that is not joined ---------------------------------------------------------


def test_nobody_tells_whether_the_two_were_joined():
    desk = connecting(retry_same_agent_s=0)
    desk.give(f.AgentPaused(A, "lunch"))
    desk.wait(CONNECT_S - 0.1)
    assert isinstance(desk.call("c1").state, cl.Connecting)
    desk.wait(0.1)
    assert desk.of(KeepWaiting) == [KeepWaiting(C1)]
    assert desk.waiting() == ["c1"]
    assert desk.call("c1").queued_at == T0
    assert isinstance(desk.agent("a").state, ag.OnBreak)


def test_the_next_agent_gets_a_call_that_was_not_joined():
    desk = connecting()
    desk.ready("b")
    desk.wait(CONNECT_S)
    assert desk.offers() == [("c1", "b")]


def test_a_join_that_was_told_in_time_is_left_alone():
    desk = connecting()
    desk.wait(CONNECT_S - 1)
    desk.give(f.CallBridged(C1))
    desk.wait(10 * CONNECT_S)
    assert isinstance(desk.call("c1").state, cl.Talking)


def test_a_dialled_person_who_is_not_joined_is_let_go_and_owed_again():
    desk = connecting()
    desk.end("c1")
    desk.place("out", "a", "cb1")
    desk.give(f.CallAnswered(OUT))
    desk.wait(CONNECT_S)
    assert desk.of(HangUp) == [HangUp(OUT, "bridge_failed")]
    assert desk.agent("a").available
    desk.end("out", "system")
    assert "cb1" in desk.router.callbacks


# -- the agent hangs up before there is a voice path -------------------------------------


def test_an_agent_who_hangs_up_too_early_gives_the_caller_back():
    desk = connecting()
    desk.now += 600
    desk.give(f.AgentHungUp(A, C1))
    assert desk.of(HangUp) == []
    assert desk.of(KeepWaiting) == [KeepWaiting(C1)]
    assert desk.waiting() == ["c1"]
    assert desk.call("c1").queued_at == T0
    assert desk.agent("a").state == ag.Ready(desk.now)
    assert desk.call("c1").rests_at(A)


def test_a_break_that_was_asked_for_begins_then():
    desk = connecting()
    desk.give(f.AgentPaused(A, "lunch"))
    desk.give(f.AgentHungUp(A, C1))
    assert isinstance(desk.agent("a").state, ag.OnBreak)


def test_the_late_word_of_the_join_changes_nothing():
    desk = connecting()
    desk.give(f.AgentHungUp(A, C1))
    assert desk.give(f.CallBridged(C1)) == []
    assert desk.waiting() == ["c1"]


def test_an_agent_who_breaks_off_a_dialled_call_ends_it():
    desk = Desk()
    desk.ready("a")
    desk.place("out", "a")
    desk.give(f.CallAnswered(OUT))
    desk.give(f.AgentHungUp(A, OUT))
    assert desk.of(HangUp) == [HangUp(OUT, "agent")]


# -- numbers that ring for ever -----------------------------------------------------------


def test_a_dialled_number_of_which_nothing_is_heard():
    desk = Desk()
    desk.arrive("c1")
    desk.end("c1")
    desk.ready("a")
    desk.place("out", "a", "cb1")
    desk.wait(DIAL_S - 0.1)
    assert isinstance(desk.call("out").state, cl.Dialing)
    desk.wait(0.1)
    assert desk.of(HangUp) == [HangUp(OUT, "no_answer")]
    assert desk.agent("a").state == ag.Ready(desk.now)
    desk.end("out", "system")
    assert desk.call("out").outcome == "no_answer"
    assert (desk.callback().attempts, "cb1" in desk.router.callbacks) == (1, True)


def test_the_time_to_let_ring_is_that_of_the_settings():
    desk = Desk()
    desk.ready("a")
    desk.place("out", "a")
    centre = CentreSettings(calls=CallHandling(dial_timeout_s=90))
    desk.give(f.QueuesConfigured((queue(),), centre))
    desk.wait(90 + DIAL_MARGIN_S - 0.1)
    assert isinstance(desk.call("out").state, cl.Dialing)
    desk.wait(0.1)
    assert isinstance(desk.call("out").state, cl.Ending)


def test_an_outside_party_that_is_asked_and_of_which_nothing_is_heard():
    desk = connecting()
    desk.give(f.CallBridged(C1))
    desk.give(f.ConsultDialled(C1, A, OUT, "103"))
    effects = desk.wait(DIAL_S)
    assert ResumeCall(C1, A) in effects
    assert PartyLost(C1, A, "no_answer", True) in effects
    assert HangUp(OUT, "no_answer") in effects
    assert isinstance(desk.call("c1").state, cl.Talking)


def test_a_transfer_to_a_number_of_which_nothing_is_heard():
    desk = connecting(wrap_up="none")
    desk.give(f.CallBridged(C1))
    desk.give(f.TransferredOutside(C1, A, OUT, "103"))
    desk.give(f.AgentPaused(A, "lunch"))
    effects = desk.wait(DIAL_S)
    assert HangUp(OUT, "no_answer") in effects
    assert desk.waiting() == ["c1"]
    assert desk.call("c1").interrupted
    desk.end("out", "system")
    assert desk.waiting() == ["c1"]


def test_an_overflow_to_a_number_of_which_nothing_is_heard():
    rule = OverflowRule("no_agents", (Destination("number", "+78"), Destination("queue", "other")))
    desk = Desk(queue(overflow=(rule,)), queue("other"))
    desk.arrive("c1")
    assert isinstance(desk.call("c1").state, cl.Forwarding)
    effects = desk.wait(DIAL_S)
    assert effects.index(StopForward(C1)) < effects.index(KeepWaiting(C1))
    assert desk.waiting("other") == ["c1"]
    assert desk.call("c1").queued_at == T0


# -- a scenario that stands still -----------------------------------------------------------


def test_a_menu_that_stands_still_gives_the_caller_to_people():
    desk = Desk(queue(), queue("last"))
    desk.menu("c1")
    desk.wait(MENU_STEP_S - 1)
    desk.give(f.CallStepEntered(C1, "main", "v", "ask"))
    desk.wait(MENU_STEP_S - 1)
    assert isinstance(desk.call("c1").state, cl.InMenu)
    effects = desk.wait(1)
    assert effects.index(LeaveMenu(C1)) < effects.index(KeepWaiting(C1))
    assert desk.waiting("last") == ["c1"]
    assert desk.call("c1").topic == "general"


def test_one_who_was_sent_back_to_a_menu_goes_to_the_own_queue():
    desk = Desk(queue(), queue("last"))
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    desk.give(f.ReturnedToMenu(C1, A, "survey"))
    desk.wait(MENU_STEP_S)
    assert desk.call("c1").queue == "main"


# -- a line that does not go ------------------------------------------------------------------


def test_a_hang_up_is_asked_for_again_and_the_books_are_closed_in_the_end():
    desk = Desk(queue(keep_place_key="1"))
    desk.arrive("c1")
    desk.give(f.PlaceKept(C1))
    for _ in range(HANG_UPS - 1):
        assert [e for e in desk.wait(HANG_UP_S) if isinstance(e, HangUp)] == [HangUp(C1, "overdue")]
    desk.wait(HANG_UP_S)
    assert desk.call("c1").state == cl.Ended("system", "overdue")
    assert desk.call("c1").outcome == "flowed_out"
    assert desk.call("c1").callback == "cb1"
    assert desk.give(f.CallEnded(C1, "system")) == []


# -- only who has the call -----------------------------------------------------------------------


@pytest.mark.parametrize("fact", [f.CallHeld, f.CallResumed])
def test_another_agent_does_not_hold_or_resume_the_call(fact):
    desk = connecting()
    desk.ready("b")
    desk.give(f.CallBridged(C1))
    if fact is f.CallResumed:
        desk.give(f.CallHeld(C1, A))
    with pytest.raises(IllegalFact) as e:
        desk.give(fact(C1, B))
    assert e.value.reason == "not_yours"


def test_who_gave_the_call_away_does_not_hold_it():
    desk = connecting()
    desk.ready("b")
    desk.give(f.CallBridged(C1))
    desk.give(f.TransferredToAgent(C1, A, B))
    desk.accept("b")
    desk.give(f.CallBridged(C1))
    assert isinstance(desk.agent("a").state, ag.WrapUp)
    with pytest.raises(IllegalFact):
        desk.give(f.CallHeld(C1, A))
    desk.give(f.CallHeld(C1, B))
    assert isinstance(desk.call("c1").state, cl.OnHold)


def test_a_journal_that_does_not_tell_who_held_is_believed():
    desk = connecting()
    desk.give(f.CallBridged(C1))
    desk.give(f.CallHeld(C1))
    desk.give(f.CallResumed(C1))
    assert isinstance(desk.call("c1").state, cl.Talking)


# -- a rest that ends after the call has left its queue --------------------------------------------


def refused_once(**settings) -> Desk:
    """The call rests at agent ``a`` for a while, and waits."""
    desk = Desk(queue(retry_same_agent_s=20, **settings), queue("other"))
    desk.ready("a")
    desk.arrive("c1")
    desk.refuse("a")
    return desk


def test_a_rest_that_ends_when_the_place_is_kept():
    desk = refused_once(keep_place_key="1")
    desk.give(f.PlaceKept(C1))
    desk.wait(20)
    assert isinstance(desk.call("c1").state, cl.Ending)


def test_a_rest_that_ends_while_an_outside_number_rings():
    rule = OverflowRule("waited", (Destination("number", "+78"),), 10)
    desk = refused_once(overflow=(rule,))
    desk.wait(20)
    assert isinstance(desk.call("c1").state, cl.Forwarding)
    desk.give(f.ForwardFailed(C1, "busy"))
    assert desk.offers() == [("c1", "a")]


def test_a_rest_that_ends_while_a_callback_is_dialled():
    desk = Desk(queue(retry_same_agent_s=20, callback_auto=True, callback_after_s=0))
    desk.give(
        f.QueuesConfigured(
            tuple(desk.router.queues.values()),
            CentreSettings(callback_from_s=0, callback_until_s=0),
        )
    )
    desk.arrive("c1")
    desk.end("c1")
    desk.wait(1)
    desk.ready("a")
    desk.refuse("a")
    desk.ready("b")
    desk.accept("b")
    desk.wait(20)
    assert isinstance(desk.agent("b").state, ag.Dialing)
