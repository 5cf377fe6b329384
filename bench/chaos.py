"""Faults of mixed kinds at random moments: what became of every call.

    python bench/chaos.py [--faults 100] [--seed 1] [--node own|external] [--only "cut console" …]

Processes are killed and hung, links cut, the data's disk filled and frozen, the clock set.
Callers are softphone processes; every call has a number of its own, one in twenty withholds it.
In the end each call that the caller's side placed is looked up in the centre's books. The exit
code is 1 when a caller whose call was connected is in none of them, or a talk was ended by a fault
other than its own engine's. Disks need root, the clock needs Debian's libfaketime; what is not
tried for want of them is said.
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
from pathlib import Path

from rig.books import account, cut_talks
from rig.callers import Callers, Placed
from rig.centre import Centre
from rig.clock import StepClock
from rig.crew import Crew
from rig.disk import SmallDisk
from rig.faults import EVERY, Faults, Scene
from rig.link import Link
from rig.machine import begin, print_load
from rig.node import ExternalNode

LATE_S = 1.0
BOOKS_S = 6.0
"""In the end: the server looks at the engine's notes every second, and believes them the second
time; what was kept in memory is written."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operators", type=int, default=3)
    parser.add_argument("--calls-per-second", type=float, default=2.0)
    parser.add_argument("--patience", type=float, default=20.0, help="seconds a caller waits")
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
        calling = asyncio.create_task(callers.run())
        stack.callback(calling.cancel)
        began = time.monotonic()
        await faults.run(options.faults)
        await callers.finish()
        await asyncio.sleep(BOOKS_S)
        seconds = time.monotonic() - began
        books = scene.centre.database
        figures = account(callers.placed, books)
        cut = cut_talks(callers.placed, books, faults.engine_deaths)
    print(f"seed {options.seed}: {options.faults} faults in {seconds:.0f} s")
    for name, count in sorted(faults.done.items()):
        print(f"  {name:<50} {count:>6}")
    _print_calls(callers.placed)
    for name, count in figures.most_common():
        print(f"  {name:<50} {count:>6}")
    lost = sum(count for name, count in figures.items() if name.startswith("UNACCOUNTED"))
    print(f"{'unaccounted':<52} {lost:>6}")
    print(f"{'talks ended by a fault, not by their engine':<52} {len(cut):>6}")
    return not lost and not cut


async def _scene(
    options: argparse.Namespace, stack: contextlib.AsyncExitStack, folder: Path
) -> Scene:
    wanted = set(options.only or EVERY)
    disk = clock = node = None
    if why_not := SmallDisk.why_not():
        print(f"   not tried: fill disk, stall disk ({why_not})")
    elif wanted & {"fill disk", "stall disk"}:
        disk = stack.enter_context(SmallDisk())
    if StepClock.library() is None:
        print("   not tried: step clock (libfaketime is not installed)")
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
    link = await Link().open(centre.host, centre.port)
    stack.push_async_callback(link.close)
    crew = Crew(centre, f"http://{link.address}", folder, options.seed)
    stack.push_async_callback(crew.stop)
    await crew.start()
    return Scene(centre, crew, link, node, disk, clock)


def _print_calls(placed: list[Placed]) -> None:
    print(f"{'calls placed':<52} {len(placed):>6}")
    late = [c.answered_after_s for c in placed if c.answered_after_s > LATE_S]
    print(f"{f'answered later than {LATE_S:g} s (no engine at first)':<52} {len(late):>6}", end="")
    print(f"   longest {max(late):.1f} s" if late else "")


if __name__ == "__main__":
    main()
