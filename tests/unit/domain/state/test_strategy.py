from collections import Counter
from dataclasses import replace

import pytest

from ekc_console.domain.state.agent import Agent, Ready
from ekc_console.domain.state.call import Call, Waiting
from ekc_console.domain.state.queue import AgentIndex
from ekc_console.domain.state.strategy import (
    KNOWN_NAMES,
    STRATEGIES,
    SettingsError,
    draw,
    strategy_named,
)
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId

Q = QueueId("main")
CALL = Call(CallId("c1"), "in", None, "122", 1, 0.0, Waiting(0.0), queue=Q, queued_at=0.0)

# Names of app_queue (Asterisk) and mod_callcenter (FreeSWITCH) and what they are called here.
ALIASES = {
    "ringall": "ring-all",
    "leastrecent": "longest-idle",
    "fewestcalls": "fewest-calls",
    "random": "random",
    "rrmemory": "round-robin",
    "roundrobin": "round-robin",
    "rrordered": "round-robin",
    "linear": "linear",
    "wrandom": "weighted-random",
    "ring-all": "ring-all",
    "longest-idle-agent": "longest-idle",
    "round-robin": "round-robin",
    "top-down": "linear",
    "agent-with-least-talk-time": "least-talk-time",
    "agent-with-fewest-calls": "fewest-calls",
    "sequentially-by-agent-order": "linear",
    "ring-progressively": "ring-progressively",
    "longest-idle": "longest-idle",
    "fewest-calls": "fewest-calls",
    "least-talk-time": "least-talk-time",
    "least-total-load": "least-total-load",
    "weighted-random": "weighted-random",
}


@pytest.mark.parametrize(("name", "ours"), ALIASES.items())
def test_names_and_aliases(name, ours):
    assert strategy_named(name).name == ours


def test_no_name_is_untested_and_none_is_used_twice():
    assert set(KNOWN_NAMES) == set(ALIASES)
    assert len(KNOWN_NAMES) == sum(1 + len(s.aliases) for s in STRATEGIES)


@pytest.mark.parametrize("name", ["", "ring", "Random", "longest_idle"])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(SettingsError) as e:
        strategy_named(name)
    assert isinstance(e.value, ValueError)
    assert f"«{name}»" in e.value.message
    assert all(known in e.value.remedy for known in KNOWN_NAMES)


def agents(**columns: list[float]) -> list[Agent]:
    """Three agents a0, a1, a2 who differ in the given columns."""
    return [
        replace(
            Agent(AgentId(f"a{i}"), Ready(0.0), (Q,), login_seq=i + 1, has_leg=True),
            **{name: values[i] for name, values in columns.items()},
        )
        for i in range(3)
    ]


@pytest.mark.parametrize(
    ("name", "columns", "order"),
    [
        ("longest-idle", {"idle_since": [3, 1, 2]}, ["a1", "a2", "a0"]),
        ("fewest-calls", {"calls": [2, 2, 1]}, ["a2", "a0", "a1"]),
        ("least-talk-time", {"talk_s": [3, 2, 1], "calls": [0, 1, 2]}, ["a2", "a1", "a0"]),
        (
            "least-total-load",
            {"talk_s": [1, 2, 3], "held_s": [9, 1, 1], "wrap_up_s": [0, 5, 1]},
            ["a2", "a1", "a0"],
        ),
        ("round-robin", {"last_turn": [7, 8, 0]}, ["a2", "a0", "a1"]),
        ("linear", {"idle_since": [3, 1, 2]}, ["a0", "a1", "a2"]),
        ("ring-progressively", {"idle_since": [3, 1, 2]}, ["a0", "a1", "a2"]),
    ],
)
def test_order_of_agents(name, columns, order):
    index, strategy = AgentIndex(), strategy_named(name)
    for agent in agents(**columns):
        index.add(agent, [(Q, strategy)])
    picked = []
    while (best := index.best_for(CALL, strategy, "seed")) is not None:
        picked.append(best)
        index.discard(best)
    assert picked == order


def shares(name: str, columns: dict[str, list[float]], refused: tuple[str, ...] = ()) -> Counter:
    index, strategy = AgentIndex(), strategy_named(name)
    for agent in agents(**columns):
        # Different skills: the draw must not depend on how the index groups the agents.
        skills = (agent.id,) if agent.id != "a2" else ("a1",)
        index.add(replace(agent, skills=skills), [(Q, strategy)])
    call = replace(CALL, resting=tuple((AgentId(a), 9.0) for a in refused))
    return Counter(index.best_for(call, strategy, f"s{i}") for i in range(3000))


def test_random_gives_everybody_the_same_chance():
    counted = shares("random", {})
    assert all(850 < counted[AgentId(a)] < 1150 for a in ("a0", "a1", "a2"))


def test_weighted_random_prefers_those_with_fewer_calls():
    counted = shares("weighted-random", {"calls": [5, 0, 2]})
    # n = 3: 5/9, 3/9 and 1/9 of 3000.
    assert 1550 < counted[AgentId("a1")] < 1790
    assert 900 < counted[AgentId("a2")] < 1100
    assert 250 < counted[AgentId("a0")] < 420


def test_random_passes_over_those_who_refused():
    counted = shares("random", {}, refused=("a0", "a2"))
    assert set(counted) == {"a1"}
    assert set(shares("random", {}, refused=("a0", "a1", "a2"))) == {None}


def test_draw_depends_on_the_seed_alone():
    assert [draw(f"s{i}", 10) for i in range(5)] == [draw(f"s{i}", 10) for i in range(5)]
    assert {draw(f"s{i}", 3) for i in range(50)} == {0, 1, 2}
