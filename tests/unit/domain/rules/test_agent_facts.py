import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import DropLeg, HangUp, KeepWaiting, OfferCall, WithdrawOffer
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import (
    LOGIN_BREAK,
    NotResponding,
    Offline,
    OnBreak,
    Ready,
    Talking,
    WrapUp,
)
from ekc_console.domain.terms.ids import AgentId, CallId, OfferId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact
from tests.unit.domain.desk import T0, Desk, queue

A = AgentId("a")


def desk_with(stage: str, **settings) -> Desk:
    """One agent, brought into the state of that name."""
    desk = Desk(queue(**settings))
    if stage == "unknown":
        return desk
    desk.log_in("a")
    if stage == "offline":
        desk.give(f.AgentLoggedOut(A))
    elif stage != "break":
        desk.give(f.AgentReady(A))
    if stage in ("offered", "connecting", "talking", "holding", "wrap-up"):
        desk.arrive("c1")
    if stage in ("connecting", "talking", "holding", "wrap-up"):
        desk.accept("a")
    if stage in ("talking", "holding", "wrap-up"):
        desk.give(f.CallBridged(CallId("c1")))
    if stage == "holding":
        desk.give(f.CallHeld(CallId("c1")))
    if stage == "wrap-up":
        desk.end("c1")
    if stage == "dialing":
        desk.place("out", "a")
    return desk


def test_a_shift_begins_with_a_break_and_ends_with_the_leg_dropped():
    desk = Desk()
    desk.give(f.AgentLoggedIn(A, (QueueId("main"), QueueId("main")), ("x", "x")))
    agent = desk.agent("a")
    assert agent.state == OnBreak(LOGIN_BREAK, T0)
    assert (agent.queues, agent.skills, agent.has_leg, agent.present) == (
        ("main",),
        ("x",),
        False,
        True,
    )
    desk.give(f.AgentLoggedOut(A))
    assert desk.of(DropLeg) == []
    desk.log_in("a")
    desk.give(f.AgentLoggedOut(A))
    assert desk.of(DropLeg) == [DropLeg(A)]
    assert desk.agent("a").state == Offline()
    assert desk.give(f.AgentLegDown(A)) == []


@pytest.mark.parametrize("missing", ["leg", "console", "ready", "queue", "skill"])
def test_who_is_not_eligible_gets_no_offer(missing):
    desk = Desk(queue(), queue("other"))
    desk.give(f.AgentLoggedIn(A, (QueueId("other" if missing == "queue" else "main"),), ("s",)))
    if missing != "leg":
        desk.give(f.AgentLegUp(A))
    if missing == "console":
        desk.give(f.AgentVanished(A))
    if missing != "ready":
        desk.give(f.AgentReady(A))
    desk.arrive("c1", None, "main", "s", *(["t"] if missing == "skill" else []))
    assert desk.offers() == []
    cure = {"leg": f.AgentLegUp(A), "console": f.AgentReturned(A), "ready": f.AgentReady(A)}
    if missing in cure:
        desk.give(cure[missing])
        assert desk.offers() == [("c1", "a")]


@pytest.mark.parametrize("stage", ["break", "ready", "offered"])
def test_a_break_begins_at_once_without_a_call(stage):
    desk = desk_with(stage)
    desk.now += 5
    desk.give(f.AgentPaused(A, "lunch"))
    assert desk.agent("a").state == OnBreak("lunch", T0 + 5)
    if stage == "offered":
        assert [(e.offer, e.reason) for e in desk.of(WithdrawOffer)] == [("o1", "paused")]
        assert desk.waiting() == ["c1"]


@pytest.mark.parametrize("stage", ["connecting", "talking", "holding", "wrap-up"])
def test_a_break_waits_for_call_and_wrap_up(stage):
    desk = desk_with(stage, wrap_up_s=10)
    desk.give(f.AgentPaused(A, "lunch"))
    if stage == "connecting":
        desk.give(f.CallBridged(CallId("c1")))
    if stage != "wrap-up":
        desk.end("c1")
    assert isinstance(desk.agent("a").state, WrapUp)
    desk.wait(10)
    assert desk.agent("a").state == OnBreak("lunch", T0 + 10)
    assert desk.agent("a").pending_break is None


@pytest.mark.parametrize("stage", ["talking", "wrap-up"])
def test_ready_takes_a_pending_break_back(stage):
    desk = desk_with(stage, wrap_up_s=10)
    desk.give(f.AgentPaused(A, "lunch"))
    desk.give(f.AgentReady(A))
    assert desk.agent("a").pending_break is None
    if stage == "talking":
        desk.end("c1")
        desk.wait(10)
    assert isinstance(desk.agent("a").state, Ready)


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("none", Ready(T0)),
        ("optional", WrapUp(CallId("c1"), T0, None)),
        ("mandatory", WrapUp(CallId("c1"), T0, None)),
        ("optional_timed", WrapUp(CallId("c1"), T0, T0 + 40)),
        ("mandatory_timed", WrapUp(CallId("c1"), T0, T0 + 40)),
    ],
)
def test_modes_of_wrap_up(mode, state):
    desk = desk_with("wrap-up", wrap_up=mode, wrap_up_s=40)
    assert desk.agent("a").state == state
    assert desk.router.next_deadline() == getattr(state, "until", None)


