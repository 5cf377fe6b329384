"""The console under load: event to paint and key to paint while 100 events a second arrive.

    python bench/console_events.py [--rate 100] [--samples 40] [--size 120x40]

The real ``ekc operator`` on a pseudo-terminal, fed over its WebSocket. An event is one delta: a
waiting call comes, changes or goes, or a queue's figures change. Event to paint: from the sending
of a call with a topic of its own until the topic stands on the screen. Key to paint: from a letter
typed into a field until the field shows it, with all panes in sight.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import threading
import time

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.machine.processes import CpuMeter
from rig.server.feed import Feed
from terminal_output import LETTERS, console

from tests.support.terminal import Terminal

CALLS = 20


class Storm:
    """A context: ``rate`` deltas a second, from a thread."""

    def __init__(self, feed: Feed, rate: float) -> None:
        self._feed, self._gap_s = feed, 1 / rate
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._blow, name="storm")
        self.sent = 0

    def __enter__(self) -> Storm:
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def rate(self) -> float:
        return self.sent / (time.monotonic() - self._began)

    def _blow(self) -> None:
        while not self._over.wait(
            max(0.0, self._began + self.sent * self._gap_s - time.monotonic())
        ):
            number = self.sent % CALLS
            call = self._feed.call_waiting(number + 1, time.time() - number)
            self._feed.put(call)
            self.sent += 1


def events(feed: Feed, terminal: Terminal, samples: int) -> list[float]:
    """Each marked call stands first in the queue, so that it is in sight."""
    times = []
    for number in range(samples):
        topic = f"mark-{number:03}"
        began = time.monotonic()
        feed.put(feed.call_waiting(0, time.time(), topic))
        terminal.until(topic)
        times.append((time.monotonic() - began) * 1000)
        terminal.drain(0.07)
    return times


def keys(terminal: Terminal, samples: int) -> list[float]:
    times, typed = [], ""
    for number in range(samples):
        if number % 10 == 0:
            terminal.press(b"\x7f" * len(typed) + "ъъ".encode())
            terminal.drain(0.4)
            typed = "ъъ"
        typed += LETTERS[(number * 7) % len(LETTERS)]
        began = time.monotonic()
        terminal.press(typed[-1].encode())
        terminal.until(typed)
        times.append((time.monotonic() - began) * 1000)
        terminal.drain(0.05)
    return times


def measure(rate: float, samples: int, size: tuple[int, int]) -> None:
    with Feed() as feed, console(feed, size=size) as terminal, Storm(feed, rate) as storm:
        terminal.drain(1.0)
        meter = CpuMeter({"console": terminal.process.pid})
        shown = events(feed, terminal, samples)
        terminal.press(b"\x1bOS")  # F4: a number to dial, over the desk with all its panes
        terminal.until("Набрать номер")
        typed = keys(terminal, samples)
        cost, sent = meter.percent()["console"], storm.rate
    name = f"{size[0]}x{size[1]}, {sent:.0f} events/s"
    print(latencies(f"{name}: event to paint", shown))
    print(latencies(f"{name}: key to paint", typed))
    print(f"{'':<34} console {cost:.0f} % of a core", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=100.0)
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--size", action="append", help="columns x rows; may be repeated")
    options = parser.parse_args()
    begin("console under events")
    for size in options.size or ["120x40", "200x50"]:
        columns, _x, rows = size.partition("x")
        measure(options.rate, options.samples, (int(columns), int(rows)))
    print_load("at the end")


if __name__ == "__main__":
    main()
