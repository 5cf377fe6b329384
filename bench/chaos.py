"""Kill -9 of router, engine, console and softphone at random moments: what became of every call.

    python bench/chaos.py [--kills 100] [--seed 1] [--operators 3] [--calls-per-second 2]

Callers are softphone processes; every call has a number of its own, one in twenty withholds it.
In the end each call that the caller's side placed is looked up in the centre's books. The exit
code is 1 when a caller whose call was connected is in none of them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rig.centre import PASSWORD, Centre
from rig.machine import begin, print_load
from rig.processes import children

from sip.link.client import CallFailed, Softphone, SoftphoneError
from sip.link.protocol import CallState, Start

CALLER_PROCESSES = 4
CALLS_A_PROCESS = 3
"""Of the four that PJSIP allows: a call that has just ended still holds its ports."""
ANSWER_S = 30.0
"""So long a trunk repeats an INVITE that nobody answers (RFC 3261, timer B: 32 s): the engine that
takes the place of a dead one answers the repetition."""
LATE_S = 1.0
SETTLE_S = 60.0
BOOKS_S = 4.0
"""In the end: the server looks at the engine's notes every second, and believes them the second
time."""
GAP_S = (0.8, 3.0)
"""Between two kills."""
AWAY_S = (0.1, 1.5)
"""Until whoever runs the router or the console starts it again."""
TARGETS = ("router", "engine", "console", "softphone")
WITHHELD = 0.05


@dataclass(slots=True)
class Placed:
    """One call as its caller knows it."""

    number: str
    """Empty: withheld."""
    connected: bool = False
    refusal: int = 0
    """SIP status of a call that was not connected; 0: the centre did not answer at all."""
    gave_up: bool = False
    answered_after_s: float = 0.0


class Callers:
    """Places calls at random moments until ``stop``."""

    def __init__(
        self, centre: Centre, rate: float, patience_s: float, source: random.Random
    ) -> None:
        self._uri = f"sip:122@{centre.sip}"
        self._host = centre.callers_host
        self._rate = rate
        self._patience_s = patience_s
        self._source = source
        self._slots: asyncio.Queue[int] = asyncio.Queue()
        self._phones: list[Softphone] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self.placed: list[Placed] = []

    async def start(self) -> None:
        for index in range(CALLER_PROCESSES):
            self._phones.append(await self._spawn())
            for _ in range(CALLS_A_PROCESS):
                self._slots.put_nowait(index)

    async def run(self) -> None:
        while not self._stopping.is_set():
            slot = await self._slots.get()
            number = f"+7900{len(self.placed):07d}"
            call = Placed("" if self._source.random() < WITHHELD else number)
            self.placed.append(call)
            task = asyncio.create_task(self._live(slot, call))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._source.expovariate(self._rate)):
                    await self._stopping.wait()

    async def finish(self) -> None:
        """No new calls; those that live come to their end."""
        self._stopping.set()
        if self._calls:
            await asyncio.wait(self._calls, timeout=SETTLE_S)

    async def close(self) -> None:
        for task in self._calls:
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await asyncio.gather(*(phone.stop() for phone in self._phones))

    async def _spawn(self) -> Softphone:
        return await Softphone.spawn(Start(host=self._host, user="caller", silence_detection=False))

    async def _live(self, slot: int, call: Placed) -> None:
        try:
            phone, asked_at = self._phones[slot], time.monotonic()
            name = await phone.call(self._uri, ANSWER_S, from_user=call.number or "anonymous")
            call.connected = True
            call.answered_after_s = time.monotonic() - asked_at
            try:
                await phone.wait_for(CallState, self._patience_s, call=name, state="ended")
            except TimeoutError:
                call.gave_up = True
                await phone.hang_up(name)
        except CallFailed as error:
            call.refusal = error.code
        except SoftphoneError as error:
            print(f"   a caller's softphone ended: {error}")
            self._phones[slot] = await self._spawn()
        await asyncio.sleep(0.6)
        self._slots.put_nowait(slot)


class Operators:
    """Console processes, started again when they die."""

    def __init__(self, centre: Centre, folder: Path, seed: int) -> None:
        self._centre = centre
        self._folder = folder
        self._seed = seed
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def start(self) -> None:
        for login in self._centre.tokens:
            await self.begin(login)

    async def begin(self, login: str) -> None:
        self._processes[login] = await asyncio.create_subprocess_exec(
            sys.executable, str(Path(__file__).parent / "rig/auto_operator.py"), self._centre.url,
            login, PASSWORD, str(self._folder / login), str(self._seed),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip

    def console(self, login: str) -> int:
        return self._processes[login].pid

    def softphone(self, login: str) -> int | None:
        with contextlib.suppress(OSError):
            return next(iter(children(self.console(login))), None)
        return None

    async def reap(self, login: str) -> None:
        await self._processes[login].wait()

    async def stop(self) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in self._processes.values():
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


class Chaos:
    """Kills, and starts again what nobody else starts."""

    def __init__(self, centre: Centre, operators: Operators, source: random.Random) -> None:
        self._centre = centre
        self._operators = operators
        self._source = source
        self.done: Counter[str] = Counter()

    async def run(self, kills: int) -> None:
        while sum(self.done.values()) < kills:
            await asyncio.sleep(self._source.uniform(*GAP_S))
            target = self._source.choice(TARGETS)
            if await self._kill(target):
                self.done[target] += 1

    async def _kill(self, target: str) -> bool:
        away = self._source.uniform(*AWAY_S)
        login = self._source.choice(list(self._centre.tokens))
        match target:
            case "router":
                self._centre.kill_server()
                await asyncio.sleep(away)
                await asyncio.to_thread(self._centre.start_server)
            case "engine":
                return _kill(self._centre.engine_pid())
            case "console":
                if not _kill(self._operators.console(login)):
                    return False
                await self._operators.reap(login)
                await asyncio.sleep(away)
                await self._operators.begin(login)
            case _:
                pid = self._operators.softphone(login)
                return pid is not None and _kill(pid)
        return True


def _kill(pid: int | None) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def account(placed: list[Placed], database: Path) -> Counter[str]:
    """What became of every call; the books are read while the server runs."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        served = {n for (n,) in conn.execute("SELECT number FROM calls WHERE answered_at NOTNULL")}
        owed = {n for (n,) in conn.execute("SELECT number FROM callbacks")}
        live = {n for (n,) in conn.execute("SELECT number FROM calls WHERE ended_at IS NULL")}
        known = {n for (n,) in conn.execute("SELECT number FROM calls")}
    result: Counter[str] = Counter()
    for call in placed:
        if not call.number:
            result["withheld number (no callback is possible)"] += 1
        elif call.number in served:
            result["talked with an operator"] += 1
        elif call.number in owed:
            result["in the callback list"] += 1
        elif call.number in live:
            result["still waiting"] += 1
        elif not call.connected and call.refusal:
            result[f"refused with SIP {call.refusal}"] += 1
        elif not call.connected:
            result[f"no SIP answer in {ANSWER_S:g} s: there was no engine"] += 1
        elif call.number in known:
            result["UNACCOUNTED: in the books, owed nothing"] += 1
        else:
            result["UNACCOUNTED: not in the books"] += 1
    return result


