"""Numbers in free text, in every spelling (hostile H2, review B4): hidden, and put in again."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ekc_console.domain.terms.digits import LEAST, is_mask, mask, masked, restored

GAPS = (
    "", " ", "-", ".", "/", "\u00a0", "\u202f", "\u2009", "\u2013", "\u2014", "\u2011", "\u2212",
    "_", ",", "  ", " - ", " – ", ") ", "\u200b", ":", "\t", "\n", "\\", "|", "·", "'",
)  # fmt: skip
"""Between the groups of a number: the last ones are nobody's habit, and no less digits."""
TELEPHONES = (
    ("8", "900", "123", "45", "67"),
    ("+7", "900", "123", "45", "67"),
    ("900", "123", "45", "67"),
    ("7", "3452", "12", "34", "56"),
    ("+375", "29", "123", "45", "67"),
    ("123", "45", "67"),
    ("8", "800", "555", "01", "22"),
)
OTHERS = (
    "112-233-445 95", "11223344595", "112.233.445.95", "112 233 445-95",
    "1234567890123456", "1234 5678 9012 3456", "12 34 567890", "7100 123456", "71 00 № 123456",
    "8(900)123-45-67", "8 (900) 123-45-67", "(3452) 12-34-56", "8-(900)-123-45-67",
    "+7(900)1234567", "+7 (900) 123 45 67", "tel:+79001234567", "т.89001234567", "тел89001234567д",
    "８９００１２３４５６７", "8 900 １２３ 45 67", "٨٩٠٠١٢٣٤٥٦٧", "8️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣", "¹²³⁴⁵⁶⁷⁸",
    "①②③④⑤⑥⑦⑧", "8 9 0 0 1 2 3 4 5 6 7", "8.9.0.0.1.2.3.4.5.6.7", "8 – 900 – 123 – 45 – 67",
    "+44 20 7946 0958", "+1 (212) 555-0123", "00 49 30 123456", "+998 90 123-45-67",
    "+380(44)123-45-67", "12.03.1985.67", "900 12.03.1985", "10:30:45 1234567", "1234567",
    "12345678", "№1234567", "1 234 567", "1'234'567", "12-34-56-7", "$1,234,567",
)  # fmt: skip
SPELLINGS = [
    *(gap.join(groups) for groups in TELEPHONES for gap in GAPS),
    *OTHERS,
]


def digits_of(text: str) -> str:
    return "".join(str(d) for c in text if (d := unicodedata.digit(c, None)) is not None)


def test_there_are_two_hundred_spellings() -> None:
    assert len(set(SPELLINGS)) >= 200


@pytest.mark.parametrize("spelling", SPELLINGS, ids=repr)
def test_of_every_spelling_three_digits_are_left_at_most(spelling: str) -> None:
    for text in (spelling, f"звонить {spelling} после шести", f"({spelling}), дом"):
        shown = masked(text)
        assert shown != text
        assert len(digits_of(shown)) <= 3, shown
        assert "*" in shown


@pytest.mark.parametrize(
    "text",
    [
        "", "103", "дом 5, кв. 12", "12.03.1985", "род. 12.03.1985 г.", "1985-03-12",
        "12.03.2026 10:30", "приём 10:30–11:00", "с 09:00 до 18:00:30", "123-456",
        "3 таблетки по 500 мг в 8 и 20", "каб. 412, 2-й этаж", "давление 120/80", "625000 Тюмень",
    ],
)  # fmt: skip
def test_what_is_no_number_of_anybody_stays(text: str) -> None:
    assert masked(text) == text


def test_a_telephone_keeps_its_shape_and_a_document_its_end() -> None:
    assert masked("звонить 8 (900) 123-45-67 после шести") == "звонить +7 *** ***-**-67 после шести"
    assert masked("СНИЛС 112-233-445 95") == "СНИЛС *********95"
    assert masked("+79000000012, +7 900 000 00 13") != "+79000000012, +7 900 000 00 13"
    assert mask("1234567") == "*****67"


@given(
    st.lists(st.sampled_from("0123456789"), min_size=LEAST, max_size=20),
    st.lists(st.sampled_from(GAPS), min_size=20, max_size=20),
)
@example(list("89001234567"), ["\u2013"] * 20)
def test_no_run_of_seven_digits_is_left(figures: list[str], gaps: list[str]) -> None:
    text = "".join(figure + gap for figure, gap in zip(figures, gaps, strict=False))
    shown = masked(text)
    if shown == text:  # nothing but dates and times of day
        assert re.fullmatch(r"[\d.:\-\W_]+", text)
        assert re.search(r"\d[:.\-]\d", text)
    else:
        assert len(digits_of(shown)) < LEAST


# -- and back --------------------------------------------------------------------------


def test_a_mask_that_comes_back_in_its_text_is_the_number_again() -> None:
    held = "мама 8 900 123-45-67, папа 8(900)765-43-21"
    came = masked(held).replace("папа", "дед") + " — вечером"
    assert restored(came, [held]) == held.replace("папа", "дед") + " — вечером"


def test_numbers_of_one_mask_come_back_in_their_order() -> None:
    held = "1111167 и 2222267"
    assert restored(masked(held), [held]) == held
    long = "12345678901234567 и 1234567"
    assert restored(masked(long), [long]) == long


def test_a_mask_of_what_was_not_there_is_no_number() -> None:
    assert restored("адрес +7 *** ***-**-67, 5", ["8 900 123-45-99"]) == "адрес +7 *** ***-**-67, 5"
    assert restored("+7 *** ***-**-67", []) == ""
    assert restored("*****67", ["Ленина, 5"]) == ""
    assert restored("Ленина, 5", []) == "Ленина, 5"


@given(st.text(alphabet="0123456789 -.+()аб*", max_size=60))
def test_hiding_and_restoring_loses_nothing(text: str) -> None:
    shown = masked(text)
    if "*" not in text:
        assert restored(shown, [text]) == text


def test_a_mask_is_known() -> None:
    assert is_mask("+7 *** ***-**-67")
    assert is_mask("+7********67")
    assert not is_mask("давление 120*80")
