"""Tasks without which the server does not serve: none of them ends unseen.

The commit loop, the keeper of the engine, opening hours: whatever ends one of them, an exception
or a plain return, is logged and told to whoever answers for the process, and that one ends it in
order, so that the service manager starts it again. What holds the handler and the tasks is the
event loop they run on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import structlog

log = structlog.get_logger(__name__)

OnEnd = Callable[[str], None]
"""Told the name of the task that has ended. Must not raise."""


@dataclass(slots=True)
class _Watched:
    on_end: OnEnd = lambda name: None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    ending: set[asyncio.Task[None]] = field(default_factory=set)


_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Watched] = WeakKeyDictionary()


def start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run ``work`` until ``stop`` or ``finished``; it is not to end by itself."""
    watched = _watched()
    task = asyncio.get_running_loop().create_task(work, name=name)
    watched.tasks.add(task)
    task.add_done_callback(lambda ended: _on_done(watched, ended))
    return task


async def stop(task: asyncio.Task[None] | None) -> None:
    """End a task that ``start`` gave; None and one that has ended are no error."""
    if task is None:
        return
    _watched().ending.add(task)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def finished() -> None:
    """Called within a task that ``start`` gave, when its work is done: its end is none."""
    task = asyncio.current_task()
    assert task is not None
    _watched().ending.add(task)


def on_end(handler: OnEnd) -> None:
    """Who is told when one ends on the running loop; the log has it in any case."""
    _watched().on_end = handler


def tasks() -> frozenset[asyncio.Task[None]]:
    """Those that run on the running loop."""
    return frozenset(_watched().tasks)


def _watched() -> _Watched:
    return _loops.setdefault(asyncio.get_running_loop(), _Watched())


def _on_done(watched: _Watched, task: asyncio.Task[None]) -> None:
    watched.tasks.discard(task)
    error = None if task.cancelled() else task.exception()
    if task in watched.ending:
        watched.ending.discard(task)
        if error is not None:
            log.error("task broke at its end", task=task.get_name(), exc_info=error)
        return
    log.critical("essential task ended", task=task.get_name(), exc_info=error)
    watched.on_end(task.get_name())
