"""Calls a second through the router: the rate is raised until a call fails.

    python bench/call_rate.py [--rates 20,40,60,80,100,120] [--seconds 6] [--operators 100]

A call is good when it was offered, joined with an operator and hung up by that operator after
0.3 s, and the caller's side saw all of it. The load (sipp, light consoles) shares the cores with
server and Asterisk; its own CPU stands beside theirs. No audio flows.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio

from offer_latency import offer_ms
from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.machine.processes import CpuMeter, resident_mb
from rig.people import sipp
from rig.people.consoles import Tally, ready_consoles
from rig.people.load import Callers
from rig.server.centre import Centre

TALK_S = (0.3, 0.3)


async def one_rate(
    centre: Centre, callers: Callers, tally: Tally, rate: float, seconds: float
) -> bool:
    """Print the figures of one rate; True when no call failed."""
    count = round(rate * seconds)
    refusals = len(tally.refusals)
    meter = CpuMeter(centre.pids)
    caller = await callers.place(rate, count)
    cost = meter.line()
    ended = caller.times("E").keys()
    good = len(ended & tally.talked)
    print(f"{rate:g} calls/s: {good} of {count} good")
    print(f"   {latencies('INVITE to offer', offer_ms(caller, tally))}")
    print(f"   {cost}")
    print("   MB: " + ", ".join(f"{n} {resident_mb(p):.0f}" for n, p in centre.pids.items()))
    if errors := caller.errors():
        print(f"   sipp: {errors}")
    if more := tally.refusals[refusals:]:
        print(f"   {len(more)} commands refused: {more[0]}")
    print(end="", flush=True)
    return good == count


async def ramp(rates: list[float], seconds: float, operators: int, recording: bool) -> None:
    best = 0.0
    with Centre(operators, recording=recording) as centre:
        async with ready_consoles(centre, TALK_S) as (tally, _):
            callers = Callers(centre)
            await callers.place(20, 20)
            for rate in rates:
                if not await one_rate(centre, callers, tally, rate, seconds):
                    break
                best = rate
    print(f"highest rate with no failure: {best:g} calls/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rates", default="20,40,60,80,100,120", help="comma between")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each rate")
    parser.add_argument("--operators", type=int, default=100)
    parser.add_argument("--recording", action="store_true", help="record the talks")
    options = parser.parse_args()
    rates = [float(rate) for rate in options.rates.split(",")]
    sipp.require()
    begin("call rate through the router")
    asyncio.run(ramp(rates, options.seconds, options.operators, options.recording))
    print_load("at the end")


if __name__ == "__main__":
    main()
