"""How long something took, less what the machine gave to others meanwhile."""

from __future__ import annotations

import time
from pathlib import Path


class OwnTime:
    """Begins when it is made. On a machine with other work a limit in seconds says nothing of the
    program; the kernel tells how long its threads were ready to run and had no processor."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._waited_s = _waited_s()

    def passed_s(self) -> float:
        others_s = _waited_s() - self._waited_s
        return time.monotonic() - self._began - max(0.0, others_s)


def _waited_s() -> float:
    """Of the threads of this process: second number of ``schedstat``, in nanoseconds
    (Documentation/scheduler/sched-stats.rst of Linux)."""
    total = 0.0
    for task in Path("/proc/self/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[1])
        except OSError:
            continue  # the thread has ended
    return total / 1e9
