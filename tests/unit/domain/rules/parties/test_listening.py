"""Listening: beside the talk, along with the call, over when it must be; and taking over."""

from __future__ import annotations

import json

import pytest

from ekc_console.domain import effects as ef
from ekc_console.domain import facts as f
from ekc_console.domain.router import IllegalFact, Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from tests.unit.domain.desk import Desk, queue

CALL = CallId("c1")
ANNA, BORIS, VERA, GLEB = (AgentId(name) for name in ("anna", "boris", "vera", "gleb"))


@pytest.fixture
def desk():
    """Anna talks with c1; Vera, who leads the shift, and Gleb have a line and no work."""
    desk = Desk(queue("main", wrap_up_s=60.0))
    desk.ready("anna")
    desk.arrive("c1")
    desk.talk("anna")
    desk.log_in("vera")
    desk.log_in("gleb")
    desk.wait(10.0)
    return desk


def listen(desk, mode="listen", by=VERA):
    return desk.give(f.ListeningBegun(by, CALL, mode))


def over(desk):
    return [(one.by, one.why) for one in desk.of(ef.ListeningOver)]


def test_listening_puts_an_ear_to_the_operator_and_changes_nothing(desk):
    before = desk.call("c1"), desk.agent("anna"), desk.agent("vera")
    listen(desk)
    assert desk.of(ef.Listen) == [ef.Listen(CALL, VERA, "listen", ANNA)]
    assert (desk.call("c1"), desk.agent("anna"), desk.agent("vera")) == before
    assert {ef.CallChanged(CALL), ef.AgentChanged(VERA)} <= set(desk.effects)


def test_each_mode_is_asked_for_as_it_is_chosen(desk):
    for mode in ("listen", "whisper", "barge", "listen"):
        listen(desk, mode)
        assert desk.of(ef.Listen) == [ef.Listen(CALL, VERA, mode, ANNA)]
        assert desk.router.listenings[VERA].mode == mode


def test_a_second_one_at_the_same_call_is_refused(desk):
    listen(desk, "whisper")
    with pytest.raises(IllegalFact) as refused:
        listen(desk, by=GLEB)
    assert refused.value.reason == "listened"
    assert list(desk.router.listenings) == [VERA]


def test_who_listens_to_another_call_leaves_the_first(desk):
    listen(desk)
    desk.ready("boris")
    desk.arrive("c2", "+79000000002")
    desk.talk("boris")
    desk.give(f.ListeningBegun(VERA, CallId("c2"), "listen"))
    assert over(desk) == [(VERA, "another")]
    assert desk.of(ef.Listen) == [ef.Listen(CallId("c2"), VERA, "listen", BORIS)]


@pytest.mark.parametrize("state", ["no line", "takes calls", "the operator herself"])
def test_who_may_not_listen_is_refused_with_a_reason(desk, state):
    by = ANNA if state == "the operator herself" else VERA
    if state == "no line":
        desk.give(f.AgentLegDown(VERA))
    elif state == "takes calls":
        desk.ready("vera")
    with pytest.raises(IllegalFact) as refused:
        listen(desk, by=by)
    assert refused.value.reason == ("no_leg" if state == "no line" else "not_free")


def test_a_call_that_nobody_talks_in_is_not_listened_to(desk):
    desk.arrive("c2", "+79000000002")
    for call in ("c2", "c1"):
        desk.end("c1")
        with pytest.raises(IllegalFact):
            desk.give(f.ListeningBegun(VERA, CallId(call), "listen"))


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (f.ListeningStopped(VERA), "stopped"),
        (f.CallEnded(CALL, "caller"), "call_over"),
        (f.AgentLegDown(VERA), "line_down"),
        (f.AgentLoggedOut(VERA), "shift_over"),
        (f.AgentReady(VERA), "other_work"),
        (f.ListeningFailed(VERA, CALL, "engine"), "failed"),
    ],
    ids=["stopped", "the call ends", "own line dies", "logs out", "takes calls", "engine"],
)
def test_whatever_ends_it_says_why_and_the_talk_is_as_it_was(desk, what, why):
    listen(desk, "barge")
    talk = desk.agent("anna").state
    desk.give(what)
    assert over(desk) == [(VERA, why)]
    assert not desk.router.listenings
    if why != "call_over":
        assert desk.agent("anna").state == talk
    desk.give(f.ListeningStopped(VERA))
    assert over(desk) == []


