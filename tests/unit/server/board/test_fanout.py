"""From the supervisors' figures to many boards: worked out once, bounded, for weeks."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.server.board import fanout
from ekc_console.server.board.fanout import Fanout, Scope, Slot
from ekc_console.wire import watch
from ekc_console.wire.outside import board
from tests.support.simulated_centre import NUMBER, Centre, run
from tests.unit.server.board.test_figures import AT, no_levels, queue

ALL: Scope = frozenset()


class Room:
    """The watched centre, as far as a fan-out knows it."""

    follower: Any = None

    def follow(self, figures: Any) -> None:
        self.follower = figures

    def leave(self) -> None:
        self.follower = None


def of(room: Any) -> Fanout:
    return Fanout(room, no_levels)


async def newest(slot: Slot) -> board.BoardFigures:
    event = await slot.get()
    assert event is not None
    return board.read(event[6:])


async def test_boards_of_the_same_scope_get_the_same_bytes_encoded_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded: list[board.BoardFigures] = []
    encode = board.event
    monkeypatch.setattr(board, "event", lambda f: encoded.append(f) or encode(f))  # type: ignore[func-returns-value]
    fan = of(Room())
    slots = [Slot("h", scope) for scope in (ALL, ALL, ALL, frozenset({"vacc"}))]
    for slot in slots:
        fan.add(slot)
    fan.tell([queue(), queue(id="info", title="Справочная")], AT)
    events = [await slot.get() for slot in slots]
    assert events[0] is events[1] is events[2]
    assert sorted(len(figures.queues) for figures in encoded) == [1, 2]


async def test_a_board_that_does_not_read_is_kept_the_newest_event_alone() -> None:
    fan, slot = of(Room()), Slot("h", ALL)
    fan.add(slot)
    for second in range(1000):
        fan.tell([queue(waiting=second)], AT + second)
    assert (await newest(slot)).queues[0].waiting == 999
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await slot.get()


async def test_a_slot_that_has_ended_gives_nothing_any_more() -> None:
    slot = Slot("h", ALL)
    slot.put(b"figures")
    slot.end()
    assert await slot.get() is None


async def test_events_come_once_a_second_at_most_also_when_the_clock_is_set_back() -> None:
    fan, slot = of(Room()), Slot("h", ALL)
    fan.add(slot)
    seen = []
    for at in (AT, AT + 0.5, AT + 1.0, AT + 1.9, AT - 50.0):
        fan.tell([queue(waiting=len(seen))], at)
        seen.append(slot._filled.is_set())
        if slot._filled.is_set():
            await slot.get()
    assert seen == [True, False, True, False, True]


async def test_nothing_is_followed_while_there_is_no_board() -> None:
    room, first, second = Room(), Slot("h", ALL), Slot("h", ALL)
    fan = of(room)
    fan.add(first)
    fan.add(second)
    fan.remove(first)
    assert room.follower is not None
    fan.remove(second)
    assert room.follower is None


def test_a_centre_with_callers_and_people_is_shown_as_figures_alone(tmp_path: Path) -> None:
    """Through the whole server: what supervisors are sent is what boards show, without names."""

    async def story(centre: Centre) -> None:
        slot, seen = Slot("h", ALL), b""
        fan = Fanout(centre.server.live.watch, centre.server.live.alarms.level_of)
        fan.add(slot)

        async def until(true: Callable[[board.BoardQueue], bool]) -> board.BoardQueue:
            nonlocal seen
            async with asyncio.timeout(60):
                while True:
                    event = await slot.get()
                    assert event is not None
                    seen += event
                    one = board.read(event[6:]).queues[0]
                    if true(one):
                        return one

        assert (await until(lambda q: not q.waiting and not q.ready)).title
        leg = await centre.in_queue()
        assert (await until(lambda q: q.waiting == 1)).ready_mark == "warn"
        assert (await until(lambda q: q.wait_s > 30)).wait_mark == "warn"
        centre.engine.caller_hangs_up(leg)
        await until(lambda q: (q.waiting, q.abandoned, q.callbacks) == (0, 1, 1))
        await centre.ready("anna")
        await until(lambda q: q.ready == 1)
        fan.remove(slot)
        for told in (NUMBER, NUMBER[-4:], "anna", "Оператор"):
            assert told.encode() not in seen

    run(tmp_path, story)


async def _week(events: int) -> int:
    """Push so many seconds through two scopes and twenty boards of which half never read; returns
    by how many bytes the heap has grown after its first tenth."""
    fan = of(Room())
    slots = [Slot("h", ALL if n % 3 else frozenset({"info"})) for n in range(20)]
    for slot in slots:
        fan.add(slot)
    readers, read, before = slots[::2], 0, 0
    for second in range(events):
        wait_s = second % 100
        rows = [
            queue(waiting=second % 40, longest_since=AT + second - wait_s, abandoned=second),
            queue(id="info", title="Справочная", level_now=(second % 101) / 100),
        ]
        fan.tell(rows, AT + second)
        for slot in readers:
            read += await slot.get() is not None
        if second == events // 10:
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
    assert read == events * len(readers)
    gc.collect()
    return tracemalloc.get_traced_memory()[0] - before


@pytest.mark.parametrize("events", [2_000, pytest.param(604_800, marks=pytest.mark.long)])
async def test_a_week_of_events_leaves_the_heap_as_it_was(events: int) -> None:
    tracemalloc.start()
    try:
        grown = await _week(events)
    finally:
        tracemalloc.stop()
    assert grown < 64 * 1024, f"{grown} bytes more after {events} events"


def test_the_beat_of_the_watch_keeps_a_board_from_taking_its_figures_for_old() -> None:
    assert watch.BEAT_S + fanout.EVERY_S < board.OLD_S / 2
