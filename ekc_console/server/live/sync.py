"""Live sync: one stream of numbered deltas per client, resumable, bounded.

A stream knows what its client has; ``publish`` sends the difference. Streams of consoles that are
away are kept for a while, so that a console that comes back resumes from its number.
"""

from __future__ import annotations

import asyncio
import collections
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.core.faults import Faults
from ekc_console.server.live.shelves import (
    EMPTY,
    NO_CHANGE,
    Key,
    Part,
    Shelf,
    difference,
    key_of,
)
from ekc_console.server.live.views import Views
from ekc_console.server.people.person import Person
from ekc_console.server.rights.outgoing import encoded
from ekc_console.wire import codec, messages

DELTAS_KEPT = 500
"""Deltas a client may have missed and still resume; beyond it gets a snapshot."""
RECENT_BYTES = 64 * 1024
"""So many of them at most: a snapshot is shorter than what is longer, and every console that is
connected keeps its own."""
OUTBOX_LIMIT = 200
"""Messages waiting for a slow client; beyond, the backlog is dropped for one fresh snapshot."""
QUEUES_EVERY_S = 0.25
"""Lists that many calls move in are sent this often at most; one's own call at once."""

Lane = Literal["", "view", "watch"]
"""Of a message: a later snapshot of the same lane says the same; ``""``: nothing else says it."""


class Outbox:
    """Messages on their way to one connection."""

    def __init__(self) -> None:
        self._queue: collections.deque[tuple[bytes, Lane]] = collections.deque()
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()

    def put(self, data: bytes, *, lane: Lane = "") -> None:
        self._queue.append((data, lane))
        self._emptied.clear()
        self._filled.set()

    @property
    def overfull(self) -> bool:
        return len(self._queue) > OUTBOX_LIMIT

    def clear(self, lane: Lane) -> None:
        """Drop what a snapshot of the lane replaces; replies and notices stay."""
        self._queue = collections.deque(item for item in self._queue if item[1] != lane)

    async def get(self) -> bytes:
        while not self._queue:
            self._filled.clear()
            self._emptied.set()
            await self._filled.wait()
        return self._queue.popleft()[0]

    async def sent(self) -> None:
        """Wait until whoever sends has sent all and asks for more."""
        await self._emptied.wait()


