import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.effects import Connect, OfferCall, WithdrawOffer
from ekc_console.domain.state.agent import NotResponding, Offered, Ready
from ekc_console.domain.state.call import OFFERS_KEPT, Waiting
from ekc_console.domain.state.call import Offered as CallOffered
from ekc_console.domain.terms.ids import AgentId, CallId, OfferId
from tests.unit.domain.desk import T0, Desk, queue

A = AgentId("a")


def withdrawn(desk: Desk) -> list[tuple[str, str]]:
    return [(e.agent, e.reason) for e in desk.of(WithdrawOffer)]


def test_an_offer_that_runs_out_goes_to_the_next_agent():
    desk = Desk(queue(offer_timeout_s=15))
    desk.ready("a")
    desk.now += 1
    desk.ready("b")
    desk.arrive("c1")
    assert desk.of(OfferCall) == [OfferCall(OfferId("o1"), CallId("c1"), A, T0 + 16)]
    assert desk.router.next_deadline() == T0 + 16
    desk.wait(15)
    assert withdrawn(desk) == [("a", "timeout")]
    assert desk.offers() == [("c1", "b")]
    assert desk.agent("a").unanswered == 1
    assert desk.agent("a").idle_since == T0 + 16


def test_who_does_not_answer_twice_is_taken_out():
    desk = Desk(queue(max_unanswered=2, retry_same_agent_s=5, offer_timeout_s=15))
    desk.ready("a")
    desk.arrive("c1")
    desk.wait(35)
    assert withdrawn(desk) == [("a", "timeout"), ("a", "timeout")]
    assert desk.agent("a").state == NotResponding("no_answer", T0 + 35)
    assert desk.waiting() == ["c1"]
    desk.ready("a")
    assert desk.agent("a").unanswered == 0
    # The call still rests at this agent for 5 s after the second offer.
    assert desk.offers() == []
    desk.wait(5)
    assert desk.offers() == [("c1", "a")]


def test_the_only_agent_is_asked_again_after_the_rest():
    desk = Desk(queue(retry_same_agent_s=5))
    desk.ready("a")
    desk.arrive("c1")
    desk.now += 2
    desk.refuse("a")
    assert withdrawn(desk) == [("a", "rejected")]
    assert desk.offers() == []
    assert desk.agent("a").state == Ready(T0 + 2)
    assert desk.router.next_deadline() == T0 + 7
    desk.wait(5)
    assert desk.offers() == [("c1", "a")]
    assert desk.call("c1").resting == ()


def test_another_agent_ends_the_rest_at_once():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.refuse("a")
    desk.ready("b")
    assert desk.offers() == [("c1", "b")]


def test_without_a_rest_the_only_agent_is_asked_again_at_once():
    desk = Desk(queue(retry_same_agent_s=0, max_unanswered=9))
    desk.ready("a")
    desk.arrive("c1")
    desk.refuse("a")
    assert desk.offers() == [("c1", "a")]


def test_rejections_are_counted_apart_from_silence():
    desk = Desk(queue(max_unanswered=2, retry_same_agent_s=0, offer_timeout_s=15))
    desk.ready("a")
    desk.arrive("c1")
    desk.wait(15)
    desk.refuse("a")
    assert (desk.agent("a").unanswered, desk.agent("a").rejected) == (0, 1)
    assert isinstance(desk.agent("a").state, Offered)
    desk.wait(15)
    assert isinstance(desk.agent("a").state, Offered)
    desk.refuse("a")
    assert desk.agent("a").state == NotResponding("rejected", desk.now)


def test_an_unreachable_console_is_taken_out_at_once():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.refuse("a", "unreachable")
    assert withdrawn(desk) == [("a", "unreachable")]
    assert desk.agent("a").state == NotResponding("unreachable", T0)


def test_an_accepted_offer_clears_the_counts():
    desk = Desk(queue(retry_same_agent_s=0, max_unanswered=3, offer_timeout_s=15))
    desk.ready("a")
    desk.arrive("c1")
    desk.wait(15)
    desk.refuse("a")
    desk.accept("a")
    assert (desk.agent("a").unanswered, desk.agent("a").rejected) == (0, 0)


def test_order_is_not_worse_after_a_failed_offer():
    desk = Desk()
    desk.ready("a")
    for i in range(4):
        desk.arrive(f"c{i}")
        desk.now += 1
    assert desk.waiting() == ["c1", "c2", "c3"]
    desk.give(f.AgentVanished(A))
    assert desk.waiting() == ["c0", "c1", "c2", "c3"]
    assert desk.call("c0").state == Waiting(T0 + 4)


