"""The journal: every fact of the core, in order, append-only; and the snapshots of its state.

The state is the newest snapshot with the entries after it handled one by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from ekc_console.domain.facts import FACTS, Fact
from ekc_console.server.store.errors import StoreError


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    """1, 2, 3 … without a gap."""
    at: float
    """The ``now`` that the router was given with the fact: seconds since the epoch."""
    fact: Fact


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The router's state after the entry ``seq``."""

    seq: int
    at: float
    hash: str
    """``Router.state_hash()`` of that state."""
    dump: dict[str, Any]


class BadFact(ValueError):
    """No such fact, or a body that is not one of it; the text names type and field."""


_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(fact) for name, fact in FACTS.items()
}


def encode_fact(fact: Fact) -> tuple[str, str]:
    """Name and body (JSON) of a fact."""
    return type(fact).__name__, _encoder.encode(fact).decode()


def decode_fact(name: str, body: str) -> Fact:
    """Raises BadFact."""
    decoder = _decoders.get(name)
    if decoder is None:
        raise BadFact(f"неизвестный факт «{name}»")
    try:
        fact: Fact = decoder.decode(body)
    except msgspec.DecodeError as error:
        raise BadFact(f"факт {name} не читается: {error}") from error
    return fact


def append(conn: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Write entries; their numbers go on from ``last_seq``."""
    conn.executemany(
        "INSERT INTO journal (seq, at, fact, body) VALUES (?, ?, ?, ?)",
        [(entry.seq, entry.at, *encode_fact(entry.fact)) for entry in entries],
    )


def last_seq(conn: sqlite3.Connection) -> int:
    """Number of the last entry, 0 for an empty journal."""
    (seq,) = conn.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    return int(seq)


def tail(conn: sqlite3.Connection, after_seq: int = 0) -> Iterator[Entry]:
    """Entries after ``after_seq`` in order; to be used up inside the read that it was called in.

    Raises StoreError that names the entry when one is missing or cannot be read.
    """
    expected = after_seq
    rows = conn.execute(
        "SELECT seq, at, fact, body FROM journal WHERE seq > ? ORDER BY seq", (after_seq,)
    )
    for seq, at, name, body in rows:
        expected += 1
        if seq != expected:
            raise _broken(f"нет записи {expected}, за {expected - 1} идёт {seq}")
        try:
            fact = decode_fact(name, body)
        except BadFact as error:
            raise _broken(f"запись {seq}: {error}") from error
        yield Entry(seq, at, fact)


def save_snapshot(
    conn: sqlite3.Connection, seq: int, at: float, digest: str, dump: dict[str, Any]
) -> None:
    """Keep a state; only the newest is kept."""
    conn.execute("DELETE FROM snapshot")
    conn.execute(
        "INSERT INTO snapshot (seq, at, hash, dump) VALUES (?, ?, ?, ?)",
        (seq, at, digest, _encoder.encode(dump).decode()),
    )


def latest_snapshot(conn: sqlite3.Connection) -> Snapshot | None:
    """Raises StoreError when it cannot be read."""
    row = conn.execute("SELECT seq, at, hash, dump FROM snapshot").fetchone()
    if row is None:
        return None
    seq, at, digest, dump = row
    try:
        return Snapshot(seq, at, digest, msgspec.json.decode(dump, type=dict[str, Any]))
    except msgspec.DecodeError as error:
        raise _broken(f"снимок состояния после записи {seq} не читается: {error}") from error


def _broken(what: str) -> StoreError:
    return StoreError(
        f"Журнал: {what}.",
        "Запустите версию программы, которая вела этот журнал, или восстановите резервную копию.",
    )
