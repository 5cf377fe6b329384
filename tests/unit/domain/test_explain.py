"""The explanation must say what the core does: it is held against its decisions."""

from ekc_console.domain import explain
from ekc_console.domain import facts as f
from ekc_console.domain.ids import AgentId, CallId
from tests.unit.domain.desk import T0, Desk, queue


def told(desk: Desk, call: str) -> list[tuple[str, str | None, str]]:
    found = explain.candidates(desk.router, desk.call(call))
    return [(c.agent, c.obstacle, c.detail) for c in found]


def test_everybody_of_the_queue_is_named_with_the_reason():
    desk = Desk(queue(), queue("other"))
    for agent in ("talks", "hears", "rests"):
        desk.ready(agent)
    desk.arrive("c1")
    desk.talk("talks")
    desk.arrive("c2")
    desk.log_in("lunch")
    desk.give(f.AgentPaused(AgentId("lunch"), "lunch"))
    desk.give(f.AgentLoggedIn(AgentId("legless"), (queue().id,)))
    desk.give(f.AgentReady(AgentId("legless")))
    desk.ready("elsewhere", "other")
    desk.give(f.AgentVanished(AgentId("rests")))
    desk.arrive("c3", None, "main", "medic")
    assert told(desk, "c3") == [
        ("talks", "busy", ""),
        ("hears", "offered", ""),
        ("rests", "console_gone", ""),
        ("lunch", "on_break", "lunch"),
        ("legless", "no_leg", ""),
    ]
    desk.give(f.AgentReturned(AgentId("rests")))
    assert ("rests", "skill_missing", "medic") in told(desk, "c3")


def test_a_call_rests_at_who_refused_it():
    desk = Desk()
    desk.ready("a")
    desk.arrive("c1")
    desk.refuse("a")
    assert told(desk, "c1") == [("a", "rests", "")]
    desk.now += 5
    assert [c.eligible for c in explain.candidates(desk.router, desk.call("c1"))] == [False]


def test_the_order_of_an_agent_is_that_of_the_score():
    desk = Desk(queue(), queue("y", priority_step_s=100.0))
    desk.arrive("c1")
    desk.now += 90
    desk.menu("c2")
    desk.enqueue("c2", "y", priority=1)
    desk.arrive("c3", None, "main", "rare")
    desk.log_in("a", "main", "y")
    ranked = explain.order(desk.router, desk.agent("a"))
    assert [(r.call, r.effective) for r in ranked] == [("c2", T0 - 10), ("c1", T0)]
    desk.ready("a")
    assert desk.offers() == [(CallId("c2"), "a")]
