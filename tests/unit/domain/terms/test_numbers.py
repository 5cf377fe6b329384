"""Telephone numbers as trunks send them, as people read them, and as volunteers see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms import numbers


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("89000000012", "+79000000012"),
        ("+7 (900) 000-00-12", "+79000000012"),
        ("79000000012", "+79000000012"),
        ("9000000012", "+79000000012"),
        ("+4915112345678", "+4915112345678"),
        ("122", "122"),
        ("1234567", "1234567"),
        ("*21*79161234567", "*21*79161234567"),
        ("998901234567", "+998901234567"),
        ("375291234567", "+375291234567"),
        ("791612345678", "791612345678"),
        ("sip:89000000012", "+79000000012"),
        ("+89161110050", "+79161110050"),
        ("+8 (343) 123-45-67", "+73431234567"),
        ("+8 (495) 123-45-67", "+84951234567"),  # Vietnam has it
        ("+88213123456", "+88213123456"),  # a satellite's
        ("+88005550122", "+8805550122"),  # Bangladesh has it
        ("+819012345678", "+819012345678"),
        ("+8613812345678", "+8613812345678"),
        ("+84912345678", "+84912345678"),
        ("+8801712345678", "+8801712345678"),
        ("+8916111005", "+8916111005"),
        ("+891611100500", "+891611100500"),
        ("anonymous", None),
        ("+", None),
        ("", None),
        (None, None),
    ],
)
def test_canonical(sent: str | None, canonical: str | None) -> None:
    assert numbers.canonical(sent) == canonical


@pytest.mark.parametrize(
    ("sent", "area_code", "canonical"),
    [
        ("1234567", "495", "+74951234567"),
        ("123-45-67", "495", "+74951234567"),
        ("123456", "4812", "+74812123456"),
        ("12345", "48131", "+74813112345"),
        ("123456", "495", "123456"),
        ("1234567", "4812", "1234567"),
        ("1234567", "", "1234567"),
        ("0234567", "495", "0234567"),
        ("*123456", "495", "*123456"),
        ("+1234567", "495", "+1234567"),
        ("122", "495", "122"),
        ("103", "495", "103"),
        ("89161110050", "495", "+79161110050"),
        ("998901234567", "495", "+998901234567"),
        (None, "495", None),
    ],
)
def test_a_number_of_the_area_without_its_code(
    sent: str | None, area_code: str, canonical: str | None
) -> None:
    assert numbers.canonical(sent, area_code) == canonical


@pytest.mark.parametrize(
    ("number", "plus_e164", "e164", "ru8"),
    [
        ("+79161110050", "+79161110050", "79161110050", "89161110050"),
        ("+78005550122", "+78005550122", "78005550122", "88005550122"),
        ("+375291234567", "+375291234567", "375291234567", "810375291234567"),
        ("+14155550100", "+14155550100", "14155550100", "81014155550100"),
        ("103", "103", "103", "103"),
        ("122", "122", "122", "122"),
        ("*21*79161234567", "*21*79161234567", "*21*79161234567", "*21*79161234567"),
        ("979161110050", "979161110050", "979161110050", "979161110050"),
    ],
)
def test_a_number_as_the_trunk_wants_it(number: str, plus_e164: str, e164: str, ru8: str) -> None:
    forms: list[numbers.NumberFormat] = ["+e164", "e164", "ru8"]
    assert [numbers.as_dialled(number, form) for form in forms] == [plus_e164, e164, ru8]


@pytest.mark.parametrize(
    ("number", "readable", "masked"),
    [
        ("+79000000012", "+7 900 000-00-12", "+7 *** ***-**-12"),
        ("122", "122", "122"),
        ("1234567", "1234567", "1****67"),
        ("*21*79161234567", "*21*79161234567", "*2***********67"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_readable_and_masked(number: str | None, readable: str, masked: str) -> None:
    assert numbers.readable(number) == readable
    assert numbers.masked(number) == masked


@given(st.text(max_size=40))
def test_no_text_breaks_them(text: str) -> None:
    canonical = numbers.canonical(text)
    assert canonical is None or set(canonical) <= set("+*#0123456789") or not canonical.isascii()
    assert isinstance(numbers.readable(canonical), str)
    assert isinstance(numbers.masked(text), str)


@given(st.from_regex(r"\+79[0-9]{9}", fullmatch=True))
def test_a_masked_number_shows_the_country_and_two_digits(number: str) -> None:
    shown = "".join(c for c in numbers.masked(number) if c.isdigit())
    assert shown == "7" + number[-2:]


def test_the_region_of_a_number_is_told_in_both_languages() -> None:
    found = numbers.region("+78121234567")
    assert "Санкт-Петербург" in found["ru"]
    assert "St Petersburg" in found["en"]
    assert "Tele2" in numbers.region("+79021234567")["ru"]
    assert numbers.region("122") == {}
    assert numbers.region("nonsense") == {}
