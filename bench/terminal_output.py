"""The console on a line that counts bytes: output when nothing changes, and behind a slow link.

    python bench/terminal_output.py [--seconds 10] [--delay 100] [--keys 20]

The real ``ekc operator`` on a pseudo-terminal of 120×40, fed by a server without telephony.
Quiet: bytes a second while idle and ready, with five calls waiting, and in a talk.
Link: keys and terminal output are each passed on ``--delay`` milliseconds later, as over SSH on
a link with that one-way delay; what a key, an offer and a change of screen cost in time and bytes
as seen behind it. Twice the delay is the floor of a key.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rig.machine.facts import begin, print_load
from rig.machine.figures import latencies
from rig.server.feed import LOGIN, PASSWORD, Feed

from tests.support.terminal import Terminal

RELAY = Path(__file__).with_name("rig") / "faults/relay.py"
WAITING = 5
ESC = b"\x1b"
F1, F3 = b"\x1bOP", b"\x1bOR"
LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"


@contextmanager
def console(
    feed: Feed, delay_ms: float = 0.0, size: tuple[int, int] = (120, 40)
) -> Iterator[Terminal]:
    """``ekc operator``, logged in and ready. With a delay it is told that it runs over SSH."""
    ekc = str(Path(sys.executable).with_name("ekc"))
    command = [ekc, "operator", "--no-sound", "--server", feed.url, "--login", LOGIN]
    environment = {}
    if delay_ms:
        command = [sys.executable, str(RELAY), str(delay_ms), *command]
        environment = {"SSH_CONNECTION": "127.0.0.1 1 127.0.0.1 22"}
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(command, Path(home), size, environment) as terminal,
    ):
        terminal.until("Пароль")
        terminal.press(PASSWORD.encode() + b"\r")
        terminal.until("ГОТОВ")
        terminal.drain(0.5)
        yield terminal


def quiet(seconds: float) -> None:
    with Feed() as feed, console(feed) as terminal:
        terminal.drain(2.0)
        _rate("idle, ready", terminal, seconds)
        feed.waiting(WAITING)
        terminal.drain(2.0)
        _rate(f"{WAITING} calls waiting", terminal, seconds)
        call = feed.offer(1)
        terminal.until("ВХОДЯЩИЙ")
        feed.talk(call)
        terminal.until("РАЗГОВОР 0:0")
        terminal.drain(2.0)
        _rate(f"in a talk, {WAITING} waiting", terminal, seconds)


def _rate(name: str, terminal: Terminal, seconds: float) -> None:
    print(f"{name:<34} {terminal.drain(seconds) / seconds:7.0f} bytes/s", flush=True)


def link(delay_ms: float, keys: int) -> None:
    with Feed() as feed, console(feed, delay_ms) as terminal:
        name = f"behind {delay_ms:g} ms each way" if delay_ms else "on the spot"
        feed.waiting(WAITING)
        terminal.drain(2.0)
        before = terminal.bytes
        terminal.press(F3)
        opened = _seconds_until(terminal, "Поиск обращений")
        print(f"{name}: F3 to the search screen {opened * 1000:.0f} ms, ", end="")
        print(f"{terminal.bytes - before} bytes")
        terminal.drain(2.0)
        typing(terminal, keys, name)
        offers(feed, terminal, max(3, keys // 4), name)


def typing(terminal: Terminal, keys: int, name: str) -> None:
    """Letters into the focused field, each after the one before is seen."""
    typed = "ъъ"  # no text of the console
    terminal.press(typed.encode())
    terminal.until(typed)
    times, before = [], terminal.bytes
    for number in range(keys):
        typed += LETTERS[number % len(LETTERS)]
        terminal.press(typed[-1].encode())
        times.append(_seconds_until(terminal, typed) * 1000)
    print(latencies(f"{name}: key to paint", times))
    print(f"{'':<34} {(terminal.bytes - before) / keys:7.0f} bytes a key")


def offers(feed: Feed, terminal: Terminal, count: int, name: str) -> None:
    times, costs = [], []
    for number in range(count):
        before = terminal.bytes
        call = feed.offer(number)
        times.append(_seconds_until(terminal, "ВХОДЯЩИЙ") * 1000)
        costs.append(terminal.bytes - before)
        feed.end(call)
        terminal.until_gone("ВХОДЯЩИЙ")
        terminal.drain(0.3)
    print(latencies(f"{name}: offer to paint", times))
    print(f"{'':<34} {sum(costs) / count:7.0f} bytes an offer", flush=True)


def _seconds_until(terminal: Terminal, text: str) -> float:
    began = time.monotonic()
    terminal.until(text)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--delay", type=float, default=100.0, help="ms one way; 0: no link")
    parser.add_argument("--keys", type=int, default=20)
    options = parser.parse_args()
    begin("terminal output")
    quiet(options.seconds)
    link(0.0, options.keys)
    if options.delay:
        link(options.delay, options.keys)
    print_load("at the end")


if __name__ == "__main__":
    main()
