"""The explanation must say what the core does: it is held against its decisions."""

from collections.abc import Callable, Sequence

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.insight import candidates
from ekc_console.domain.state.call import Call
from ekc_console.domain.terms.ids import AgentId, CallId
from tests.unit.domain.desk import T0, Desk, queue
from tests.unit.domain.rules.test_turns import callers, desk_with_list, served


def told(desk: Desk, call: str) -> list[tuple[str, str | None, str]]:
    found = candidates.candidates(desk.router, desk.call(call))
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
    assert [c.eligible for c in candidates.candidates(desk.router, desk.call("c1"))] == [False]


def test_the_order_of_an_agent_is_that_of_the_score():
    desk = Desk(queue(), queue("y", priority_step_s=100.0))
    desk.arrive("c1")
    desk.now += 90
    desk.menu("c2")
    desk.enqueue("c2", "y", priority=1)
    desk.arrive("c3", None, "main", "rare")
    desk.log_in("a", "main", "y")
    ranked = candidates.order(desk.router, desk.agent("a"))
    assert [(r.call, r.effective) for r in ranked] == [("c2", T0 - 10), ("c1", T0)]
    desk.ready("a")
    assert desk.offers() == [(CallId("c2"), "a")]


class Told:
    """The decisions of a desk, each as (call, chosen, (candidate, obstacle) …)."""

    def __init__(self, desk: Desk) -> None:
        self.decisions: list[candidates.Decision] = []
        self.desk = desk
        desk.router.watch(self._witness)

    def _witness(self, call: Call, chosen: Sequence[AgentId], named: bool) -> None:
        self.decisions.append(candidates.decision(self.desk.router, call, chosen, named))

    def lines(self) -> list[tuple[str, tuple[str, ...], tuple[tuple[str, str | None], ...]]]:
        return [
            (d.call, d.chosen, tuple((c.agent, c.obstacle) for c in d.candidates))
            for d in self.decisions
        ]


def _wrap_up_over(desk: Desk) -> None:
    desk.give(f.WrapUpFinished(AgentId("a")))


def _time_over(desk: Desk) -> None:
    desk.wait(30.0)


def _refused(desk: Desk) -> None:
    desk.refuse("b")


def _back_from_break(desk: Desk) -> None:
    desk.give(f.AgentReady(AgentId("lunch")))


def _console_back(desk: Desk) -> None:
    desk.give(f.AgentReturned(AgentId("gone")))


def _line_up(desk: Desk) -> None:
    desk.give(f.AgentLegUp(AgentId("legless")))


@pytest.mark.parametrize(
    ("act", "chosen", "call"),
    [
        (_wrap_up_over, "a", "c2"),
        (_time_over, "a", "c2"),
        (_refused, "b", "c2"),
        (_back_from_break, "lunch", "c2"),
        (_console_back, "gone", "c2"),
        (_line_up, "legless", "c2"),
    ],
)
def test_a_decision_sees_who_the_fact_itself_made_free(
    act: Callable[[Desk], None], chosen: str, call: str
):
    desk = Desk(queue(wrap_up="mandatory_timed", wrap_up_s=30.0, offer_timeout_s=60.0))
    desk.ready("a")
    desk.arrive("c0")
    desk.talk("a")
    for agent in ("b", "lunch", "gone", "legless"):
        desk.log_in(agent)
    desk.give(f.AgentPaused(AgentId("lunch"), "lunch"))
    desk.give(f.AgentLegDown(AgentId("legless")))
    desk.give(f.AgentReady(AgentId("legless")))
    desk.give(f.AgentReady(AgentId("b")))
    desk.arrive("c1")
    desk.give(f.AgentReady(AgentId("gone")))
    desk.give(f.AgentVanished(AgentId("gone")))
    desk.arrive("c2")
    desk.end("c0")
    told = Told(desk)
    act(desk)
    before = {
        "a": "wrap_up",
        "b": "offered",
        "lunch": "on_break",
        "gone": "console_gone",
        "legless": "no_leg",
    }
    (decision,) = told.decisions
    assert (decision.call, decision.chosen) == (call, (chosen,))
    assert {c.agent: c.obstacle for c in decision.candidates} == before | {chosen: None}


def test_each_of_several_decisions_of_one_fact_is_told_as_it_was():
    """The first one takes its agent: the second sees it offered."""
    desk = Desk(queue())
    desk.arrive("c1")
    desk.arrive("c2")
    for agent in ("a", "b"):
        desk.log_in(agent)
    desk.give(f.QueuePaused(queue().id, "boss", "drill"))
    desk.ready("a")
    desk.now += 1
    desk.ready("b")
    told = Told(desk)
    desk.give(f.QueueResumed(queue().id, "boss", ""))
    assert told.lines() == [
        ("c1", ("a",), (("a", None), ("b", None))),
        ("c2", ("b",), (("a", "offered"), ("b", None))),
    ]
    assert [c.key for c in told.decisions[0].candidates] == [T0, T0 + 1]


def test_a_decision_ranks_the_calls_that_its_agent_may_serve():
    desk = Desk(queue(), queue("y", priority_step_s=100.0))
    desk.arrive("c1")
    desk.now += 90
    desk.menu("c2")
    desk.enqueue("c2", "y", priority=1)
    desk.log_in("a", "main", "y")
    told = Told(desk)
    desk.ready("a")
    (decision,) = told.decisions
    assert (decision.call, decision.place, decision.waiting, decision.by) == ("c2", 1, 2, "key")
    assert [(r.call, r.effective) for r in decision.rivals] == [("c2", T0 - 10), ("c1", T0)]


def test_a_caller_who_comes_before_the_list_is_told_to_come_by_turn():
    desk = desk_with_list(2)
    desk.now += 100
    callers(desk, 2)
    told = Told(desk)
    desk.ready("a")
    assert served(desk, "a", 4) == "L-L-"
    assert [(d.place, d.by_turn) for d in told.decisions] == [
        (1, False), (2, True), (1, False), (1, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "by", "chosen"),
    [("random", "lot", 1), ("linear", "key", 1), ("ring-all", "key", 3)],
)
def test_a_decision_says_what_decided(strategy: str, by: str, chosen: int):
    desk = Desk(queue(strategy=strategy))
    for agent in "abc":
        desk.ready(agent)
    told = Told(desk)
    desk.arrive("c1")
    (decision,) = told.decisions
    assert (decision.by, len(decision.chosen), decision.strategy) == (by, chosen, strategy)


def test_a_transfer_by_name_is_told_as_such():
    desk = Desk(queue())
    desk.ready("a")
    desk.arrive("c1")
    desk.talk("a")
    desk.ready("b")
    desk.ready("c")
    told = Told(desk)
    desk.give(f.TransferredToAgent(CallId("c1"), AgentId("a"), AgentId("c")))
    (decision,) = told.decisions
    assert (decision.by, decision.chosen) == ("name", ("c",))
