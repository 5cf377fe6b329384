"""The supervisor's screen with 50 queues, 1,000 people and 2,000 calls while 200 events a second
arrive: event to paint, key to paint, and what a delta costs the server.

    python bench/watch_centre.py [--seconds 10] [--size 120x40]

The console is the real one without a terminal, over a scripted centre; an event is a row of a
person or a call that changes, ten deltas a second. Event to paint: from the coming of a delta until
the next frame is drawn. Key to paint: the same from an arrow key. Beside each its processor time,
which other work on the machine changes little, and the load of the machine.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
from rig.machine.facts import begin, print_load
from textual import events

from ekc_console.domain.insight.limits_in_force import person_limit, queue_limit
from ekc_console.domain.terms.alarm_limits import USUAL_ALARMS
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.live.alarms.book import AlarmBook
from ekc_console.server.live.alarms.figures import Reading, of_queue
from ekc_console.server.live.sync import Outbox
from ekc_console.server.live.watch.view import Audience, WatchView
from ekc_console.server.rights.scope import Scope
from ekc_console.tui.shell import app as app_module
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.face import SupervisorFace
from ekc_console.wire import watch
from tests.support.desk import NOW
from tests.support.supervisor import CALLS, CENTRE, PEOPLE, QUEUES, ScriptedSupervisor

DELTAS_S = 10
ROWS_A_DELTA = 20
replace = msgspec.structs.replace


def centre() -> tuple[watch.WatchRow, ...]:
    queues = tuple(replace(QUEUES[i % 4], id=f"q{i}", title=f"Очередь {i}") for i in range(50))
    people = tuple(
        replace(PEOPLE[i % 7], id=f"p{i}", name=f"Человек {i:04}", queues=(f"q{i % 50}",))
        for i in range(1000)
    )
    calls = tuple(
        replace(CALLS[i % 6], id=f"c{i}", queue=f"q{i % 50}", since=NOW - i) for i in range(2000)
    )
    return (*queues, *people, *calls, CENTRE)


def changed(rows: tuple[watch.WatchRow, ...], turn: int) -> list[watch.WatchRow]:
    """So many rows of people and calls with something new in them, and a queue in sight."""
    found: list[watch.WatchRow] = [replace(rows[0], waiting=100 + turn % 100)]
    for i in range(ROWS_A_DELTA - 1):
        row = rows[50 + (turn * ROWS_A_DELTA + i * 37) % 3000]
        found.append(replace(row, since=NOW - turn))
    return found


class Took(NamedTuple):
    """Milliseconds."""

    wall: float
    cpu: float


class TimedApp(EkcApp):
    CSS_PATH = str(Path(app_module.__file__).with_name("app.tcss"))

    def __init__(self, desk: ScriptedSupervisor, folder: Path) -> None:
        super().__init__(desk, server="bench", state_dir=folder, face=SupervisorFace())
        self.painted = asyncio.Event()

    def post_display_hook(self) -> None:
        self.painted.set()

    async def painted_after(self, work: Callable[[], None]) -> Took:
        """From the beginning of the work until the next frame."""
        began, cpu = time.perf_counter(), time.process_time()
        work()
        self.painted.clear()
        await self.painted.wait()
        return Took((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000)


async def console(seconds: float, size: tuple[int, int]) -> tuple[list[Took], list[Took], float]:
    rows = centre()
    with tempfile.TemporaryDirectory() as folder:
        desk = ScriptedSupervisor(Path(folder), rows)
        app = TimedApp(desk, Path(folder))
        async with app.run_test(size=size) as pilot:
            app.log_in("boss", "verysecret")
            await pilot.pause(1.0)
            event_ms: list[Took] = []
            key_ms: list[Took] = []
            cpu, began = time.process_time(), time.perf_counter()
            for turn in range(int(seconds * DELTAS_S)):
                new = changed(rows, turn)
                event_ms.append(await app.painted_after(lambda: desk.change(*new)))  # noqa: B023
                if turn % 2:
                    key = events.Key("down" if turn % 4 == 1 else "up", None)
                    key_ms.append(await app.painted_after(lambda: press(app, key)))  # noqa: B023
                await asyncio.sleep(max(0.0, began + (turn + 1) / DELTAS_S - time.perf_counter()))
            share = (time.process_time() - cpu) / (time.perf_counter() - began)
    return event_ms, key_ms, share


def press(app: EkcApp, key: events.Key) -> None:
    app.post_message(key)


def server(turns: int) -> list[float]:
    """Milliseconds of a delta to 20 supervisors: compared and encoded once."""
    rows = centre()
    everything = Scope(everything=True)
    view = WatchView(Audience(True, everything, everything), rows, NOW)
    outboxes = [Outbox() for _ in range(20)]
    for outbox in outboxes:
        view.add(outbox)
    times = []
    for turn in range(turns):
        began = time.perf_counter()
        view.publish(changed(rows, turn), (), NOW + turn)
        times.append((time.perf_counter() - began) * 1000)
        for outbox in outboxes:
            outbox.clear("watch")
    return times


def looks(turns: int) -> list[float]:
    """Milliseconds of a look at the limits of 50 queues and 200 people, once a second."""
    book, settings = AlarmBook(), QueueSettings(QueueId("q"), "Очередь")
    queues = [row for row in centre() if isinstance(row, watch.WatchQueue)]
    times = []
    for turn in range(turns):
        began = time.perf_counter()
        for row in queues:
            limits = lambda seen: queue_limit(USUAL_ALARMS, settings, seen.figure)  # noqa: E731
            book.observe(("queue", row.id), of_queue(row), limits, NOW + turn)
        for number in range(200):
            talk = Reading("talk_s", since=NOW - number)
            limits = lambda seen: person_limit(USUAL_ALARMS, (), "", "", seen.figure)  # noqa: E731
            book.observe(("person", str(number)), (talk,), limits, NOW + turn)
        times.append((time.perf_counter() - began) * 1000)
    return times


def figures(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"{name:<28} median {statistics.median(ordered):7.1f} ms   p95 {p95:7.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", default="120x40")
    wanted = parser.parse_args()
    width, height = map(int, wanted.size.split("x"))
    begin(f"supervisor's screen at {wanted.size}")
    event_ms, key_ms, share = asyncio.run(console(wanted.seconds, (width, height)))
    for name, took in (("event to paint", event_ms), ("key to paint", key_ms)):
        figures(name, [each.wall for each in took])
        figures("  of it processor time", [each.cpu for each in took])
    print(f"{'console':<28} {share:.0%} of a core")
    print_load("at the end of the screen's part")
    figures("delta for 20 supervisors", server(200))
    figures("look at the limits", looks(60))


if __name__ == "__main__":
    main()
