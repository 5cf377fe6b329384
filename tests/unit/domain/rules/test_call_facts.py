import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import (
    AnnouncePosition,
    CallChanged,
    Connect,
    DialOut,
    HangUp,
    HoldCall,
    KeepWaiting,
    OfferCall,
    ResumeCall,
)
from ekc_console.domain.rules.call_facts import AGENT_LEG_FAILED
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.agent import (
    LOGIN_BREAK,
    Connecting,
    Dialing,
    Holding,
    NotResponding,
    OnBreak,
    Ready,
    WrapUp,
    lasts_from,
)
from ekc_console.domain.state.agent import Talking as AgentTalking
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact
from tests.unit.domain.desk import MENU_NUMBER, T0, Desk, queue


def in_talk(**settings) -> Desk:
    desk = Desk(queue(**settings))
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    return desk


def test_a_call_from_menu_to_the_end():
    desk = Desk()
    desk.menu("c1")
    assert desk.effects == [CallChanged(CallId("c1"))]
    desk.give(f.CallStepEntered(CallId("c1"), "booking", "v7", "who"))
    desk.now += 10
    desk.enqueue("c1", "main", "medic", "medic", priority=2)
    assert desk.effects == [KeepWaiting(CallId("c1")), CallChanged(CallId("c1"))]
    call = desk.call("c1")
    assert call.state == cl.Waiting(T0 + 10)
    assert (call.queue, call.topic, call.skills, call.priority) == ("main", "topic", ("medic",), 2)
    assert (call.scenario, call.scenario_version, call.step) == ("booking", "v7", "who")

    desk.now += 5
    desk.ready("a", skills=("medic", "tatar"))
    assert desk.offers() == [("c1", "a")]
    assert isinstance(desk.call("c1").state, cl.Offered)
    desk.now += 2
    desk.accept("a")
    assert desk.of(Connect) == [Connect(CallId("c1"), desk.agent("a").id)]
    assert desk.call("c1").state == cl.Connecting(T0 + 17)
    assert desk.agent("a").state == Connecting(CallId("c1"), T0 + 17)
    desk.give(f.CallBridged(CallId("c1")))
    desk.now += 30
    desk.give(f.CallHeld(CallId("c1")))
    assert desk.of(HoldCall) == [HoldCall(CallId("c1"), desk.agent("a").id)]
    assert isinstance(desk.agent("a").state, Holding)
    desk.now += 20
    desk.give(f.CallResumed(CallId("c1")))
    assert desk.of(ResumeCall) == [ResumeCall(CallId("c1"), desk.agent("a").id)]
    desk.now += 10
    desk.end("c1", "agent")

    call = desk.call("c1")
    assert CallId("c1") not in desk.router.calls
    assert (call.arrived_at, call.queued_at, call.answered_at, call.ended_at) == (
        T0,
        T0 + 10,
        T0 + 17,
        T0 + 77,
    )
    assert (call.talk_s, call.held_s, call.outcome, call.agent) == (40, 20, "answered", "a")
    assert [(o.agent, o.made_at, o.result) for o in call.offers] == [("a", T0 + 15, "accepted")]
    agent = desk.agent("a")
    assert (agent.calls, agent.talk_s, agent.held_s) == (1, 40, 20)
    assert agent.state == WrapUp(CallId("c1"), T0 + 77, T0 + 137)


@pytest.mark.parametrize(
    ("stage", "by", "waited", "outcome"),
    [
        ("menu", "caller", 1, "abandoned_menu"),
        ("menu", "system", 1, "served_by_menu"),
        ("menu", "engine", 1, "failed"),
        ("waiting", "caller", 4.9, "short_abandoned"),
        ("waiting", "caller", 5, "abandoned_queue"),
        ("waiting", "system", 9, "flowed_out"),
        ("waiting", "engine", 9, "failed"),
        ("offered", "caller", 9, "abandoned_queue"),
        ("connecting", "caller", 9, "abandoned_queue"),
        ("talking", "engine", 9, "answered"),
    ],
)
def test_outcomes(stage, by, waited, outcome):
    desk = Desk()
    if stage not in ("menu", "waiting"):
        desk.ready("a")
    desk.menu("c1") if stage == "menu" else desk.arrive("c1")
    desk.now += waited
    if stage in ("connecting", "talking"):
        desk.accept("a")
    if stage == "talking":
        desk.give(f.CallBridged(CallId("c1")))
    desk.end("c1", by)
    assert desk.call("c1").outcome == outcome


