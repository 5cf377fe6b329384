"""Cost of one fact in the routing core: p50 and p99 against waiting calls and agents.

    python bench/router_core.py [--rounds N]

For every size a centre is filled (calls waiting in 10 queues, a quarter of them with required
skills; all agents busy), then runs under steady load: a talk ends, its wrap-up is finished, the
next caller is offered, accepts and is joined, and a new caller arrives. Each fact is timed alone.
The head line is over all facts but TimePassed, whose cost is that of the announcements it makes:
with 100,000 waiting three thousand of them are due every second. Beside the times stand the
bytecode instructions of the core per fact, of the same facts, counted in a run of their own: no
load of the machine changes them. Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from time import perf_counter_ns
from types import FrameType
from typing import Any

from ekc_console.domain import facts as f
from ekc_console.domain.effects import OfferCall
from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import Talking
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings

QUEUES = tuple(QueueId(f"q{i}") for i in range(10))
SKILLS = ("medic", "tatar", "senior")
T0 = 1_750_000_000.0
STEP_S = 0.001
"""Between two facts; filling goes ten times as fast, so that announcements come spread out."""
COUNTED_ROUNDS = 200


class Load:
    def __init__(self, waiting: int, agents: int, strategy: str) -> None:
        self.router = Router()
        self.now = T0
        self.step_s = STEP_S / 10
        self.calls = 0
        self.fact: f.Fact = f.TimePassed()
        """The one that is handled."""
        self.spent_ns: dict[str, list[int]] = {}
        queues = tuple(QueueSettings(q, q, strategy, announce_every_s=30.0) for q in QUEUES)
        self.give(f.QueuesConfigured(queues))
        for i in range(agents):
            agent = AgentId(f"a{i}")
            skills = tuple(s for j, s in enumerate(SKILLS) if i >> j & 1)
            mine = (QUEUES[i % 10], QUEUES[(i + 1) % 10], QUEUES[(i + 3) % 10])
            self.give(f.AgentLoggedIn(agent, mine, skills))
            self.give(f.AgentLegUp(agent))
            self.give(f.AgentReady(agent))
        for _ in range(agents * 3):
            self.arrive()
            if all(not a.available for a in self.router.agents.values()):
                break
        while sum(1 for q in QUEUES for _ in self.router.waiting(q)) < waiting:
            for _ in range(max(1, waiting // 10)):
                self.arrive()
        self.step_s = STEP_S
        self.talking = self._talking()

    def _talking(self) -> Iterator[AgentId]:
        while True:
            yield from [a.id for a in self.router.agents.values() if isinstance(a.state, Talking)]

    def give(self, fact: f.Fact) -> None:
        """What is due, then the fact, then what it leads to; each one timed."""
        self.now += self.step_s
        due = self.router.next_deadline()
        if due is not None and due <= self.now:
            self._timed(f.TimePassed())
        self._timed(fact)

    def _timed(self, fact: f.Fact) -> None:
        self.fact = fact
        start = perf_counter_ns()
        effects = self.router.handle(fact, self.now)
        spent = perf_counter_ns() - start
        self.spent_ns.setdefault(type(fact).__name__, []).append(spent)
        for e in effects:
            if isinstance(e, OfferCall):
                self.give(f.OfferAccepted(e.offer, e.agent))
                self.give(f.CallBridged(e.call))

    def arrive(self) -> None:
        self.calls += 1
        n, call = self.calls, CallId(f"c{self.calls}")
        self.give(f.CallArrived(call, f"+7900{n:07d}", "122"))
        skills = (SKILLS[n // 4 % 3],) if n % 4 == 0 else ()
        self.give(f.CallQueued(call, QUEUES[n % 10], "topic", skills, n % 3))

    def turn(self) -> None:
        agent = next(self.talking)
        state = self.router.agents[agent].state
        if isinstance(state, Talking):
            self.give(f.CallEnded(state.call, "caller"))
            self.give(f.WrapUpFinished(agent))
        self.arrive()


def quantile(values: list[int], q: float) -> float:
    """In microseconds."""
    return sorted(values)[min(len(values) - 1, int(q * len(values)))] / 1000


def instructions(load: Load, rounds: int) -> float:
    """Bytecode instructions that the core spends on a fact, on average."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if event == "call":
            if "/domain/" not in frame.f_code.co_filename:
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode" and not isinstance(load.fact, f.TimePassed):
            count += 1
        return trace

    load.spent_ns.clear()
    sys.settrace(trace)
    for _ in range(rounds):
        load.turn()
    sys.settrace(None)
    load.spent_ns.pop("TimePassed", None)
    return count / sum(map(len, load.spent_ns.values()))


def measure(waiting: int, agents: int, rounds: int, strategy: str) -> None:
    load = Load(waiting, agents, strategy)
    for _ in range(rounds // 10):
        load.turn()
    load.spent_ns.clear()
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        load.turn()
    gc.unfreeze()
    every = [ns for name, spent in load.spent_ns.items() if name != "TimePassed" for ns in spent]
    parts = "  ".join(
        f"{name} {quantile(spent, 0.5):.0f}/{quantile(spent, 0.99):.0f}"
        for name, spent in sorted(load.spent_ns.items())
    )
    counted = instructions(load, COUNTED_ROUNDS)
    print(
        f"{waiting:>7} waiting {agents:>6} agents {strategy:<12}"
        f" p50 {quantile(every, 0.5):6.1f} µs  p99 {quantile(every, 0.99):6.1f} µs"
        f"  max {max(every) / 1000:8.1f} µs  {counted:6.0f} instructions\n"
        f"        p50/p99 µs: {parts}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3000)
    rounds = parser.parse_args().rounds
    for waiting in (100, 1_000, 10_000, 100_000):
        measure(waiting, 2_000, rounds, "longest-idle")
    for agents in (50, 500, 10_000):
        measure(10_000, agents, rounds, "longest-idle")
    measure(10_000, 2_000, rounds, "random")


if __name__ == "__main__":
    main()
