"""Skills that relax, tiers, the preferred agent: through the door of the router."""

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.router import IllegalFact
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from tests.unit.domain.desk import T0, Desk, queue

MAIN = QueueId("main")


def in_tier(desk: Desk, agent: str, tier: int, *skills: str) -> None:
    login = f.AgentLoggedIn(AgentId(agent), (MAIN,), skills, ((MAIN, tier),))
    for fact in (login, f.AgentLegUp(AgentId(agent)), f.AgentReady(AgentId(agent))):
        desk.give(fact)


def call_for(desk: Desk, call: str, preferred: str | None, *skills: str) -> None:
    desk.menu(call)
    agent = AgentId(preferred) if preferred else None
    desk.give(f.CallQueued(CallId(call), MAIN, "t", skills, 0, agent))


def test_a_required_level_falls_with_the_wait():
    desk = Desk(queue(skill_relax_s=30))
    desk.ready("a", skills=("english",))
    desk.arrive("c1", None, "main", "english>=3")
    assert desk.wait(59.9) == []
    assert desk.router.next_deadline() == T0 + 60
    desk.wait(0.2)
    assert desk.offers() == [("c1", "a")]
    desk.ready("b", skills=("german",))
    desk.arrive("c2", None, "main", "english>=3")
    desk.wait(1)
    assert desk.waiting() == ["c2"]


def test_a_wished_skill_is_asked_for_a_while():
    desk = Desk(queue(skill_relax_s=10))
    desk.ready("a")
    desk.arrive("c1", None, "main", "english>=2?")
    desk.wait(19)
    assert desk.waiting() == ["c1"]
    desk.wait(1)
    assert desk.offers() == [("c1", "a")]


@pytest.mark.parametrize("strategy", ["longest-idle", "random", "ring-all", "linear"])
def test_a_lower_tier_goes_first_whatever_the_strategy(strategy):
    desk = Desk(queue(strategy=strategy))
    in_tier(desk, "second", 2)
    in_tier(desk, "first", 1)
    desk.arrive("c1")
    assert desk.offers() == [("c1", "first")]
    desk.arrive("c2")
    assert desk.offers() == [("c2", "second")]


def test_a_tier_opens_after_its_wait():
    desk = Desk(queue(tier_wait_s=10))
    in_tier(desk, "third", 3)
    desk.arrive("c1")
    desk.wait(19)
    assert desk.waiting() == ["c1"]
    desk.wait(1)
    assert desk.offers() == [("c1", "third")]


def test_ring_all_takes_in_the_next_tier_when_it_opens():
    desk = Desk(queue(strategy="ring-all", tier_wait_s=5, offer_timeout_s=15))
    in_tier(desk, "one", 1)
    in_tier(desk, "two", 2)
    desk.arrive("c1")
    assert desk.offers() == [("c1", "one")]
    desk.wait(5)
    assert desk.offers() == [("c1", "two")]
    assert len(desk.call("c1").state.offers) == 2


def test_bad_tiers_and_skills_are_refused():
    desk = Desk()
    for login, reason in (
        (f.AgentLoggedIn(AgentId("a"), (MAIN,), (), ((MAIN, 11),)), "bad_tier"),
        (f.AgentLoggedIn(AgentId("a"), (MAIN,), (), ((QueueId("x"), 1),)), "bad_tier"),
        (f.AgentLoggedIn(AgentId("a"), (MAIN,), ("english>=3",)), "bad_skill"),
    ):
        with pytest.raises(IllegalFact) as e:
            desk.give(login)
        assert e.value.reason == reason
    desk.menu("c1")
    with pytest.raises(IllegalFact) as e:
        desk.enqueue("c1", "main", "english=3")
    assert e.value.reason == "bad_skill"


def test_who_talked_last_is_offered_at_once():
    desk = Desk(queue(preferred_agent_s=20))
    desk.ready("a")
    desk.now += 1
    desk.ready("b")
    call_for(desk, "c1", "b")
    assert desk.offers() == [("c1", "b")]


def test_a_busy_preferred_agent_is_waited_for_up_to_the_limit():
    desk = Desk(queue(preferred_agent_s=20, wrap_up="none"))
    desk.ready("b")
    desk.arrive("c0")
    desk.talk("b")
    desk.ready("a")
    call_for(desk, "c1", "b")
    assert desk.offers() == []
    desk.wait(10)
    desk.end("c0")
    assert desk.offers() == [("c1", "b")]


def test_after_the_limit_everybody_may_have_the_call():
    desk = Desk(queue(preferred_agent_s=20))
    desk.ready("b")
    desk.arrive("c0")
    desk.talk("b")
    desk.ready("a")
    call_for(desk, "c1", "b")
    desk.wait(19.9)
    assert desk.waiting() == ["c1"]
    desk.wait(0.1)
    assert desk.offers() == [("c1", "a")]


@pytest.mark.parametrize(
    "leaves",
    [
        f.AgentLoggedOut(AgentId("b")),
        f.AgentVanished(AgentId("b")),
        f.AgentPaused(AgentId("b"), "lunch"),
        f.AgentPaused(AgentId("b"), "lunch", 60),
        f.AgentLegDown(AgentId("b")),
    ],
)
def test_nobody_is_waited_for_who_leaves(leaves):
    desk = Desk(queue(preferred_agent_s=20, wrap_up="optional"))
    desk.ready("b")
    desk.arrive("c0")
    desk.talk("b")
    desk.end("c0")
    desk.ready("a")
    call_for(desk, "c1", "b")
    assert desk.offers() == []
    desk.give(leaves)
    assert desk.offers() == [("c1", "a")]


def test_a_short_break_is_waited_out_and_a_long_one_is_not():
    desk = Desk(queue(preferred_agent_s=20))
    desk.ready("a")
    desk.log_in("b")
    desk.give(f.AgentPaused(AgentId("b"), "rest", 10))
    call_for(desk, "c1", "b")
    assert desk.offers() == []
    desk.ready("b")
    assert desk.offers() == [("c1", "b")]
    desk.log_in("d")
    desk.give(f.AgentPaused(AgentId("d"), "lunch", 600))
    call_for(desk, "c2", "d")
    assert desk.offers() == [("c2", "a")]


def test_who_refused_the_call_is_waited_for_no_longer():
    desk = Desk(queue(preferred_agent_s=60))
    desk.ready("a")
    desk.ready("b")
    call_for(desk, "c1", "b")
    desk.refuse("b")
    assert desk.offers() == [("c1", "a")]


def test_a_heavier_queue_goes_first():
    desk = Desk(queue(), queue("vip", weight=2))
    desk.arrive("c1")
    desk.now += 119
    desk.arrive("c2", name="vip")
    desk.now += 1
    desk.ready("a", "main", "vip")
    assert desk.offers() == [("c2", "a")]