class Stream:
    """What one login's console has and is sent."""

    def __init__(
        self,
        person: Person,
        views: Views,
        standing: Mapping[str, messages.Notice] | None = None,
        after: int = 0,
    ) -> None:
        """``standing``: words about what lasts, for consoles that come meanwhile; ``after``: the
        last number that the login's console may have had."""
        self.person = person
        self._standing = {} if standing is None else standing
        self.seq = after
        self.outbox: Outbox | None = None
        self._views = views
        self._sent: dict[Key, messages.ViewEntity] = {}
        """Of what is the person's own."""
        self._shelves: dict[str, Shelf] = {}
        """What the client has of the rest."""
        self._recent = Recent()

    def attach(self, outbox: Outbox, resume_from: int | None) -> None:
        """Connect; bring the client up to date by the missed deltas or by a snapshot."""
        self._views.refresh()
        self.outbox = outbox
        for notice in self._standing.values():
            outbox.put(encoded(notice, self.person))
        missed = self._missed(resume_from)
        if missed is None:
            self._snapshot()
            return
        for data in missed:
            outbox.put(data, lane="view")
        self.publish(ALL_KINDS)

    def resync(self, outbox: Outbox) -> None:
        """The client cannot use what it has: a snapshot takes the place of what is on its way."""
        if self.outbox is outbox:
            outbox.clear("view")
            self._snapshot()

    def detach(self, outbox: Outbox) -> bool:
        """False when a newer connection has taken the stream over meanwhile."""
        if self.outbox is not outbox:
            return False
        self.outbox = None
        return True

    def publish(self, kinds: frozenset[str]) -> None:
        """Send what changed among the entities of ``kinds`` (type names)."""
        if self.outbox is None:
            # Nobody listens: the difference is worked out when the console is back.
            return
        if self.outbox.overfull:
            self.outbox.clear("view")
            self._snapshot()
            return
        parts = [self._own_part(kinds)] if kinds & PERSONAL_KINDS else []
        if kinds & SHARED_KINDS:
            parts += self._shared_parts()
        put = b",".join(part.put for part in parts if part.put)
        gone = b",".join(part.gone for part in parts if part.gone)
        if put or gone:
            self.seq += 1
            data = codec.encode_delta(self.seq, put, gone)
            self._recent.add(self.seq, data)
            self.outbox.put(data, lane="view")

    def _own_part(self, kinds: frozenset[str]) -> Part:
        before = {key: entity for key, entity in self._sent.items() if key[0] in kinds}
        now = self._own(kinds)
        found = difference(before, now, self.person)
        if found != NO_CHANGE:
            for key in before.keys() - now.keys():
                del self._sent[key]
            self._sent |= now
        return found

    def _shared_parts(self) -> list[Part]:
        before, now = self._shelves, self._views.shelves(self.person)
        parts = [
            shelf.since(before.get(name, EMPTY), self.person)
            for name, shelf in now.items()
            if before.get(name) is not shelf
        ]
        left = (shelf for name, shelf in before.items() if name not in now)
        parts += (difference(shelf.entities, {}, self.person) for shelf in left)
        self._shelves = now
        return parts

    def _snapshot(self) -> None:
        self._sent = self._own(ALL_KINDS)
        self._shelves = self._views.shelves(self.person)
        self._recent.clear()
        self.seq += 1
        entities = [*self._sent.values()]
        for shelf in self._shelves.values():
            entities += shelf.entities.values()
        message = messages.Snapshot(seq=self.seq, entities=tuple(entities))
        if self.outbox is not None:
            self.outbox.put(encoded(message, self.person), lane="view")

    def _missed(self, resume_from: int | None) -> list[bytes] | None:
        """Deltas after ``resume_from``; None when they are not all here."""
        if resume_from is None or resume_from > self.seq:
            return None
        return self._recent.since(resume_from, self.seq)

    def _own(self, kinds: frozenset[str]) -> dict[Key, messages.ViewEntity]:
        entities: list[messages.ViewEntity] = []
        if "Me" in kinds:
            entities.append(self._views.me(self.person))
        if "MyCall" in kinds and (call := self._views.my_call(self.person)):
            entities.append(call)
        if "EngineState" in kinds:
            entities.append(self._views.engine)
        if "StaffMessage" in kinds:
            entities += self._views.staff_words(self.person)
        return {key_of(entity): entity for entity in entities}


class Recent:
    """Deltas that a client may have missed, the latest ones."""

    def __init__(self) -> None:
        self._kept: collections.deque[tuple[int, bytes]] = collections.deque()
        self._size = 0

    def add(self, seq: int, data: bytes) -> None:
        self._kept.append((seq, data))
        self._size += len(data)
        while self._size > RECENT_BYTES or len(self._kept) > DELTAS_KEPT:
            self._size -= len(self._kept.popleft()[1])

    def since(self, seq: int, last: int) -> list[bytes] | None:
        """All from behind ``seq`` to ``last``; None: not all are here."""
        missed = [data for number, data in self._kept if number > seq]
        return missed if len(missed) == last - seq else None

    def clear(self) -> None:
        self._kept.clear()
        self._size = 0


STAFF_KINDS = frozenset({"StaffMessage", "HelpRequest"})
ALL_KINDS = STAFF_KINDS | {
    "Me", "MyCall", "WaitingCall", "QueueInfo", "CallbackInfo", "EngineState",
}  # fmt: skip
OWN_KINDS = frozenset({"Me", "MyCall"})
SHARED_KINDS = frozenset({"WaitingCall", "QueueInfo", "CallbackInfo"})
PERSONAL_KINDS = ALL_KINDS - SHARED_KINDS


