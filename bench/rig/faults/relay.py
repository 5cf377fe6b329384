"""A slow link: runs a program on a terminal of its own and relays both ways with a delay.

    python bench/rig/faults/relay.py MILLISECONDS COMMAND…

What is read is passed on so many milliseconds later, in each direction, in order: as a link with
that one-way delay and enough bandwidth does.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
import tty
from collections import deque

CHUNK = 65536


def relay(delay_s: float, command: list[str]) -> int:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8))
    tty.setraw(0)
    program = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    signal.signal(signal.SIGTERM, lambda number, frame: program.terminate())
    under_way: deque[tuple[float, int, bytes]] = deque()
    to = {0: master, master: 1}
    while True:
        wait = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        for source in select.select(list(to), [], [], wait)[0]:
            try:
                data = os.read(source, CHUNK)
            except OSError:
                data = b""
            if not data:
                return program.wait()
            under_way.append((time.monotonic() + delay_s, to[source], data))
        while under_way and under_way[0][0] <= time.monotonic():
            _due, target, data = under_way.popleft()
            while data:
                data = data[os.write(target, data) :]


if __name__ == "__main__":
    sys.exit(relay(float(sys.argv[1]) / 1000, sys.argv[2:]))
