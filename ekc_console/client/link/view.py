"""What the server shows this client: entities by type and id, kept by snapshots and deltas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ekc_console.wire.messages import (
    CallbackInfo,
    Delta,
    EngineState,
    Me,
    MyCall,
    QueueInfo,
    Snapshot,
    ViewEntity,
    WaitingCall,
)
from ekc_console.wire.side_work import HelpRequest, StaffMessage

E = TypeVar(
    "E", Me, MyCall, WaitingCall, QueueInfo, CallbackInfo, EngineState, StaffMessage, HelpRequest
)


class SequenceGap(Exception):
    """A delta is missing or came twice: only a snapshot helps."""

    def __init__(self, have: int | None, got: int) -> None:
        super().__init__(f"have {have}, got {got}")


class View:
    """Entities are immutable; a reader may keep them. What was shown stays shown while the link
    is down."""

    def __init__(self) -> None:
        self.seq: int | None = None
        """The last sequence number applied; None: nothing yet, or out of step."""
        self.version = 0
        """Grows by one at every change."""
        self._entities: dict[type[ViewEntity], dict[str, ViewEntity]] = {}

    def apply(self, message: Snapshot | Delta, left: Iterable[tuple[str, str]] = ()) -> None:
        """``left``: entities (type name, id) of a snapshot that could not be read; they stay as
        they were. Raises SequenceGap, and then nothing has changed but ``seq``, which is None."""
        if isinstance(message, Snapshot):
            self._keep_only(frozenset(left))
        elif self.seq is None or message.seq != self.seq + 1:
            have = self.seq
            self.desync()
            raise SequenceGap(have, message.seq)
        else:
            self._remove(message.gone)
        entities = message.entities if isinstance(message, Snapshot) else message.put
        for entity in entities:
            self._entities.setdefault(type(entity), {})[entity.id] = entity
        self.seq = message.seq
        self.version += 1

    def desync(self) -> None:
        """The numbers that follow are not of the same stream: a snapshot must come first."""
        self.seq = None

    def _keep_only(self, keys: frozenset[tuple[str, str]]) -> None:
        self._entities = {
            kind: {key: entity for key, entity in old.items() if (kind.__name__, key) in keys}
            for kind, old in self._entities.items()
        }

    def _remove(self, gone: Iterable[tuple[str, str]]) -> None:
        for name, entity_id in gone:
            for kind, entities in self._entities.items():
                if kind.__name__ == name:
                    entities.pop(entity_id, None)

    def all(self, kind: type[E]) -> tuple[E, ...]:
        """All entities of a type, in the order in which the server first named them."""
        found = self._entities.get(kind, {})
        return tuple(entity for entity in found.values() if isinstance(entity, kind))

    def get(self, kind: type[E], entity_id: str) -> E | None:
        entity = self._entities.get(kind, {}).get(entity_id)
        return entity if isinstance(entity, kind) else None

    @property
    def me(self) -> Me | None:
        """None only before the first snapshot."""
        return next(iter(self.all(Me)), None)

    @property
    def call(self) -> MyCall | None:
        return next(iter(self.all(MyCall)), None)

    @property
    def talk(self) -> str:
        """Id of the call in hand, else of the one that is listened to; empty: neither."""
        if self.call is not None:
            return self.call.id
        return self.me.listening.call if self.me and self.me.listening else ""

    @property
    def waiting(self) -> tuple[WaitingCall, ...]:
        return tuple(sorted(self.all(WaitingCall), key=lambda call: (call.position, call.id)))

    @property
    def queues(self) -> tuple[QueueInfo, ...]:
        return self.all(QueueInfo)

    @property
    def callbacks(self) -> tuple[CallbackInfo, ...]:
        """The longest waiting first."""
        return tuple(sorted(self.all(CallbackInfo), key=lambda callback: callback.since))

    @property
    def staff_messages(self) -> tuple[StaffMessage, ...]:
        """Unread, the oldest first."""
        return tuple(sorted(self.all(StaffMessage), key=lambda message: message.at))

    @property
    def help_requests(self) -> tuple[HelpRequest, ...]:
        """Open, the oldest first: one's own; a supervisor's: all."""
        return tuple(sorted(self.all(HelpRequest), key=lambda request: request.at))

    @property
    def engine(self) -> EngineState:
        """Taken for up until the server says otherwise."""
        return self.get(EngineState, "engine") or EngineState()
