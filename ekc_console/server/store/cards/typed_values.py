"""What a card says in the fields of its scenario, by the type of the field."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.calls import scenarios


class _Session(msgspec.Struct):
    fields: dict[str, Any] | None = None


def filled(session: str) -> Mapping[str, Any]:
    """The fields of a stored session by name; none of one that cannot be read: it takes away no
    list that it stands in."""
    try:
        return msgspec.json.decode(session, type=_Session).fields or {}
    except NOT_JSON:
        return {}


def first_values(document: dict[str, Any], session: str) -> dict[str, str]:
    """The first filled field of each type, in the author's order; the name of who only calls comes
    after that of whom the card is about."""
    fields = filled(session)
    found: dict[str, str] = {}
    shapes = (document.get("fields") or {}).items()
    for name, shape in sorted(shapes, key=lambda each: bool(each[1].get("caller"))):
        if value := fields.get(name):
            found.setdefault(str(shape.get("type", "")), str(value))
    return found


class Names:
    """Of whom cards are about, as they were typed; a scenario is read once."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._documents: dict[tuple[str, str], dict[str, Any]] = {}

    def of(self, scenario: str, version: str, session: str) -> str:
        """ "" where no name was typed."""
        key = scenario, version
        if key not in self._documents:
            self._documents[key] = scenarios.get(self._conn, scenario, version) or {}
        return first_values(self._documents[key], session).get("person", "")
