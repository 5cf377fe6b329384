"""Files that a command writes out for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ekc_console.errors import EkcError
from ekc_console.reports.files import written

folder_argument = click.argument("folder", type=click.Path(path_type=Path))
force_option = click.option("--force", is_flag=True, help="Записать поверх файлов, которые есть.")


def write_out(folder: Path, texts: Mapping[str, str], *, force: bool) -> list[Path]:
    """By the names of the files. Raises EkcError, and then nothing that was there is lost."""
    paths = {folder / name: text for name, text in texts.items()}
    changed = [path for path, text in paths.items() if path.exists() and not _is(path, text)]
    if changed and not force:
        raise EkcError(
            f"Файл {changed[0]} уже есть и другой.", "Укажите другую папку или добавьте --force."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EkcError(
            f"Файлы в {folder} не записаны: {error.strerror}.",
            "Укажите папку, в которую можно писать.",
        ) from error
    for path, text in paths.items():
        written(path, [text.encode()])
    return list(paths)


def _is(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False
