"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from ekc_console.errors import EkcError
from ekc_console.i18n import _

T = TypeVar("T")
OWNER_ONLY = 0o600


class Counted(Generic[T]):
    """Rows, counted as they go by."""

    def __init__(self, rows: Iterable[T]) -> None:
        self._of = rows
        self.rows = 0

    def __iter__(self) -> Iterator[T]:
        for row in self._of:
            self.rows += 1
            yield row


def written(file: Path, content: Iterable[bytes], mode: int = 0o666) -> None:
    """All of it or nothing, taken piece by piece; into a pipe or a device as it comes. ``mode``:
    of a new file, less what the user's mask takes away; one that is there keeps its own, less what
    ``mode`` does not give. Raises EkcError, and what ``content`` raises."""
    try:
        target = file.resolve()
        if target.exists() and not target.is_file():
            with target.open("wb") as way:
                way.writelines(content)
        else:
            _replaced(target, content, mode)
    except OSError as error:
        raise EkcError(
            _("{file}: файл не записан ({why}).").format(file=file, why=error.strerror),
            _("Выберите другой или освободите место."),
        ) from error


def _replaced(file: Path, content: Iterable[bytes], mode: int) -> None:
    kept = stat.S_IMODE(file.stat().st_mode) if file.exists() else None
    beside = file.with_name(f".{file.name}.part")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as target:
            target.writelines(content)
        if kept is not None:
            beside.chmod(kept & mode)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
