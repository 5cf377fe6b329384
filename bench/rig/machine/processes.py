"""Processes of a benchmark: what they cost, and their end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far; proc(5), fields 14 and 15."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def resident_mb(pid: int) -> float:
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


class CpuMeter:
    """CPU of some processes from the making of the meter to ``percent``."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = {**pids, "bench": os.getpid()}
        self._began = time.monotonic()
        self._before = {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def percent(self) -> dict[str, float]:
        """Of one core, by name."""
        passed = time.monotonic() - self._began
        return {
            name: (cpu_seconds(pid) - self._before[name]) / passed * 100
            for name, pid in self._pids.items()
        }

    def line(self) -> str:
        costs = ", ".join(f"{name} {value:.0f}" for name, value in self.percent().items())
        return f"CPU % of a core: {costs}"


def end(process: subprocess.Popen[bytes], wait_s: float = 10.0) -> None:
    """TERM, then KILL after ``wait_s``."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(wait_s)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def lives(pid: int) -> bool:
    """Also of a process that is not our child; one that nobody has waited for is dead."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def strangers(word: str) -> list[int]:
    """Living processes whose command line holds ``word``, such as a temporary folder of ours."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.fsencode(word) in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return found


def end_strangers(word: str) -> None:
    """KILL them."""
    for pid in strangers(word):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def leave(message: str) -> NoReturn:
    """End the benchmark with a word on what is missing."""
    print(message, file=sys.stderr)
    sys.exit(1)
