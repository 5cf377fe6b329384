import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import (
    BreakOverrun,
    Connect,
    DropLeg,
    HangUp,
    QueueChanged,
    ShiftEnded,
    WithdrawOffer,
)
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.call import Connecting, Waiting
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from tests.unit.domain.desk import T0, Desk, queue

A, B, C1 = AgentId("a"), AgentId("b"), CallId("c1")


def withdrawn(desk: Desk) -> list[tuple[str, str]]:
    return [(e.agent, e.reason) for e in desk.of(WithdrawOffer)]


def refused(desk: Desk, fact: f.Fact) -> str:
    before = desk.router.state_hash()
    with pytest.raises(IllegalFact) as e:
        desk.give(fact)
    assert desk.router.state_hash() == before
    return e.value.reason


# -- assign ------------------------------------------------------------------


def test_an_assigned_call_goes_to_a_free_agent_at_once():
    desk = Desk(queue(), queue("other"))
    desk.arrive("c1", None, "main", "rare")
    desk.ready("a", "other")
    desk.give(f.CallAssigned(C1, A, "chief"))
    assert desk.offers() == [("c1", "a")]


def test_an_assignment_is_taken_back_before_the_call_is_taken():
    desk = Desk(queue())
    desk.ready("a")
    desk.arrive("c0")
    desk.talk("a")
    desk.ready("b")
    desk.arrive("c1")
    desk.give(f.CallAssigned(C1, A, "chief"))
    assert desk.offers() == []
    desk.give(f.CallAssigned(C1, None, "chief"))
    assert desk.offers() == [("c1", "b")]
    desk.accept("b")
    assert refused(desk, f.CallAssigned(C1, None, "chief")) == "wrong_state"


def test_an_assigned_call_is_the_next_of_a_busy_agent_and_nobody_elses():
    desk = Desk(queue(wrap_up="none"))
    desk.ready("a")
    desk.arrive("c0")
    desk.talk("a")
    for call in ("old", "c1"):
        desk.arrive(call)
        desk.now += 50
    desk.give(f.CallAssigned(C1, A, "chief"))
    desk.ready("b")
    assert desk.offers() == [("old", "b")]
    desk.arrive("new")
    desk.talk("b")
    desk.end("old")
    assert desk.offers() == [("new", "b")]
    desk.end("c0")
    assert desk.offers() == [("c1", "a")]


@pytest.mark.parametrize("finish", [True, False])
def test_a_shift_that_ends_in_a_wrap_up_lets_it_be_finished_if_the_order_says_so(finish: bool):
    desk = Desk(queue(wrap_up="mandatory_timed"))
    desk.ready("a")
    desk.arrive("c0")
    desk.talk("a")
    desk.end("c0")
    desk.give(f.AgentForced(A, "offline", "chief", finish=finish))
    assert isinstance(desk.agent("a").state, ag.WrapUp if finish else ag.Offline)
    desk.give(f.WrapUpFinished(A))
    assert isinstance(desk.agent("a").state, ag.Offline)


@pytest.mark.parametrize(
    "leaves",
    [
        f.AgentForced(A, "offline", "chief"),
        f.AgentVanished(A),
        f.AgentLegDown(A),
        f.AgentPaused(A, "rest"),
    ],
)
def test_an_assigned_call_is_free_again_when_the_agent_leaves(leaves):
    desk = Desk(queue(wrap_up="none"))
    desk.ready("a")
    desk.arrive("c0")
    desk.talk("a")
    desk.arrive("c1")
    desk.give(f.CallAssigned(C1, A, "chief"))
    desk.ready("b")
    assert desk.offers() == []
    desk.give(leaves)
    assert desk.offers() == [("c1", "b")]


def test_a_call_assigned_to_somebody_on_a_break_is_parked_for_nobody():
    desk = Desk()
    desk.log_in("a")
    desk.arrive("c1")
    desk.give(f.CallAssigned(C1, A, "chief"))
    desk.ready("b")
    assert desk.offers() == [("c1", "b")]


