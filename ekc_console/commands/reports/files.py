"""A report's file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ekc_console.errors import EkcError
from ekc_console.i18n import _


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
