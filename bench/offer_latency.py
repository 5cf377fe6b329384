"""From the caller's INVITE to the offer on the operator's console, beside app_queue.

    python bench/offer_latency.py [--rates 5,20,40] [--seconds 8] [--operators 60] [--no-peer]

The server runs as a process of its own with a menu that goes straight to the queue; callers and
standing legs are sipp's, consoles are light WebSocket clients that accept at once and hang up
after 0.3 s. app_queue is measured from the caller's INVITE to the agent's INVITE. No audio flows.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio

from rig import sipp
from rig.centre import Centre
from rig.consoles import Tally, ready_consoles
from rig.figures import latencies
from rig.machine import print_facts, print_load
from rig.peer import AppQueue
from rig.processes import CpuMeter

TALK_S = 0.3
WARM_UP_CALLS = 20


async def calls(centre: Centre, rate: float, count: int, first: int) -> sipp.Sipp:
    """Place calls at ``rate`` and wait until the last one is over."""
    caller = sipp.Sipp(
        sipp.CALLER,
        centre.callers_host,
        remote=centre.sip,
        rows=sipp.numbers(count, first),
        rate=rate,
    )
    with caller:
        await asyncio.to_thread(caller.process.wait, count / rate + 40)
    return caller


def offer_times(caller: sipp.Sipp, tally: Tally) -> list[float]:
    """Milliseconds from each INVITE to the call's first offer."""
    sent = {line.number: line.at for line in caller.lines() if line.kind == "I"}
    seen: dict[str, float] = {}
    for offer in tally.offers:
        if offer.number in sent:
            seen.setdefault(offer.number, offer.at)
    return [(at - sent[number]) * 1000 for number, at in seen.items()]


async def ours(rates: list[float], seconds: float, operators: int, recording: bool) -> None:
    with Centre(operators, recording=recording) as centre:
        async with ready_consoles(centre, TALK_S) as (tally, _):
            await calls(centre, 20, WARM_UP_CALLS, 0)
            first = WARM_UP_CALLS
            for rate in rates:
                count = max(20, round(rate * seconds))
                meter = CpuMeter(centre.pids)
                caller = await calls(centre, rate, count, first)
                first += count
                times = offer_times(caller, tally)
                print(latencies(f"INVITE to offer, {rate:g} calls/s", times))
                print(f"   {meter.line()}", flush=True)
                if (ended := caller.count("E")) < count:
                    print(f"   {count - ended} of {count} calls failed; {caller.errors()}")


def peers(rates: list[float], seconds: float, operators: int) -> None:
    with AppQueue(operators, talk_ms=round(TALK_S * 1000)) as queue:
        queue.call(20, WARM_UP_CALLS)
        for rate in rates:
            count = max(20, round(rate * seconds))
            meter = CpuMeter(queue.pids)
            run = queue.call(rate, count)
            print(latencies(f"app_queue, INVITE to agent's INVITE, {rate:g}/s", run.offer_ms()))
            print(f"   {meter.line()}", flush=True)
            if run.ended < count:
                print(f"   {count - run.ended} of {count} calls failed; {run.errors}")


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
    print_facts("caller's INVITE to the operator's offer")
    asyncio.run(ours(rates, options.seconds, options.operators, options.recording))
    if not options.no_peer:
        peers(rates, options.seconds, options.operators)
    print_load("at the end")


if __name__ == "__main__":
    main()
