"""Moments at which the core wants to be woken, kept as data in one heap.

An entry is never taken out when it becomes pointless; whoever owns the heap tells whether it
still means something, and the heap forgets the others when they come to the top. Entries of the
same moment have a total order of their own, so a rebuilt heap yields them in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from heapq import heappop, heappush
from typing import NamedTuple


class Due(IntEnum):
    """What is due; at the same moment in this order."""

    OFFER = 1
    RING_STEP = 2
    WRAP_UP = 3
    REST = 4
    ANNOUNCEMENT = 5
    OPENING = 6
    BREAK = 7
    CONSULT = 8
    OVERFLOW = 9
    CALLBACK = 10
    CALLING_OVER = 11
    REOPENING = 12
    KEPT = 13
    OVERDUE = 14
    AWAY = 15
    WAY_OUT = 16


class Deadline(NamedTuple):
    at: float
    due: Due
    subject: str
    """Id of the offer, call, agent, callback or queue; empty where there is only one."""
    other: str = ""
    """Id of the agent at whom a call rests, or for whom it is kept."""


class Deadlines:
    def __init__(self, means_something: Callable[[Deadline], bool]) -> None:
        self._heap: list[Deadline] = []
        self._means_something = means_something

    def add(self, deadline: Deadline) -> None:
        heappush(self._heap, deadline)

    def first(self) -> float | None:
        while self._heap and not self._means_something(self._heap[0]):
            heappop(self._heap)
        return self._heap[0].at if self._heap else None

    def pop_due(self, now: float) -> Iterator[Deadline]:
        """Take out, in order, what is due. Each is checked at its turn: an earlier one may have
        made it pointless."""
        while self._heap and self._heap[0].at <= now:
            deadline = heappop(self._heap)
            if self._means_something(deadline):
                yield deadline
