"""Records of people: corrected, merged, merges undone, and who has done it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import (
    cards,
    contacts,
    person_duplicates,
    person_records,
    persons,
)
from ekc_console.server.store.cards.cards import NewCard
from ekc_console.server.store.cards.person_records import PersonChanged
from ekc_console.server.store.cards.persons import NewPerson, PersonRefused, PersonTaken
from ekc_console.wire.card_work import PERSON_FIELDS, PersonField

ANNA = NewPerson("Алёхина Анна Петровна", "1985-03-12", "112-233-445 95")
TWIN = NewPerson("Алехина Анна", "", "", "1234567890123456")


def add(db: Database, new: NewPerson, *numbers: str) -> int:
    """With a card for each of the numbers it called from."""

    def write(conn: Any) -> int:
        person = persons.add(conn, new, 5.0, "anna")
        for number in numbers:
            (seen,) = conn.execute("SELECT count(*) FROM cards").fetchone()
            call = f"c{seen}"
            conn.execute(
                "INSERT INTO calls (id, direction, number, number_reversed, called, topic, skills,"
                " priority, state, arrived_at, ended_at, talk_s, held_s, wrap_up_s) VALUES"
                " (?, 'in', ?, ?, '', 't', '[]', 0, 'ended', ?, ?, 0, 0, 0)",
                (call, number, number[:0:-1], seen, seen + 1),
            )
            card = NewCard(
                id=f"card-{call}", call=call, number=number, topic="t", scenario="s", version="v",
                session={"fields": {}}, agent="anna", created_at=float(seen),
            )  # fmt: skip
            cards.create_draft(conn, card)
            cards.link_person(conn, card.id, person, 5.0, "anna")
        return person

    return db.write_now(write)


def revision(db: Database, person: int) -> int:
    found = db.read_now(lambda conn: persons.get(conn, person))
    assert found is not None
    return found.revision


def merge(db: Database, person: int, other: int, *take: PersonField, at: float = 20.0) -> int:
    ends = (person, revision(db, person)), (other, revision(db, other))
    db.write_now(lambda conn: person_records.merge(conn, *ends, take, at, "nina"))
    found = db.read_now(lambda conn: person_records.last_merge(conn, person))
    assert found is not None
    return found.id


def undo(db: Database, number: int, at: float = 30.0) -> None:
    db.write_now(lambda conn: person_records.undo(conn, number, at, "nina"))


def correct(db: Database, person: int, new: NewPerson, read: int | None = None) -> None:
    known = revision(db, person) if read is None else read
    db.write_now(lambda conn: person_records.correct(conn, person, known, new, 10.0, "boris"))


def changes(db: Database, person: int) -> list[tuple[str, str, str]]:
    found = db.read_now(lambda conn: person_records.changes(conn, person))
    return [(change.login, change.event, change.other) for change in found]


def dump(db: Database, *ids: int) -> object:
    """What is known of people, and whose card each is; not how often it was changed."""

    def read(conn: Any) -> object:
        rows = conn.execute(
            "SELECT id, name, name_key, birth_date, snils, oms, merged_into FROM persons"
        ).fetchall()
        linked = conn.execute("SELECT id, person_id FROM cards ORDER BY id").fetchall()
        history = [contacts.history(conn, "", 50, person=one) for one in ids]
        return rows, linked, history

    return db.read_now(read)


def test_a_correction_is_kept_with_who_made_it(db: Database) -> None:
    anna = add(db, ANNA)
    correct(db, anna, NewPerson("Алёхина Анна Павловна", "1985-03-12", ANNA.snils))
    newest, made = db.read_now(lambda conn: person_records.changes(conn, anna))
    assert (newest.login, newest.at, newest.event) == ("boris", 10.0, "corrected")
    assert newest.parts == (("name", ANNA.name, "Алёхина Анна Павловна"),)
    assert (made.login, made.at, made.event) == ("anna", 5.0, "created")
    (found,) = db.read_now(lambda conn: persons.find(conn, "алех анна павл"))
    assert (found.id, found.revision) == (anna, 1)


def test_a_correction_that_changes_nothing_leaves_no_trace(db: Database) -> None:
    anna = add(db, ANNA)
    correct(db, anna, ANNA)
    assert revision(db, anna) == 0
    assert [event for _l, event, _o in changes(db, anna)] == ["created"]


def test_a_correction_of_what_was_changed_meanwhile_is_refused_with_the_name(db: Database) -> None:
    anna = add(db, ANNA)
    correct(db, anna, NewPerson("Алёхина Анна"))
    with pytest.raises(PersonChanged) as caught:
        correct(db, anna, ANNA, read=0)
    assert caught.value.last is not None
    assert caught.value.last.login == "boris"
    with pytest.raises(PersonRefused, match="none"):
        correct(db, 99, ANNA, read=0)


def test_a_document_of_another_person_is_not_taken(db: Database) -> None:
    add(db, ANNA)
    other = add(db, NewPerson("Другой Человек"))
    with pytest.raises(PersonTaken, match="owner=Алёхина"):
        correct(db, other, NewPerson("Другой Человек", "", ANNA.snils))
    assert revision(db, other) == 0


def test_cards_follow_a_merge_and_the_chosen_values_stay(db: Database) -> None:
    anna, twin = add(db, ANNA, "+79000000001"), add(db, TWIN, "+79000000002", "+79000000001")
    merge(db, anna, twin, "oms")
    found = db.read_now(lambda conn: persons.get(conn, anna))
    assert found is not None
    assert (found.name, found.birth_date, found.snils, found.oms, found.contacts) == (
        ANNA.name, ANNA.birth_date, ANNA.snils, TWIN.oms, 3,
    )  # fmt: skip
    for search in ("алехина", TWIN.oms, ANNA.snils):
        assert db.read_now(lambda conn, s=search: persons.find(conn, s)) == [found]
    for number in ("+79000000001", "+79000000002"):
        assert db.read_now(lambda conn, n=number: persons.of_number(conn, n)) == [found]
    assert changes(db, anna) == [
        ("nina", "merged", TWIN.name), ("anna", "created", ""), ("anna", "created", ""),
    ]  # fmt: skip


def test_the_id_of_a_merged_record_goes_on_leading_to_the_person(db: Database) -> None:
    anna, twin = add(db, ANNA), add(db, TWIN, "+79000000002")
    third = add(db, NewPerson("Алехина А"), "+79000000003")
    merge(db, twin, third)
    merge(db, anna, twin)
    for old in (twin, third):
        found = db.read_now(lambda conn, old=old: persons.get(conn, old))
        assert found is not None
        assert (found.id, found.contacts) == (anna, 2)
    db.write_now(lambda conn: cards.link_person(conn, "card-c1", third, 40.0, "anna"))
    linked = db.read_now(lambda conn: cards.card(conn, "card-c1"))
    assert linked is not None
    assert linked.person is not None
    assert linked.person.id == anna
    assert linked.changes == ()
    assert add(db, NewPerson("Алехина Анна Петровна", "1985-03-12")) == anna


def test_a_merged_record_is_neither_corrected_nor_merged_again(db: Database) -> None:
    anna, twin, third = add(db, ANNA), add(db, TWIN), add(db, NewPerson("Третий Человек"))
    merge(db, anna, twin)
    with pytest.raises(PersonChanged) as caught:
        correct(db, twin, NewPerson("Иное Имя"), read=0)
    assert caught.value.last is not None
    assert caught.value.last.login == "nina"
    for ends in (((third, 0), (twin, 0)), ((anna, 0), (third, 0)), ((third, 0), (anna, 0))):
        with pytest.raises(PersonChanged):
            db.write_now(lambda conn, e=ends: person_records.merge(conn, *e, (), 9.0, "nina"))
    with pytest.raises(PersonRefused, match="same"):
        merge(db, anna, anna)


def test_a_merge_is_undone_until_the_person_is_changed(db: Database) -> None:
    anna, twin = add(db, ANNA), add(db, TWIN)
    number = merge(db, anna, twin)
    correct(db, anna, NewPerson("Алёхина Анна Павловна"))
    assert db.read_now(lambda conn: person_records.last_merge(conn, anna)) is None
    with pytest.raises(PersonChanged, match="changed_since_merge"):
        undo(db, number)


def test_a_merge_is_undone_once(db: Database) -> None:
    anna, twin = add(db, ANNA), add(db, TWIN)
    number = merge(db, anna, twin)
    undo(db, number)
    with pytest.raises(PersonRefused, match="merge_undone"):
        undo(db, number)
    assert [event for _l, event, _o in changes(db, anna)] == ["unmerged", "merged", "created"]


def test_merges_are_undone_one_after_the_other(db: Database) -> None:
    one, two = add(db, ANNA, "+79000000001"), add(db, TWIN, "+79000000002")
    three, four = add(db, NewPerson("Три Три")), add(db, NewPerson("Четыре Четыре"), "+7900")
    before = dump(db, one, two, three, four)
    merge(db, three, four)
    merge(db, one, two, "name")
    merge(db, one, three, "name")
    for _ in range(2):
        last = db.read_now(lambda conn: person_records.last_merge(conn, one))
        assert last is not None
        undo(db, last.id)
    assert db.read_now(lambda conn: person_records.last_merge(conn, one)) is None
    last = db.read_now(lambda conn: person_records.last_merge(conn, three))
    assert last is not None
    assert (last.other, last.name) == (four, "Четыре Четыре")
    undo(db, last.id)
    assert dump(db, one, two, three, four) == before


def test_what_was_linked_since_stays_where_it_is_when_a_merge_is_undone(db: Database) -> None:
    anna, twin = add(db, ANNA, "+79000000001"), add(db, TWIN, "+79000000002")
    other = add(db, NewPerson("Другой Человек"), "+79000000003")
    number = merge(db, anna, twin)
    db.write_now(lambda conn: cards.link_person(conn, "card-c1", other, 25.0, "anna"))
    db.write_now(lambda conn: cards.link_person(conn, "card-c2", twin, 25.0, "anna"))
    undo(db, number)
    _rows, linked, _history = dump(db)  # type: ignore[misc]
    assert linked == [("card-c0", anna), ("card-c1", other), ("card-c2", anna)]


def test_a_merge_is_not_undone_into_a_number_that_somebody_has_by_now(db: Database) -> None:
    anna, twin = add(db, ANNA), add(db, TWIN)
    number = merge(db, anna, twin)
    add(db, NewPerson("Новый Человек", "", "", TWIN.oms))
    with pytest.raises(PersonTaken, match="Новый Человек"):
        undo(db, number)
    assert db.read_now(lambda conn: persons.get(conn, twin)) == db.read_now(
        lambda conn: persons.get(conn, anna)
    )


_NUMBERS = st.lists(st.sampled_from(["+7900", "+7901", "+7902", "+7903"]), max_size=4)
_DIGITS = st.sampled_from(["", "1", "2", "3"])


@st.composite
def _person(draw: st.DrawFn, digit: str) -> NewPerson:
    """Nobody else's documents: those of the other one end in another digit."""
    name = draw(st.sampled_from(["Анна Ёлкина", "Елкина Анна", "Ы", "x" * 100]))
    born = draw(st.sampled_from(["", "1985-03-12", "2001-01-01"]))
    snils, oms = (draw(_DIGITS) for _ in range(2))
    return NewPerson(f"{name} {digit}", born, snils and snils + digit, oms and oms + digit)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(
    one=_person("1"),
    two=_person("2"),
    cards_of=st.tuples(_NUMBERS, _NUMBERS),
    take=st.sets(st.sampled_from(PERSON_FIELDS)),
)
def test_undoing_a_merge_leaves_all_as_it_was(
    one: NewPerson,
    two: NewPerson,
    cards_of: tuple[list[str], list[str]],
    take: set[PersonField],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path: Path = tmp_path_factory.mktemp("merge") / "ekc.db"
    with Database.open(path) as db:
        a, b = add(db, one, *cards_of[0]), add(db, two, *cards_of[1])
        before = dump(db, a, b)
        number = merge(db, a, b, *take)
        merged = db.read_now(lambda conn: persons.get(conn, b))
        assert merged is not None
        assert (merged.id, merged.contacts) == (a, sum(map(len, cards_of)))
        for name in PERSON_FIELDS:
            assert getattr(merged, name) == getattr(two if name in take else one, name)
        undo(db, number)
        assert dump(db, a, b) == before


@pytest.mark.parametrize(
    ("other", "number", "proposed"),
    [
        (NewPerson("Алехина Анна Петровна"), "+7999", True),  # the whole name
        (NewPerson("Алёхина Ана Петровна", "1985-03-12"), "+7999", True),  # the date of birth
        (NewPerson("Алёхина Анна"), "+7900", True),  # the telephone
        (NewPerson("Алёхина Анна"), "+7999", False),
        (NewPerson("Алёхин Илья Петрович"), "+7900", False),  # the family
        (NewPerson("Алехина Анна Петровна", "1990-01-01"), "+7900", False),
        (NewPerson("Алехина Анна Петровна", "", "999-999-999 99"), "+7900", False),
        (NewPerson("Зайцев Пётр", "1985-03-12"), "+7999", False),
    ],
)
def test_who_may_be_recorded_twice(
    db: Database, other: NewPerson, number: str, proposed: bool
) -> None:
    anna = add(db, ANNA, "+7900")
    twin = add(db, other, number)
    person = db.read_now(lambda conn: persons.get(conn, anna))
    assert person is not None
    found = db.read_now(lambda conn: person_duplicates.of(conn, person))
    assert [item.id for item in found] == ([twin] if proposed else [])
