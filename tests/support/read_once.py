"""What a server reads and builds as it starts is read and built once a process while it is as it
was: with the shipped scenarios that takes longer than most of the stories that are played."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar
from unittest import mock

from ekc_console.domain.knowledge import Knowledge
from ekc_console.scenario_files import check_folder, check_knowledge
from ekc_console.server.core import scenario_source
from ekc_console.server.knowledge import service
from ekc_console.server.knowledge.entries import Entry
from ekc_console.server.knowledge.index import Index
from ekc_console.server.knowledge.signs import Signs
from ekc_console.server.start import startup

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


_CHECK_FOLDER, _CHECK_KNOWLEDGE = once(check_folder), once(check_knowledge)
_BUILT = functools.lru_cache(maxsize=8)(service.built)


def _built(knowledge: Knowledge, everything: Sequence[Entry]) -> tuple[Index, Signs]:
    return _BUILT(knowledge, tuple(everything))


@contextlib.contextmanager
def reading_once() -> Iterator[None]:
    """Servers that open within."""
    with (
        mock.patch.object(scenario_source, "check_folder", _CHECK_FOLDER),
        mock.patch.object(startup, "check_knowledge", _CHECK_KNOWLEDGE),
        mock.patch.object(service, "built", _built),
    ):
        yield
