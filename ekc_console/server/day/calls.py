"""Rows of calls as messages."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.domain.router import Router
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.rights.scope import Scope
from ekc_console.server.store.calls.day_calls import CallRow
from ekc_console.wire.day.calls import DayCall


class CallTeller:
    """``names``: of people by login; ``topics``: titles by code."""

    def __init__(
        self, router: Router, names: Mapping[AgentId, str], topics: Mapping[str, str]
    ) -> None:
        self._router = router
        self._names = names
        self._topics = topics

    def name(self, login: str) -> str:
        return self._names.get(AgentId(login), login)

    def queue_title(self, queue: str) -> str:
        settings = self._router.queues.get(QueueId(queue))
        return settings.title if settings else queue

    def told(self, row: CallRow) -> DayCall:
        return DayCall(
            id=row.id,
            direction=row.direction,
            number=numbers.readable(row.number or None),
            arrived_at=row.arrived_at,
            queued_at=row.queued_at,
            wait_s=row.wait_s,
            talk_s=row.talk_s,
            held_s=row.held_s,
            ended_at=row.ended_at,
            outcome=row.outcome,
            queue=row.queue,
            queue_title=self.queue_title(row.queue),
            topic_title=self._topics.get(row.topic, row.topic),
            person=row.agent,
            person_name=self.name(row.agent),
            late=self._is_late(row),
        )

    def _is_late(self, row: CallRow) -> bool:
        settings = self._router.queues.get(QueueId(row.queue))
        if settings is None or row.outcome != "answered" or row.wait_s is None:
            return False
        return row.direction == "in" and row.wait_s > settings.service_level_s


def reaches(scope: Scope, queue: str | None, agent: str | None) -> bool:
    """A call is seen by its queue or by who has it."""
    stood = scope.has_queue(QueueId(queue) if queue else None)
    return stood or scope.has_person(AgentId(agent or ""))