def test_no_time_for_wrap_up_is_no_wrap_up():
    assert desk_with("wrap-up", wrap_up_s=0).agent("a").state == Ready(T0)


def test_wrap_up_finished_early_counts_for_agent_and_call():
    desk = desk_with("wrap-up", wrap_up_s=60)
    desk.now += 12
    desk.give(f.WrapUpFinished(A))
    assert desk.agent("a").state == Ready(T0 + 12)
    assert desk.agent("a").wrap_up_s == desk.call("c1").wrap_up_s == 12
    assert desk.router.next_deadline() is None


@pytest.mark.parametrize("stage", ["offered", "connecting", "talking", "holding"])
def test_a_vanished_console_gets_no_offers_but_keeps_its_talk(stage):
    desk = desk_with(stage, wrap_up="none")
    before = desk.call("c1").state
    desk.give(f.AgentVanished(A))
    if stage == "offered":
        assert [(e.offer, e.reason) for e in desk.of(WithdrawOffer)] == [("o1", "unreachable")]
        assert desk.waiting() == ["c1"]
    else:
        assert desk.call("c1").state == before
        desk.end("c1")
        desk.arrive("c2")
    assert isinstance(desk.agent("a").state, Ready)
    desk.give(f.AgentReturned(A))
    assert desk.offers() == [("c1" if stage == "offered" else "c2", "a")]


@pytest.mark.parametrize("stage", ["talking", "holding"])
def test_a_leg_lost_in_talk_puts_the_call_at_the_head(stage):
    desk = desk_with(stage)
    desk.give(f.CallArrived(CallId("c2"), None, "122"))
    desk.enqueue("c2", priority=50)
    desk.now += 30
    desk.give(f.AgentLegDown(A))
    assert KeepWaiting(CallId("c1"), cut=True) in desk.effects
    assert desk.waiting() == ["c1", "c2"]
    call = desk.call("c1")
    assert (call.queued_at, call.answered_at, call.talk_s + call.held_s) == (T0, T0, 30)
    assert desk.agent("a").state == NotResponding("unreachable", T0 + 30)
    desk.ready("b")
    assert desk.offers() == [("c2", "b")]
    desk.end("c2")
    assert desk.offers() == [], "kept for a"
    desk.wait(15)
    assert desk.offers() == [("c1", "b")]
    desk.talk("b")
    desk.now += 5
    desk.end("c1")
    assert desk.call("c1").outcome == "answered"
    assert [desk.agent(x).calls for x in "ab"] == [1, 1]


def test_the_agent_who_is_back_in_time_gets_the_cut_caller_again():
    desk = desk_with("talking")
    desk.give(f.AgentLegDown(A))
    desk.ready("b")
    assert desk.offers() == []
    desk.now += 5
    desk.give(f.AgentLegUp(A))
    assert desk.offers() == [("c1", "a")]
    assert desk.router.next_deadline() == T0 + 15


@pytest.mark.parametrize("result", ["rejected", "timeout"])
def test_a_cut_caller_whom_the_same_agent_does_not_take_goes_to_the_next(result):
    desk = desk_with("talking", offer_timeout_s=3.0)
    desk.give(f.AgentLegDown(A))
    desk.ready("b")
    desk.give(f.AgentLegUp(A))
    if result == "timeout":
        desk.wait(3)
    else:
        desk.give(f.OfferRefused(desk.offer_of("a"), A))
    assert ("c1", "b") in desk.offers()


def test_who_was_taken_out_with_the_leg_is_ready_when_leg_and_console_are_back():
    desk = desk_with("talking")
    desk.give(f.AgentVanished(A))
    desk.give(f.AgentLegDown(A))
    desk.end("c1")
    desk.give(f.AgentLegUp(A))
    assert isinstance(desk.agent("a").state, NotResponding)
    desk.give(f.AgentReturned(A))
    assert isinstance(desk.agent("a").state, Ready)


def test_a_leg_lost_while_connecting_gives_the_call_its_place_back():
    desk = desk_with("connecting")
    desk.give(f.CallArrived(CallId("c2"), None, "122"))
    desk.enqueue("c2", priority=1)
    desk.give(f.AgentLegDown(A))
    assert desk.waiting() == ["c2", "c1"]
    assert desk.give(f.CallBridged(CallId("c1"))) == []