async def measure(kills: int, seed: int, operators: int, rate: float, patience_s: float) -> bool:
    source = random.Random(seed)
    with Centre(operators, recording=True) as centre, tempfile.TemporaryDirectory() as folder:
        crew = Operators(centre, Path(folder), seed)
        callers = Callers(centre, rate, patience_s, random.Random(seed + 1))
        chaos = Chaos(centre, crew, source)
        calling: asyncio.Task[None] | None = None
        try:
            await crew.start()
            await callers.start()
            calling = asyncio.create_task(callers.run())
            began = time.monotonic()
            await chaos.run(kills)
            await callers.finish()
            await asyncio.sleep(BOOKS_S)
            seconds = time.monotonic() - began
            figures = account(callers.placed, centre.database)
        finally:
            if calling is not None:
                calling.cancel()
                await asyncio.gather(calling, return_exceptions=True)
            await callers.close()
            await crew.stop()
    print(f"seed {seed}: {kills} kills in {seconds:.0f} s")
    for name, count in sorted(chaos.done.items()):
        print(f"{name:<52} {count:>6}")
    print(f"{'calls placed':<52} {len(callers.placed):>6}")
    for name, count in figures.most_common():
        print(f"  {name:<50} {count:>6}")
    late = [c.answered_after_s for c in callers.placed if c.answered_after_s > LATE_S]
    print(f"{f'answered later than {LATE_S:g} s (no engine at first)':<52} {len(late):>6}", end="")
    print(f"   longest {max(late):.1f} s" if late else "")
    lost = sum(count for name, count in figures.items() if name.startswith("UNACCOUNTED"))
    print(f"{'unaccounted':<52} {lost:>6}")
    return not lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operators", type=int, default=3)
    parser.add_argument("--calls-per-second", type=float, default=2.0)
    parser.add_argument("--patience", type=float, default=20.0, help="seconds a caller waits")
    options = parser.parse_args()
    begin("kill -9 of router, engine, console, softphone: what became of every call")
    whole = asyncio.run(
        measure(
            options.kills,
            options.seed,
            options.operators,
            options.calls_per_second,
            options.patience,
        )
    )
    print_load("at the end")
    sys.exit(not whole)


if __name__ == "__main__":
    main()
