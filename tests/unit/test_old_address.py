"""The address of another time is not where help is sent, once the caller has said so."""

from __future__ import annotations

import pytest

from ekc_console.domain.scenario import Session
from tests.support.zones import MOSCOW
from tests.unit.domain.scenario_data import NOON
from tests.unit.test_emergency_scripts import SCENARIOS, start, walk

OLD = {
    "complaint": "Боль в груди",
    "region": "Тюмень",
    "address": "Садовая, 5",
    "entrance": "2 подъезд, код 12",
    "birth_date": "1950-01-01",
}


def asked_whether_right() -> Session:
    """In the midst of a doctor's visit the caller turns out to be in danger."""
    before = start("home_visit", OLD)
    session = Session.start(
        SCENARIOS["emergency"],
        NOON,
        before.fields,
        zone=MOSCOW,
        after=before.state,
        at="address_known",
    )
    assert session.state.step == "address_right"
    return session


@pytest.mark.parametrize(
    ("answers", "asked", "address"),
    [
        (("1", "Мира, 7"), "entrance", "Мира, 7"),
        (("2",), "settlement", ""),
        (("2", "Тюмень", "Вокзал, у часов"), "breathing", ""),
    ],
)
def test_in_another_place_the_old_address_and_the_way_in_are_gone(
    answers: tuple[str, ...], asked: str, address: str
) -> None:
    session = walk(asked_whether_right(), "2", *answers)
    kept = session.fields
    assert (kept["address"], kept["entrance"], kept.get("region", "")) == (address, "", "")
    assert kept["birth_date"] == OLD["birth_date"]
    assert session.state.step == asked


def test_the_right_address_and_its_entrance_stay() -> None:
    session = walk(asked_whether_right(), "1")
    assert (session.fields["address"], session.fields["entrance"]) == (
        "Садовая, 5",
        OLD["entrance"],
    )
    assert session.state.step not in ("entrance", "address")
