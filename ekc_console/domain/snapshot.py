"""Records as plain data and back: dicts, lists, strings, numbers; fit for JSON.

A dataclass becomes a dict with its kind under ``"is"``; a tuple becomes a list. All sequences in
the records are tuples, so the way back is exact.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from ekc_console.domain import agent, call, callback, settings

_KINDS: dict[str, type] = {
    f"{module.__name__.rpartition('.')[2]}.{cls.__name__}": cls
    for module in (agent, call, callback, settings)
    for cls in vars(module).values()
    if isinstance(cls, type) and is_dataclass(cls) and cls.__module__ == module.__name__
}
_NAMES = {cls: name for name, cls in _KINDS.items()}


def to_plain(value: Any) -> Any:
    if type(value) in _NAMES:
        plain = {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
        return {"is": _NAMES[type(value)], **plain}
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
