"""Who is owed a call, as consoles list them. Pure reading; nothing here waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ekc_console.domain.router import Router
from ekc_console.domain.state import call as ca
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.core import in_force
from ekc_console.server.core.extras import Extras
from ekc_console.server.live.owed_people import seen_by
from ekc_console.server.people.person import Person
from ekc_console.server.rights.scope import sees_callback
from ekc_console.server.store.cards.callers import Named
from ekc_console.wire import messages

SHOWN = 100


class CallbackList:
    def __init__(self, router: Router, extras: Extras, topics: Mapping[str, str]) -> None:
        self._router = router
        self._extras = extras
        self._topics = topics

    def of(self, person: Person, queues: Collection[QueueId]) -> list[messages.CallbackInfo]:
        """Open ones of these queues, those of the menu and those given to the person: urgent ones,
        then the oldest, ``SHOWN`` at most."""
        mine = [
            callback
            for callback in self._open()
            if callback.queue not in self._router.queues
            or callback.queue in queues
            or callback.assigned == person.login
        ]
        return [self._row(callback, person) for callback in _in_order(mine)[:SHOWN]]

    def reached(self, person: Person) -> tuple[messages.CallbackInfo, ...]:
        """All who are owed a call, as far as the person's right reaches."""
        reached = [
            callback
            for callback in self._router.callbacks.values()
            if sees_callback(self._router, person, callback)
        ]
        return tuple(self._row(callback, person) for callback in _in_order(reached))

    def given(self) -> frozenset[AgentId]:
        """To whom open ones are given: of others in the same role with the same queues ``of`` tells
        the same."""
        return frozenset(callback.assigned for callback in self._open() if callback.assigned)

    def basis(self) -> tuple[object, ...]:
        """While it is equal, ``of`` tells the same; but how a line was lost is told as it was known
        at first."""
        return (
            self._open(),
            self._router.no_way,
            self._router.centre,
            tuple(self._router.queues.values()),
            dict(self._topics),
            dict(self._extras.names),
            self._extras.people,
        )

    def _open(self) -> tuple[cb.Callback, ...]:
        return tuple(
            callback
            for callback in self._router.callbacks.values()
            if not isinstance(callback.state, cb.Closed)
        )

    def _row(self, callback: cb.Callback, person: Person) -> messages.CallbackInfo:
        state, names = callback.state, self._extras.names
        named = seen_by(person, self._extras.people.get(callback.number, Named()))
        taken_by = names.get(state.agent, state.agent) if isinstance(state, cb.Dialing) else ""
        assigned = AgentId(callback.assigned or "")
        by_itself = in_force.dial_decision(self._router, "machine", callback.number)
        queue = self._router.queues.get(callback.queue) if callback.queue else None
        return messages.CallbackInfo(
            id=callback.id,
            number=numbers.readable(callback.number),
            callers=named.callers,
            people=named.about,
            since=callback.wanted_since,
            where=self._where_lost(callback),
            queue_title=queue.title if queue else "",
            topic_title=self._topics.get(callback.topic, callback.topic),
            calls=callback.calls,
            attempts=callback.attempts,
            not_before=state.not_before if isinstance(state, cb.Open) else 0.0,
            taken_by=taken_by,
            assigned=names.get(assigned, assigned),
            held="" if by_itself.allowed or callback.released else by_itself.kind,
            released=callback.released,
            postponed=isinstance(state, cb.Open) and state.chosen,
            no_way=bool(callback.no_way or self._router.no_way),
            urgent=callback.urgent,
            given_up=callback.given_up(self._router.centre),
            may_dial=callback.released
            or in_force.dial_decision(self._router, person.role, callback.number).allowed,
        )

    def _where_lost(self, callback: cb.Callback) -> str:
        last = self._router.recently_ended.get(callback.last_call)
        if last and isinstance(last.state, ca.Ended) and last.state.by == "engine":
            return "cut"
        return "queue" if callback.queue else "menu"


def _in_order(callbacks: Iterable[cb.Callback]) -> list[cb.Callback]:
    return sorted(callbacks, key=lambda callback: (not callback.urgent, callback.wanted_since))