def test_an_assigned_call_is_free_again_when_the_agent_does_not_respond():
    desk = Desk(queue(max_unanswered=1, offer_timeout_s=15))
    desk.ready("a")
    desk.arrive("c1")
    desk.give(f.CallAssigned(C1, A, "chief"))
    desk.ready("b")
    desk.wait(15)
    assert desk.offers() == [("c1", "b")]


def test_assigning_an_offered_call_takes_the_offer_back():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.ready("b")
    desk.give(f.CallAssigned(C1, B, "chief"))
    assert withdrawn(desk) == [("a", "withdrawn")]
    assert desk.offers() == [("c1", "b")]
    assert desk.agent("a").unanswered == 0


def test_assigning_to_who_hears_the_call_lets_the_others_go():
    desk = Desk(queue(strategy="ring-all"))
    desk.ready("a")
    desk.ready("b")
    desk.arrive("c1")
    offer = desk.offer_of("b")
    desk.give(f.CallAssigned(C1, B, "chief"))
    assert withdrawn(desk) == [("a", "withdrawn")]
    assert desk.offer_of("b") == offer


def test_what_cannot_be_assigned():
    desk = Desk()
    desk.arrive("c1")
    assert refused(desk, f.CallAssigned(C1, A, "chief")) == "unknown_agent"
    assert refused(desk, f.CallAssigned(CallId("x"), A, "chief")) == "unknown_call"
    desk.log_in("a")
    desk.give(f.AgentVanished(A))
    assert refused(desk, f.CallAssigned(C1, A, "chief")) == "not_at_work"
    desk.end("c1")
    assert refused(desk, f.CallAssigned(C1, A, "chief")) == "wrong_state"


# -- reorder, move -----------------------------------------------------------


def test_another_priority_changes_the_place():
    desk = Desk()
    for call in ("c0", "c1"):
        desk.arrive(call)
    desk.give(f.CallReordered(C1, 1, "chief"))
    assert desk.waiting() == ["c1", "c0"]
    desk.ready("a")
    desk.give(f.CallReordered(C1, 2, "chief"))
    desk.refuse("a")
    assert desk.waiting() == ["c1"]


def test_a_moved_call_keeps_its_time():
    desk = Desk(queue(), queue("other"))
    desk.ready("b", "other")
    desk.ready("a")
    desk.arrive("c1")
    desk.now += 30
    desk.give(f.CallMoved(C1, QueueId("other"), "chief"))
    assert withdrawn(desk) == [("a", "withdrawn")]
    assert desk.offers() == [("c1", "b")]
    assert desk.call("c1").queued_at == T0
    assert refused(desk, f.CallMoved(C1, QueueId("other"), "chief")) == "same_queue"
    assert refused(desk, f.CallMoved(C1, QueueId("none"), "chief")) == "unknown_queue"


# -- pause -------------------------------------------------------------------


def test_a_paused_queue_makes_no_offers_and_its_calls_wait_on():
    desk = Desk(queue(), queue("other"))
    desk.give(f.QueuePaused(QueueId("main"), "chief"))
    assert desk.of(QueueChanged) == [QueueChanged(QueueId("main"))]
    assert desk.give(f.QueuePaused(QueueId("main"), "chief")) == []
    desk.ready("a", "main", "other")
    desk.arrive("c1")
    assert desk.waiting() == ["c1"]
    desk.arrive("c2", name="other")
    assert desk.offers() == [("c2", "a")]
    desk.ready("b")
    desk.give(f.QueueResumed(QueueId("main"), "chief"))
    assert desk.offers() == [("c1", "b")]
    assert refused(desk, f.QueuePaused(QueueId("none"), "chief")) == "unknown_queue"


def test_resuming_serves_the_call_of_an_agent_from_another_queue():
    desk = Desk(queue(), queue("other"))
    desk.give(f.QueuePaused(QueueId("main"), "chief"))
    desk.arrive("c1")
    desk.ready("a", "other")
    desk.give(f.CallAssigned(C1, A, "chief"))
    assert desk.offers() == []
    desk.give(f.QueueResumed(QueueId("main"), "chief"))
    assert desk.offers() == [("c1", "a")]


# -- force -------------------------------------------------------------------


