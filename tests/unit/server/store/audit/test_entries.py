"""What the trail keeps of what was searched for, and of reasons."""

from __future__ import annotations

import pytest

from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.entries import Entry, Wanted
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base.database import Database


async def kept(db: Database, entry: Entry, wanted: Wanted) -> list[entries.Kept]:
    heads = Heads(db.path)
    await db.write(lambda conn: entries.add(conn, heads, entry))
    return await db.read(lambda conn: entries.of(conn, wanted))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("+79000000101", "8 (900) 000-01-01"),
        ("8 900 000 01 01", "+7 900 000-01-01"),
        ("112-233-445 95", "11223344595"),
        ("0101", " 01-01 "),
        ("Иванова  Анна", " иванова анна"),
        ("Садовая, 5", "садовая, 5"),
    ],
)
async def test_a_search_is_found_however_it_was_written(
    db: Database, typed: str, asked: str
) -> None:
    (found,) = await kept(db, Entry(1.0, "anna", "contacts", search=typed), Wanted(search=asked))
    assert typed not in str(found)
    assert "0101" not in found.search


@pytest.mark.parametrize(
    ("typed", "asked"), [("0101", "101"), ("иванова", "иванов"), ("Садовая, 5", "5")]
)
async def test_another_search_is_another_one(db: Database, typed: str, asked: str) -> None:
    entry = Entry(1.0, "anna", "contacts", search=typed)
    assert await kept(db, entry, Wanted(search=asked)) == []


async def test_one_kept_as_it_was_typed_is_found_too(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as m:
        m.setattr(entries, "_digits", entries._words)
        entry = Entry(1.0, "anna", "contacts", search="8 900 000-01-01")
        await kept(db, entry, Wanted())
    found = await db.read(lambda conn: entries.of(conn, Wanted(search="8 900 000-01-01")))
    assert [one.who for one in found] == ["anna"]


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("жалоба 17 от 8 (900) 000-01-01", "жалоба 17 от +7 *** ***-**-01"),
        ("СНИЛС 112-233-445 95", "СНИЛС *********95"),
        ("запрос 1234", "запрос 1234"),
    ],
)
async def test_a_reason_is_kept_without_numbers(db: Database, given: str, kept_as: str) -> None:
    (found,) = await kept(db, Entry(1.0, "anna", "audit", reason=given), Wanted(who="anna"))
    assert found.reason == kept_as
