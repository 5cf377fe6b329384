"""One change of settings taken back, and nothing that was ordered after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import CentreSettings, QueueSettings

T = TypeVar("T", QueueSettings, CentreSettings)


def taken_back(
    before: QueuesConfigured, changed: QueuesConfigured, now: QueuesConfigured
) -> QueuesConfigured:
    """``now``, where what ``changed`` made of ``before`` is undone as far as it still stands. A
    queue is looked at field by field, the rest section by section."""
    return replace(
        now,
        queues=_queues(before.queues, changed.queues, now.queues),
        centre=_fields(before.centre, changed.centre, now.centre),
    )


def _queues(
    before: Sequence[QueueSettings], changed: Sequence[QueueSettings], now: Sequence[QueueSettings]
) -> tuple[QueueSettings, ...]:
    old, new = {q.id: q for q in before}, {q.id: q for q in changed}
    kept: dict[QueueId, QueueSettings] = {}
    for queue in now:
        if queue.id in old and queue.id in new:
            kept[queue.id] = _fields(old[queue.id], new[queue.id], queue)
        elif new.get(queue.id) != queue:
            kept[queue.id] = queue
    removed = {q.id: q for q in before if q.id not in new}
    kept = {**removed, **kept}
    stands = [q.id for q in now] == [q.id for q in changed]
    order = [q.id for q in (before if stands else now)]
    return tuple(kept.pop(q) for q in order if q in kept) + tuple(kept.values())


def _fields(before: T, changed: T, now: T) -> T:
    back: dict[str, Any] = {
        field.name: getattr(before, field.name)
        for field in fields(now)
        if getattr(now, field.name) == getattr(changed, field.name)
    }
    return replace(now, **back)
