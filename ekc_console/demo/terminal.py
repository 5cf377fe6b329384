"""The terminal after a console that was killed: it could not give it back itself."""

from __future__ import annotations

import contextlib
import sys
import termios
from collections.abc import Iterator

USUAL_AGAIN = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"  # the mouse is the terminal's
    "\x1b[?1004l\x1b[?2004l\x1b[<u"  # no word of focus, paste and keys
    "\x1b[?1049l\x1b[?25h\x1b[0m\x1b[23;2t"  # the usual screen, cursor, colours, title
)
"""Control sequences of xterm and kitty that undo what Textual and the console ask for."""


@contextlib.contextmanager
def lent() -> Iterator[None]:
    """While a console has this process's terminal; line editing and echo are put right after it."""
    attributes = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):  # it may be closed by now
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, attributes)


def take_back() -> None:
    """After a console that ended without its own clearing up."""
    with contextlib.suppress(OSError):
        sys.stdout.write(USUAL_AGAIN)
        sys.stdout.flush()
