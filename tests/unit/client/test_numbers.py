"""Numbers as typed by operators."""

from __future__ import annotations

import pytest

from ekc_console.client.numbers import completed, dialable
from ekc_console.errors import EkcError


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("8 (900) 000-00-12", "+79000000012"),
        ("+7 900 000 00 12", "+79000000012"),
        ("79000000012", "+79000000012"),
        ("9000000012", "+79000000012"),
        (" 8-800-200-02-00 ", "+78002000200"),
        ("+49 30 123456", "+4930123456"),
        ("103", "103"),
        ("112", "112"),
    ],
)
def test_a_good_number(typed: str, dialled: str) -> None:
    assert dialable(typed) == dialled


@pytest.mark.parametrize(
    ("typed", "area_code", "dialled"),
    [
        ("123-45-67", "495", "+74951234567"),
        ("1234567", "495", "+74951234567"),
        ("23-45-67", "4812", "+74812234567"),
        ("112", "495", "112"),
        ("8 900 000-00-12", "495", "+79000000012"),
        ("+8 916 111-00-50", "", "+79161110050"),
        ("+89161110050", "495", "+79161110050"),
    ],
)
def test_what_is_left_out_or_mistyped_is_put_right(
    typed: str, area_code: str, dialled: str
) -> None:
    assert dialable(typed, area_code) == dialled


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "не набран"),
        ("   ", "не набран"),
        ("позвонить", "только цифры"),
        ("8 900 000-00-1", "цифр 10, а должно быть 11"),
        ("8 900 000-00-1234", "цифр 13, а должно быть 11"),
        ("+7 100 000-00-00", "такого кода"),
        ("+999 123456", "нет страны"),
        ("++79000000012", "только цифры"),
        ("+", "только цифры"),
        ("()", "не номер"),
        ("12", "цифр 2, а должно быть 10"),
        ("+49 1", "не хватает цифр"),
        ("+7 900 ***-**-12", "только цифры"),
    ],
)
def test_a_bad_number_says_why(typed: str, fault: str) -> None:
    with pytest.raises(EkcError, match=fault) as caught:
        dialable(typed)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("8912", "89123456789"),
        ("912", "9123456789"),
        ("+7 912 3", "+7 912 3456789"),
        ("+79123456789", None),
        ("10", "103"),
        ("834", "83452000045"),
        ("5", None),
        ("", None),
        ("анна", None),
    ],
)
def test_completion_from_known_numbers(typed: str, whole: str | None) -> None:
    known = ("+7 912 345-67-89", "103", "+73452000045")
    assert completed(typed, known) == whole
