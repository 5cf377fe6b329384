"""The people whom cards are about."""

from __future__ import annotations

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import persons
from ekc_console.server.store.cards.persons import NewPerson, PersonRefused

ANNA = NewPerson("Алёхина Анна Петровна", "1985-03-12", "112-233-445 95", "")
SON = NewPerson("Алехин Пётр Ильич", "2019-05-01")


def add(db: Database, new: NewPerson) -> int:
    return db.write_now(lambda conn: persons.add(conn, new, 5.0, "anna"))


def found(db: Database, text: str) -> list[str]:
    return [person.name for person in db.read_now(lambda conn: persons.find(conn, text))]


def test_a_person_comes_back_whole(db: Database) -> None:
    number = add(db, ANNA)
    person = db.read_now(lambda conn: persons.get(conn, number))
    assert person is not None
    assert (person.name, person.birth_date, person.snils) == (
        ANNA.name, ANNA.birth_date, ANNA.snils,
    )  # fmt: skip
    assert (person.contacts, person.last_at) == (0, None)
    assert db.read_now(lambda conn: persons.get(conn, 99)) is None
    assert db.read_now(lambda conn: persons.get(conn, None)) is None


def test_the_same_name_and_birth_date_is_the_same_person(db: Database) -> None:
    number = add(db, ANNA)
    assert add(db, NewPerson("алехина анна петровна", "1985-03-12")) == number
    assert add(db, NewPerson(ANNA.name, "1990-01-01")) != number
    assert add(db, NewPerson(ANNA.name)) != add(db, NewPerson(ANNA.name))


def test_a_document_belongs_to_one_person(db: Database) -> None:
    add(db, ANNA)
    with pytest.raises(PersonRefused, match="owner=Алёхина"):
        add(db, NewPerson("Другой Человек", "1990-01-01", ANNA.snils))
    add(db, NewPerson("Без Номера"))
    add(db, NewPerson("Тоже Без Номера"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("алех", ["Алехин Пётр Ильич", "Алёхина Анна Петровна"]),
        ("Алёхин пётр иль", ["Алехин Пётр Ильич"]),
        ("алех анна петр", ["Алёхина Анна Петровна"]),
        ("112-233-445 95", ["Алёхина Анна Петровна"]),
        ("11223344595", ["Алёхина Анна Петровна"]),
        ("анна", []),
        ("%", []),
        ("", []),
    ],
)
def test_search(db: Database, text: str, names: list[str]) -> None:
    add(db, ANNA)
    add(db, SON)
    assert sorted(found(db, text)) == sorted(names)
