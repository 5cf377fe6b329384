"""JSON codec of the messages. Decoding checks types and says which field is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from ekc_console.domain.terms.localtime import LATEST
from ekc_console.json_faults import NOT_JSON
from ekc_console.wire.login import Login
from ekc_console.wire.messages import ClientMessage, ServerMessage

T = TypeVar("T")


class _Told(msgspec.Struct):
    protocol: int = 0


class _Numbered(msgspec.Struct, tag="Request"):
    id: str


_encoder = msgspec.json.Encoder()
_login = msgspec.json.Decoder(Login)
_told = msgspec.json.Decoder(_Told)
_numbered = msgspec.json.Decoder(_Numbered)
_client: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)


MESSAGE_LIMIT = 1024 * 1024
"""Bytes of one message of a client: a table of 2000 accounts fits. A longer one ends the link."""
TEXT_LIMIT = 20_000
"""Characters of one text that somebody has written: each is searched for numbers before it is sent
to who must not see them, and nothing else goes on meanwhile."""
_LARGEST_WHOLE = 2**63 - 1
"""What a store can hold."""


class BadMessage(ValueError):
    """Not JSON, an unknown type, a field of the wrong type, or a number that is out of range; the
    text names the field."""


def encode(message: msgspec.Struct) -> bytes:
    return _encoder.encode(message)


def encode_key(key: tuple[str, str]) -> bytes:
    """Of an entity that is gone."""
    return _encoder.encode(key)


def encode_delta(seq: int, put: bytes, gone: bytes) -> bytes:
    """A ``Delta`` of entities and keys that are encoded already, with commas between them."""
    return b'{"type":"Delta","seq":%d,"put":[%b],"gone":[%b]}' % (seq, put, gone)


def decode_login(data: bytes) -> Login:
    """The body of a login. Raises BadMessage."""
    return _decode(_login, data)


def protocol_of(data: bytes | str) -> int:
    """The version that a login or a ``Hello`` tells, whatever else stands in it; 0: none."""
    try:
        return _decode(_told, data).protocol
    except BadMessage:
        return 0


def request_id(data: bytes | str) -> str:
    """Of a ``Request``, whatever its command is; empty: it is none, or has none."""
    try:
        return _decode(_numbered, data).id
    except BadMessage:
        return ""


def decode_client(data: bytes | str) -> ClientMessage:
    """A message from a client. Raises BadMessage."""
    message = _decode(_client, data)
    if path := _out_of_range(message):
        raise BadMessage(f"Number out of range - at `{path}`")
    return message


def decode_server(data: bytes | str) -> ServerMessage:
    """A message from the server. Raises BadMessage."""
    return _decode(_server, data)


def longest_text(message: msgspec.Struct) -> int:
    """Characters of it; 0 where there is none."""
    texts = (value for _, value in _values(message) if isinstance(value, str))
    return max(map(len, texts), default=0)


def _decode(decoder: msgspec.json.Decoder[T], data: bytes | str) -> T:
    try:
        return decoder.decode(data)
    except NOT_JSON as error:
        raise BadMessage(str(error)) from error


def _out_of_range(message: ClientMessage) -> str:
    """Where in it a number lies that is none, or too large; empty when there is none."""
    for path, value in _values(message):
        if isinstance(value, int | float) and not possible(value):
            return path
    return ""


def _values(message: msgspec.Struct) -> Iterator[tuple[str, object]]:
    """What holds no other values, with the place of each."""
    ahead: list[tuple[str, object]] = [("$", msgspec.to_builtins(message))]
    while ahead:
        path, value = ahead.pop()
        if isinstance(value, dict):
            ahead += [(f"{path}.{key}", inner) for key, inner in value.items()]
        elif isinstance(value, list | tuple):
            ahead += [(f"{path}[{index}]", inner) for index, inner in enumerate(value)]
        else:
            yield path, value


def possible(number: float) -> bool:
    """Whether a store, or a calendar, holds it: one with a fraction is a moment, or a stretch of
    time, in seconds."""
    limit = LATEST if isinstance(number, float) else _LARGEST_WHOLE
    return abs(number) <= limit
