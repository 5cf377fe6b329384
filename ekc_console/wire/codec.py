"""JSON codec of the messages. Decoding checks types and says which field is wrong."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from ekc_console.json_faults import NOT_JSON
from ekc_console.wire.login import Login
from ekc_console.wire.messages import ClientMessage, ServerMessage

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_login = msgspec.json.Decoder(Login)
_client: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)


class BadMessage(ValueError):
    """Not JSON, an unknown type, or a field of the wrong type; the text names the field."""


def encode(message: msgspec.Struct) -> bytes:
    return _encoder.encode(message)


def decode_login(data: bytes) -> Login:
    """The body of a login. Raises BadMessage."""
    return _decode(_login, data)


def decode_client(data: bytes | str) -> ClientMessage:
    """A message from a client. Raises BadMessage."""
    return _decode(_client, data)


def decode_server(data: bytes | str) -> ServerMessage:
    """A message from the server. Raises BadMessage."""
    return _decode(_server, data)


def _decode(decoder: msgspec.json.Decoder[T], data: bytes | str) -> T:
    try:
        return decoder.decode(data)
    except NOT_JSON as error:
        raise BadMessage(str(error)) from error
