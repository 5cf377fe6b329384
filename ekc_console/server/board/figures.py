"""Figures of a board, out of what supervisors are sent of the queues. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set

from ekc_console.wire.outside.board import BoardFigures, BoardQueue, Mark
from ekc_console.wire.watch import WatchQueue

VERY_LONG = 3
"""A wait of so many times the target is an alarm."""
FAR_BELOW = 0.2
"""A level that is lower than its target by so much is an alarm."""


def figures(queues: Iterable[WatchQueue], scope: Set[str], at: float) -> BoardFigures:
    """Of the queues in ``scope`` (ids), or of all where it is empty."""
    shown = (queue for queue in queues if not scope or queue.id in scope)
    return BoardFigures(queues=tuple(_queue(queue, at) for queue in shown))


def _queue(queue: WatchQueue, at: float) -> BoardQueue:
    since = queue.longest_since
    wait_s = 0.0 if since is None else max(0.0, at - since)
    return BoardQueue(
        title=queue.title,
        waiting=queue.waiting,
        wait_s=int(wait_s),
        wait_target_s=round(queue.level_s),
        wait_mark=_wait_mark(wait_s, queue.level_s),
        level=queue.level_now,
        level_target=queue.level_target,
        level_mark=_level_mark(queue.level_now, queue.level_target),
        ready=queue.ready,
        ready_mark="warn" if queue.waiting and not queue.ready else "",
        abandoned=queue.abandoned,
        callbacks=queue.callbacks,
        shut="paused" if queue.paused else "closed" if queue.closed else "",
    )


def _wait_mark(wait_s: float, target_s: float) -> Mark:
    if not target_s or wait_s <= target_s:
        return ""
    return "alarm" if wait_s > VERY_LONG * target_s else "warn"


def _level_mark(level: float | None, target: float) -> Mark:
    if level is None or level >= target:
        return ""
    return "alarm" if level <= target - FAR_BELOW else "warn"
