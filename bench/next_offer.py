"""An operator becomes free: how soon the next waiting caller is offered, beside app_queue.

    python bench/next_offer.py [--callers 80] [--operators 10] [--rounds 2] [--no-peer]

All callers come within two seconds, so that most of them wait; operators talk 0.7 to 1.5 s and
hang up. Ours runs from the console's hang-up command to the next offer on that console, with the
hang-up of the caller's leg in between; app_queue from the agent's BYE to the next INVITE at that
agent. Only calls that waited before the operator became free count.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.people import sipp
from rig.people.consoles import Offer, ready_consoles
from rig.people.load import Callers
from rig.server.centre import Centre
from rig.server.peer import AppQueue

TALK_S = (0.7, 1.5)
ARRIVE_WITHIN_S = 2.0
WAITED_S = 0.3
"""A caller whose INVITE is this much older than the operator's freedom was waiting."""


def next_offer_ms(sent: dict[str, float], offers: list[Offer]) -> list[float]:
    return [
        offer.since_free_s * 1000
        for offer in offers
        if offer.since_free_s is not None
        and offer.number in sent
        and sent[offer.number] < offer.at - offer.since_free_s - WAITED_S
    ]


async def ours(count: int, operators: int, rounds: int) -> None:
    with Centre(operators) as centre:
        async with ready_consoles(centre, TALK_S) as (tally, _):
            callers, sent = Callers(centre), dict[str, float]()
            await callers.place(20, operators)
            for _ in range(rounds):
                caller = await callers.place(count / ARRIVE_WITHIN_S, count)
                sent |= caller.times("I")
                if failed := count - len(caller.times("E")):
                    print(f"   {failed} calls failed; {caller.errors()}")
    times = next_offer_ms(sent, tally.offers)
    print(latencies("hang-up to the next offer", times), flush=True)


def peer(count: int, operators: int, rounds: int) -> None:
    times: list[float] = []
    with AppQueue(operators, TALK_S) as queue:
        for _ in range(rounds):
            run = queue.call(count / ARRIVE_WITHIN_S, count)
            times += run.next_offer_ms(WAITED_S)
            if run.ended < count:
                print(f"   {count - run.ended} calls failed; {run.errors}")
    print(latencies("app_queue, BYE to the agent's next INVITE", times), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--callers", type=int, default=80)
    parser.add_argument("--operators", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--no-peer", action="store_true", help="leave app_queue out")
    options = parser.parse_args()
    sipp.require()
    begin(f"next offer: {options.callers} callers, {options.operators} operators")
    asyncio.run(ours(options.callers, options.operators, options.rounds))
    if not options.no_peer:
        peer(options.callers, options.operators, options.rounds)
    print_load("at the end")


if __name__ == "__main__":
    main()
