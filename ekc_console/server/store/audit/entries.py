"""Entries of the audit trail: who did what with whose, kept in a chain.

An entry holds ids alone. What was searched for is kept as a keyed hash: one can ask whether
somebody has searched for a given text, and the trail itself names nobody.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from ekc_console.domain.terms import digits
from ekc_console.server.store.audit.heads import Head, Heads
from ekc_console.server.store.base import chain

Action = Literal[
    "begun",
    "gap",
    "login",
    "login_failed",
    "logout",
    "session_ended",
    "card",
    "contacts",
    "persons",
    "visits",
    "recording",
    "listen",
    "export",
    "settings",
    "account",
    "board",
    "monitor",
    "password",
    "audit",
    "audit_check",
    "lost",
]
"""``begun``, ``gap`` and ``lost`` are the trail's own: its first entry of this kind, a head that
was not found in it, entries that could not be written."""
ACTIONS: tuple[Action, ...] = get_args(Action)
_WRITTEN = re.compile(r"\s*\+?[\d\s()./-]*\d[\s)]*")
"""A telephone number, its last digits, the number of a document."""
NOBODY = ""
"""Who did not get in."""


@dataclass(frozen=True, slots=True)
class Entry:
    at: float
    who: str
    """Login; ``os:`` and the account of the machine for the command line; "" for nobody known."""
    action: Action
    about: str = ""
    """Id of the card, call, recording or account; "" for none."""
    search: str = ""
    """What was searched for; only its hash is kept."""
    found: int = 0
    """How many were shown."""
    reason: str = ""
    """As somebody gave it, who may forget that it is kept for years: numbers of people in it are
    masked."""


@dataclass(frozen=True, slots=True)
class Kept:
    seq: int
    at: float
    who: str
    action: Action
    about: str
    search: str
    """Hash of what was searched for."""
    found: int
    reason: str
    seal: str
    """As of :mod:`ekc_console.server.store.base.chain`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; what is empty or None is not asked for. Seconds since the epoch."""

    who: str = ""
    action: str = ""
    about: str = ""
    search: str = ""
    """The text itself."""
    since: float | None = None
    until: float | None = None
    """Not included."""
    before: int | None = None
    """Only entries of a lower number."""


def add(conn: sqlite3.Connection, heads: Heads, *entries: Entry) -> Head:
    """Seal them upon the last one; :meth:`Heads.keep` the head when it is committed.

    Where the last head that was kept is not in the table, its end was cut or changed: an entry
    (``gap``) says so for ever, numbered so that the numbers that are gone are seen. So it does
    where there are entries and no heads, which begin with the trail itself.
    """
    last, before = _last(conn)
    kept = heads.last() or _begun(conn, heads)
    if kept is None and last:
        entries = (Entry(entries[0].at, NOBODY, "gap"), *entries)
    elif kept is not None and not _has(conn, kept):
        last = max(last, kept.seq)
        gap = Entry(entries[0].at, NOBODY, "gap", about=f"{kept.seq}:{kept.seal}")
        entries = (gap, *entries)
    for entry in entries:
        last += 1
        before = _insert(conn, before, last, entry)
    return Head.of(entries[-1].at, last, before)


def last_number(conn: sqlite3.Connection) -> int:
    """0 for an empty trail."""
    return _last(conn)[0]


def of(conn: sqlite3.Connection, wanted: Wanted, limit: int | None = None) -> list[Kept]:
    """The newest first, ``limit`` at most."""
    return list(_select(conn, wanted, "DESC", limit))


def oldest_first(conn: sqlite3.Connection, wanted: Wanted) -> Iterator[Kept]:
    return _select(conn, wanted, "ASC", None)


def _select(
    conn: sqlite3.Connection, wanted: Wanted, order: str, limit: int | None
) -> Iterator[Kept]:
    asked: tuple[tuple[str, str | float | None], ...] = (
        ("who = ?", wanted.who),
        ("action = ?", wanted.action),
        ("about = ?", wanted.about),
        ("at >= ?", wanted.since),
        ("at < ?", wanted.until),
        ("seq < ?", wanted.before),
    )
    given = [(term, value) for term, value in asked if value not in ("", None)]
    where = " AND ".join(term for term, _ in given) or "1"
    values = [value for _, value in given]
    if wanted.search:
        # Entries that were kept before numbers were told from words have theirs as typed.
        where += " AND search IN (?, ?)"
        values += [hashed(conn, wanted.search), _keyed(conn, _words(wanted.search))]
    rows = conn.execute(
        f"SELECT {', '.join(chain.COLUMNS)}, seal FROM audit WHERE {where}"
        f" ORDER BY seq {order} LIMIT ?",
        (*values, -1 if limit is None else limit),
    )
    return (Kept(*row) for row in rows)


def hashed(conn: sqlite3.Connection, text: str) -> str:
    """By the key of this store; words however they are spaced and in whatever case, a number
    however it is written."""
    return _keyed(conn, _digits(text) if _WRITTEN.fullmatch(text) else _words(text))


def _keyed(conn: sqlite3.Connection, folded: str) -> str:
    (key,) = conn.execute("SELECT key FROM access_key").fetchone()
    return hashlib.blake2b(folded.encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


def _digits(text: str) -> str:
    """The national form and the international one are one number."""
    plain = re.sub(r"\D", "", text)
    return f"7{plain[1:]}" if len(plain) == 11 and plain[0] == "8" else plain


def _last(conn: sqlite3.Connection) -> tuple[int, str]:
    row = conn.execute("SELECT seq, seal FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return row or (0, chain.NO_SEAL)


def _begun(conn: sqlite3.Connection, heads: Heads) -> Head | None:
    """The head of a trail of which this program has written nothing yet, kept from now on."""
    row = conn.execute(
        "SELECT action, at, seq, seal FROM audit ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    if row is None or row[0] != "begun":
        return None
    head = Head.of(*row[1:])
    heads.keep(head)
    return head


def _has(conn: sqlite3.Connection, head: Head) -> bool:
    found = conn.execute("SELECT 1 FROM audit WHERE seq = ? AND seal = ?", (head.seq, head.seal))
    return found.fetchone() is not None


def _insert(conn: sqlite3.Connection, before: str, seq: int, entry: Entry) -> str:
    row = (
        seq,
        float(entry.at),
        entry.who,
        entry.action,
        entry.about,
        hashed(conn, entry.search) if entry.search else "",
        entry.found,
        digits.masked(entry.reason),
    )
    sealed = chain.seal(before, row)
    conn.execute(
        f"INSERT INTO audit ({', '.join(chain.COLUMNS)}, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, sealed),
    )
    return sealed
