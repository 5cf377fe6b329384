"""Records as plain data and back: dicts, lists, strings, numbers; fit for JSON.

A dataclass becomes a dict with its kind under ``"is"``; a tuple becomes a list. All sequences in
the records are tuples, so the way back is exact.

The hash of a state is the SHA-256 of its JSON text with sorted keys and no blanks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from typing import Any

from ekc_console.domain.state import agent, call, callback, limits, opening, wait
from ekc_console.domain.terms import alarm_limits, dialling, settings

_MODULES = {
    "agent": agent,
    "alarm_limits": alarm_limits,
    "call": call,
    "callback": callback,
    "dialling": dialling,
    "limits": limits,
    "opening": opening,
    "settings": settings,
    "wait": wait,
}
"""Under these names records stand in snapshots that are kept: a module may move, its name here
stays."""
_KINDS: dict[str, type] = {
    f"{name}.{cls.__name__}": cls
    for name, module in _MODULES.items()
    for cls in vars(module).values()
    if isinstance(cls, type) and is_dataclass(cls) and cls.__module__ == module.__name__
}
_SHAPES = {cls: (name, tuple(f.name for f in fields(cls))) for name, cls in _KINDS.items()}
"""Name of the kind and of its fields: looked up for every record of every snapshot."""
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def to_plain(value: Any) -> Any:
    shape = _SHAPES.get(type(value))
    if shape is not None:
        plain = {name: to_plain(getattr(value, name)) for name in shape[1]}
        plain["is"] = shape[0]
        return plain
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value


def from_plain(plain: Any) -> Any:
    """Raises ValueError for a kind that is not known and for missing or foreign fields."""
    if isinstance(plain, list):
        return tuple(from_plain(item) for item in plain)
    if not isinstance(plain, dict):
        return plain
    rest = dict(plain)
    cls = _KINDS.get(rest.pop("is", ""))
    if cls is None:
        raise ValueError(f"snapshot: no kind {plain.get('is')!r}")
    try:
        return cls(**{name: from_plain(item) for name, item in rest.items()})
    except TypeError as e:
        raise ValueError(f"snapshot: {plain['is']}: {e}") from e


@dataclass(frozen=True, slots=True)
class Still:
    """The state of one moment: all parts are immutable, so that any thread may write it out."""

    head: Mapping[str, Any]
    """Version, moment and counters."""
    records: Mapping[str, tuple[Any, ...]]

    def dump(self) -> dict[str, Any]:
        return {**self.head, **{name: to_plain(found) for name, found in self.records.items()}}

    def pieces(self) -> Iterator[str]:
        """The JSON text, a record at a time, so that the writer can pause between them."""
        opening = "{"
        for name in sorted({*self.head, *self.records}):
            yield f"{opening}{_json(name)}:"
            opening = ","
            if name in self.head:
                yield _json(self.head[name])
            else:
                yield "["
                for i, record in enumerate(self.records[name]):
                    yield ("," if i else "") + _json(to_plain(record))
                yield "]"
        yield "}"

    def digest(self) -> str:
        return sha256("".join(self.pieces()).encode()).hexdigest()


def digest_of(dump: Mapping[str, Any]) -> str:
    """The hash of a state that was dumped, or read back from its JSON text."""
    return sha256(_json(dump).encode()).hexdigest()


def _json(value: Any) -> str:
    return _ENCODER.encode(value)
