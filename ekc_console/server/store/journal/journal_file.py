"""A journal as a tool reads it: the store's database, or a JSONL file that was exported of it.

Each line of such a file is one entry ``{"seq", "at", "fact", "body"}``. A file that does not begin
with the first entry has the state before it in its first line: ``{"snapshot", "at", "hash",
"dump"}``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import msgspec

from ekc_console.domain.router import SNAPSHOT_VERSION, IllegalFact, Router
from ekc_console.domain.snapshot import digest_of
from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.journal import journal
from ekc_console.server.store.journal.journal import BadFact, Entry

_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Source:
    """A journal opened. ``entries`` can be used up once."""

    entries: Iterator[Entry]
    hashes: dict[int, str]
    """What the state's hash was after some of the entries, by their numbers."""
    start: Router
    """The state before the first entry."""
    start_seq: int


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Read-only, beside a running server too. Raises StoreError naming file and line or entry."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_SQLITE))
    except OSError as error:
        raise StoreError(
            f"Журнал {path} не читается: {error.strerror}.",
            "Укажите файл базы (ekc.db) или файл JSONL от ekc store journal export.",
        ) from error
    with _database(path) if head == _SQLITE else _lines(path) as source:
        yield source


@contextmanager
def _database(path: Path) -> Iterator[Source]:
    with read_only.opened(path) as conn:
        yield Source(journal.tail(conn), journal.hashes(conn, SNAPSHOT_VERSION), Router(), 0)


@contextmanager
def _lines(path: Path) -> Iterator[Source]:
    with path.open(encoding="utf-8") as file:
        first = file.readline()
        if not first.strip():
            raise StoreError(f"Журнал {path} пуст.", "Выгрузите его с другими --from и --to.")
        line = _decoded(path, 1, first)
        if "snapshot" not in line:
            file.seek(0)
            yield Source(_entries(path, file, 0, 0), {}, Router(), 0)
            return
        try:
            seq, dump = int(line["snapshot"]), line["dump"]
            if digest_of(dump) != line["hash"]:
                raise _bad(path, 1, "контрольная сумма снимка не та")
            router = Router.load(dump)
        except (KeyError, TypeError, ValueError) as error:
            raise _bad(path, 1, f"снимок состояния не читается: {error}") from error
        yield Source(_entries(path, file, 1, seq), {}, router, seq)


def _entries(path: Path, file: TextIO, read: int, seq: int) -> Iterator[Entry]:
    try:
        for number, text in enumerate(file, start=read + 1):
            line = _decoded(path, number, text)
            try:
                name, body = line["fact"], msgspec.json.encode(line["body"]).decode()
                entry = Entry(int(line["seq"]), float(line["at"]), journal.decode_fact(name, body))
            except (KeyError, TypeError, ValueError) as error:
                what = (
                    str(error) if isinstance(error, BadFact) else f"нет поля или оно не то: {error}"
                )
                raise _bad(path, number, what) from error
            seq += 1
            if entry.seq != seq:
                raise _bad(path, number, f"ожидалась запись {seq}, а здесь {entry.seq}")
            yield entry
    except UnicodeDecodeError as error:
        raise _bad(path, 0, "не текст UTF-8") from error


def _decoded(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except NOT_JSON as error:
        raise _bad(path, number, f"это не строка журнала: {error}") from error


def _bad(path: Path, line: int, what: str) -> StoreError:
    return StoreError(
        f"{path}:{line}: {what}.", "Выгрузите журнал ещё раз: ekc store journal export FILE.jsonl."
    )


def export(source: Source, path: Path, from_at: float | None, to_at: float | None) -> int:
    """Write the entries of ``from_at`` … ``to_at`` (seconds since the epoch, the end left out),
    with the state before the first of them. Returns their number. The file holds telephone
    numbers: it is made for its owner's eyes only. Raises StoreError."""
    router, count, seq = source.start, 0, source.start_seq
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise StoreError(
            f"Файл {path} не создаётся: {error.strerror}.", "Укажите другой файл."
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        for entry in source.entries:
            if to_at is not None and entry.at >= to_at:
                break
            # Once begun, all: moments go back where the clock was set, numbers have no gaps.
            if count or from_at is None or entry.at >= from_at:
                if not count and seq:
                    _write(file, _state(router, seq))
                count += 1
                name, body = journal.encode_fact(entry.fact)
                line = {
                    "seq": entry.seq,
                    "at": entry.at,
                    "fact": name,
                    "body": msgspec.Raw(body.encode()),
                }
                _write(file, line)
            else:
                handle(router, entry)
            seq = entry.seq
    return count


def handle(router: Router, entry: Entry) -> list[Any]:
    """The effects of an entry. Raises StoreError when the rules refuse it now."""
    try:
        return list(router.handle(entry.fact, entry.at))
    except IllegalFact as error:
        raise StoreError(
            f"Запись {entry.seq} ({type(entry.fact).__name__}): ядро её не принимает: {error}.",
            "Журнал вела другая версия программы, или он повреждён.",
        ) from error


def _state(router: Router, seq: int) -> dict[str, Any]:
    dump = router.dump()
    return {"snapshot": seq, "at": dump["now"], "hash": digest_of(dump), "dump": dump}


def _write(file: TextIO, line: dict[str, Any]) -> None:
    file.write(msgspec.json.encode(line).decode() + "\n")