@pytest.mark.parametrize("stage", ["offered", "connecting"])
def test_a_caller_who_goes_costs_the_agent_nothing(stage):
    desk = Desk()
    desk.ready("a")
    desk.now += 10
    desk.arrive("c1")
    if stage == "connecting":
        desk.accept("a")
    desk.end("c1")
    assert desk.agent("a").state == Ready(T0 + 10)
    assert desk.agent("a").idle_since == T0


def test_moving_to_another_queue_keeps_the_time():
    desk = Desk(queue("main"), queue("other"))
    desk.arrive("c1")
    desk.now += 60
    desk.arrive("c2", name="other")
    desk.enqueue("c1", "other")
    assert desk.waiting("main") == []
    assert desk.waiting("other") == ["c1", "c2"]
    assert desk.call("c1").queued_at == T0


def test_positions_are_announced():
    desk = Desk(queue(announce_every_s=30.0))
    desk.arrive("c1")
    desk.now += 1
    desk.arrive("c2")
    desk.wait(28)
    assert desk.of(AnnouncePosition) == []
    desk.wait(31)
    assert [(e.call, e.position) for e in desk.of(AnnouncePosition)] == [
        ("c1", 1),
        ("c2", 2),
        ("c1", 1),
    ]
    assert desk.of(CallChanged) == []


def test_an_announcement_is_left_out_while_the_call_is_offered():
    desk = Desk(queue(announce_every_s=10.0, offer_timeout_s=15.0))
    desk.ready("a")
    desk.arrive("c1")
    desk.wait(19)
    assert desk.of(AnnouncePosition) == []
    desk.give(f.AgentVanished(desk.agent("a").id))
    desk.wait(1)
    assert [e.call for e in desk.of(AnnouncePosition)] == ["c1"]


@pytest.mark.parametrize(
    ("reason", "state"), [(AGENT_LEG_FAILED, NotResponding), ("engine", Ready)]
)
def test_a_failed_join_gives_the_call_back(reason, state):
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.now += 1
    desk.arrive("c2")
    desk.accept("a")
    desk.give(f.CallBridgeFailed(CallId("c1"), reason))
    assert desk.effects[0] == KeepWaiting(CallId("c1"))
    if state is Ready:
        # c1 rests at this agent, so the next caller is served meanwhile.
        assert desk.offers() == [("c2", "a")]
        assert desk.waiting() == ["c1"]
    else:
        assert isinstance(desk.agent("a").state, NotResponding)
        assert desk.waiting() == ["c1", "c2"]


# -- outgoing ------------------------------------------------------------------


def test_an_outgoing_call():
    desk = Desk(queue("main", wrap_up_s=10), queue("second", wrap_up="none"))
    desk.ready("a", "main", "second")
    desk.place("out", "a")
    assert desk.effects[0] == DialOut(CallId("out"), desk.agent("a").id, MENU_NUMBER)
    assert isinstance(desk.agent("a").state, Dialing)
    desk.arrive("c1")
    assert desk.offers() == []
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    assert isinstance(desk.agent("a").state, AgentTalking)
    desk.now += 7
    desk.end("out")
    assert (desk.call("out").outcome, desk.call("out").talk_s) == ("answered", 7)
    assert desk.agent("a").state == WrapUp(CallId("out"), T0 + 7, T0 + 17)


@pytest.mark.parametrize(
    ("by", "cause", "rang", "outcome"),
    [
        ("caller", "busy", 1, "busy"),
        ("caller", "rejected", 1, "busy"),
        ("system", "no_answer", 40, "no_answer"),
        ("agent", "normal", 14, "cancelled"),
        ("agent", "normal", 15, "no_answer"),
        ("system", "unreachable", 1, "failed"),
        ("engine", "", 1, "failed"),
    ],
)
def test_a_dial_without_a_talk(by, cause, rang, outcome):
    desk = Desk()
    desk.ready("a")
    desk.place("out", "a")
    desk.now += rang
    desk.end("out", by, cause)
    assert desk.call("out").outcome == outcome
    assert isinstance(desk.agent("a").state, Ready)


def test_a_dial_from_a_break_returns_to_it():
    desk = Desk()
    desk.log_in("a")
    desk.give(f.AgentPaused(desk.agent("a").id, "lunch"))
    desk.place("out", "a")
    desk.now += 3
    desk.end("out", "system", "no_answer")
    assert desk.agent("a").state == OnBreak("lunch", T0 + 3, began_at=T0)
    assert desk.agent("a").pending_break is None