def test_forced_ready_and_break():
    desk = Desk()
    desk.log_in("a")
    desk.give(f.AgentForced(A, "ready", "chief"))
    assert desk.agent("a").state == ag.Ready(T0)
    desk.arrive("c1")
    desk.give(f.AgentForced(A, "break", "chief", "lunch", 60))
    assert withdrawn(desk) == [("a", "paused")]
    assert desk.agent("a").state == ag.OnBreak("lunch", T0, T0 + 60)


def test_a_talk_is_not_cut_by_the_end_of_the_shift():
    desk = Desk(queue(wrap_up="optional"))
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    desk.give(f.AgentForced(A, "offline", "chief"))
    assert isinstance(desk.agent("a").state, ag.Talking)
    desk.end("c1")
    assert isinstance(desk.agent("a").state, ag.WrapUp)
    desk.give(f.WrapUpFinished(A))
    assert desk.agent("a").state == ag.Offline()
    assert desk.of(DropLeg) == [DropLeg(A)]
    assert desk.of(ShiftEnded) == [ShiftEnded(A)]
    assert refused(desk, f.AgentForced(A, "ready", "chief")) == "wrong_state"


def test_the_end_of_the_shift_gives_an_offer_back():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.give(f.AgentForced(A, "offline", "chief"))
    assert withdrawn(desk) == [("a", "paused")]
    assert desk.agent("a").state == ag.Offline()
    assert desk.call("c1").state == Waiting(T0)


# -- breaks ------------------------------------------------------------------


def test_a_break_that_lasts_too_long_is_told_once():
    desk = Desk()
    desk.log_in("a")
    desk.give(f.AgentPaused(A, "lunch", 60))
    desk.wait(60)
    assert desk.of(BreakOverrun) == [BreakOverrun(A, "lunch")]
    assert desk.agent("a").state == ag.OnBreak("lunch", T0, T0 + 60, overrun=True)
    desk.wait(600)
    assert desk.effects == []


def test_a_call_in_a_break_leaves_the_rest_of_it():
    desk = Desk(queue(wrap_up="none"))
    desk.log_in("a")
    desk.give(f.AgentPaused(A, "lunch", 60))
    desk.now += 20
    desk.place("out", "a")
    desk.now += 100
    desk.end("out", "agent")
    assert desk.agent("a").state == ag.OnBreak("lunch", T0 + 120, T0 + 160, began_at=T0)


# -- pick --------------------------------------------------------------------


def test_a_picked_call_is_joined_at_once():
    desk = Desk()
    desk.log_in("a")
    desk.ready("b")
    desk.arrive("c1")
    desk.give(f.CallPicked(A, C1))
    assert withdrawn(desk) == [("b", "accepted")]
    assert desk.of(Connect) == [Connect(C1, A)]
    assert desk.call("c1").state == Connecting(T0)
    desk.give(f.CallBridged(C1))
    desk.end("c1")
    desk.give(f.WrapUpFinished(A))
    assert isinstance(desk.agent("a").state, ag.OnBreak)


def test_picking_the_call_that_is_offered_accepts_it():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.give(f.CallPicked(A, C1))
    assert desk.of(Connect) == [Connect(C1, A)]
    assert [o.result for o in desk.call("c1").offers] == ["accepted"]


def test_what_cannot_be_picked():
    desk = Desk(queue(), queue("other"))
    desk.arrive("c1")
    desk.log_in("a", "other")
    assert refused(desk, f.CallPicked(A, C1)) == "not_yours"
    desk.log_in("b")
    desk.arrive("c0", None, "other")
    desk.ready("a", "other")
    desk.talk("a")
    desk.give(f.CallAssigned(C1, A, "chief"))
    assert refused(desk, f.CallPicked(B, C1)) == "assigned"
    desk.give(f.AgentLegDown(B))
    assert refused(desk, f.CallPicked(B, C1)) == "no_leg"
    assert refused(desk, f.CallPicked(B, C1, ordered=True)) == "no_leg"
    desk.end("c1")
    assert refused(desk, f.CallPicked(B, C1)) == "wrong_state"


