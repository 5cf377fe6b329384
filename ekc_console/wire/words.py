"""What the server says to people: by a key, and what is to be filled in.

The words themselves are made by who shows them, in the language of the one who reads
(:mod:`ekc_console.client.words`). A key is stable, English and dotted: ``shift.no_such_break``.
Values are codes, numbers, moments (seconds since the epoch), and what the centre has written
itself: names of people, titles of queues and topics.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.errors import Value, WordsError
from ekc_console.wire.base import Message

NoticeLevel = Literal["info", "warning", "error"]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    values: dict[str, Value] = msgspec.field(default_factory=dict)


def words(key: str, /, **values: Value) -> Words:
    return Words(key=key, values=values)


def words_of(error: WordsError) -> Words:
    return Words(key=error.key, values=error.values)


class FieldFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a card that was not taken."""

    field: str
    """Name of the field to mend; empty when it is none."""
    label: str
    """As people know it."""
    words: Words


class Notice(Message, frozen=True, kw_only=True):
    """A word to the person at the console."""

    level: NoticeLevel
    words: Words


class Goodbye(Message, frozen=True, kw_only=True):
    """The server closes this connection. ``reconnect`` False: log in again.
    ``changed``: the person has other rights by now, and comes back with those."""

    code: Literal[
        "bad_message", "wrong_protocol", "session_expired", "changed", "replaced", "shutdown"
    ]
    words: Words
    reconnect: bool
    message: str = ""
    """For consoles of older protocols, which know no ``words``; empty for all others."""
