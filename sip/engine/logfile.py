"""Where the softphone process writes: a log file or nowhere, never the console's terminal."""

from __future__ import annotations

import logging
import os
import re

_NAMED_HEADER = re.compile(r"(?m)^([A-Za-z-]+[ \t]*:)[^<\r\n]*<")
_PEOPLE = re.compile(r"(?i)(sips?:|tel:)[^@\s>;]*@?|\"[^\"\r\n]*\"|\+?\d{5,}")
_KEYS = re.compile(r"\binline:[^\s|]+")
"""Of encrypted sound (RFC 4568 section 9.1): whoever has them can listen."""


def without_people(text: str) -> str:
    """PJSIP's log text without user parts of addresses, display names, quoted values, numbers of
    five digits and more, and keys of encrypted sound."""
    text = _KEYS.sub("inline:…", text)
    return _PEOPLE.sub("…", _NAMED_HEADER.sub(r"\1 …<", text))


def log_to(path: str) -> None:
    """Send the log, and what native code writes to stdout and stderr, into ``path``; an empty
    path drops it. Raises ``OSError`` when the file cannot be opened."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    target = os.open(path or os.devnull, flags, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)
    level = logging.INFO if path else logging.CRITICAL + 1
    form = "%(asctime)s %(name)s %(levelname)s %(message)s"
    logging.basicConfig(level=level, format=form, force=True)