def test_own_calls_leave_the_clock_of_the_break_as_it_was():
    """Two in a row, each with its wrap-up; a break asked for in a call is a new one."""
    desk = Desk(queue(wrap_up="manual_timed", wrap_up_s=10))
    desk.log_in("a")
    desk.now += 60
    for call in ("out1", "out2"):
        desk.place(call, "a")
        desk.give(f.CallAnswered(CallId(call)))
        desk.give(f.CallBridged(CallId(call)))
        desk.now += 20
        desk.end(call)
        desk.wait(10)
        state = desk.agent("a").state
        assert isinstance(state, OnBreak)
        assert (state.reason, state.since, lasts_from(state)) == (LOGIN_BREAK, desk.now, T0)
    desk.place("out3", "a")
    desk.give(f.AgentPaused(desk.agent("a").id, "lunch"))
    desk.end("out3", "system", "busy")
    assert desk.agent("a").state == OnBreak("lunch", desk.now)


def test_a_dial_from_wrap_up_returns_to_it_if_it_fails():
    desk = in_talk(wrap_up_s=60)
    desk.end("c1")
    desk.now += 20
    desk.place("out", "a")
    desk.now += 5
    desk.end("out", "system", "busy")
    assert desk.agent("a").state == WrapUp(CallId("c1"), T0 + 25, T0 + 85)
    desk.wait(60)
    assert desk.agent("a").wrap_up_s == 80
    assert desk.call("c1").wrap_up_s == 80
    assert isinstance(desk.agent("a").state, Ready)


def test_a_picked_up_dial_that_cannot_be_joined_is_ended():
    desk = Desk()
    desk.ready("a")
    desk.place("out", "a")
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridgeFailed(CallId("out"), "engine"))
    assert desk.of(HangUp) == [HangUp(CallId("out"), "bridge_failed")]
    assert isinstance(desk.call("out").state, cl.Ending)
    assert isinstance(desk.agent("a").state, Ready)
    desk.end("out", "system")
    assert desk.call("out").outcome == "cancelled"


def test_an_agent_without_queues_may_dial():
    desk = Desk()
    desk.give(f.AgentLoggedIn(AgentId("a"), ()))
    desk.give(f.AgentLegUp(AgentId("a")))
    desk.place("out", "a")
    desk.give(f.CallAnswered(CallId("out")))
    desk.give(f.CallBridged(CallId("out")))
    desk.give(f.AgentLegDown(AgentId("a")))
    assert desk.of(HangUp) == [HangUp(CallId("out"), "agent_leg_lost")]
    desk.end("out", "system")
    assert desk.call("out").outcome == "answered"


# -- what is not allowed, and what is merely late --------------------------------


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (f.CallArrived(CallId("c1"), None, "122"), "duplicate"),
        (f.CallArrived(CallId("old"), None, "122"), "duplicate"),
        (f.CallPlaced(CallId("c1"), AgentId("free"), "+7"), "duplicate"),
        (f.CallPlaced(CallId("new"), AgentId("a"), "+7"), "wrong_state"),
        (f.CallPlaced(CallId("new"), AgentId("nobody"), "+7"), "unknown_agent"),
        (f.CallPlaced(CallId("new"), AgentId("legless"), "+7"), "no_leg"),
        (
            f.CallPlaced(CallId("n"), AgentId("free"), "+7", CallbackId("cb9")),
            "unknown_callback",
        ),
        (f.CallQueued(CallId("c1"), QueueId("main"), "t"), "wrong_state"),
        (f.CallQueued(CallId("menu"), QueueId("none"), "t"), "unknown_queue"),
        (f.CallEnded(CallId("never"), "caller"), "unknown_call"),
        (f.CallBridged(CallId("menu")), "wrong_state"),
        (f.CallHeld(CallId("menu")), "wrong_state"),
        (f.CallResumed(CallId("menu")), "wrong_state"),
        (f.CallAnswered(CallId("menu")), "wrong_state"),
        (f.CallBridgeFailed(CallId("c1"), "x"), "wrong_state"),
    ],
)
def test_illegal_facts_change_nothing(fact, reason):
    desk = in_talk()
    desk.menu("old", None)
    desk.end("old")
    desk.menu("menu", None)
    desk.ready("free")
    desk.give(f.AgentLoggedIn(AgentId("legless"), ()))
    before = desk.router.state_hash()
    desk.now += 1
    with pytest.raises(IllegalFact) as e:
        desk.give(fact)
    assert e.value.reason == reason
    assert "+7" not in str(e.value)
    assert desk.router.state_hash() == before


@pytest.mark.parametrize(
    "fact",
    [
        f.CallBridged(CallId("c1")),
        f.CallResumed(CallId("c1")),
        f.CallAnswered(CallId("c1")),
        f.CallEnded(CallId("old"), "caller"),
        f.CallQueued(CallId("old"), QueueId("main"), "t"),
        f.CallStepEntered(CallId("old"), "s", "v", "x"),
        f.CallBridged(CallId("old")),
        f.CallBridgeFailed(CallId("old"), "x"),
        f.CallHeld(CallId("old")),
        f.CallResumed(CallId("old")),
        f.CallBridged(CallId("waits")),
        f.CallBridgeFailed(CallId("waits"), "x"),
    ],
)
def test_late_and_doubled_facts_are_ignored(fact):
    desk = in_talk()
    desk.menu("old", None)
    desk.end("old")
    desk.arrive("waits", None)
    before = desk.router.state_hash()
    assert desk.give(fact) == []
    assert desk.router.state_hash() == before


