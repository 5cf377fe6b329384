"""The seals of the audit trail: each holds the one before, so that no entry is changed, taken out,
put in or moved without all that follow telling of it.

The seal is SHA-256, in lower-case hexadecimal, of the entry's canonical form in UTF-8: a JSON array
without white space,

    [seal of the entry before, seq, at, who, action, about, search, found, reason]

The first entry has ``NO_SEAL`` before it. ``at`` is the shortest decimal that reads back as the
same number; characters beyond ASCII stand as they are. The form never changes: old seals are
checked by it.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

NO_SEAL = "0" * 64
COLUMNS = ("seq", "at", "who", "action", "about", "search", "found", "reason")
"""Of the table ``audit``, in the order of the canonical form; ``seal`` is the last."""

Sealed = tuple[int, float, str, str, str, str, int, str]
"""An entry's columns."""


def seal(before: str, entry: Sealed) -> str:
    return sha256(msgspec.json.encode((before, *entry))).hexdigest()
