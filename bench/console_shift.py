"""Calls one after another: whether the console's memory grows. 400 are a shift of ten hours.

    python bench/console_shift.py [--calls 60] [--warm 20]

The real ``ekc operator`` on a pseudo-terminal, fed over its WebSocket. Each call is offered,
answered with F5, its script begun and a name typed, ended, its card given a disposition and saved
with F9; every tenth call help and search are opened and closed. After ``--warm`` calls resident
memory is noted, then ten times until the end.
Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import time

from rig.machine.facts import begin, print_load
from rig.machine.processes import resident_mb
from rig.server.feed import Feed
from terminal_output import ESC, F1, F3, console

from tests.support.terminal import Terminal

F5, F9 = b"\x1b[15~", b"\x1b[20~"


def one_call(feed: Feed, terminal: Terminal, number: int) -> None:
    call = feed.offer(number)
    terminal.until("ВХОДЯЩИЙ")
    terminal.press(F5)
    terminal.until("РАЗГОВОР 0:")
    terminal.until("Таких признаков нет")
    terminal.drain(0.2)  # the focus has followed the answer
    terminal.press(b"1")
    terminal.until("ФИО пациента")
    terminal.press("иванова анна\r".encode())
    terminal.until("Дата рождения?")
    feed.wrap_up(call)
    terminal.until("ПОСТОБРАБОТКА")
    terminal.press(F9)
    terminal.until("Не выбран итог")
    terminal.press(b"1")
    terminal.until("● Записан")
    terminal.press(F9)
    terminal.until("Карточка сохранена")
    feed.end(call)
    terminal.until("Карточка откроется")
    if number % 10 == 0:
        walk(terminal)


def walk(terminal: Terminal) -> None:
    for key, word in ((F1, "Клавиши"), (F3, "Поиск обращений")):
        terminal.press(key)
        terminal.until(word)
    terminal.press(ESC)
    terminal.until_gone("Поиск обращений")


def shift(calls: int, warm: int) -> None:
    with Feed() as feed, console(feed) as terminal:
        began = time.monotonic()
        sizes = []
        print("resident memory, MB:")
        for number in range(1, calls + 1):
            one_call(feed, terminal, number)
            if number >= warm and (number - warm) % max(1, (calls - warm) // 10) == 0:
                sizes.append((number, resident_mb(terminal.process.pid)))
                print(f"   {sizes[-1][1]:.1f} after {number}", flush=True)
        print(f"   {calls} calls in {time.monotonic() - began:.0f} s")
        first, last = sizes[0], sizes[-1]
        if last[0] > first[0]:
            grown = (last[1] - first[1]) * 1024 / (last[0] - first[0])
            print(f"   growth after warm-up {grown:.2f} kB a call", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--warm", type=int, default=20)
    options = parser.parse_args()
    begin("a shift of the console")
    shift(options.calls, options.warm)
    print_load("at the end")


if __name__ == "__main__":
    main()
