"""Logs: structured, in English, without personal data.

Numbers, names and health never go into an event; a call is named by its id. A line that cannot be
written, or not even be put into words, costs nobody anything but the line (``log_lines``).
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

import structlog

from ekc_console import log_lines
from ekc_console.errors import EkcError

_lines: log_lines.Lines | None = None
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
"""What is above them is written always."""
_least = logging.INFO


def take_level(name: str) -> None:
    """From which level on lines are written: ``debug``, ``info``, ``warning``, ``error``. Of this
    program's own lines: what libraries say below a warning may hold anything."""
    global _least
    _least = _LEVELS[name]


def tell_detail(logger: Any, event: str, **values: Any) -> None:
    """A line of the level ``debug``; costs nothing to speak of while nobody wants it."""
    if _least <= logging.DEBUG:
        logger.debug(event, **values)


def set_up(path: Path | None = None) -> None:
    """Write to ``path`` (made with its folder, mode 600), or to stderr when None.

    Raises EkcError when the file cannot be written now.
    """
    global _lines
    if _lines is not None:
        _lines.drain()
    colours = path is None and sys.stderr.isatty()
    if path is not None:
        _lines = log_lines.to_descriptor(_open(path))
    else:
        _lines = log_lines.to_stream(sys.stderr)
    renderer: structlog.typing.Processor = structlog.dev.ConsoleRenderer(
        colors=colours,
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
        wrapper_class=_never_raising(structlog.make_filtering_bound_logger(logging.DEBUG)),
        logger_factory=structlog.WriteLoggerFactory(_lines),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    logging.raiseExceptions = False
    logging.basicConfig(stream=_lines, level=logging.WARNING, force=True)


def drain(limit_s: float = log_lines.AT_EXIT_S) -> None:
    """Wait until the lines so far are written: before the process ends on purpose."""
    if _lines is not None:
        _lines.drain(limit_s)


def _never_raising(kind: type[Any]) -> type[Any]:
    """The same logger, from the level in force on; what its processors raise costs the line."""

    def proxy(self: Any, name: str, *args: Any, **kw: Any) -> Any:
        if _LEVELS.get(name, _least) < _least:
            return None
        try:
            return kind._proxy_to_logger(self, name, *args, **kw)
        except Exception:
            log_lines.lose()
            return None

    return type("NeverRaising", (kind,), {"_proxy_to_logger": proxy})


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EkcError(
            f"Журнал {path} не открывается: {error.strerror}.",
            "Укажите другой файл или дайте права на эту папку.",
        ) from error
