"""A rehearsal, in a process of its own that gives way to all others.

    python -m ekc_console.server.services.rehearsal_process

Reads a pickled ``Work`` from stdin and says a ``Pair`` for every seed, a line of JSON each. Ends
with stdin: with the server that began it.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from dataclasses import dataclass

import msgspec

from ekc_console.simulation.rehearsal import Rehearsal, rehearsed

NICE = 19


@dataclass(frozen=True, slots=True)
class Work:
    rehearsal: Rehearsal
    seeds: int


def main() -> None:
    os.nice(NICE)
    work: Work = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    for seed in range(work.seeds):
        line = msgspec.json.encode(rehearsed(work.rehearsal, seed))
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()


def _end_with(source: int) -> None:
    """Nothing more comes from there but its end."""
    os.read(source, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