def test_the_best_call_over_all_queues_goes_first():
    desk = Desk(queue("x"), queue("y", priority_step_s=100.0))
    desk.arrive("c1", name="x")
    desk.now += 90
    desk.menu("c2")
    desk.enqueue("c2", "y", priority=1)
    desk.arrive("c3", None, "x", "rare")
    desk.ready("a", "x", "y")
    assert desk.offers() == [("c2", "a")]
    desk.ready("b", "x", "y", skills=("rare",))
    assert desk.offers() == [("c1", "b")]


def test_several_freed_at_once_are_served_by_score_and_strategy():
    desk = Desk(queue("all", strategy="ring-all", offer_timeout_s=15, wrap_up="none"), queue())
    for agent in "ab":
        desk.ready(agent, "all", "main")
        desk.now += 1
    desk.arrive("ring", name="all")
    assert desk.offers() == [("ring", "a"), ("ring", "b")]
    desk.arrive("c1")
    desk.end("ring")
    assert withdrawn(desk) == [("a", "caller_gone"), ("b", "caller_gone")]
    assert desk.offers() == [("c1", "a")]


# -- ring-all, ring-progressively --------------------------------------------------


def ringing(strategy: str, agents: str = "abc") -> Desk:
    desk = Desk(queue(strategy=strategy, offer_timeout_s=15, max_unanswered=9))
    for agent in agents:
        desk.ready(agent)
        desk.now += 1
    desk.arrive("c1")
    return desk


def test_ring_all_rings_all_and_the_first_has_the_call():
    desk = ringing("ring-all")
    assert desk.offers() == [("c1", "a"), ("c1", "b"), ("c1", "c")]
    offer_of_a = desk.offer_of("a")
    desk.accept("b")
    assert withdrawn(desk) == [("a", "accepted"), ("c", "accepted")]
    assert desk.of(Connect) == [Connect(CallId("c1"), AgentId("b"))]
    assert desk.agent("a").idle_since == T0
    assert sorted(o.result for o in desk.call("c1").offers) == ["accepted", "taken", "taken"]
    assert desk.give(f.OfferAccepted(offer_of_a, A)) == []


def test_ring_all_goes_on_ringing_when_one_refuses_and_takes_in_who_comes():
    desk = ringing("ring-all")
    desk.refuse("b")
    assert isinstance(desk.call("c1").state, CallOffered)
    assert desk.offers() == []
    desk.ready("d")
    assert desk.offers() == [("c1", "d")]
    desk.wait(5)
    assert desk.offers() == [("c1", "b")]


def test_ring_all_serves_a_call_that_rings_nowhere_first():
    desk = ringing("ring-all", "a")
    desk.arrive("c2")
    desk.ready("b")
    assert desk.offers() == [("c2", "b")]


def test_ring_progressively_asks_one_more_at_each_step():
    desk = ringing("ring-progressively")
    assert desk.offers() == [("c1", "a")]
    assert [(desk.wait(5), desk.offers())[1] for _ in range(2)] == [[("c1", "b")], [("c1", "c")]]
    desk.wait(5)
    assert withdrawn(desk) == [("a", "timeout")]
    desk.accept("c")
    assert withdrawn(desk) == [("b", "accepted")]


def test_ring_progressively_does_not_take_agents_from_waiting_calls():
    desk = ringing("ring-progressively", "a")
    desk.arrive("c2")
    desk.ready("b")
    assert desk.offers() == [("c2", "b")]
    desk.wait(10)
    assert desk.offers() == []


def test_round_robin_goes_round():
    desk = Desk(queue(strategy="rrmemory", wrap_up="none"))
    for agent in "abc":
        desk.ready(agent)
    took = []
    for i in range(7):
        desk.arrive(f"c{i}")
        took += [agent for _, agent in desk.offers()]
        desk.talk(took[-1])
        desk.end(f"c{i}")
    assert took == list("abcabca")


@pytest.mark.parametrize("strategy", ["longest-idle", "random"])
def test_settled_offers_are_kept_up_to_a_limit(strategy):
    desk = Desk(
        queue(strategy=strategy, retry_same_agent_s=0, offer_timeout_s=1, max_unanswered=999)
    )
    desk.ready("a")
    desk.arrive("c1")
    desk.wait(OFFERS_KEPT + 5)
    kept = desk.call("c1").offers
    assert len(kept) == OFFERS_KEPT
    assert kept[-1].offer == f"o{OFFERS_KEPT + 5}"
