"""Faults of mixed kinds at random moments: what became of every call.

    python bench/chaos.py [--faults 100] [--seed 1] [--node own|external] [--only "cut console" …]

Processes are killed and hung, links cut, the data's disk filled and frozen, the clock set.
Callers are softphone processes; each call is known by a number of its own, one in twenty withholds
it and is known by what it called. In the end each call is looked up in the centre's books. The exit
code is 1 when a caller was refused, is in none of them or is there with nothing to follow; when a
talk was ended by a fault other than its own engine's; when two engines run; when callers who came
after all had been calm for a while were not served, or not by every operator. Disks need root, the
clock needs a C compiler; what is not tried for want of them is said.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

from rig.faults.clock import StepClock
from rig.faults.disk import SmallDisk
from rig.faults.plan import EVERY, Faults, Scene
from rig.machine.facts import begin, print_load
from rig.people.books import Account, account
from rig.people.callers import Callers, Placed
from rig.people.crew import Crew
from rig.server.centre import Centre
from rig.server.node import ExternalNode

from tests.support.cut_link import CutLink

LATE_S = 1.0
ENOUGH = 3
"""So many callers an operator in the end, and each operator has one of them."""
BOOKS_S = 10.0
"""Until the books are complete, at the latest: the server looks at the engine's notes every
second, and believes them the second time; what was kept in memory is written."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operators", type=int, default=3)
    parser.add_argument("--calls-per-second", type=float, default=2.0)
    parser.add_argument("--patience", type=float, default=20.0, help="seconds a caller waits")
    parser.add_argument("--calm", type=float, default=20.0, help="seconds after the last fault")
    parser.add_argument("--keep", type=Path, help="folder for log, database and notes in the end")
    parser.add_argument("--node", choices=("own", "external"), default="own")
    parser.add_argument("--only", nargs="+", choices=EVERY, help="kinds of faults")
    options = parser.parse_args()
    begin("faults of mixed kinds: what became of every call")
    whole = asyncio.run(_measure(options))
    print_load("at the end")
    sys.exit(not whole)


async def _measure(options: argparse.Namespace) -> bool:
    source = random.Random(options.seed)
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ekc-bench-chaos-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        scene = await _scene(options, stack, folder)
        kinds = tuple(k for k in scene.possible() if k in (options.only or EVERY))
        faults = Faults(scene, kinds, source)
        callers = Callers(
            scene.centre, options.calls_per_second, options.patience,
            random.Random(options.seed + 1),
        )  # fmt: skip
        stack.push_async_callback(callers.close)
        await callers.start()
        began = time.monotonic()
        async with _beside(callers.run(), faults.watch()):
            await faults.run(options.faults)
            calm_at = time.monotonic()
            await asyncio.sleep(options.calm)
            await callers.finish()
            books = await _complete(callers.placed, scene, faults)
        seconds = time.monotonic() - began
        engines = scene.centre.engines()
        if options.keep:
            scene.centre.keep(options.keep)
    print(f"seed {options.seed}: {options.faults} faults in {seconds:.0f} s")
    for name, count in sorted(faults.done.items()):
        _print(name, count)
    if faults.router_exits:
        _print(f"router ended by itself: codes {faults.router_exits}", len(faults.router_exits))
    _print_calls(callers.placed)
    for name, count in books.figures.most_common():
        _print(name, count)
    for line in (*books.bad, *books.cut):
        print(f"     {line}")
    last = [call for call in callers.placed if call.asked_at > calm_at + options.calm / 2]
    served = [books.talked[call.called] for call in last if call.called in books.talked]
    idle = options.operators - len(set(served))
    print(f"{f'of the last {len(last)} callers, when all was calm, talked':<60} {len(served):>6}")
    print(f"{'operators who had none of them':<60} {idle:>6}")
    print(f"{'engines that run in the end (one is right)':<60} {engines:>6}")
    print(f"{'callers lost':<60} {len(books.bad):>6}")
    print(f"{'talks ended by a fault, not by their engine':<60} {len(books.cut):>6}")
    back = 2 * len(served) >= len(last) and (not idle or len(last) < ENOUGH * options.operators)
    return not books.bad and not books.cut and engines == 1 and back


async def _complete(placed: list[Placed], scene: Scene, faults: Faults) -> Account:
    """The books once nobody is missing in them, else as they are in the end."""
    deadline = time.monotonic() + BOOKS_S
    while True:
        books = account(placed, scene.centre.database, faults.engine_deaths)
        if not books.bad or time.monotonic() > deadline:
            return books
        await asyncio.sleep(0.5)


@contextlib.asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """They run within; one that fails is heard of at the end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result


async def _scene(
    options: argparse.Namespace, stack: contextlib.AsyncExitStack, folder: Path
) -> Scene:
    wanted = set(options.only or EVERY)
    disk = clock = node = None
    if why_not := SmallDisk.why_not():
        print(f"   not tried: fill disk, stall disk ({why_not})")
    elif wanted & {"fill disk", "stall disk"}:
        disk = stack.enter_context(SmallDisk())
    if why_not := StepClock.why_not():
        print(f"   not tried: step clock ({why_not})")
    elif "step clock" in wanted:
        clock = StepClock(folder)
    centre = Centre(
        options.operators,
        recording=True,
        data=disk.folder / "data" if disk else None,
        environment=clock.environment if clock else None,
    )
    if options.node == "external":
        node = ExternalNode(centre.data, centre.host, centre.sip_port, centre.callers_host)
        stack.push_async_callback(node.stop)
        await node.start()
        centre.node = node.entry
    await asyncio.to_thread(centre.__enter__)
    stack.push(centre.__exit__)
    link = await CutLink().open(centre.host, centre.port)
    stack.push_async_callback(link.close)
    crew = Crew(centre, f"http://{link.address}", folder, options.seed)
    stack.push_async_callback(crew.stop)
    await crew.start()
    return Scene(centre, crew, link, node, disk, clock)


def _print_calls(placed: list[Placed]) -> None:
    print(f"{'calls placed':<60} {len(placed):>6}")
    late = [c.answered_after_s for c in placed if c.answered_after_s > LATE_S]
    print(f"{f'answered later than {LATE_S:g} s (no engine at first)':<60} {len(late):>6}", end="")
    print(f"   longest {max(late):.1f} s" if late else "")


def _print(name: str, count: int) -> None:
    print(f"  {name:<58} {count:>6}")


if __name__ == "__main__":
    main()
