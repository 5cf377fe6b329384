"""The lines of one call, out of the part of the journal in which it lived.

The state before that part is that of a snapshot, if one of those that are kept is old enough: then
the call is lived through again with its decisions. Otherwise its own facts are told and whom it was
offered to.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ekc_console.domain import facts as f
from ekc_console.domain.router import SNAPSHOT_VERSION, Router
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.core.explanation import Moment, moments
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.journal import journal
from ekc_console.server.store.journal.journal import Entry

REPLAYED_MOST = 20_000
"""Entries lived through again for one call: about two seconds."""
PAUSE_EVERY, PAUSE_S = 20, 0.0002
"""A thread that computes without a pause keeps the event loop waiting at each of its turns."""
AFTER_S = 900.0
"""What follows the end of a call, its wrap-up, comes within this time."""


@dataclass(frozen=True, slots=True)
class Lived:
    """When a call was there; seconds since the epoch."""

    since: float
    until: float | None
    """None: it lives."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A call held out to somebody."""

    agent: str
    made_at: float
    result: str
    """Empty: it lasts."""


@dataclass(frozen=True, slots=True)
class Told:
    """``moments`` with the decisions, or else ``entries`` and ``offers``."""

    moments: tuple[Moment, ...] = ()
    entries: tuple[Entry, ...] = ()
    offers: tuple[Offer, ...] = ()


def told(conn: sqlite3.Connection, call: CallId, when: Lived) -> Told:
    first, last = _part(conn, when)
    start = _state_before(conn, first, last)
    if start is not None:
        router, seq = start
        try:
            return Told(moments=tuple(moments(router, _calmly(conn, seq, last), call)))
        except StoreError:
            pass  # rules that have changed since, or a part that is gone: its own facts say enough
    return Told(entries=tuple(_own(conn, call, first, last)), offers=tuple(_offers(conn, call)))


def _part(conn: sqlite3.Connection, when: Lived) -> tuple[int, int]:
    """The numbers of the first entry and of the last one."""
    last = journal.last_seq(conn)
    first = _first_at(conn, when.since, last)
    if when.until is not None:
        last = min(last, _first_at(conn, when.until + AFTER_S, last))
    return first, last


def _first_at(conn: sqlite3.Connection, at: float, last: int) -> int:
    """The first entry at ``at`` or later, found by halves; after the last one: the last."""
    low, high = 1, max(1, last)
    while low < high:
        middle = (low + high) // 2
        row = conn.execute("SELECT at FROM journal WHERE seq = ?", (middle,)).fetchone()
        if row is not None and row[0] < at:
            low = middle + 1
        else:
            high = middle
    return low


def _state_before(conn: sqlite3.Connection, first: int, last: int) -> tuple[Router, int] | None:
    """And the number of the entry after which it was; None when that is too far back."""
    known = [seq for seq in journal.hashes(conn, SNAPSHOT_VERSION) if seq < first]
    seq = max(known, default=0)
    if last - seq > REPLAYED_MOST:
        return None
    if not known:
        return Router(), 0
    try:
        return Router.load(journal.snapshot_after(conn, seq).dump), seq
    except (StoreError, KeyError, TypeError, ValueError):
        return None


def _calmly(conn: sqlite3.Connection, after: int, last: int) -> Iterator[Entry]:
    for entry in journal.tail(conn, after):
        if entry.seq > last:
            return
        if entry.seq % PAUSE_EVERY == 0:
            time.sleep(PAUSE_S)
        yield entry


def _own(conn: sqlite3.Connection, call: CallId, first: int, last: int) -> Iterable[Entry]:
    """The facts that name the call."""
    rows = conn.execute(
        "SELECT seq, at, fact, body FROM journal WHERE seq BETWEEN ? AND ?"
        " AND instr(body, ?) > 0 ORDER BY seq",
        (first, last, f'"{call}"'),
    )
    for seq, at, name, body in rows:
        fact: f.Fact = journal.decode_fact(name, body)
        if getattr(fact, "call", None) == call:
            yield Entry(seq, at, fact)


def _offers(conn: sqlite3.Connection, call: CallId) -> Iterable[Offer]:
    rows = conn.execute(
        "SELECT agent, made_at, coalesce(result, '') FROM offers WHERE call = ? ORDER BY made_at",
        (call,),
    )
    return [Offer(*row) for row in rows]
