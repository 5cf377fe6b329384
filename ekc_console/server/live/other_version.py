"""A console of another version than the server: what it is told, so that it is not a riddle."""

from __future__ import annotations

from ekc_console.wire import codec, messages
from ekc_console.wire.words import Words, words

FOR_OLDER_CONSOLES = "Версия протокола {theirs}, а серверу нужна {ours}. Обновите программу."
"""Consoles of a protocol without words for keys show this as it is."""


def told_by(body: bytes | str) -> int:
    """The version that a login or a ``Hello`` tells where nothing else of it is understood; 0 where
    it is ours, or none: the fault is another one."""
    theirs = codec.protocol_of(body)
    return 0 if theirs == messages.PROTOCOL else theirs


def wrong_protocol(version: int) -> messages.Goodbye:
    return messages.Goodbye(
        code="wrong_protocol",
        words=other_version(version),
        reconnect=False,
        message=FOR_OLDER_CONSOLES.format(theirs=version, ours=messages.PROTOCOL),
    )


def other_version(theirs: int) -> Words:
    return words("server.wrong_protocol", theirs=theirs, ours=messages.PROTOCOL)
