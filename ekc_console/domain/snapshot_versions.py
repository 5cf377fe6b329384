"""Snapshots of earlier versions, brought to the present one step by step.

A snapshot is plain data (see :mod:`ekc_console.domain.snapshot`) with its version in it. Whoever
changes what a snapshot holds raises ``router.SNAPSHOT_VERSION`` by one and adds a step here, once
between two releases: the same state has another hash then, which ``ekc replay`` compares. The step
has to do something where an older snapshot cannot be read as it is: for a field that is gone, has
another name or meaning, or is new and without a default; for a kind that is gone or has another
name; for a new list of records. Steps are never changed once they were released: an old snapshot
goes through all of them in order. ``tests/data/journal`` holds what each version wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Plain = dict[str, Any]
"""A snapshot, or a record in it."""
Step = Callable[[Plain], None]
"""Changes a snapshot of one version, its own copy, into one of the next."""

FIRST = 3
"""The oldest version that any store may hold."""


def _listenings(plain: Plain) -> None:
    plain.setdefault("listenings", [])


def _turns(plain: Plain) -> None:
    plain.setdefault("turns", [])


def _nothing(plain: Plain) -> None:
    """All that is new has a default."""


STEPS: Mapping[int, Step] = {3: _listenings, 4: _nothing, 5: _nothing, 6: _turns, 7: _nothing}
"""By the version that a step begins with."""


class UnknownVersion(ValueError):
    """Older than ``FIRST``, of a later program, or no version at all."""


def migrated(plain: Mapping[str, Any], wanted: int, steps: Mapping[int, Step] = STEPS) -> Plain:
    """The snapshot in the version ``wanted``; ``plain`` stays as it is. Raises UnknownVersion, and
    ValueError when a snapshot is not what its version says."""
    version = plain.get("version")
    if not isinstance(version, int) or not FIRST <= version <= wanted:
        raise UnknownVersion(f"snapshot: version {version!r} is not known")
    if version == wanted:
        return dict(plain)
    snapshot: Plain = _copy(plain)
    for number in range(version, wanted):
        if number not in steps:
            raise UnknownVersion(f"snapshot: no step leads from version {number}")
        try:
            steps[number](snapshot)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"snapshot: not of version {number}: {error!r}") from error
        snapshot["version"] = number + 1
    return snapshot


def records(plain: Any, kind: str) -> Iterator[Plain]:
    """Every record of a kind (``call.Waiting``) within a snapshot, wherever it stands."""
    if isinstance(plain, dict):
        if plain.get("is") == kind:
            yield plain
        plain = list(plain.values())
    if isinstance(plain, list):
        for part in plain:
            yield from records(part, kind)


def _copy(plain: Any) -> Any:
    if isinstance(plain, Mapping):
        return {name: _copy(value) for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_copy(item) for item in plain]
    return plain
