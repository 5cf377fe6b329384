"""The engine is killed with -9: how soon every caller it cut off stands in the callback list.

    python bench/engine_kill.py [--callers 100] [--operators 10] [--rounds 3]

So many callers as there are operators talk, the others wait in the queue. Two clocks run from the
kill: to the callback's row in the store, and to its message at an operator's console. Beside them
stands how far the time in the list is from the moment in which sipp sent the caller's INVITE.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.machine.processes import leave
from rig.people import sipp
from rig.people.consoles import Tally, ready_consoles
from rig.server.centre import Centre

RATE = 40.0
WAIT_S = 30.0
SHOWN_S = 5.0
FOREVER_S = (600.0, 600.0)


class Books:
    """The server's store, read while it runs."""

    def __init__(self, database: Path) -> None:
        self._conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)

    def close(self) -> None:
        self._conn.close()

    def standing(self) -> int:
        """Calls that talk or wait."""
        query = "SELECT count(*) FROM calls WHERE ended_at IS NULL AND queued_at NOTNULL"
        return int(self._conn.execute(query).fetchone()[0])

    def owed(self) -> dict[str, float]:
        return dict(self._conn.execute("SELECT number, since FROM callbacks"))


async def until_standing(books: Books, count: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while (found := books.standing()) < count:
        if time.monotonic() > deadline:
            leave(f"only {found} of {count} callers have come")
        await asyncio.sleep(0.05)


async def kill(centre: Centre, books: Books, tally: Tally, callers: int) -> list[str]:
    """One kill, and its figures."""
    rows = sipp.numbers(callers)
    with sipp.Sipp(
        sipp.CALLER, centre.callers_host, remote=centre.sip, rows=rows, rate=RATE
    ) as caller:
        await until_standing(books, callers)
        await asyncio.sleep(1.0)
        invited = caller.times("I")
        pid = centre.engine_pid()
        assert pid is not None
        killed = time.time()
        os.kill(pid, signal.SIGKILL)
        stored = await watch(books, invited, killed)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SHOWN_S):
            while len(tally.owed) < len(stored):  # noqa: ASYNC110 - the consoles tell nobody
                await asyncio.sleep(0.02)
    shown = [at - killed for at, _ in tally.owed.values()]
    off = [abs(since - invited[number]) for number, (_, since) in tally.owed.items()]
    return [
        f"{f'callers cut off: {len(invited)}, in the list:':<46} {len(stored)}",
        latencies("kill to the callback in the store", ms(at - killed for at in stored.values())),
        latencies("kill to the callback at a console", ms(shown)),
        latencies("its time against the caller's INVITE", ms(off)),
    ]


def ms(seconds: Iterable[float]) -> list[float]:
    return [one * 1000 for one in seconds]


async def watch(books: Books, invited: dict[str, float], killed: float) -> dict[str, float]:
    """When each number was first seen among the callbacks."""
    seen: dict[str, float] = {}
    while len(seen) < len(invited) and time.time() < killed + WAIT_S:
        owed, now = books.owed(), time.time()
        for number in owed.keys() & invited.keys():
            seen.setdefault(number, now)
        await asyncio.sleep(0.005)
    return seen


async def measure(callers: int, operators: int) -> list[str]:
    with Centre(operators, recording=True) as centre:
        async with ready_consoles(centre, FOREVER_S) as (tally, _):
            with contextlib.closing(Books(centre.database)) as books:
                return await kill(centre, books, tally, callers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--callers", type=int, default=100)
    parser.add_argument("--operators", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sipp.require()
    begin(f"the engine is killed: {options.callers} callers, {options.operators} of them talk")
    for _ in range(options.rounds):
        print("\n".join(asyncio.run(measure(options.callers, options.operators))), flush=True)
    print_load("at the end")


if __name__ == "__main__":
    main()
