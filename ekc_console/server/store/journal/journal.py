"""The journal: every fact of the core, in order, append-only; and the snapshots of its state.

The state is the newest snapshot with the entries after it handled one by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from ekc_console.domain.facts import FACTS, Fact
from ekc_console.domain.snapshot import digest_of
from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.base.errors import StoreError

log = structlog.get_logger(__name__)

SNAPSHOTS_KEPT = 3
"""The older ones are there for when the newest is damaged."""
VERSION_OF = "CASE WHEN json_valid(dump) THEN json_extract(dump, '$.version') END"
"""Of a snapshot, as SQL."""


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    """1, 2, 3 … without a gap."""
    at: float
    """The ``now`` that the router was given with the fact: seconds since the epoch."""
    fact: Fact


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it stands in the journal."""

    seq: int
    at: float
    name: str
    body: str
    """JSON."""


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
    """Name and body (JSON) of a fact. Raises BadFact when it cannot be written: a value that is no
    text of UTF-8, or a type that a fact does not have."""
    name = type(fact).__name__
    if name not in _decoders:
        raise BadFact(f"неизвестный факт «{name}»")
    try:
        return name, _encoder.encode(fact).decode()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise BadFact(f"факт {name} не записывается: {type(error).__name__}") from error


def decode_fact(name: str, body: str) -> Fact:
    """Raises BadFact."""
    decoder = _decoders.get(name)
    if decoder is None:
        raise BadFact(f"неизвестный факт «{name}»")
    try:
        fact: Fact = decoder.decode(body)
    except NOT_JSON as error:
        raise BadFact(f"факт {name} не читается: {error}") from error
    return fact


def append(conn: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Write entries; their numbers go on from ``last_seq``. Raises BadFact."""
    append_written(conn, [Written(e.seq, e.at, *encode_fact(e.fact)) for e in entries])


def append_written(conn: sqlite3.Connection, entries: Iterable[Written]) -> None:
    """As ``append``, with what was encoded before."""
    conn.executemany(
        "INSERT INTO journal (seq, at, fact, body) VALUES (?, ?, ?, ?)",
        [(entry.seq, entry.at, entry.name, entry.body) for entry in entries],
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


def save_snapshot(conn: sqlite3.Connection, seq: int, at: float, digest: str, text: str) -> None:
    """Keep a state, ``text`` being its JSON; the newest ``SNAPSHOTS_KEPT`` are kept, and the last
    one of every other version: for a program that goes back to it."""
    conn.execute(
        "INSERT OR REPLACE INTO snapshot (seq, at, hash, dump) VALUES (?, ?, ?, ?)",
        (seq, at, digest, text),
    )
    conn.execute(
        "DELETE FROM snapshot WHERE seq NOT IN"
        " (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)"
        f" AND seq NOT IN (SELECT max(seq) FROM snapshot GROUP BY {VERSION_OF})",
        (SNAPSHOTS_KEPT,),
    )


def snapshots(conn: sqlite3.Connection) -> Iterator[Snapshot]:
    """Snapshots that can be read and are whole, newest first; a damaged one is told in the log."""
    for (seq,) in conn.execute("SELECT seq FROM snapshot ORDER BY seq DESC").fetchall():
        try:
            yield snapshot_after(conn, seq)
        except StoreError as error:
            log.error("snapshot is damaged", seq=seq, error=error.message)


def snapshot_after(conn: sqlite3.Connection, seq: int) -> Snapshot:
    """The snapshot after the entry ``seq``. Raises StoreError when it cannot be read or is not
    what its hash was taken of; KeyError when there is none."""
    row = conn.execute("SELECT at, hash, dump FROM snapshot WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        raise KeyError(seq)
    at, digest, text = row
    try:
        dump = msgspec.json.decode(text, type=dict[str, Any])
    except NOT_JSON as error:
        raise _broken(f"снимок состояния после записи {seq} не читается: {error}") from error
    if digest_of(dump) != digest:
        raise _broken(f"снимок состояния после записи {seq} повреждён: контрольная сумма не та")
    return Snapshot(seq, at, digest, dump)


def hashes(conn: sqlite3.Connection, version: int | None = None) -> dict[int, str]:
    """The hash of each kept snapshot by the number of its entry; of those of one ``version`` only,
    for the same state of another one has another hash."""
    only = "" if version is None else f" WHERE {VERSION_OF} = ?"
    values = () if version is None else (version,)
    return dict(conn.execute(f"SELECT seq, hash FROM snapshot{only} ORDER BY seq", values))


def _broken(what: str) -> StoreError:
    return StoreError(
        f"Журнал: {what}.",
        "Запустите версию программы, которая вела этот журнал, или восстановите резервную копию.",
    )
