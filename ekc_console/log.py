"""Logs: structured, in English, without personal data.

Numbers, names and health never go into an event; a call is named by its id.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TextIO

import structlog

from ekc_console.errors import EkcError


def set_up(path: Path | None = None, *, verbose: bool = False) -> None:
    """Write to ``path`` (made with its folder, mode 600), or to stderr when None.

    Raises EkcError when the file cannot be written.
    """
    stream = _open(path) if path is not None else sys.stderr
    renderer: structlog.typing.Processor = structlog.dev.ConsoleRenderer(
        colors=path is None and sys.stderr.isatty(),
        # Others show the values of local variables: numbers, names, passwords.
        exception_formatter=structlog.dev.plain_traceback,
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.DEBUG if verbose else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=stream, level=logging.WARNING, force=True)


def _open(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        return path.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise EkcError(
            f"Журнал {path} не открывается: {error.strerror}.",
            "Укажите другой файл или дайте права на эту папку.",
        ) from error
