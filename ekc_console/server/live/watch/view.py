"""One audience's view of the watched centre: those who may see the same are sent the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.rights import Right
from ekc_console.server.live.sync import Outbox
from ekc_console.server.people.person import Person
from ekc_console.server.rights.outgoing import masked
from ekc_console.server.rights.scope import Scope, scope
from ekc_console.wire import codec, watch

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Audience:
    """What of the centre somebody sees."""

    numbers: bool
    scope: Scope
    callbacks: Scope


def audience(router: Router, person: Person) -> Audience:
    reached = (_fixed(scope(router, person, right)) for right in _RIGHTS)
    return Audience(person.sees_numbers, *reached)


_RIGHTS: tuple[Right, ...] = ("watch", "callbacks")


def _fixed(reached: Scope) -> Scope:
    return Scope(
        reached.everything,
        frozenset(reached.queues),
        frozenset(reached.people),
        reached.unqueued,
    )


class WatchView:
    """``publish`` to all ``outboxes``; one that is overfull gets a snapshot instead of the rest."""

    def __init__(self, audience: Audience, rows: Iterable[watch.WatchRow], at: float) -> None:
        self.outboxes: list[Outbox] = []
        self._audience = audience
        self._seq = 0
        self._sent = {key_of(row): row for row in map(self._seen, rows) if row is not None}
        self._at = at
        self._snapshot = b""
        """Of ``_seq``; empty: not made yet."""

    def add(self, outbox: Outbox) -> None:
        """It is sent everything, and then what changes."""
        if outbox not in self.outboxes:
            self.outboxes.append(outbox)
        self._send_snapshot(outbox)

    @property
    def known(self) -> Set[Key]:
        """What the audience has."""
        return self._sent.keys()

    def publish(self, rows: Iterable[watch.WatchRow], gone: Iterable[Key], at: float) -> None:
        """``rows`` that may have changed; those that are the same are not sent."""
        put: list[watch.WatchRow] = []
        left = {key for key in gone if key in self._sent}
        for row in rows:
            seen, key = self._seen(row), key_of(row)
            if seen is None:
                left |= {key} & self._sent.keys()
            elif self._sent.get(key) != seen:
                put.append(seen)
                self._sent[key] = seen
        for key in left:
            del self._sent[key]
        self._seq, self._at, self._snapshot = self._seq + 1, at, b""
        delta = watch.WatchDelta(seq=self._seq, at=at, put=tuple(put), gone=tuple(sorted(left)))
        data = codec.encode(delta)
        for outbox in self.outboxes:
            if outbox.overfull:
                self._send_snapshot(outbox)
            else:
                outbox.put(data, lane="watch")

    def _send_snapshot(self, outbox: Outbox) -> None:
        """In place of all that waits to be sent."""
        if not self._snapshot:
            rows = tuple(self._sent.values())
            whole = watch.WatchSnapshot(seq=self._seq, at=self._at, rows=rows)
            self._snapshot = codec.encode(whole)
        outbox.clear("watch")
        outbox.put(self._snapshot, lane="watch")

    def _seen(self, row: watch.WatchRow) -> watch.WatchRow | None:
        """The row as this audience sees it; None: not at all."""
        reached = self._audience.scope
        match row:
            case watch.WatchQueue():
                return row if reached.has_queue(QueueId(row.id)) else None
            case watch.WatchPerson():
                return row if reached.has_person(AgentId(row.id)) else None
            case watch.WatchAlarm():
                return row if reached.has_thing(row.about, row.thing) else None
            case watch.WatchCall():
                queue = QueueId(row.queue) if row.queue else None
                mine = reached.has_queue(queue) or reached.has_person(AgentId(row.person))
                return self._masked(row) if mine else None
            case watch.WatchCallback():
                queue = QueueId(row.queue) if row.queue else None
                return self._masked(row) if self._audience.callbacks.has_queue(queue) else None
        return self._masked(row)

    def _masked(self, row: watch.WatchRow) -> watch.WatchRow:
        return row if self._audience.numbers else masked(row)


def key_of(row: watch.WatchRow) -> Key:
    return type(row).__name__, row.id
