"""The softphone process: ``python -m sip.engine.process FD``, where FD is one end of a socket pair.

Reads commands, writes events, and ends when the other end is closed, so that no softphone
outlives its console. Its main thread owns PJSIP: pjsua2 aborts when an object of its is freed on
another one, hence also no cyclic collector, which runs on whatever thread allocates.
"""

from __future__ import annotations

import faulthandler
import gc
import signal
import socket
import sys
import time

from sip.engine.logfile import log_to
from sip.link.channel import Channel
from sip.link.protocol import Failed

HANG_S = 15.0
"""A loop that stands still so long is stuck inside PJSIP: the process ends itself."""
HOUSEKEEPING_S = 5.0
QUIT_GRACE_S = 1.0
ORPHAN_GRACE_S = 0.3
FLUSH_S = 1.0


def serve(channel: Channel) -> int:
    """Serve one console until it says ``Quit`` or goes away; returns the exit code."""
    from sip.engine.session import Session  # needs pjsua2: a fault in it is told to the console

    session = Session(channel)
    signal.signal(signal.SIGTERM, lambda *_: session.quit())
    next_housekeeping = 0.0
    while not (session.ended or channel.closed):
        now = time.monotonic()
        if now >= next_housekeeping:
            faulthandler.dump_traceback_later(HANG_S, exit=True)
            gc.collect()
            next_housekeeping = now + HOUSEKEEPING_S
        session.turn()
        for line in channel.receive():
            session.take(line)
        channel.flush()
    session.close(ORPHAN_GRACE_S if channel.closed else QUIT_GRACE_S)
    channel.finish(FLUSH_S)
    return session.exit_code


def main(fd: int) -> int:
    for name in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        # What the terminal sends is for the console; we end when it closes the socket.
        signal.signal(name, signal.SIG_IGN)
    log_to("")
    gc.disable()
    channel = Channel(socket.socket(fileno=fd))
    try:
        return serve(channel)
    except ImportError as error:
        channel.send(Failed(seq=0, code="sip", detail=str(error), t=time.monotonic()))
        channel.finish(FLUSH_S)
        return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
