"""A report's file."""

from __future__ import annotations

import os
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
    """All of it or nothing, taken piece by piece. ``mode``: less what the user's mask takes away.
    Raises EkcError, and what ``content`` raises."""
    beside = file.with_name(f".{file.name}.part")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as target:
            target.writelines(content)
        beside.replace(file)
    except OSError as error:
        raise EkcError(
            _("{file}: файл не записан ({why}).").format(file=file, why=error.strerror),
            _("Выберите другой или освободите место."),
        ) from error
    finally:
        beside.unlink(missing_ok=True)
