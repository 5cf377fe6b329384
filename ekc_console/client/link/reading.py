"""What a server's message says to a console that cannot read all of it.

One value that is not known here, of one entity or of one answer, costs that entity or that answer:
the rest of the message is read as usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from ekc_console.json_faults import NOT_JSON
from ekc_console.wire.codec import BadMessage, decode_server
from ekc_console.wire.messages import (
    Delta,
    Goodbye,
    Notice,
    Reply,
    ServerMessage,
    Snapshot,
    ViewEntity,
    Welcome,
)
from ekc_console.wire.words import Words, words

T = TypeVar("T")

UNREADABLE: Final = words("server.unreadable_answer")
_RAW_NULL = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True)
class Taken:
    message: ServerMessage
    left: tuple[tuple[str, str], ...] = ()
    """Entities (type name, id) of a snapshot or delta that could not be read; they are not in
    ``message``."""
    why: str = ""
    """What could not be read, for the log; empty: everything was."""


class _Kind(msgspec.Struct):
    type: str


class _Entity(msgspec.Struct):
    type: str = ""
    id: str = ""


class _Snapshot(msgspec.Struct):
    seq: int
    entities: tuple[msgspec.Raw, ...]


class _Delta(msgspec.Struct):
    seq: int
    put: tuple[msgspec.Raw, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()


class _Reply(msgspec.Struct):
    id: str
    ok: msgspec.Raw = _RAW_NULL
    words: msgspec.Raw = _RAW_NULL


class _Notice(msgspec.Struct):
    words: Words


class _Goodbye(msgspec.Struct):
    words: Words
    reconnect: bool


def read_server(data: bytes | str) -> Taken:
    """Raises BadMessage for what has nothing that can be used."""
    try:
        return Taken(decode_server(data))
    except BadMessage as error:
        why = str(error)
    raw = data.encode(errors="replace") if isinstance(data, str) else data
    match _as(_Kind, raw, why).type:
        case "Snapshot":
            whole = _as(_Snapshot, raw, why)
            entities, left = _entities(whole.entities)
            return Taken(Snapshot(seq=whole.seq, entities=entities), left, why)
        case "Delta":
            change = _as(_Delta, raw, why)
            entities, left = _entities(change.put)
            return Taken(Delta(seq=change.seq, put=entities, gone=change.gone), left, why)
        case "Reply":
            return Taken(_refusal(_as(_Reply, raw, why)), why=why)
        case "Notice":
            return Taken(Notice(level="warning", words=_as(_Notice, raw, why).words), why=why)
        case "Goodbye":
            bye = _as(_Goodbye, raw, why)
            message = Goodbye(code="shutdown", words=bye.words, reconnect=bye.reconnect)
            return Taken(message, why=why)
        case "Welcome":
            return Taken(_welcome(_as(dict[str, msgspec.Raw], raw, why), why), why=why)
    raise BadMessage(why)


def read_reply(data: bytes) -> Reply:
    """An answer to one request. Raises BadMessage for what is none at all."""
    message = read_server(data).message
    if isinstance(message, Reply):
        return message
    raise BadMessage(f"{type(message).__name__} instead of Reply")


def _refusal(reply: _Reply) -> Reply:
    """A refusal in the server's words where it refused, and otherwise in our own: what it did is
    not known here."""
    said = _words(reply.words) if bytes(reply.ok) == b"false" else None
    return Reply(id=reply.id, ok=False, code="bad_value", words=said or UNREADABLE)


def _welcome(told: dict[str, msgspec.Raw], why: str) -> Welcome:
    """With the default for each field that cannot be read."""
    read = {}
    for field in msgspec.structs.fields(Welcome):
        if field.name not in told:
            continue
        try:
            read[field.name] = msgspec.json.decode(told[field.name], type=field.type)
        except NOT_JSON:
            if field.required:
                raise BadMessage(why) from None
    try:
        return Welcome(**read)
    except TypeError:  # a field that has no default is missing
        raise BadMessage(why) from None


def _words(raw: msgspec.Raw) -> Words | None:
    try:
        return msgspec.json.decode(raw, type=Words | None)
    except NOT_JSON:
        return None


def _entities(
    raws: tuple[msgspec.Raw, ...],
) -> tuple[tuple[ViewEntity, ...], tuple[tuple[str, str], ...]]:
    read: list[ViewEntity] = []
    left: list[tuple[str, str]] = []
    for raw in raws:
        try:
            read.append(_entity.decode(raw))
        except NOT_JSON:
            name = _as(_Entity, raw, "entity")
            left.append((name.type, name.id))
    return tuple(read), tuple(left)


_entity: msgspec.json.Decoder[ViewEntity] = msgspec.json.Decoder(ViewEntity)


def _as(kind: type[T], raw: bytes | msgspec.Raw, why: str) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except NOT_JSON:
        raise BadMessage(why) from None
