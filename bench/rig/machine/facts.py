"""How every program begins: with the facts of the machine that stand beside its figures."""

from __future__ import annotations

import os
import platform
import re
import signal
import sys
from pathlib import Path
from types import FrameType

from ekc_console.server.engine.asterisk.install import installer


def begin(title: str) -> None:
    """Print processor, cores, versions and the load average of this moment.

    From here on TERM unwinds the program, so that all it started is ended.
    """
    signal.signal(signal.SIGTERM, _leave)
    program = installer.find()
    asterisk = program.version if program else "none (ekc engine install)"
    print(f"== {title}")
    print(
        f"   {_processor()}, {len(os.sched_getaffinity(0))} cores, "
        f"{platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Asterisk {asterisk}"
    )
    print_load("at the start")


def _leave(number: int, frame: FrameType | None) -> None:
    """Once: a second word does not break off the ending of what was started."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def print_load(when: str) -> None:
    load = " ".join(f"{minutes:.2f}" for minutes in os.getloadavg())
    print(f"   load average {load} {when}", flush=True)


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text()
    found = re.search(r"(?m)^model name\s*:\s*(.+)$", text)
    return found[1].strip() if found else platform.machine()
