"""From the caller's INVITE to the offer on the operator's console, beside app_queue.

    python bench/offer_latency.py [--rates 5,20,40] [--seconds 8] [--operators 60] [--no-peer]

The server runs as a process of its own with a menu that goes straight to the queue; callers and
standing legs are sipp's, consoles are light WebSocket clients that accept at once and hang up
after 0.3 s. app_queue, without ``Answer()``, is measured from the caller's INVITE to the agent's.
No audio flows. Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.machine.processes import CpuMeter
from rig.people import sipp
from rig.people.consoles import Tally, ready_consoles
from rig.people.load import Callers
from rig.server.centre import Centre
from rig.server.peer import AppQueue

TALK_S = (0.3, 0.3)
WARM_UP_CALLS = 20


def offer_ms(caller: sipp.Sipp, tally: Tally) -> list[float]:
    """From each INVITE to the call's first offer."""
    sent = caller.times("I")
    seen: dict[str, float] = {}
    for offer in tally.offers:
        if offer.number in sent:
            seen.setdefault(offer.number, offer.at)
    return [(at - sent[number]) * 1000 for number, at in seen.items()]


def count_of(rate: float, seconds: float) -> int:
    return max(20, round(rate * seconds))


async def ours(rates: list[float], seconds: float, operators: int, recording: bool) -> None:
    with Centre(operators, recording=recording) as centre:
        async with ready_consoles(centre, TALK_S) as (tally, _):
            callers = Callers(centre)
            await callers.place(20, WARM_UP_CALLS)
            for rate in rates:
                count = count_of(rate, seconds)
                meter = CpuMeter(centre.pids)
                caller = await callers.place(rate, count)
                cost = meter.line()
                print(latencies(f"INVITE to offer, {rate:g} calls/s", offer_ms(caller, tally)))
                _print_rest(cost, count - len(caller.times("E")), caller.errors())


def peer(rates: list[float], seconds: float, operators: int) -> None:
    with AppQueue(operators, TALK_S) as queue:
        queue.call(20, WARM_UP_CALLS)
        for rate in rates:
            count = count_of(rate, seconds)
            meter = CpuMeter(queue.pids)
            run = queue.call(rate, count)
            cost = meter.line()
            print(latencies(f"app_queue, INVITE to INVITE, {rate:g} calls/s", run.offer_ms()))
            _print_rest(cost, count - run.ended, run.errors)


def _print_rest(cost: str, failed: int, errors: str) -> None:
    print(f"   {cost}", flush=True)
    if failed:
        print(f"   {failed} calls failed; {errors}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rates", default="5,20,40", help="calls a second, comma between")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each rate")
    parser.add_argument("--operators", type=int, default=60)
    parser.add_argument("--recording", action="store_true", help="record the talks")
    parser.add_argument("--no-peer", action="store_true", help="leave app_queue out")
    options = parser.parse_args()
    rates = [float(rate) for rate in options.rates.split(",")]
    sipp.require()
    begin("caller's INVITE to the operator's offer")
    asyncio.run(ours(rates, options.seconds, options.operators, options.recording))
    if not options.no_peer:
        peer(rates, options.seconds, options.operators)
    print_load("at the end")


if __name__ == "__main__":
    main()
