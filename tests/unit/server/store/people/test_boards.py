from __future__ import annotations

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import boards, sessions
from ekc_console.server.store.people.boards import BoardError


async def test_a_token_is_good_from_adding_to_removing_and_only_its_hash_is_kept(
    db: Database,
) -> None:
    token = sessions.new_token()
    assert await db.read(lambda conn: boards.of(conn, token)) is None
    await db.write(lambda conn: boards.add(conn, "Зал 1", token, ("vacc",), 1.0))
    found = await db.read(lambda conn: boards.of(conn, token))
    assert found is not None
    assert (found.name, found.queues, found.created_at) == ("Зал 1", ("vacc",), 1.0)
    assert await db.read(boards.all_boards) == [found]
    assert await db.read(boards.hashes) == {found.token_hash}
    dump = await db.read(lambda conn: "\n".join(conn.iterdump()))
    assert found.token_hash in dump
    assert token not in dump
    await db.write(lambda conn: boards.remove(conn, "Зал 1"))
    assert await db.read(lambda conn: boards.of(conn, token)) is None
    assert await db.read(boards.hashes) == set()


async def test_a_name_is_given_once_and_fits_a_line(db: Database) -> None:
    await db.write(lambda conn: boards.add(conn, "зал", "a", (), 1.0))
    for name in ("зал", "", " зал", "зал\n2", "з" * 41):
        with pytest.raises(BoardError):
            await db.write(lambda conn, name=name: boards.add(conn, name, "b", (), 1.0))  # type: ignore[misc]
    with pytest.raises(BoardError, match="hall"):
        await db.write(lambda conn: boards.remove(conn, "hall"))


async def test_tokens_are_long_and_differ() -> None:
    tokens = {sessions.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43
