import json
from dataclasses import replace

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain import handlers
from ekc_console.domain.effects import OfferCall
from ekc_console.domain.router import IllegalFact, Router
from ekc_console.domain.state import centre
from ekc_console.domain.state.agent import Offered, Ready
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from tests.unit.domain.desk import T0, Desk, queue


def test_every_fact_has_a_handler_and_nothing_else_has():
    assert set(handlers.HANDLERS) == set(f.FACTS.values())
    with pytest.raises(IllegalFact, match="str is no fact"):
        Router().handle("CallArrived", T0)  # type: ignore[arg-type]


@pytest.mark.parametrize("now", [float("nan"), float("inf")])
def test_a_moment_must_be_a_number(now):
    with pytest.raises(IllegalFact) as e:
        Router().handle(f.TimePassed(), now)
    assert e.value.reason == "bad_time"


def test_time_never_goes_back():
    desk = Desk()
    desk.now += 10
    desk.menu("c1")
    desk.now -= 5
    desk.menu("c2")
    assert desk.call("c2").arrived_at == T0 + 10


def test_bad_settings_are_refused_and_the_old_ones_stay():
    desk = Desk()
    before = desk.router.state_hash()
    with pytest.raises(IllegalFact, match="«main», strategy") as e:
        desk.give(f.QueuesConfigured((queue(strategy="best"),)))
    assert e.value.reason == "bad_settings"
    assert desk.router.state_hash() == before


def test_new_settings_order_the_queue_anew_and_serve_who_can_be_served():
    desk = Desk(queue(priority_step_s=0.0), queue("b"))
    desk.arrive("c1")
    desk.now += 5
    desk.menu("c2")
    desk.enqueue("c2", priority=1)
    assert desk.waiting() == ["c1", "c2"]
    desk.give(f.QueuesConfigured((queue(priority_step_s=60.0, strategy="ring-all"),)))
    assert desk.waiting() == ["c2", "c1"]
    assert list(desk.router.queues) == ["main"]
    desk.ready("a")
    assert desk.offers() == [("c2", "a")]


def test_queues_stand_in_the_order_of_the_settings_whatever_waits_in_them():
    desk = Desk(queue("a"), queue("b"), queue("c"))
    desk.arrive("c1", name="b")
    desk.give(f.QueuesConfigured((queue("c"), queue("a"), queue("b"))))
    assert list(desk.router.queues) == ["c", "a", "b"]
    desk.give(f.QueuesConfigured((queue("c"), queue("a"))))
    assert list(desk.router.queues) == ["b", "c", "a"]  # the last one is that of the settings


def test_a_queue_that_is_gone_still_serves_its_calls():
    desk = Desk(queue("old"), queue("new"))
    desk.arrive("c1", name="old")
    desk.log_in("a", "old")
    desk.give(f.QueuesConfigured((queue("new"),)))
    assert set(desk.router.queues) == {"old", "new"}
    desk.ready("a")
    assert desk.offers() == [("c1", "a")]
    desk.talk("a")
    desk.end("c1")
    desk.give(f.QueuesConfigured((queue("new"),)))
    assert set(desk.router.queues) == {"new"}
    assert desk.wait(60) != []
    assert isinstance(desk.agent("a").state, Ready)


def test_ended_calls_can_be_read_for_a_while(monkeypatch):
    monkeypatch.setattr(centre, "KEPT", 2)
    desk = Desk()
    for i in range(3):
        desk.menu(f"c{i}")
        desk.end(f"c{i}")
    assert list(desk.router.recently_ended) == ["c1", "c2"]
    with pytest.raises(IllegalFact) as e:
        desk.end("c0")
    assert e.value.reason == "unknown_call"


def test_reading_cannot_change_anything():
    desk = Desk()
    for view in (desk.router.calls, desk.router.agents, desk.router.queues):
        with pytest.raises(TypeError):
            view["x"] = None  # type: ignore[index]


def busy() -> Desk:
    """Something of everything."""
    desk = Desk(
        queue("ring", strategy="ring-all", announce_every_s=7.0),
        queue("prog", strategy="ring-progressively"),
        queue("lot", strategy="random"),
    )
    for agent in "abcdefgh":
        desk.ready(agent, "ring" if agent in "ab" else "prog" if agent in "cd" else "lot")
    desk.arrive("gone", "+71", "ring")
    desk.end("gone")
    for call, name in (("r1", "ring"), ("r2", "ring"), ("p1", "prog"), ("l1", "lot")):
        desk.arrive(call, "+72", name)
    desk.wait(6)
    asked = [a for a in "efgh" if isinstance(desk.agent(a).state, Offered)]
    desk.refuse(asked[0])
    idle = [a for a in "efgh" if isinstance(desk.agent(a).state, Ready)]
    desk.place("out", idle[0], "cb1")
    return desk


def test_a_restored_router_goes_on_as_the_first_would_have():
    desk = busy()
    text = json.dumps(desk.router.dump())
    other = Desk()
    other.router, other.now = Router.load(json.loads(text)), desk.now
    assert other.router.state_hash() == desk.router.state_hash()
    assert other.router.next_deadline() == desk.router.next_deadline()
    assert other.waiting("ring") == desk.waiting("ring")
    assert other.wait(60) == desk.wait(60)
    assert any(isinstance(e, OfferCall) for e in desk.effects)
    assert other.router.state_hash() == desk.router.state_hash()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 0}, "version 0"),
        ({"version": 1}, "version 1"),
        ({"calls": [{"is": "call.Nonsense"}]}, "call.Nonsense"),
        ({"calls": [{"is": "call.InMenu", "until": 1}]}, "call.InMenu"),
        ({"agents": None}, "agents"),
    ],
)
def test_a_bad_snapshot_says_what_is_wrong(change, words):
    plain = busy().router.dump() | change
    plain = {name: value for name, value in plain.items() if value is not None}
    with pytest.raises(ValueError, match=words):
        Router.load(plain)


def test_the_hash_sees_every_change():
    desk = busy()
    one = desk.router.state_hash()
    desk.give(f.CallStepEntered(CallId("r2"), "s", "v", "x"))
    assert desk.router.state_hash() != one


def test_records_are_replaced_not_changed():
    desk = Desk()
    desk.log_in("a")
    before = desk.router.agents[AgentId("a")]
    copy = replace(before)
    desk.give(f.AgentReady(AgentId("a")))
    assert before == copy
    assert desk.router.agents[AgentId("a")] != copy


def test_position_and_waiting_of_nothing():
    desk = Desk()
    assert list(desk.router.waiting(QueueId("none"))) == []
    with pytest.raises(KeyError):
        desk.router.position(CallId("c1"))
