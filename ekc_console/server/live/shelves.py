"""What many consoles show alike: compared and encoded once for all of them, however many they are.

A shelf holds entities as of one moment. Consoles that had the same shelf before and may see the
same are sent the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ekc_console.server.people.person import Person
from ekc_console.server.rights.outgoing import Sight, encoded, sight
from ekc_console.wire import codec, messages

Key = tuple[str, str]


def key_of(entity: messages.ViewEntity) -> Key:
    return type(entity).__name__, entity.id


class Part(NamedTuple):
    """Of a delta: what stands between the brackets of its lists, in JSON."""

    put: bytes
    gone: bytes


NO_CHANGE = Part(b"", b"")


class Shelf:
    def __init__(self, entities: Iterable[messages.ViewEntity] = ()) -> None:
        self.entities = {key_of(entity): entity for entity in entities}
        self._parts: dict[tuple[int, Sight], tuple[Shelf, Part]] = {}
        """By the identity of the earlier shelf, which is kept here so that it stays the same."""

    def since(self, earlier: Shelf, person: Person) -> Part:
        """What has changed since ``earlier``, as the person may see it."""
        if earlier is self:
            return NO_CHANGE
        key = id(earlier), sight(person)
        if key not in self._parts:
            self._parts[key] = earlier, difference(earlier.entities, self.entities, person)
        return self._parts[key][1]

    def replaced(self, entities: Iterable[messages.ViewEntity]) -> Shelf:
        """The later one, of which alone ``since`` is asked from now on; the same one when it
        holds the same."""
        later = Shelf(entities)
        if later.entities == self.entities:
            return self
        self._parts.clear()
        return later


EMPTY = Shelf()


def difference(
    before: Mapping[Key, messages.ViewEntity],
    now: Mapping[Key, messages.ViewEntity],
    person: Person,
) -> Part:
    """What is another than before, and what is gone."""
    put = [entity for key, entity in now.items() if before.get(key) != entity]
    gone = [key for key in before if key not in now]
    return Part(
        b",".join(encoded(entity, person) for entity in put),
        b",".join(map(codec.encode_key, gone)),
    )
