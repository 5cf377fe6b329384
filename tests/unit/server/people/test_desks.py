"""Desks of clinics that would see nothing."""

from __future__ import annotations

from ekc_console.server.people.desks import clinic_doubts
from ekc_console.server.store.people.accounts import User


def test_a_desk_that_would_see_nothing_is_named() -> None:
    people = [
        User("whole", "А", "clinic", "", clinics=("city_1",)),
        User("gone", "Б", "clinic", "", clinics=("city_1", "city_99")),
        User("none", "В", "clinic", ""),
        User("away", "Г", "clinic", "", disabled=True),
        User("anna", "Д", "operator", ""),
    ]
    found = [doubt.partition(". ")[0] for doubt in clinic_doubts(["city_1"], people)]
    assert found == ["gone: нет в справочнике: city_99", "none: клиника не названа"]
