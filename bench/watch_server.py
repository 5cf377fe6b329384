"""What the server costs with 20 supervisors who watch and 1,000 operators' consoles, 50 queues and
2,000 calls, at 200 events a second.

    python bench/watch_server.py [--seconds 60] [--operators 1000] [--supervisors 20] [--events 200]

A real server process with its store and WebSockets, on the simulated engine. Every operator serves
three queues and talks; as many callers wait. Talks end and callers come in even measure, so that so
many facts a second reach the journal. The consoles are two processes at a low priority which read
frames and decode next to nothing. The measure is the server's processor time, user and system, and
not the clock on the wall, which other programs move; times from the hang-up to the frame that tells
of it hold on a quiet machine only. Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.machine.processes import CpuMeter, end, leave, resident_mb
from rig.server.big_centre import BigCentre

FACTS_A_CALL = 9.0
FILL_A_SECOND = 40.0
CROWDS = 2
NICE = 5


class CrowdProcess:
    """The parent's end of a ``rig.people.crowd``."""

    def __init__(self, orders: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rig.people.crowd"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parent,
            preexec_fn=lambda: os.nice(NICE),
        )  # fmt: skip
        self.say(orders)

    def say(self, *order: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def heard(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            leave("the consoles' process has ended")
        return json.loads(line)


@contextmanager
def crowds(centre: BigCentre) -> Iterator[list[CrowdProcess]]:
    with ExitStack() as stack:
        made = []
        for number in range(CROWDS):
            orders = {
                "host": centre.host,
                "port": centre.port,
                "outside": str(centre.outside),
                "operators": list(centre.tokens.items())[number::CROWDS],
                "supervisors": list(centre.supervisors.items())[number::CROWDS],
                "keys": [centre.keys_of(n) for n in range(number, centre.queues, CROWDS)],
                "first_number": number * 1_000_000,
            }
            made.append(CrowdProcess(orders))
            stack.callback(end, made[-1].process)
        for each in made:
            each.heard()
        yield made


def order(made: list[CrowdProcess], *what: Any) -> list[Any]:
    for each in made:
        each.say(*what)
    return [each.heard() for each in made]


def measure(options: argparse.Namespace) -> None:
    with BigCentre(options.operators, options.supervisors, options.queues) as centre:
        began = time.monotonic()
        with crowds(centre) as made:
            print(f"   consoles are there after {time.monotonic() - began:.0f} s", flush=True)
            order(made, "fill", options.calls // CROWDS, FILL_A_SECOND / CROWDS)
            print(f"   calls after {time.monotonic() - began:.0f} s", flush=True)
            order(made, "go on", options.events / FACTS_A_CALL / CROWDS)
            time.sleep(options.warm)
            meter = CpuMeter({"server": centre.server_pid})
            facts = centre.facts()
            found = order(made, "measure", options.seconds)
            cost, facts = meter.percent(), centre.facts() - facts
            show(found, cost, facts, resident_mb(centre.server_pid))
            if options.log:
                print(centre.log_tail(20))


def show(found: list[dict[str, Any]], cost: dict[str, float], facts: int, memory: float) -> None:
    seconds = max(each["seconds"] for each in found)
    total = {name: sum(each[name] for each in found) for name in ("frames", "bytes", "calls")}
    print(f"{'server, user and system time':<46} {cost['server']:.0f} % of a core (bar: 100)")
    print(f"{'facts':<46} {facts / seconds:.0f}/s, {total['calls'] / seconds:.1f} calls/s")
    print(
        f"{'out of the server':<46} {total['frames'] / seconds:.0f} messages/s, "
        f"{total['bytes'] / seconds / 1e6:.2f} MB/s"
    )
    for name, key in (("hang-up to its operator", "own_ms"), ("hang-up to a supervisor", "all_ms")):
        print(latencies(name, [ms for each in found for ms in each[key]]))
    talks, lost = (sum(each[name] for each in found) for name in ("talks", "lost"))
    print(f"{'talks in the end; connections lost':<46} {talks}; {lost}")
    print(f"{'server, resident memory':<46} {memory:.0f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--warm", type=float, default=15.0)
    parser.add_argument("--operators", type=int, default=1000)
    parser.add_argument("--supervisors", type=int, default=20)
    parser.add_argument("--queues", type=int, default=50)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--events", type=float, default=200.0, help="facts a second")
    parser.add_argument("--log", action="store_true", help="the end of the server's log")
    options = parser.parse_args()
    begin(
        f"{options.supervisors} supervisors, {options.operators} operators, {options.queues} queues"
    )
    measure(options)
    print_load("at the end")


if __name__ == "__main__":
    main()