def test_a_leg_lost_while_offered_or_dialling():
    desk = desk_with("offered")
    desk.give(f.AgentLegDown(A))
    assert desk.agent("a").state == Ready(T0)
    assert desk.waiting() == ["c1"]
    desk.give(f.AgentLegUp(A))
    assert desk.offers() == [("c1", "a")]

    desk = desk_with("dialing")
    desk.give(f.AgentLegDown(A))
    assert desk.of(HangUp) == [HangUp(CallId("out"), "agent_leg_lost")]
    assert isinstance(desk.call("out").state, cl.Ending)
    assert desk.agent("a").state == NotResponding("unreachable", T0)


def test_a_leg_without_a_login_is_dropped():
    desk = desk_with("offline")
    assert desk.give(f.AgentLegUp(A)) == [DropLeg(A)]
    assert not desk.agent("a").has_leg


@pytest.mark.parametrize(
    ("stage", "fact", "reason"),
    [
        ("unknown", f.AgentReady(A), "unknown_agent"),
        ("unknown", f.AgentLoggedIn(A, (QueueId("none"),)), "unknown_queue"),
        ("break", f.AgentLoggedIn(A, ()), "wrong_state"),
        ("offline", f.AgentReady(A), "wrong_state"),
        ("offline", f.AgentPaused(A, "x"), "wrong_state"),
        ("offline", f.AgentReturned(A), "wrong_state"),
        ("offered", f.AgentLoggedOut(A), "wrong_state"),
        ("connecting", f.AgentLoggedOut(A), "wrong_state"),
        ("talking", f.AgentLoggedOut(A), "wrong_state"),
        ("dialing", f.AgentLoggedOut(A), "wrong_state"),
        ("offered", f.OfferAccepted(OfferId("o1"), AgentId("ghost")), "unknown_agent"),
        ("offered", f.OfferAccepted(OfferId("o2"), A), "unknown_offer"),
        ("offered", f.OfferAccepted(OfferId("x1"), A), "unknown_offer"),
        ("offered", f.OfferRefused(OfferId("o0"), A), "unknown_offer"),
        ("offered", f.AgentHungUp(A, CallId("c1")), "wrong_state"),
        ("offered", f.CallPlaced(CallId("n"), A, "+7"), "wrong_state"),
    ],
)
def test_illegal_facts_change_nothing(stage, fact, reason):
    desk = desk_with(stage)
    before = desk.router.state_hash()
    with pytest.raises(IllegalFact) as e:
        desk.give(fact)
    assert e.value.reason == reason
    assert desk.router.state_hash() == before


@pytest.mark.parametrize(
    ("stage", "fact"),
    [
        ("offline", f.AgentLoggedOut(A)),
        ("offline", f.AgentLegDown(A)),
        ("offline", f.AgentVanished(A)),
        ("offline", f.WrapUpFinished(A)),
        ("ready", f.AgentReady(A)),
        ("ready", f.WrapUpFinished(A)),
        ("offered", f.AgentReady(A)),
        ("talking", f.WrapUpFinished(A)),
        ("talking", f.OfferAccepted(OfferId("o1"), A)),
        ("talking", f.OfferRefused(OfferId("o1"), A)),
        ("wrap-up", f.AgentHungUp(A, CallId("c1"))),
    ],
)
def test_late_and_doubled_facts_are_ignored(stage, fact):
    desk = desk_with(stage)
    before = desk.router.state_hash()
    assert desk.give(fact) == []
    assert desk.router.state_hash() == before


def test_nobody_acts_on_what_is_anothers():
    desk = desk_with("talking")
    desk.ready("b")
    desk.arrive("c2")
    for fact in (f.AgentHungUp(AgentId("b"), CallId("c1")), f.OfferAccepted(desk.offer_of("b"), A)):
        with pytest.raises(IllegalFact) as e:
            desk.give(fact)
        assert e.value.reason == "not_yours"


def test_who_leaves_in_the_wrap_up_is_off_the_shift_and_offered_nobody():
    """F10 there left the person ready for ever."""
    desk = desk_with("wrap-up")
    desk.give(f.AgentLoggedOut(A))
    assert desk.agent("a").state == Offline()
    desk.wait(3600)
    desk.arrive("c9")
    desk.give(f.AgentLegUp(A))
    assert desk.agent("a").state == Offline()
    assert not desk.offers()


def test_counters_begin_anew_with_each_login():
    desk = desk_with("wrap-up")
    assert desk.agent("a").calls == 1
    desk.now += 5
    desk.give(f.AgentLoggedOut(A))
    assert desk.agent("a").wrap_up_s == 5
    desk.log_in("a")
    assert (desk.agent("a").calls, desk.agent("a").wrap_up_s) == (0, 0)


def test_state_of_a_talk():
    desk = desk_with("talking")
    assert desk.agent("a").state == Talking(CallId("c1"), T0)
    assert desk.of(OfferCall) == []
