"""The console: start to first paint, imports; and what all parts cost when nothing happens.

    python bench/console_start.py [--starts 7] [--idle 10]

First paint: from the start of ``ekc operator`` on a pseudo-terminal of 120×40 until the words of
the login screen are written to it. The first start is shown apart: it compiles all modules.
Idle: one operator logged in and ready with a standing leg, nobody calls; CPU and resident memory
of server, Asterisk, console and softphone.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.machine.processes import CpuMeter, children, resident_mb
from rig.server.centre import PASSWORD, Centre

from tests.support.terminal import Terminal

FIRST_WORDS = "Пароль"
START_LIMIT_S = 20.0
IMPORTS = (
    "ekc_console.cli",
    "ekc_console.commands.console.operator",
    "ekc_console.tui.shell.launch",
)
F2 = b"\x1bOQ"


def operator(*options: str) -> list[str]:
    return [str(Path(sys.executable).with_name("ekc")), "operator", "--no-sound", *options]


def first_paint(starts: int) -> None:
    """No server is needed for the login screen."""
    with tempfile.TemporaryDirectory() as home:
        times = []
        for _ in range(starts + 1):
            with Terminal(operator(), Path(home)) as terminal:
                times.append(terminal.until(FIRST_WORDS, START_LIMIT_S) * 1000)
    print(f"first start, with compiling: {times[0]:.0f} ms")
    print(latencies("ekc operator to first paint", times[1:]), flush=True)


def imports(repeats: int) -> None:
    """Each in a fresh interpreter, beside a bare one."""
    with tempfile.TemporaryDirectory() as compiled:
        bare = [_run_ms("pass", compiled) for _ in range(repeats)]
        print(latencies("bare interpreter", bare))
        for name in IMPORTS:
            times = [_run_ms(f"import {name}", compiled) for _ in range(repeats + 1)][1:]
            label = name.removeprefix("ekc_console.")
            print(latencies(f"interpreter and import {label}", times), flush=True)


def _run_ms(code: str, compiled: str) -> float:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return (time.monotonic() - began) * 1000


def idle(seconds: float) -> None:
    with Centre(1) as centre, tempfile.TemporaryDirectory() as home:
        command = operator("--server", centre.url, "--login", "op1")
        with Terminal(command, Path(home)) as terminal:
            terminal.until(FIRST_WORDS, START_LIMIT_S)
            terminal.press(PASSWORD.encode() + b"\r")
            terminal.until("F2", START_LIMIT_S)
            terminal.drain(1.0)
            terminal.press(F2)
            pids = {**centre.pids, "console": terminal.process.pid}
            pids["softphone"] = _softphone(terminal)
            terminal.drain(2.0)
            meter = CpuMeter(pids)
            painted = terminal.drain(seconds)
            costs = meter.percent()
            print(f"idle over {seconds:g} s, one operator ready:")
            for name, pid in pids.items():
                print(f"   {name:<10} {costs[name]:5.1f} % of a core   {resident_mb(pid):4.0f} MB")
            print(f"   the console painted {painted / seconds:.0f} bytes a second")


def _softphone(terminal: Terminal) -> int:
    """The console's child process, which comes when the operator goes ready."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        for pid in children(terminal.process.pid):
            if b"sip.engine.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        terminal.drain(0.1)
    raise TimeoutError("the console has started no softphone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--idle", type=float, default=10.0, help="seconds; 0 leaves it out")
    options = parser.parse_args()
    begin("console start and idle cost")
    first_paint(options.starts)
    imports(max(3, options.starts // 2))
    if options.idle > 0:
        idle(options.idle)
    print_load("at the end")


if __name__ == "__main__":
    main()
