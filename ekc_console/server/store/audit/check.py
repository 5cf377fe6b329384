"""Whether the audit trail is as it was written: every seal, every number, every head beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ekc_console.server.store.audit.heads import Head, Heads, Written
from ekc_console.server.store.base import chain

Fault = Literal["changed", "missing", "cut", "rewritten", "gap", "no_heads", "bad_heads"]
"""What is wrong at an entry:

* ``changed``: its seal is not that of its content and of the entry before;
* ``missing``: its number is not there, later ones are;
* ``cut``: a head names it, the trail ends before it;
* ``rewritten``: a head has another seal for it;
* ``gap``: it says itself that an earlier end was not found;
* ``no_heads``, ``bad_heads``: the heads are gone, or a line of theirs (its number) says nothing.
"""
SAID_EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Broken:
    seq: int
    """Of the entry, or the line of the heads."""
    fault: Fault


@dataclass(frozen=True, slots=True)
class Checked:
    entries: int
    head: Head | None
    """None for an empty trail."""
    broken: Broken | None
    """The first that is wrong."""


def check(
    conn: sqlite3.Connection,
    heads: Heads,
    also: Head | None = None,
    progress: Callable[[int], None] = lambda entries: None,
) -> Checked:
    """``also``: a head that somebody has kept elsewhere. ``progress`` is told the entries read.

    ``conn`` is used for nothing else: text that is no UTF-8 is read as what it cannot have been.
    Raises StoreError and ``sqlite3.Error``.
    """
    conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
    written = heads.written()
    known: dict[int, set[str]] = {}
    for head in (*written.heads, *([also] if also else [])):
        known.setdefault(head.seq, set()).add(head.seal)
    walk = _Walk(known)
    rows = conn.execute(f"SELECT {', '.join(chain.COLUMNS)}, seal FROM audit ORDER BY seq")
    for *entry, sealed in rows:
        if fault := walk.fault(tuple(entry), sealed):
            return Checked(walk.entries, walk.head, fault)
        if walk.entries % SAID_EVERY == 0:
            progress(walk.entries)
    return Checked(walk.entries, walk.head, walk.gap or _outside(walk, written))


class _Walk:
    """From the first entry on."""

    def __init__(self, known: dict[int, set[str]]) -> None:
        """``known``: seals of heads by number; those that were met are taken out."""
        self.known = known
        self.entries = 0
        self.head: Head | None = None
        self.gap: Broken | None = None
        self.action = ""
        self._seq, self._seal = 0, chain.NO_SEAL

    def fault(self, entry: Any, sealed: str) -> Broken | None:
        """Take one more entry; what is wrong with it."""
        seq, at, _who, action, *_rest = entry
        if seq != self._seq + 1:
            return Broken(self._seq + 1, "missing")
        if chain.seal(self._seal, entry) != sealed:
            return Broken(seq, "changed")
        if self.known.pop(seq, {sealed}) != {sealed}:
            return Broken(seq, "rewritten")
        if action == "gap" and self.gap is None:
            self.gap = Broken(seq, "gap")
        self.entries, self._seq, self._seal, self.action = self.entries + 1, seq, sealed, action
        self.head = Head.of(at, seq, sealed)
        return None


def _outside(walk: _Walk, written: Written) -> Broken | None:
    """What only the heads tell. Before the first entry that a program of this version adds there
    are none."""
    if walk.known:
        return Broken((walk.head.seq if walk.head else 0) + 1, "cut")
    if written.unreadable:
        return Broken(written.unreadable[0], "bad_heads")
    if not written.heads and walk.action != "begun":
        return Broken((walk.head.seq if walk.head else 0) + 1, "no_heads")
    return None
