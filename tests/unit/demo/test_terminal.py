"""The demonstration lives on when its console is killed: its terminal must be usable then."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios

KILLED_IN_RAW_MODE = """
import os, signal, subprocess, sys
from ekc_console.demo import terminal
console = "import os, signal, sys, tty; tty.setraw(0);"
console += "sys.stdout.write('\\x1b[?1049h\\x1b[?1003h'); sys.stdout.flush();"
console += "os.kill(os.getpid(), signal.SIGKILL)"
with terminal.lent():
    subprocess.run([sys.executable, "-c", console])
terminal.take_back()
"""


def test_a_killed_console_leaves_the_usual_terminal() -> None:
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    try:
        subprocess.run(
            [sys.executable, "-c", KILLED_IN_RAW_MODE],
            stdin=slave, stdout=slave, check=True, timeout=30,
        )  # fmt: skip
        assert termios.tcgetattr(slave) == before
        written = os.read(master, 65536)
    finally:
        os.close(master)
        os.close(slave)
    for mode in (b"1000", b"1003", b"1006", b"1004", b"2004", b"1049"):
        assert written.rfind(b"\x1b[?" + mode + b"l") > written.rfind(b"\x1b[?1003h")
    assert b"\x1b[?25h" in written
