from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.server.cards.masking import hidden, hidden_inside, mask, restored

NUMBER = "+79000000012"
OTHER = "+79000000199"
MASK = "+7********12"


def session(**fields: str) -> dict[str, Any]:
    path = [{"step": "phone", "at": 1.0, "value": fields.get("phone", "")}]
    return {"scenario": "s", "step": "phone", "fields": fields, "path": path}


@pytest.mark.parametrize(
    ("number", "shown"), [(NUMBER, MASK), ("+4930123456", "+4*******56"), ("101", "101"), ("", "")]
)
def test_a_mask_keeps_the_country_and_the_last_two(number: str, shown: str) -> None:
    assert mask(number) == shown


def test_every_number_of_a_session_is_hidden() -> None:
    sent = hidden(session(number=NUMBER, phone=OTHER, fio="Иванова Анна", oms="1" * 16), NUMBER)
    assert sent["fields"] == {
        "number": MASK,
        "phone": "+7********99",
        "fio": "Иванова Анна",
        "oms": "1" * 16,
    }
    assert sent["path"][0]["value"] == "+7********99"
    earlier = {**session(), "earlier": [session(phone=NUMBER)]}
    assert hidden(earlier, "")["earlier"][0]["path"][0]["value"] == MASK
    left = {**session(), "kept": {"phone": NUMBER}}
    assert hidden(left, "")["kept"] == {"phone": MASK}


def test_a_number_gone_over_to_what_is_kept_is_the_number_again() -> None:
    sent = {**session(number=MASK), "kept": {"phone": MASK}}
    assert restored(sent, session(number=OTHER, phone=NUMBER), OTHER)["kept"] == {"phone": NUMBER}
    assert restored(session(phone=MASK), {**session(), "kept": {"phone": NUMBER}}, OTHER)[
        "fields"
    ] == {"phone": NUMBER}


def test_a_number_of_another_shape_is_hidden_too() -> None:
    assert hidden(session(number="5550122"), "5550122")["fields"]["number"] == "55***22"


def test_a_mask_that_comes_back_is_the_number_again() -> None:
    stored = session(number=NUMBER, phone=OTHER)
    assert restored(hidden(stored, NUMBER), stored, NUMBER) == stored


def test_a_field_gets_its_own_number_before_that_of_a_twin() -> None:
    twin = "+79001234512"
    stored = session(number=NUMBER, phone=twin)
    assert restored(session(number=MASK, phone=MASK), stored, NUMBER)["fields"] == {
        "number": NUMBER,
        "phone": twin,
    }


def test_what_was_typed_anew_stays_and_an_unknown_mask_is_dropped() -> None:
    stored = session(number=NUMBER)
    came = session(number=MASK, phone=OTHER, second="+7********77", third=MASK)
    assert restored(came, stored, NUMBER)["fields"] == {
        "number": NUMBER,
        "phone": OTHER,
        "second": "",
        "third": NUMBER,
    }


@given(st.dictionaries(st.sampled_from("abcd"), st.from_regex(r"\+7\d{10}", fullmatch=True)))
def test_hiding_and_restoring_loses_nothing(fields: dict[str, str]) -> None:
    stored = session(**fields)
    sent = hidden(stored, NUMBER)
    assert not set(fields.values()) & set(sent["fields"].values())
    assert restored(sent, stored, NUMBER)["fields"] == fields


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("звонить 8 (900) 000-00-12 после шести", "звонить +7********12 после шести"),
        ("+79000000012, +7 900 000 00 13", "+7********12, +7********13"),
        ("полис 1234567890123456, 12.03.1985", "полис 1234567890123456, 12.03.1985"),
        ("", ""),
    ],
)
def test_numbers_inside_a_text(text: str, seen: str) -> None:
    assert hidden_inside(text) == seen
