"""People in and out of queues during the shift."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import WithdrawOffer
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from tests.unit.domain.desk import Desk, queue

A = AgentId("a")


def duty(
    *queues: str, skills: tuple[str, ...] = (), tiers: tuple[tuple[str, int], ...] = ()
) -> f.DutyChanged:
    named = tuple((QueueId(each), tier) for each, tier in tiers)
    return f.DutyChanged(A, tuple(map(QueueId, queues)), skills, named, "chief", "rush")


def test_who_comes_into_a_queue_gets_its_call_at_once():
    desk = Desk(queue(), queue("other"))
    desk.ready("a", "other")
    desk.arrive("c1")
    assert desk.offers() == []
    desk.give(duty("other", "main"))
    assert desk.offers() == [("c1", "a")]


def test_who_gets_a_skill_gets_the_call_that_asks_for_it():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1", None, "main", "tatar")
    assert desk.offers() == []
    desk.give(duty("main", skills=("tatar",)))
    assert desk.offers() == [("c1", "a")]


def test_who_leaves_a_queue_keeps_the_offer_that_is_heard_and_gets_no_other():
    desk = Desk(queue(wrap_up="none"), queue("other"))
    desk.ready("a")
    desk.arrive("c1")
    desk.give(duty("other"))
    assert desk.of(WithdrawOffer) == []
    desk.talk("a")
    desk.end("c1")
    desk.arrive("c2")
    assert isinstance(desk.agent("a").state, ag.Ready)
    assert desk.offers() == []


def test_a_call_that_waits_for_who_leaves_the_queue_is_open_to_the_others():
    desk = Desk(queue(wrap_up="none", preferred_agent_s=60), queue("other"))
    desk.ready("a")
    desk.arrive("c0")
    desk.talk("a")
    desk.menu("c1")
    desk.give(f.CallQueued(CallId("c1"), QueueId("main"), "topic", preferred=A))
    desk.ready("b")
    assert desk.offers() == []
    desk.give(duty("other"))
    assert desk.offers() == [("c1", "b")]


def test_the_next_shift_begins_with_the_accounts_own_queues():
    desk = Desk(queue(), queue("other"))
    desk.ready("a")
    desk.give(duty("other", skills=("tatar",), tiers=(("other", 2),)))
    assert desk.agent("a").tier_in(QueueId("other")) == 2
    desk.give(f.AgentLoggedOut(A))
    desk.log_in("a")
    assert (desk.agent("a").queues, desk.agent("a").skills) == ((QueueId("main"),), ())


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (duty("gone"), "unknown_queue"),
        (duty("main", skills=("tatar=x",)), "bad_skill"),
        (duty("main", tiers=(("other", 2),)), "bad_tier"),
    ],
)
def test_a_duty_that_cannot_be_changes_nothing(fact: f.DutyChanged, reason: str):
    desk = Desk(queue(), queue("other"))
    desk.ready("a")
    before = desk.router.state_hash()
    with pytest.raises(IllegalFact) as illegal:
        desk.give(fact)
    assert (illegal.value.reason, desk.router.state_hash()) == (reason, before)


def test_whose_shift_is_over_is_put_into_no_queue():
    desk = Desk(queue(), queue("other"))
    desk.ready("a")
    desk.give(f.AgentLoggedOut(A))
    with pytest.raises(IllegalFact) as illegal:
        desk.give(duty("other"))
    assert illegal.value.reason == "wrong_state"
