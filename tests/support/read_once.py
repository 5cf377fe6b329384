"""A folder of scenarios that is as it was is read once a process: reading the shipped ones takes
longer than most of the stories that are played with them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Check = Callable[[Path, Collection[str] | None, date], T]


def once(check: Check[T]) -> Check[T]:
    """``check`` that remembers what it found for the same files, names and day; what it gives is
    not changed by anybody."""

    @functools.lru_cache(maxsize=32)
    def remembered(
        folder: Path, files: tuple[tuple[str, bytes], ...], names: tuple[str, ...] | None, day: date
    ) -> T:
        return check(folder, names, day)

    def checked(folder: Path, names: Collection[str] | None, day: date) -> T:
        try:
            files = tuple(
                (str(path), path.read_bytes())
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            )
        except OSError:  # a fault that the story is about
            return check(folder, names, day)
        return remembered(folder, files, None if names is None else tuple(names), day)

    return checked
