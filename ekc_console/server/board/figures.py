"""Figures of a board, out of what supervisors are sent of the queues. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set

from ekc_console.domain.terms.alarm_limits import QueueFigure
from ekc_console.wire.outside.board import BoardFigures, BoardQueue, Mark
from ekc_console.wire.watch import WatchQueue

Levels = Callable[[str, QueueFigure], int]
"""How far a figure of a queue (id) is beyond its limits."""
_MARKS: tuple[Mark, Mark, Mark] = ("", "warn", "alarm")


def figures(
    queues: Iterable[WatchQueue], levels: Levels, scope: Set[str], at: float
) -> BoardFigures:
    """Of the queues in ``scope`` (ids), or of all where it is empty."""
    shown = (queue for queue in queues if not scope or queue.id in scope)
    return BoardFigures(queues=tuple(_queue(queue, levels, at) for queue in shown))


def _queue(queue: WatchQueue, levels: Levels, at: float) -> BoardQueue:
    since = queue.longest_since
    wait_s = 0.0 if since is None else max(0.0, at - since)
    return BoardQueue(
        title=queue.title,
        waiting=queue.waiting,
        wait_s=int(wait_s),
        wait_target_s=round(queue.targets.get("wait_s", 0.0)),
        wait_mark=_MARKS[levels(queue.id, "wait_s")],
        level=queue.level_half,
        level_target=queue.targets.get("level", 0.0),
        level_mark=_MARKS[levels(queue.id, "level")],
        ready=queue.ready,
        ready_mark=_ready_mark(queue, levels(queue.id, "ready")),
        abandoned=queue.abandoned,
        callbacks=queue.callbacks,
        shut="paused" if queue.paused else "closed" if queue.closed else "",
    )


def _ready_mark(queue: WatchQueue, level: int) -> Mark:
    """Without a limit too: they wait, and nobody could take them."""
    return _MARKS[level] or ("warn" if queue.waiting and not queue.ready else "")