class Hub:
    """All streams; decides what to publish when."""

    def __init__(self, views: Views, faults: Faults | None = None) -> None:
        """``faults`` counts what could not be shown: one console's trouble is no other's."""
        self.epoch = secrets.token_hex(8)
        self._views = views
        self._faults = faults or Faults()
        self._streams: dict[AgentId, Stream] = {}
        self._after = 0
        """No stream that is over has had this number."""
        self._standing: dict[str, messages.Notice] = {}
        self._passing: dict[str, asyncio.TimerHandle] = {}
        self._own: set[AgentId] = set()
        self._own_handle: asyncio.Handle | None = None
        self._shared_handle: asyncio.TimerHandle | None = None

    def stream(self, person: Person) -> Stream:
        """The login's stream, made on first use; a changed role or name begins a new one, whose
        numbers follow: by one of before nothing is resumed in it."""
        stream = self._streams.get(person.login)
        if stream is None or stream.person != person:
            self.forget(person.login)
            stream = Stream(person, self._views, self._standing, self._after)
            self._streams[person.login] = stream
        return stream

    def overseers(self) -> list[AgentId]:
        """Those who answer for others and whose consoles are or were connected."""
        return [login for login, s in self._streams.items() if s.person.may("order")]

    def outbox(self, person: Person) -> Outbox | None:
        """Of the console that is connected, by the rights that the person has."""
        stream = self._streams.get(person.login)
        return stream.outbox if stream and stream.person == person else None

    def reaches(self, login: AgentId) -> bool:
        """A console of the login is connected."""
        stream = self._streams.get(login)
        return stream is not None and stream.outbox is not None

    def connected(self) -> list[Person]:
        """Whose consoles are."""
        return [stream.person for stream in self._streams.values() if stream.outbox]

    def forget(self, login: AgentId) -> None:
        if stream := self._streams.pop(login, None):
            # One number is left out: not even the last one has its successor in another stream.
            self._after = max(self._after, stream.seq + 1)

    def own_changed(self, login: AgentId) -> None:
        """The agent's state or call changed: sent within this turn of the loop."""
        self._own.add(login)
        if self._own_handle is None:
            self._own_handle = asyncio.get_running_loop().call_soon(self._publish_own)

    def shared_changed(self) -> None:
        """Queues or callbacks changed: sent soon, many changes at once."""
        if self._shared_handle is None:
            loop = asyncio.get_running_loop()
            self._shared_handle = loop.call_later(QUEUES_EVERY_S, self._publish_shared)

    def everything_changed(self) -> None:
        """Settings: titles stand everywhere."""
        self._views.refresh()
        self._to_all(ALL_KINDS)

    def engine_changed(self) -> None:
        self._to_all(frozenset({"EngineState"}))

    def staff_changed(self, login: AgentId | None) -> None:
        """Words to one login have changed, or (None) to any."""
        if login is None:
            self._to_all(STAFF_KINDS)
        elif stream := self._streams.get(login):
            self._publish(stream, STAFF_KINDS)

    def notice(self, message: messages.Notice, logins: Iterable[AgentId] | None = None) -> None:
        """A word to some logins, or to all."""
        data: dict[bool, bytes] = {}
        for login in self._streams if logins is None else logins:
            stream = self._streams.get(login)
            if stream and stream.outbox:
                numbers = stream.person.sees_numbers
                data[numbers] = data.get(numbers) or encoded(message, stream.person)
                stream.outbox.put(data[numbers])

    def stand(self, kind: str, message: messages.Notice, for_s: float | None = None) -> None:
        """A word to all about what lasts, told to those who come later too, until ``ends`` or, of
        what is news for a while only, for so long. A new one of the same kind takes its place; the
        same one is not said again."""
        if timer := self._passing.pop(kind, None):
            timer.cancel()
        if self._standing.get(kind) != message:
            self._standing[kind] = message
            self.notice(message)
        if for_s is not None:
            loop = asyncio.get_running_loop()
            self._passing[kind] = loop.call_later(for_s, self._standing.pop, kind, None)

    def ends(self, kind: str, message: messages.Notice) -> None:
        """What ``stand`` told is over; nothing is said when it was not."""
        if self._standing.pop(kind, None) is not None:
            self.notice(message)

    def tell_each(self, message: Callable[[Person], messages.ServerMessage]) -> None:
        """A message of its own to every console that is connected."""
        for stream in self._streams.values():
            if stream.outbox:
                stream.outbox.put(encoded(message(stream.person), stream.person))

    def close(self) -> None:
        for handle in (self._own_handle, self._shared_handle, *self._passing.values()):
            if handle:
                handle.cancel()

    def _publish_own(self) -> None:
        self._own_handle = None
        logins, self._own = self._own, set()
        for login in logins:
            if stream := self._streams.get(login):
                self._publish(stream, OWN_KINDS)

    def _publish_shared(self) -> None:
        self._shared_handle = None
        self._faults.guard("views", self._views.refresh)
        self._to_all(SHARED_KINDS)

    def _to_all(self, kinds: frozenset[str]) -> None:
        for stream in list(self._streams.values()):
            self._publish(stream, kinds)

    def _publish(self, stream: Stream, kinds: frozenset[str]) -> None:
        self._faults.guard("live updates", stream.publish, kinds)
