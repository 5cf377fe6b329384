"""A start after months of work: how soon the first caller is served.

    python bench/restart.py [--facts 2000000] [--recordings 10000] [--no-snapshot]

Builds a data folder with a long journal, recordings that were left in their sides, and a snapshot
of the version before; then starts the server with a cold Asterisk, while a caller dials and an
operator's console tries to log in. ``--no-snapshot`` is the worst case: the whole journal is
replayed, which takes some 100 µs a fact. Prints figures, asserts none.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sqlite3
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from rig.machine.facts import begin, print_load
from rig.machine.processes import leave, resident_mb
from rig.people.crew import Crew
from rig.server.centre import QUEUE, Centre
from rig.server.old_folder import OldFolder, leave_recordings

from ekc_console.config import load
from ekc_console.server.store.base.database import Database
from sip.link.client import CallFailed, Softphone
from sip.link.protocol import Start

NUMBER = "+79001234567"
LIMIT_S = 600.0
ANSWER_S = 30.0
LOOK_S = 0.02
NEXT_VERSION = Path(__file__).parent / "rig/server/next_version.py"


def build(centre: Centre, facts: int, left: int, *, snapshot: bool) -> None:
    began = time.monotonic()
    config = load(centre.config_file)
    with Database.open(centre.database) as database:
        OldFolder(config, "op1", QUEUE).write(database, facts)
        leave_recordings(database, centre.recordings, left, config.zone)
        if not snapshot:
            database.write_now(lambda conn: conn.execute("DELETE FROM snapshot").close())
    size = centre.database.stat().st_size / 2**20
    print(f"folder built in {time.monotonic() - began:.0f} s, store {size:.0f} MB", flush=True)


async def dial(centre: Centre, phone: Softphone, began: float) -> float:
    """Seconds until the centre has answered; dials again as a person does."""
    while time.monotonic() - began < LIMIT_S:
        with contextlib.suppress(CallFailed):
            await phone.call(f"sip:122@{centre.sip}", ANSWER_S, from_user=NUMBER)
            return time.monotonic() - began
        await asyncio.sleep(0.2)
    leave("nobody answered\n" + centre.log_tail())
    raise AssertionError


async def until_row(centre: Centre, query: str, began: float) -> float:
    """Seconds until the store has a row."""
    uri = f"file:{centre.database}?mode=ro"
    while time.monotonic() - began < LIMIT_S:
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(uri, uri=True)) as conn,
        ):
            if conn.execute(query).fetchone() is not None:
                return time.monotonic() - began
        await asyncio.sleep(LOOK_S)
    leave(f"never came: {query}\n" + centre.log_tail())
    raise AssertionError


async def until_listens(centre: Centre, began: float) -> float:
    while time.monotonic() - began < LIMIT_S:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(health, centre)
            return time.monotonic() - began
        await asyncio.sleep(LOOK_S)
    leave("the server does not listen\n" + centre.log_tail())
    raise AssertionError


def health(centre: Centre) -> dict[str, Any]:
    with urllib.request.urlopen(f"{centre.url}/health", timeout=10) as answer:
        return json.load(answer)  # type: ignore[no-any-return]


def sides(centre: Centre) -> int:
    """Files that are still to be looked at."""
    return sum(1 for _ in centre.recordings.rglob("*.wav"))


async def measure(facts: int, left: int, watch_s: float, *, snapshot: bool) -> None:
    with Centre(1, recording=True, begin=False) as centre:
        build(centre, facts, left, snapshot=snapshot)
        phone = await Softphone.spawn(
            Start(host=centre.callers_host, user="caller", silence_detection=False)
        )
        with tempfile.TemporaryDirectory(prefix="ekc-bench-desk-") as folder:
            operators = Crew(centre, centre.url, Path(folder), seed=1)
            await operators.start()
            await asyncio.sleep(1.0)  # interpreters and imports of the load
            try:
                await start(centre, phone, watch_s)
            finally:
                await operators.stop()
                await phone.stop()


async def start(centre: Centre, phone: Softphone, watch_s: float) -> None:
    began = time.monotonic()
    centre.spawn_server([sys.executable, NEXT_VERSION])
    answered = asyncio.create_task(dial(centre, phone, began))
    listens = asyncio.create_task(until_listens(centre, began))
    row = f"SELECT 1 FROM calls WHERE number = '{NUMBER}' AND "
    queued = asyncio.create_task(until_row(centre, row + "queued_at NOTNULL", began))
    talked = asyncio.create_task(until_row(centre, row + "answered_at NOTNULL", began))
    for text, task in (
        ("first caller answered", answered),
        ("first caller in the queue", queued),
        ("consoles can log in", listens),
        ("first caller talks with an operator", talked),
    ):
        print(f"{text:<40} {await task:6.1f} s after the start", flush=True)
    for word in ("state restored", "server listens"):
        print("\n".join(f"   {line}" for line in centre.log_lines(word)))
    before = sides(centre)
    await asyncio.sleep(watch_s)
    print(f"sides still to be joined {before}, {watch_s:.0f} s later {sides(centre)}")
    print(f"server {resident_mb(centre.pids['server']):.0f} MB, health {health(centre)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--facts", type=int, default=2_000_000)
    parser.add_argument("--recordings", type=int, default=10_000)
    parser.add_argument("--watch", type=float, default=10.0, help="seconds, of the work left over")
    parser.add_argument("--no-snapshot", action="store_true", help="the whole journal is replayed")
    options = parser.parse_args()
    begin(f"a start with {options.facts} facts and {options.recordings} recordings left over")
    asyncio.run(
        measure(options.facts, options.recordings, options.watch, snapshot=not options.no_snapshot)
    )
    print_load("at the end")


if __name__ == "__main__":
    main()
