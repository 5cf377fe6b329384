"""Small JSON files of a console in its state folder. Nothing in them is worth stopping for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from ekc_console.json_faults import NOT_JSON

log = structlog.get_logger(__name__)

S = TypeVar("S", bound=msgspec.Struct)


def load(file: Path, kind: type[S]) -> S:
    """``kind()`` when there is no file, or it is damaged: that is logged."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return kind()
    except (OSError, *NOT_JSON) as error:
        log.warning("state file unreadable", file=file.name, error=type(error).__name__)
        return kind()


def save(file: Path, value: msgspec.Struct) -> None:
    """For its owner's eyes alone. A disk that cannot be written is logged: the shift goes on."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as opened:
            opened.write(msgspec.json.encode(value))
    except OSError as error:
        log.warning("state file not saved", file=file.name, error=type(error).__name__)
