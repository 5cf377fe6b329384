"""Telephone numbers inside a card for those who must not see them.

What leaves the server has every number of the session hidden; what comes back has the real ones
put in again, so that a draft never replaces a number by its mask. The mask keeps the shape of
E.164 (``+7********12``): it passes through the console's scenario as a value like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_NUMBER = re.compile(r"\+\d{7,15}")
_WRITTEN = re.compile(r"(?<!\d)(?:\+?7|8)(?:[ ()-]*\d){10}(?!\d)")
"""A Russian number as people write it in a note."""
_MASK = re.compile(r"\+?\d+\*+\d\d")

Plain = Mapping[str, Any]
"""A ``SessionState`` as plain data."""


def mask(number: str) -> str:
    """``+79000000012`` as ``+7********12``; a number too short to hide anything stays."""
    return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}" if len(number) > 4 else number


def hidden(session: Plain, number: str) -> dict[str, Any]:
    """A session with every full number in it masked, and ``number``, whatever its shape."""

    def shown(_name: str, value: str) -> str:
        return mask(value) if value and (value == number or _NUMBER.fullmatch(value)) else value

    return _replaced(session, shown)


def hidden_inside(text: str) -> str:
    """A text with the digits of every telephone number in it hidden but the last two."""

    def dotted(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        return f"+7{'*' * 8}{digits[-2:]}"

    return _WRITTEN.sub(dotted, text)


def restored(session: Plain, stored: Plain, number: str) -> dict[str, Any]:
    """A session that came from a console with the real numbers instead of their masks.

    ``stored``: the session that the server has; ``number``: the other party's. A field gets its own
    number back before that of another one with the same mask; a mask of nothing known is dropped.
    """
    own: dict[str, str] = {}
    known: dict[str, str] = {}

    def learn(name: str, value: str) -> str:
        own[name] = value
        if _NUMBER.fullmatch(value):
            known[mask(value)] = value
        return value

    def real(name: str, value: str) -> str:
        if not _MASK.fullmatch(value):
            return value
        mine = own.get(name, "")
        return mine if mine and mask(mine) == value else known.get(value, "")

    _replaced(stored, learn)
    if number:
        known[mask(number)] = number
    return _replaced(session, real)


def _replaced(session: Plain, new: Callable[[str, str], str]) -> dict[str, Any]:
    """``new`` gets the name of the field, or "@" and the step's for an answer in a path, and the
    value."""
    done = dict(session)
    for part in ("kept", "fields"):  # a field's own number is the one it has now
        if isinstance(values := session.get(part), dict):
            done[part] = {name: new(name, str(value)) for name, value in values.items()}
    done["path"] = _path(session, new)
    if earlier := session.get("earlier"):
        done["earlier"] = [{**walk, "path": _path(walk, new)} for walk in earlier]
    return done


def _path(walk: Plain, new: Callable[[str, str], str]) -> list[dict[str, Any]]:
    return [
        {**step, "value": new(f"@{step.get('step', '')}", str(step.get("value", "")))}
        for step in walk.get("path", ())
    ]
