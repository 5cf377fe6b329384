"""Rows of those who are owed a call. Pure reading; nothing here waits."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

from ekc_console.domain.router import Router
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms import hours, numbers
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.calls.opening_hours import schedule_of
from ekc_console.server.core import in_force
from ekc_console.server.core.extras import Extras
from ekc_console.server.store.cards.callers import Named
from ekc_console.wire import watch


class CallbackRows:
    def __init__(self, router: Router, extras: Extras, topics: Mapping[str, str]) -> None:
        self._router = router
        self._extras = extras
        self._topics = topics

    def rows(self, now: float) -> list[watch.WatchCallback]:
        """Urgent ones, then the oldest; not more than ``watch.CALLBACKS``. Looks at everybody who
        is owed a call."""
        first = heapq.nsmallest(
            watch.CALLBACKS,
            self._router.callbacks.values(),
            key=lambda callback: (not callback.urgent, callback.wanted_since, callback.seq),
        )
        queues = {self._queue_of(callback) for callback in first}
        evenings = {queue: self._evening(queue, now) for queue in queues}
        return [self._row(callback, evenings[self._queue_of(callback)]) for callback in first]

    def _evening(self, queue: QueueId, now: float) -> float | None:
        centre, settings = self._router.centre, self._router.queues.get(queue)
        if settings is None:
            return None
        schedule = schedule_of(settings, centre, now)
        return hours.evening(schedule, now, centre)

    def _row(self, callback: Callback, evening: float | None) -> watch.WatchCallback:
        router, names, state = self._router, self._extras.names, callback.state
        assigned = callback.assigned or ""
        queue = router.queues.get(callback.queue) if callback.queue else None
        named = self._extras.people.get(callback.number, Named())
        machine = in_force.dial_decision(router, "machine", callback.number)
        return watch.WatchCallback(
            id=callback.id,
            number=numbers.readable(callback.number),
            callers=named.callers,
            people=named.about,
            since=callback.wanted_since,
            kind="urgent" if callback.urgent else "kept" if callback.kept else "lost",
            queue=queue.id if queue else "",
            queue_title=queue.title if queue else "",
            topic_title=self._topics.get(callback.topic, callback.topic),
            calls=callback.calls,
            attempts=callback.attempts,
            not_before=state.not_before if isinstance(state, cb.Open) else 0.0,
            postponed=isinstance(state, cb.Open) and state.chosen,
            queued=isinstance(state, cb.Queued),
            taken_by=names.get(state.agent, state.agent) if isinstance(state, cb.Dialing) else "",
            assigned=assigned,
            assigned_name=names.get(AgentId(assigned), assigned),
            held="" if machine.allowed or callback.released else machine.kind,
            released=callback.released,
            by_hand=not self._comes_by_itself(callback),
            no_way=bool(callback.no_way or router.no_way),
            evening=evening,
            given_up=callback.given_up(router.centre),
        )

    def _comes_by_itself(self, callback: Callback) -> bool:
        """But for its number."""
        queue = self._router.queues.get(self._queue_of(callback))
        return queue is not None and callback.comes_by_itself(queue, self._router.centre)

    def _queue_of(self, callback: Callback) -> QueueId:
        """Whose people call back; empty: there is no queue."""
        known = self._router.queues
        own = callback.queue if callback.queue in known else None
        return own or next(reversed(tuple(known)), QueueId(""))
