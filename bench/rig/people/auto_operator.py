"""An operator who takes every call, talks for a moment and hangs up: a console process that can be
killed. ``python auto_operator.py URL LOGIN PASSWORD FOLDER SEED``; ends with TERM."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from pathlib import Path

from ekc_console.client.desk import Desk
from ekc_console.errors import EkcError
from sip.link.client import Softphone

TALK_S = (0.3, 1.5)
TRY_AGAIN_S = 0.5


async def serve(desk: Desk, source: random.Random) -> None:
    """Act on what the desk shows, whenever it changes."""
    changed = asyncio.Event()
    desk.subscribe(lambda names: changed.set())
    while True:
        changed.clear()
        call, me = desk.view.call, desk.view.me
        try:
            if call is not None and call.state == "offered":
                await desk.accept()
            elif call is not None and call.state == "talking":
                await asyncio.sleep(source.uniform(*TALK_S))
                await desk.hang_up()
            elif me is not None and me.state in ("break", "not_responding"):
                await desk.ready()
            async with asyncio.timeout(TRY_AGAIN_S):
                await changed.wait()
        except TimeoutError:
            pass
        except EkcError:  # what it wanted is out of date, or the link is down for a while
            await asyncio.sleep(TRY_AGAIN_S / 5)


async def main(url: str, login: str, password: str, folder: str, seed: str) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    desk = Desk(url, Path(folder), Softphone.spawn, sound="null")
    try:
        while True:
            try:
                await desk.log_in(login, password)
                break
            except EkcError:
                await asyncio.sleep(TRY_AGAIN_S)
        await serve(desk, random.Random(seed))
    except asyncio.CancelledError:
        pass
    finally:
        await desk.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
