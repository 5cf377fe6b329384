"""Which clinic a card names; and no table is walked through for it."""

from __future__ import annotations

import re
import sqlite3

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import clinics, contacts, visits
from tests.support.cards import put_visit

SCAN = re.compile("SCAN (calls|cards|home_visits|clinic_names|persons)(?!.*INDEX)")
OWN = contacts.Scope("desk", clinics=("city_1", "city_2"))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"fio": "Я", "a": "Поликлиника  ЁЖ", "b": "Другая"}, "поликлиника еж"),
        ({"a": "", "b": "Другая"}, "другая"),
        ({"fio": "Другая"}, ""),
        ({}, ""),
    ],
)
def test_the_first_filled_field_names_it(fields: dict[str, str], named: str) -> None:
    shapes = {"fio": {"type": "person"}, "a": {"type": "clinic"}, "b": {"type": "clinic"}}
    assert clinics.named({"fields": fields}, {"fields": shapes}) == named
    assert clinics.named({"fields": fields}, None) == ""


def test_the_bound_scans_no_table(db: Database) -> None:
    def explained(conn: sqlite3.Connection) -> list[str]:
        asked: list[str] = []
        conn.set_trace_callback(asked.append)
        try:
            contacts.find(conn, "+79000000101", 10, OWN)
            contacts.find(conn, "иванова", 10, OWN)
            contacts.newest(conn, 10, OWN)
            clinics.remember(conn, {"city_1": "Поликлиника"})
            visits.listed(conn, OWN, "", 10)
        finally:
            conn.set_trace_callback(None)
        plans = [
            row[3]
            for text in asked
            if text.startswith(("\nSELECT", "SELECT", "UPDATE cards"))
            for row in conn.execute(f"EXPLAIN QUERY PLAN {text}")
        ]
        return [line for line in plans if SCAN.match(line)]

    db.write_now(lambda conn: put_visit(conn, "c1", "Поликлиника"))
    assert db.write_now(explained) == []
