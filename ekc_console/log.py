"""Logs: structured, in English, without personal data.

Numbers, names and health never go into an event; a call is named by its id.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TextIO

import structlog


def set_up(path: Path | None = None, *, verbose: bool = False) -> None:
    """Write to ``path`` (made with its folder, mode 600), or to stderr when None."""
    stream: TextIO = sys.stderr
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        stream = path.open("a", encoding="utf-8", buffering=1)
    renderer: structlog.typing.Processor = structlog.dev.ConsoleRenderer(
        colors=path is None and sys.stderr.isatty()
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
