"""Numbers inside a card: hidden, and put in again in their own field only (hostile H1)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain import scenario as sc
from ekc_console.server.rights.session_masks import NOTE, Held, hidden, mask

NUMBER = "+79000000012"
OTHER = "+79000000199"
MASK = "+7********12"
SCRIPT = sc.scenario_from_document(
    {
        "id": "s",
        "kind": "script",
        "title": "С",
        "owner": "О",
        "approved": "2026-01-01",
        "review_by": "2027-01-01",
        "start": "phone",
        "fields": {
            "phone": {"type": "phone", "label": "Телефон"},
            "second": {"type": "phone", "label": "Ещё телефон"},
            "address": {"type": "address", "label": "Адрес"},
            "fio": {"type": "person", "label": "ФИО"},
        },
        "dispositions": {"done": "Готово"},
        "steps": {
            "phone": {"title": "Телефон", "ask": "phone", "text": "Телефон?", "next": "end"},
            "end": {"title": "Конец", "end": "done", "card": "other"},
        },
    }
)


def session(**fields: str) -> dict[str, Any]:
    path = [{"step": "phone", "at": 1.0, "value": fields.get("phone", "")}]
    return {"scenario": "s", "step": "phone", "fields": fields, "path": path}


def held(*stored: dict[str, Any], number: str = NUMBER) -> Held:
    found = Held(number, SCRIPT)
    for each in stored:
        found.learn(each)
    return found


def test_a_mask_keeps_the_country_and_the_last_two() -> None:
    assert mask(NUMBER) == MASK
    assert mask("+4930123456") == "+4*******56"


def test_every_number_of_a_session_is_hidden() -> None:
    sent = hidden(
        session(
            number=NUMBER,
            phone=OTHER,
            fio="Иванова Анна",
            born="1985-03-12",
            oms="1" * 16,
            snils="112-233-445 95",
            address="Садовая, 5, тел. 8 900 000-00-12",
        )
    )
    assert sent["fields"] == {
        "number": MASK,
        "phone": "+7********99",
        "fio": "Иванова Анна",
        "born": "1985-03-12",
        "oms": "*" * 14 + "11",
        "snils": "*********95",
        "address": "Садовая, 5, тел. +7 *** ***-**-12",
    }
    assert sent["path"][0]["value"] == "+7********99"
    earlier = {**session(), "earlier": [session(phone=NUMBER)]}
    assert hidden(earlier)["earlier"][0]["path"][0]["value"] == MASK
    left = {**session(), "kept": {"phone": NUMBER}}
    assert hidden(left)["kept"] == {"phone": MASK}


def test_a_number_gone_over_to_what_is_kept_is_the_number_again() -> None:
    sent = {**session(), "kept": {"phone": MASK}}
    assert held(session(phone=NUMBER)).restored(sent)["kept"] == {"phone": NUMBER}
    stored = {**session(), "kept": {"phone": NUMBER}}
    assert held(stored).restored(session(phone=MASK))["fields"] == {"phone": NUMBER}


def test_a_mask_that_comes_back_is_the_number_again() -> None:
    stored = session(number=NUMBER, phone=OTHER, address="Садовая, 5, 8 900 000-00-13")
    assert held(stored).restored(hidden(stored)) == stored


def test_a_field_gets_its_own_number_and_not_that_of_a_twin() -> None:
    twin = "+79001234512"
    stored = session(number=NUMBER, phone=twin)
    assert held(stored).restored(session(number=MASK, phone=MASK))["fields"] == {
        "number": NUMBER,
        "phone": twin,
    }


@pytest.mark.parametrize("field", ["address", "fio", "anything"])
def test_a_mask_in_another_field_brings_no_number_to_light(field: str) -> None:
    """«+7 *** ***-**-12» as an address or a name stays what it is: nothing."""
    stored = session(number=NUMBER, phone=NUMBER)
    for shown in (MASK, "+7 *** ***-**-12", "+7 903 •••-••-12", f"Садовая, {MASK}"):
        fields = held(stored).restored(session(**{field: shown}))["fields"]
        assert "0000" not in fields[field]


def test_what_was_typed_anew_stays_and_a_field_for_telephones_takes_the_callers() -> None:
    stored = session(number=NUMBER)
    came = session(number=MASK, phone=OTHER, second=MASK, fio="+7********77")
    assert held(stored).restored(came)["fields"] == {
        "number": NUMBER,
        "phone": OTHER,
        "second": NUMBER,
        "fio": "",
    }


def test_an_answer_has_the_number_of_the_field_that_it_fills() -> None:
    stored = {**session(phone=OTHER), "path": []}
    came = {**session(phone="+7********99")}
    assert held(stored).restored(came)["path"][0]["value"] == OTHER


def test_a_note_has_its_own_numbers_back() -> None:
    found = Held(NUMBER, SCRIPT)
    found.learn_fields({}, "сын 8 900 000-00-13")
    assert found.real(NOTE, "сын +7 *** ***-**-13, вечером") == "сын 8 900 000-00-13, вечером"
    assert found.real(NOTE, "сын +7 *** ***-**-12") == "сын +7 *** ***-**-12"


@given(st.dictionaries(st.sampled_from("abcd"), st.from_regex(r"\+7\d{10}", fullmatch=True)))
def test_hiding_and_restoring_loses_nothing(fields: dict[str, str]) -> None:
    stored = session(**fields)
    sent = hidden(stored)
    assert not set(fields.values()) & set(sent["fields"].values())
    assert held(stored).restored(sent)["fields"] == fields