def test_who_may_take_calls_from_others_picks_any():
    desk = Desk(queue(), queue("other"))
    desk.arrive("c1")
    desk.log_in("b", "other")
    desk.give(f.CallPicked(B, C1, ordered=True))
    assert desk.of(Connect) == [Connect(C1, B)]


# -- ringing offers survive one agent's failure ------------------------------


@pytest.mark.parametrize("strategy", ["ring-all", "ring-progressively"])
@pytest.mark.parametrize("fails", ["refused", "unreachable", "leg", "gone", "break", "forced"])
def test_the_others_ring_on(strategy, fails):
    desk = Desk(queue(strategy=strategy, offer_timeout_s=15))
    for agent in "abc":
        desk.ready(agent)
        desk.now += 1
    desk.arrive("c1")
    if strategy == "ring-progressively":
        desk.wait(10)
    others = {agent: desk.offer_of(agent) for agent in "bc"}
    match fails:
        case "refused":
            desk.refuse("a")
        case "unreachable":
            desk.refuse("a", "unreachable")
        case "leg":
            desk.give(f.AgentLegDown(A))
        case "gone":
            desk.give(f.AgentVanished(A))
        case "break":
            desk.give(f.AgentPaused(A, "rest"))
        case "forced":
            desk.give(f.AgentForced(A, "offline", "chief"))
    assert [agent for agent, _ in withdrawn(desk)] == ["a"]
    assert {agent: desk.offer_of(agent) for agent in "bc"} == others
    desk.accept("b")
    assert desk.of(Connect) == [Connect(C1, B)]


def test_a_failed_join_rings_at_the_others_again():
    desk = Desk(queue(strategy="ring-all"))
    for agent in "abc":
        desk.ready(agent)
    desk.arrive("c1")
    desk.accept("a")
    desk.give(f.CallBridgeFailed(C1, "agent_leg"))
    assert desk.offers() == [("c1", "b"), ("c1", "c")]
    assert desk.agent("a").state == ag.NotResponding("unreachable", T0)


# -- the end of a call -------------------------------------------------------


def test_a_waiting_caller_who_is_cut_is_offered_to_nobody_and_called_back():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.give(f.CallCut(C1, "chief", "prank"))
    assert withdrawn(desk) == [("a", "withdrawn")]
    assert desk.of(HangUp) == [HangUp(C1, "supervisor")]
    assert isinstance(desk.agent("a").state, ag.Ready)
    desk.end("c1", "system")
    assert [c.last_call for c in desk.router.callbacks.values()] == [C1]


def test_a_talk_that_is_cut_ends_with_the_wrap_up():
    desk = Desk(queue(wrap_up="optional"))
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    desk.give(f.CallCut(C1, "chief"))
    assert desk.of(HangUp) == [HangUp(C1, "supervisor")]
    desk.end("c1", "system")
    assert isinstance(desk.agent("a").state, ag.WrapUp)
    assert not desk.router.callbacks


@pytest.mark.parametrize(
    ("by", "outcome"), [("system", "flowed_out"), ("caller", "abandoned_menu")]
)
def test_a_caller_in_the_menu_is_cut_and_called_back(by: f.EndedBy, outcome: str):
    desk = Desk()
    desk.menu("c1")
    desk.give(f.CallCut(C1, "chief"))
    desk.end("c1", by)
    assert desk.call("c1").outcome == outcome
    assert [c.last_call for c in desk.router.callbacks.values()] == [C1]


def test_a_call_with_an_emergency_service_in_it_is_not_cut():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    desk.give(f.EmergencyCalled(C1, A, ((CallId("p"), "103"),)))
    assert refused(desk, f.CallCut(C1, "chief")) == "emergency"
    assert refused(desk, f.CallCut(CallId("p"), "chief")) == "wrong_state"


@pytest.mark.parametrize("times", [1, 2])
def test_a_call_is_cut_once(times: int):
    desk = Desk()
    desk.arrive("c1")
    desk.give(f.CallCut(C1, "chief"))
    if times == 2:
        desk.end("c1", "system")
    assert refused(desk, f.CallCut(C1, "other")) == "wrong_state"
