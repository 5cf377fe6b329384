"""Who counts as staff, and when a shift ends whose console is gone."""

import json

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import DropLeg, ShiftEnded
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.patience import GRACE_S
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import CentreSettings, Destination, OverflowRule
from tests.unit.domain.desk import Desk, queue

A, C1 = AgentId("a"), CallId("c1")
AWAY_S = 600.0
NOBODY = OverflowRule("no_agents", (Destination("number", "+78"),))


def desk_with(*rules: OverflowRule, limit: float = AWAY_S) -> Desk:
    desk = Desk()
    queues = (queue(overflow=rules),)
    desk.give(f.QueuesConfigured(queues, CentreSettings(away_limit_s=limit)))
    return desk


def overflows(desk: Desk, call: str = "c1") -> bool:
    desk.arrive(call, "+71")
    found = isinstance(desk.call(call).state, cl.Forwarding)
    desk.end(call)
    return found


def test_who_only_logged_in_is_no_staff():
    desk = desk_with(NOBODY)
    desk.log_in("chief")
    assert overflows(desk)
    desk.ready("chief")
    assert not overflows(desk, "c2")


def test_who_is_at_lunch_is_staff():
    desk = desk_with(NOBODY)
    desk.ready("a")
    desk.give(f.AgentPaused(A, "lunch"))
    assert not overflows(desk)


def test_whose_console_is_gone_is_no_staff():
    desk = desk_with(NOBODY)
    desk.ready("a")
    desk.give(f.AgentVanished(A))
    desk.wait(GRACE_S - 0.1)
    assert not overflows(desk, "c1")
    desk.wait(0.1)
    assert overflows(desk, "c2")
    desk.give(f.AgentReturned(A))
    assert not overflows(desk, "c3")


def test_a_console_that_blinks_sends_nobody_elsewhere():
    desk = desk_with(NOBODY)
    desk.ready("a")
    desk.give(f.AgentPaused(A, "lunch"))
    desk.arrive("c1")
    for _ in range(5):
        desk.give(f.AgentVanished(A))
        desk.wait(GRACE_S - 1)
        desk.give(f.AgentReturned(A))
    assert desk.waiting() == ["c1"]
    desk.give(f.AgentVanished(A))
    desk.wait(GRACE_S)
    assert isinstance(desk.call("c1").state, cl.Forwarding)


def test_the_expected_wait_counts_the_same_people():
    desk = desk_with()
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    desk.wait(100)
    desk.end("c1")
    desk.give(f.WrapUpFinished(A))
    assert desk.router.expected_s(QueueId("main")) is not None
    desk.give(f.AgentVanished(A))
    desk.wait(GRACE_S)
    assert desk.router.expected_s(QueueId("main")) is None


@pytest.mark.parametrize("state", ["ready", "break", "wrap_up", "not_responding"])
def test_a_shift_whose_console_stays_away_ends(state):
    desk = desk_with()
    desk.ready("a")
    if state == "break":
        desk.give(f.AgentPaused(A, "lunch"))
    if state in ("wrap_up", "not_responding"):
        desk.arrive("c1")
    if state == "wrap_up":
        desk.give(f.QueuesConfigured((queue(wrap_up="mandatory"),), desk.router.centre))
        desk.talk("a")
        desk.end("c1")
    if state == "not_responding":
        desk.wait(30)
    desk.give(f.AgentVanished(A))
    desk.wait(AWAY_S - 0.1)
    assert not isinstance(desk.agent("a").state, ag.Offline)
    desk.wait(0.1)
    assert desk.agent("a").state == ag.Offline()
    assert desk.of(DropLeg) == [DropLeg(A)]
    assert desk.of(ShiftEnded) == [], "the console may come back and begin anew"
    assert desk.router.next_deadline() is None or state == "not_responding"


def test_a_talk_is_not_cut_and_the_shift_ends_after_it():
    desk = desk_with()
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    desk.give(f.AgentVanished(A))
    desk.wait(3 * AWAY_S)
    assert isinstance(desk.agent("a").state, ag.Talking)
    desk.end("c1")
    assert isinstance(desk.agent("a").state, ag.WrapUp)
    desk.wait(0)
    assert desk.agent("a").state == ag.Offline()
    assert desk.agent("a").talk_s == 3 * AWAY_S


def test_a_console_that_is_back_keeps_its_shift():
    desk = desk_with()
    desk.ready("a")
    desk.give(f.AgentVanished(A))
    desk.wait(AWAY_S - 1)
    desk.give(f.AgentReturned(A))
    desk.wait(2 * AWAY_S)
    assert desk.agent("a").available


def test_without_the_setting_no_shift_ends_by_itself():
    """So a journal of a version without it comes to the state that it came to then."""
    desk = desk_with(limit=0)
    desk.ready("a")
    desk.give(f.AgentVanished(A))
    desk.wait(100 * AWAY_S)
    assert isinstance(desk.agent("a").state, ag.Ready)


def test_a_snapshot_that_does_not_tell_since_when_counts_from_its_own_moment():
    desk = desk_with()
    desk.ready("a")
    desk.give(f.AgentVanished(A))
    desk.now += 5
    desk.give(f.TimePassed())
    dump = json.loads(json.dumps(desk.router.dump()))
    for name in ("away_since", "missing"):
        del dump["agents"][0][name]
    del dump["centre"]["away_limit_s"]
    router = Router.load(dump)
    assert router.agents[A].away_since == desk.now
    assert router.next_deadline() == desk.now + GRACE_S
