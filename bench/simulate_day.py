"""One simulated day of 100,000 calls: how long it takes, and what of it is the routing core.

    python bench/simulate_day.py [--calls 100000] [--agents 270]

The core that serves calls runs in virtual time: arrivals by Poisson over 24 hours, talks of 3
minutes and wrap-ups of 1 on average, callers with a patience of 2 minutes, longest-idle.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
from time import perf_counter, process_time

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.simulation.durations import of_cv
from ekc_console.simulation.engine import simulate
from ekc_console.simulation.figures import figures
from ekc_console.simulation.plan import Plan, even, shifts_of

DAY_S = 24 * 3600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--agents", type=int, default=270)
    options = parser.parse_args()
    queue = QueueId("main")
    slots = even(0.0, DAY_S, options.calls / 24, options.agents)
    plan = Plan(
        queues=(QueueSettings(queue, "", wrap_up="mandatory"),),
        queue=queue,
        from_s=0.0,
        to_s=DAY_S,
        talk=of_cv(180.0, 1.2),
        wrap_up=of_cv(60.0, 0.5),
        patience=of_cv(120.0, 1.0),
        slots=slots,
        shifts=shifts_of(slots, (queue,)),
    )
    in_core = 0.0
    handle = Router.handle

    def timed_handle(*args):  # type: ignore[no-untyped-def]
        nonlocal in_core
        began = process_time()
        try:
            return handle(*args)
        finally:
            in_core += process_time() - began

    began, cpu = perf_counter(), process_time()
    day = simulate(plan, seed=1)
    took, cpu = perf_counter() - began, process_time() - cpu
    print(
        f"{len(day.calls)} calls, {options.agents} agents, {day.facts} facts: "
        f"{took:.1f} s ({cpu:.1f} s of CPU), "
        f"{cpu / day.facts * 1e6:.1f} µs of CPU a fact"
    )
    Router.handle = timed_handle  # type: ignore[method-assign]
    again = simulate(plan, seed=1)
    Router.handle = handle  # type: ignore[method-assign]
    print(f"of that in the core (timed in a second run): {in_core:.1f} s of CPU")
    print(figures(again, 20.0, "of_offered"))


if __name__ == "__main__":
    main()