def test_a_hold_and_a_consultation_are_listened_through(desk):
    listen(desk)
    desk.ready("boris")
    for fact in (
        f.CallHeld(CALL, ANNA),
        f.CallResumed(CALL, ANNA),
        f.ConsultAsked(CALL, ANNA, BORIS),
        f.ConsultAccepted(CALL, BORIS),
        f.ConsultSwitched(CALL, ANNA, "all"),
    ):
        desk.give(fact)
        assert desk.of(ef.Listen) == []
        assert desk.router.listenings[VERA].ear == ANNA
    desk.give(f.ConsultCompleted(CALL, ANNA))
    assert desk.of(ef.Listen) == [ef.Listen(CALL, VERA, "listen", None)]
    desk.give(f.CallBridged(CALL))
    assert desk.of(ef.Listen) == [ef.Listen(CALL, VERA, "listen", BORIS)]


def test_who_listens_goes_along_with_a_transfer(desk):
    listen(desk, "whisper")
    desk.ready("boris")
    desk.give(f.TransferredToQueue(CALL, ANNA, QueueId("main")))
    assert desk.of(ef.Listen) == [ef.Listen(CALL, VERA, "whisper", None)]
    desk.talk("boris")
    assert desk.of(ef.Listen) == [ef.Listen(CALL, VERA, "whisper", BORIS)]


def test_the_operators_line_dies_and_the_ear_waits_for_the_next(desk):
    listen(desk)
    desk.give(f.AgentLegDown(ANNA))
    assert desk.of(ef.Listen) == [ef.Listen(CALL, VERA, "listen", None)]


def test_taking_over_frees_the_operator_and_joins_who_listened(desk):
    listen(desk, "barge")
    desk.give(f.CallTakenOver(VERA, CALL, "asked for it"))
    kinds = [type(effect) for effect in desk.effects]
    assert kinds.index(ef.ListeningOver) < kinds.index(ef.Connect)
    assert desk.of(ef.Connect) == [ef.Connect(CALL, VERA)]
    assert desk.of(ef.PartyTook) == [ef.PartyTook(CALL, ANNA, to=VERA)]
    assert isinstance(desk.agent("anna").state, ag.WrapUp)
    desk.give(f.CallBridged(CALL))
    assert isinstance(desk.call("c1").state, cl.Talking)
    assert desk.call("c1").agent == VERA
    assert desk.call("c1").talk_s == 10.0
    desk.end("c1")
    assert isinstance(desk.agent("vera").state, ag.WrapUp)


def test_who_serves_no_queue_has_nothing_to_fill_in_after_a_call_that_was_taken_over(desk):
    desk.give(f.AgentLoggedIn(BORIS, ()))
    desk.give(f.AgentLegUp(BORIS))
    listen(desk, by=BORIS)
    desk.give(f.CallTakenOver(BORIS, CALL))
    desk.give(f.CallBridged(CALL))
    desk.end("c1")
    assert isinstance(desk.agent("boris").state, ag.OnBreak)


@pytest.mark.parametrize("end", [f.ListeningStopped(BORIS), f.CallEnded(CALL, "caller")])
def test_who_only_listens_and_whose_console_is_gone_is_gone_when_the_talk_is(desk, end):
    desk.give(f.AgentLoggedIn(BORIS, ()))
    desk.give(f.AgentLegUp(BORIS))
    listen(desk, by=BORIS)
    desk.give(f.AgentVanished(BORIS))
    assert desk.agent("boris").only_listens
    desk.give(end)
    assert desk.agent("boris").state == ag.Offline()
    assert ef.DropLeg(BORIS) in desk.effects
    assert not desk.of(ef.ShiftEnded)


def test_a_held_call_can_be_taken_over(desk):
    listen(desk)
    desk.give(f.CallHeld(CALL, ANNA))
    desk.give(f.CallTakenOver(VERA, CALL))
    assert desk.of(ef.Connect) == [ef.Connect(CALL, VERA)]


def test_only_who_listens_takes_over_and_not_in_a_consultation(desk):
    with pytest.raises(IllegalFact):
        desk.give(f.CallTakenOver(VERA, CALL))
    listen(desk)
    desk.ready("boris")
    desk.give(f.ConsultAsked(CALL, ANNA, BORIS))
    with pytest.raises(IllegalFact):
        desk.give(f.CallTakenOver(VERA, CALL))


def test_a_failed_taking_over_gives_the_caller_back_to_the_queue(desk):
    listen(desk)
    desk.give(f.CallTakenOver(VERA, CALL))
    desk.give(f.CallBridgeFailed(CALL, "engine"))
    assert isinstance(desk.call("c1").state, cl.Waiting | cl.Offered)


def test_a_restart_remembers_who_listens_and_an_old_snapshot_knows_of_nobody(desk):
    listen(desk, "whisper")
    plain = json.loads(json.dumps(desk.router.dump()))
    assert Router.load(plain).listenings == desk.router.listenings
    del plain["listenings"]
    plain["version"] = 3
    assert not Router.load(plain).listenings
