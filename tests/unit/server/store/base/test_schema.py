"""What a migration does to the data of the version before it."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.check import check
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base import read_only, schema
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import clinics, person_records, persons, visits
from ekc_console.server.store.people import accounts

DOCUMENT = {"fields": {"fio": {"type": "person"}, "address": {"type": "address"}}}
SESSION = {"fields": {"fio": "Иванов Пётр", "address": "Садовая, 5"}}


def test_recent_visits_become_open_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, now = tmp_path / "ekc.db", time.time()
    cards = [
        ("new", "saved", "visit_ordered", now - 3600),
        ("old", "saved", "visit_ordered", now - 5 * 86400),
        ("draft", "draft", "visit_ordered", None),
        ("other", "saved", "advised_clinic", now - 3600),
    ]
    with monkeypatch.context() as m:
        m.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:4])
        m.setattr(schema, "VERSION", 4)
        with Database.open(path) as db:
            db.write_now(lambda conn: scenarios.remember(conn, "home_visit", "v1", DOCUMENT))
            for card, state, disposition, saved_at in cards:
                row = (card, card, msgspec.json.encode(SESSION).decode(), disposition, state)
                db.write_now(
                    lambda conn, row=row, saved_at=saved_at: conn.execute(
                        "INSERT INTO cards (id, call, number, topic, scenario, version, revision,"
                        " session, note, disposition, state, created_at, saved_at, agent)"
                        " VALUES (?, ?, '', '', 'home_visit', 'v1', 1, ?, '', ?, ?, 1, ?, 'anna')",
                        (*row, saved_at),
                    )
                )
    with Database.open(path) as db:
        found = {card: db.read_now(lambda c, card=card: visits.get(c, card)) for card, *_ in cards}
    visit = found.pop("new")
    assert visit is not None
    assert (visit.state, visit.person, visit.address, visit.ordered_by) == (
        "open", "Иванов Пётр", "Садовая, 5", "anna",
    )  # fmt: skip
    assert set(found.values()) == {None}


def test_accounts_of_before_keep_the_usual_way_of_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ekc.db"
    with monkeypatch.context() as m:
        m.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:5])
        m.setattr(schema, "VERSION", 5)
        with Database.open(path) as db:
            db.write_now(
                lambda conn: conn.execute(
                    "INSERT INTO users (login, name, role, password_hash, queues, skills, disabled)"
                    " VALUES ('anna', 'Анна', 'operator', 'x', '[]', '[]', 0)"
                )
            )
    with Database.open(path) as db:
        anna = db.read_now(lambda conn: accounts.known(conn, "anna"))
    assert anna.voice == accounts.USUAL_VOICE
    assert anna.clinics == ()


def test_cards_of_before_are_of_the_clinic_that_they_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ekc.db"
    clinic = {"type": "clinic"}
    document = {"fields": {"fio": {"type": "person"}, "first": clinic, "2-nd": clinic}}
    filled: dict[str, dict[str, str]] = {
        "first": {"fio": "Я", "first": "Поликлиника  ЁЖ", "2-nd": "Другая"},
        "second": {"first": "", "2-nd": "Другая"},
        "none": {"fio": "Поликлиника"},
        "unread": {"first": "Поликлиника"},
    }
    with monkeypatch.context() as m:
        m.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:20])
        m.setattr(schema, "VERSION", 20)
        with Database.open(path) as db:
            db.write_now(lambda conn: scenarios.remember(conn, "s", "v1", document))
            for card, fields in filled.items():
                row = (card, card, "v2" if card == "unread" else "v1")
                session = msgspec.json.encode({"fields": fields}).decode()
                db.write_now(
                    lambda conn, row=row, session=session: conn.execute(
                        "INSERT INTO cards (id, call, number, topic, scenario, version, revision,"
                        " session, note, disposition, state, created_at, agent)"
                        " VALUES (?, ?, '', '', 's', ?, 1, ?, '', '', 'saved', 1, 'anna')",
                        (*row, session),
                    )
                )
            for number, damaged in enumerate(('{"fields": {"fir', "[]", '{"fields": [1]}')):
                db.write_now(
                    lambda conn, number=number, damaged=damaged: (
                        scenarios.remember(conn, "s", f"d{number}", document),
                        conn.execute(
                            "UPDATE scenarios SET document = replace(document, 'fields', ?)"
                            " WHERE version = ?",
                            (damaged, f"d{number}"),
                        ),
                        conn.execute(
                            "UPDATE cards SET session = ? WHERE id = ?",
                            (damaged, ("none", "unread", "second")[number]),
                        ),
                    )
                )
    with Database.open(path) as db:
        found = dict(
            db.read_now(lambda conn: conn.execute("SELECT id, clinic FROM cards").fetchall())
        )
    assert found == {"first": "поликлиника еж", "second": "", "none": "", "unread": ""}


def test_cards_of_before_stay_with_the_clinic_whose_name_they_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ekc.db"
    with monkeypatch.context() as m:
        m.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:21])
        m.setattr(schema, "VERSION", 21)
        with Database.open(path) as db:
            db.write_now(
                lambda conn: conn.execute(
                    "INSERT INTO clinic_names (name, clinic) VALUES ('больница', 'city_1')"
                )
            )
            for card, clinic in (("known", "больница"), ("strange", "медпункт"), ("none", "")):
                db.write_now(
                    lambda conn, row=(card, card, clinic): conn.execute(
                        "INSERT INTO cards (id, call, number, topic, scenario, version, revision,"
                        " session, note, disposition, state, created_at, agent, clinic)"
                        " VALUES (?, ?, '', '', 's', 'v1', 1, '{}', '', '', 'saved', 1, 'anna', ?)",
                        row,
                    )
                )
    with Database.open(path) as db:
        db.write_now(lambda c: clinics.remember(c, {"city_2": "Больница", "city_3": "Медпункт"}))
        for card, clinic in (("known", "city_1"), ("strange", "city_3"), ("none", "")):
            assert db.read_now(lambda conn, card=card: clinics.of_card(conn, card)) == clinic


def test_people_of_before_are_corrected_and_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ekc.db"
    with monkeypatch.context() as m:
        m.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:11])
        m.setattr(schema, "VERSION", 11)
        with Database.open(path) as db:
            for name in ("Иванова Анна", "Иванова Аня"):
                db.write_now(
                    lambda conn, name=name: conn.execute(
                        "INSERT INTO persons (name, name_key, birth_date, snils, oms, created_at,"
                        " created_by) VALUES (?, ?, '1985-03-12', '', '', 3, 'anna')",
                        (name, name.casefold()),
                    )
                )
    with Database.open(path) as db:
        one, other = db.read_now(lambda conn: persons.find(conn, "иванова"))
        assert (one.name, one.revision) == ("Иванова Анна", 0)
        ends = (one.id, 0), (other.id, 0)
        db.write_now(lambda conn: person_records.merge(conn, *ends, (), 5.0, "nina"))
        events = db.read_now(lambda conn: person_records.changes(conn, one.id))
        assert [(e.login, e.event) for e in events] == [
            ("nina", "merged"), ("anna", "created"), ("anna", "created"),
        ]  # fmt: skip


def test_the_access_log_of_before_begins_the_audit_trail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ekc.db"
    with monkeypatch.context() as m:
        m.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:12])
        m.setattr(schema, "VERSION", 12)
        with Database.open(path) as db:
            search = db.read_now(lambda conn: entries.hashed(conn, "Иванова"))
            rows = [
                (1, 100.5, "anna", "card", "card-1", "", 1),
                (3, 200.0, "olga", "contacts", "", search, 2),
            ]
            for row in rows:
                db.write_now(
                    lambda conn, row=row: conn.execute(
                        "INSERT INTO access_log VALUES (?, ?, ?, ?, ?, ?, ?)", row
                    )
                )
    with Database.open(path) as db:
        kept = db.read_now(lambda conn: list(entries.oldest_first(conn, entries.Wanted())))
        olga = entries.Wanted(search="иванова")
        (found,) = db.read_now(lambda conn: entries.of(conn, olga))
    assert [(e.seq, e.at, e.who, e.action, e.about, e.found) for e in kept[:-1]] == [
        (1, 100.5, "anna", "card", "card-1", 1), (2, 200.0, "olga", "contacts", "", 2),
    ]  # fmt: skip
    assert (kept[-1].action, found.who) == ("begun", "olga")
    with read_only.opened(path) as conn:
        assert check(conn, Heads(path)).broken is None
