"""The process of a rehearsal: ended by whoever does not want it, by its limit and by its server."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.services.rehearsal_process import NICE, Work
from ekc_console.server.services.rehearsing import COMMAND, Rehearsing, Run
from ekc_console.simulation.durations import Parametric
from ekc_console.simulation.load import Load, Present
from ekc_console.simulation.plan import Arrival
from ekc_console.simulation.rehearsal import Rehearsal, Variant

MAIN, NOW = QueueId("main"), 1_790_000_000.0


def work(seeds: int = 3, calls_per_hour: float = 20.0) -> Work:
    same = Variant(QueuesConfigured((QueueSettings(MAIN, "Линия"),)))
    load = Load(
        now=NOW,
        people=(Present(AgentId("anna"), (MAIN,)),),
        waiting=(),
        recent=(Arrival(0.0, None, MAIN),),
        calls_per_hour=calls_per_hour,
        talk=Parametric(180.0),
        wrap_up=Parametric(30.0),
        patience=Parametric(120.0),
    )
    return Work(Rehearsal(load, same, same, minutes=10), seeds)


async def over(rehearsing: Rehearsing, run: Run) -> Run:
    async with asyncio.timeout(30.0):
        while rehearsing.running:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)
    return run


async def begun(run: Run) -> None:
    async with asyncio.timeout(30.0):
        while not run.pairs:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


async def test_stopped_before_its_first_step_it_is_over() -> None:
    rehearsing = Rehearsing()
    run = rehearsing.start(work())
    await rehearsing.stop()
    assert (run.state, rehearsing.running) == ("stopped", False)


async def test_every_seed_is_lived_and_told() -> None:
    rehearsing = Rehearsing()
    run = await over(rehearsing, rehearsing.start(work()))
    assert (run.state, len(run.pairs)) == ("done", 3)
    assert run.pairs[0].before == run.pairs[0].after
    assert run.pairs[0].before[MAIN].calls > 0 or run.pairs[1].before[MAIN].calls > 0
    await rehearsing.close()


async def test_stopped_it_keeps_what_is_lived_and_leaves_no_process(tmp_path: Path) -> None:
    rehearsing = Rehearsing(_noting_its_pid(tmp_path))
    run = rehearsing.start(work(seeds=1000))
    await begun(run)
    await rehearsing.stop()
    assert run.state == "stopped"
    assert 0 < len(run.pairs) < 1000
    assert not _lives(int((tmp_path / "pid").read_text()))
    assert (await over(rehearsing, rehearsing.start(work(seeds=2)))).state == "done"


async def test_it_has_a_limit_in_time() -> None:
    rehearsing = Rehearsing((sys.executable, "-c", "import time; time.sleep(60)"), limit_s=0.3)
    run = await over(rehearsing, rehearsing.start(work()))
    assert (run.state, run.pairs) == ("stopped", [])


async def test_one_that_breaks_is_told_as_such() -> None:
    for program in ("print('no json', flush=True); input()", "raise SystemExit(1)"):
        rehearsing = Rehearsing((sys.executable, "-c", program))
        assert (await over(rehearsing, rehearsing.start(work()))).state == "failed"
    rehearsing = Rehearsing(("/nowhere/python",))
    assert (await over(rehearsing, rehearsing.start(work()))).state == "failed"


def test_it_gives_way_to_all_others_and_ends_with_its_server() -> None:
    child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(pickle.dumps(work(seeds=100_000)))
    child.stdin.flush()
    child.stdout.readline()
    assert os.getpriority(os.PRIO_PROCESS, child.pid) == NICE
    child.stdin.close()  # as the kernel does when the server is killed
    child.stdout.read()
    assert child.wait(timeout=10.0) == 0
    child.stdout.close()


def _noting_its_pid(folder: Path) -> tuple[str, ...]:
    program = (
        f"import os, pathlib, runpy; pathlib.Path({str(folder / 'pid')!r}).write_text("
        f"str(os.getpid())); runpy.run_module({COMMAND[-1]!r}, run_name='__main__')"
    )
    return (sys.executable, "-c", program)


def _lives(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True
