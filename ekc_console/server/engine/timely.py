"""Every order to the engine has an end: one that is not answered in time has failed, for whoever
gave it.

The engines bound what they ask of others themselves. This holds whatever else may stand still in
one: a lock, a disk, a fault of our own; no caller waits for it behind an order that never ends.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import structlog

from ekc_console.errors import reason
from ekc_console.server.engine.protocol import EngineError, TelephonyEngine

log = structlog.get_logger(__name__)

ORDER_S = 6.0
"""Longer than an engine waits for one request of its own."""
LATE_S = 20.0
ORDERS = frozenset(
    {
        "answer",
        "hang_up",
        "play",
        "stop_playing",
        "start_music",
        "stop_music",
        "start_ring_back",
        "stop_ring_back",
        "send_keys",
        "make_bridge",
        "drop_bridge",
        "join",
        "leave",
        "listen",
        "stop_listening",
        "dial",
        "start_recording",
        "stop_recording",
        "put_account",
        "drop_account",
        "noted_callers",
        "forget_callers",
        "lines",
    }
)
"""All but ``start`` and ``stop``, which take as long as they take."""
IN_ORDER = frozenset({"join", "leave"})
"""Of a bridge and a leg."""
T = TypeVar("T")


def timely(engine: TelephonyEngine) -> TelephonyEngine:
    """The engine, whose orders raise EngineError after ``ORDER_S``. Such an order is one whose
    answer was lost: it may be carried out all the same, unless it is cut short after ``LATE_S``
    more. Who stands in which bridge is told by the last order: of those on the same leg the next
    waits for a late one."""
    return cast(TelephonyEngine, _Timely(engine))


class _Timely:
    def __init__(self, engine: TelephonyEngine) -> None:
        self._engine = engine
        self._late: dict[str, asyncio.Future[Any]] = {}
        """By leg, of those ``IN_ORDER``."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._engine, name)
        return functools.partial(self._in_time, name, found) if name in ORDERS else found

    async def _in_time(
        self, name: str, order: Callable[..., Awaitable[T]], *args: Any, **options: Any
    ) -> T:
        leg = str(args[1]) if name in IN_ORDER else ""
        late = self._late.get(leg)
        task = asyncio.ensure_future(
            order(*args, **options) if late is None else _after(late, order, *args, **options)
        )
        try:
            done, _ = await asyncio.wait((task,), timeout=ORDER_S)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done:
            return task.result()
        log.error("engine order not answered in time", order=name, limit_s=ORDER_S)
        self._goes_on(leg, name, task)
        raise EngineError(f"Станция не выполнила команду за {ORDER_S:g} с.")

    def _goes_on(self, leg: str, name: str, task: asyncio.Future[Any]) -> None:
        if leg:
            self._late[leg] = task
        cut = asyncio.get_running_loop().call_later(LATE_S, task.cancel)

        def over(order: asyncio.Future[Any]) -> None:
            cut.cancel()
            if self._late.get(leg) is order:
                del self._late[leg]
            error = None if order.cancelled() else order.exception()
            log.warning("engine order ended late", order=name, error=reason(error) if error else "")

        task.add_done_callback(over)


async def _after(
    late: asyncio.Future[Any], order: Callable[..., Awaitable[T]], *args: Any, **options: Any
) -> T:
    await asyncio.wait((late,))
    return await order(*args, **options)
