from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ekc_console.client.words.saying import said as words_said
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, sessions
from ekc_console.server.store.people.accounts import PeopleError, User
from ekc_console.wire.voice import VoiceSetting
from ekc_console.wire.words import words_of

ANNA = User(
    login="anna.p",
    name="Анна Петрова",
    role="operator",
    password_hash="$argon2id$secret",
    queues=("main", "other"),
    skills=("дети",),
    expires_at=2e9,
)

BY_PHONE = VoiceSetting(way="phone", number="+79000000012")


async def test_an_account_comes_back_as_it_was(db: Database) -> None:
    boris = User(login="boris", name="Борис", role="admin", password_hash="x", voice=BY_PHONE)
    clinic = User(login="clinic", name="Пост", role="clinic", password_hash="x", clinics=("c1",))
    await db.write(lambda conn: accounts.add(conn, boris))
    await db.write(lambda conn: accounts.add(conn, clinic))
    await db.write(lambda conn: accounts.add(conn, ANNA))
    assert await db.read(lambda conn: accounts.get(conn, "anna.p")) == ANNA
    assert await db.read(lambda conn: accounts.get(conn, "nobody")) is None
    assert await db.read(accounts.everybody) == [ANNA, boris, clinic]
    assert "secret" not in repr(ANNA)


async def test_a_login_is_given_once(db: Database) -> None:
    await db.write(lambda conn: accounts.add(conn, ANNA))
    with pytest.raises(PeopleError, match=r"anna\.p"):
        await db.write(lambda conn: accounts.add(conn, ANNA))


async def test_update_and_disable(db: Database) -> None:
    await db.write(lambda conn: accounts.add(conn, ANNA))
    await db.write(lambda conn: sessions.put(conn, ANNA.login, "token", 1.0, 2.0))
    changed = replace(ANNA, name="Анна Иванова", role="supervisor", queues=(), expires_at=None)
    changed = replace(changed, voice=VoiceSetting(way="dial-in"))
    await db.write(lambda conn: accounts.update(conn, changed))
    assert await db.read(lambda conn: accounts.get(conn, ANNA.login)) == changed
    await db.write(lambda conn: accounts.disable(conn, ANNA.login))
    assert await db.read(accounts.everybody) == [replace(changed, disabled=True)]
    assert await db.read(lambda conn: sessions.get(conn, "token")) is None


async def test_unknown_logins(db: Database) -> None:
    for attempt in (
        lambda conn: accounts.update(conn, ANNA),
        lambda conn: accounts.disable(conn, "anna.p"),
    ):
        with pytest.raises(PeopleError, match=r"anna\.p"):
            await db.write(attempt)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"login": "a"}, "от 2 до 32"),
        ({"login": "a" * 33}, "от 2 до 32"),
        ({"login": "Anna"}, "строчные"),
        ({"login": "анна"}, "латинские"),
        ({"login": "an na"}, "латинские"),
        ({"login": "anna\n"}, "латинские"),
        ({"name": " "}, "имени"),
        ({"role": "volunteer", "voice": BY_PHONE}, "с ролью volunteer голос по телефону"),
        ({"role": "boss"}, "operator, volunteer, medic, supervisor, "),
    ],
)
async def test_values_that_cannot_be(db: Database, change: dict[str, Any], said: str) -> None:
    with pytest.raises(PeopleError) as caught:
        await db.write(lambda conn: accounts.add(conn, replace(ANNA, **change)))
    assert said in words_said(words_of(caught.value))
    assert await db.read(accounts.everybody) == []


@pytest.mark.parametrize("login", ["ab", "a1", "a.b_c-d", "0" * 32])
async def test_logins_that_are_fine(db: Database, login: str) -> None:
    await db.write(lambda conn: accounts.add(conn, replace(ANNA, login=login)))