def test_after_a_hang_up_by_an_agent_the_next_caller_waits_for_the_wrap_up():
    desk = in_talk(wrap_up_s=30)
    desk.arrive("c2")
    desk.give(f.AgentHungUp(desk.agent("a").id, CallId("c1")))
    assert desk.effects == [HangUp(CallId("c1"), "agent")]
    assert isinstance(desk.agent("a").state, AgentTalking)
    desk.end("c1", "agent")
    assert desk.of(OfferCall) == []
    desk.wait(30)
    assert desk.offers() == [("c2", "a")]


def missed(desk: Desk, number: str | None, left: float | None) -> cl.Call:
    came = desk.now - 60
    desk.give(f.CallMissed(CallId("c9"), number, MENU_NUMBER, came, left))
    call = desk.router.recently_ended[CallId("c9")]
    assert call.arrived_at == came
    assert CallId("c9") not in desk.router.calls
    return call


@pytest.mark.parametrize(
    ("left", "outcome", "by", "lasted"),
    [(50, "abandoned_menu", "caller", 10), (None, "failed", "engine", 60)],
)
def test_a_missed_caller_is_owed_a_callback_since_the_call(left, outcome, by, lasted):
    desk = Desk()
    call = missed(desk, "+79000000001", left and desk.now - left)
    assert (call.outcome, call.state.by) == (outcome, by)
    assert call.ended_at - call.arrived_at == lasted
    (callback,) = desk.router.callbacks.values()
    assert (callback.wanted_since, callback.first_call) == (call.arrived_at, call.id)
    assert call.callback == callback.id


def test_a_missed_caller_without_a_number_is_counted_and_owed_nothing():
    desk = Desk()
    assert missed(desk, None, desk.now - 50).outcome == "abandoned_menu"
    assert not desk.router.callbacks


def test_a_missed_caller_who_is_blocked_counts_as_refused():
    desk = Desk()
    desk.give(f.NumberBlocked("+79000000001", None, "chief", "abuse"))
    assert missed(desk, "+79000000001", None).outcome == "refused"
    assert not desk.router.callbacks


def test_a_call_that_is_known_cannot_be_missed():
    desk = Desk()
    desk.menu("c9")
    with pytest.raises(IllegalFact):
        missed(desk, "+79000000001", None)
    desk.end("c9")
    with pytest.raises(IllegalFact):
        missed(desk, "+79000000001", None)


@pytest.mark.parametrize(("ago", "seen"), [(20, 20), (-20, 0)])
def test_a_caller_whom_the_engine_held_came_when_it_came(ago, seen):
    desk = Desk()
    desk.give(f.CallArrived(CallId("c1"), "+79000000001", MENU_NUMBER, desk.now - ago))
    call = desk.call("c1")
    assert desk.now - call.arrived_at == seen
    assert call.state == cl.InMenu(desk.now)


# -- an end that nobody saw ------------------------------------------------------------


def test_a_talk_that_ended_unseen_lasted_until_it_ended():
    desk = in_talk()
    began = desk.now
    desk.now += 600
    desk.give(f.CallEnded(CallId("c1"), "caller", "normal", at=began + 40))
    call = desk.call("c1")
    assert call.ended_at == began + 40
    assert call.talk_s == 40
    assert desk.agent("a").talk_s == 40
    assert desk.agent("a").state.since == desk.now


def test_a_wait_that_ended_unseen_lasted_until_it_ended():
    desk = Desk()
    desk.arrive("c1")
    queued = desk.now
    desk.now += 600
    desk.give(f.CallEnded(CallId("c1"), "caller", "normal", at=queued + 2))
    call = desk.call("c1")
    assert call.ended_at == queued + 2
    assert call.outcome == "short_abandoned"


@pytest.mark.parametrize(("at", "ended"), [(-1e9, 0.0), (5.0, 5.0), (1e9, 600.0)])
def test_another_clock_ends_no_call_before_it_began_or_after_now(at, ended):
    desk = in_talk()
    began = desk.now
    desk.now += 600
    desk.give(f.CallEnded(CallId("c1"), "caller", "normal", at=began + at))
    assert desk.call("c1").ended_at == began + ended
    assert desk.call("c1").talk_s == ended
