"""Faults of the telephony engine and of the store, chosen by a seed.

Every operation may fail, be carried out and then fail (its answer is lost), be late, or stall for
longer than anybody waits. With ``rate`` 0 nothing of it happens.
"""

from __future__ import annotations

import asyncio
import collections
import functools
import sqlite3
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Literal, TypeVar

from ekc_console.server.engine.protocol import EngineError
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.engine.timely import ORDERS
from ekc_console.server.store.base.database import WRITE_WITHIN_S, Database
from ekc_console.server.store.base.errors import StoreError

T = TypeVar("T")
How = Literal["well", "fails", "answer lost", "late", "stalls", "breaks"]

LATE_S = 2.0
STALL_S = 50.0
ENGINE_OPERATIONS = tuple(sorted(ORDERS - {"lines"}))
"""What a storm meets; which lines live is told truly, for the books are compared with it."""


class Faults:
    """``rate``: of the operations that do not go well. ``seen`` counts what was done to which."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.rate = 0.0
        self.store_rate = 0.0
        self.seen: collections.Counter[tuple[str, How]] = collections.Counter()

    def _draw(self, name: str, rate: float, kinds: tuple[How, ...]) -> How:
        if self._random.random() >= rate:
            return "well"
        how = self._random.choice(kinds)
        self.seen[name, how] += 1
        return how

    async def engine(self, name: str, do: Callable[[], Awaitable[T]]) -> T:
        kinds: tuple[How, ...] = ("fails", "fails", "answer lost", "late", "late", "stalls")
        if name == "start_recording":
            kinds = (*kinds, "breaks", "breaks")
        how = self._draw(name, self.rate, kinds)
        if how == "breaks":
            raise PermissionError(13, "folder of the recordings")
        if how == "stalls":
            await asyncio.sleep(self._random.uniform(0.2, 1.0) * STALL_S)
        if how == "late":
            await asyncio.sleep(self._random.uniform(0.05, 1.0) * LATE_S)
        if how == "fails":
            raise EngineError("Станция не ответила вовремя.")
        result = await do()
        if how == "answer lost":
            raise EngineError("Ответ станции потерян.")
        return result

    async def store(self, do: Callable[[], Awaitable[T]]) -> T:
        how = self._draw("write", self.store_rate, ("fails", "fails", "late", "stalls"))
        if how == "fails":
            raise StoreError("database or disk is full")
        if how == "stalls":
            await asyncio.sleep(self._random.uniform(0.1, 0.4) * STALL_S)
        if how == "late":
            await asyncio.sleep(self._random.uniform(0.05, 1.0) * LATE_S)
        return await do()


class FaultyEngine(SimulatedEngine):
    """The simulated engine with ``faults`` in front of every operation."""

    def __init__(self, faults: Faults, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ENGINE_OPERATIONS:
            setattr(self, name, _before(faults, name, getattr(self, name)))


def _before(
    faults: Faults, name: str, operation: Callable[..., Awaitable[Any]]
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(operation)
    async def guarded(*args: Any, **options: Any) -> Any:
        return await faults.engine(name, lambda: operation(*args, **options))

    return guarded


def make_faulty(database: Database, faults: Faults) -> None:
    """From now on every write of this store meets ``faults``."""
    write = database.write

    async def guarded(
        fn: Callable[[sqlite3.Connection], Any], *, limit_s: float | None = WRITE_WITHIN_S
    ) -> Any:
        written = faults.store(lambda: write(fn, limit_s=None))
        return await database._within(limit_s, written)

    database.write = guarded  # type: ignore[method-assign]
