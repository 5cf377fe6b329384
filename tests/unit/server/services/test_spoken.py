"""Numbers and durations in Russian words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.server.services.spoken import (
    MAX_NUMBER,
    duration_words,
    noun_form,
    number_words,
    position_text,
)


@pytest.mark.parametrize(
    ("number", "gender", "case", "words"),
    [
        (0, "masculine", "nominative", "ноль"),
        (1, "masculine", "nominative", "один"),
        (1, "feminine", "nominative", "одна"),
        (1, "feminine", "accusative", "одну"),
        (2, "feminine", "nominative", "две"),
        (2, "feminine", "accusative", "две"),
        (2, "feminine", "genitive", "двух"),
        (2, "masculine", "accusative", "два"),
        (12, "feminine", "nominative", "двенадцать"),
        (21, "feminine", "accusative", "двадцать одну"),
        (40, "masculine", "genitive", "сорока"),
        (100, "masculine", "nominative", "сто"),
        (111, "masculine", "genitive", "ста одиннадцати"),
        (222, "masculine", "nominative", "двести двадцать два"),
        (1000, "masculine", "nominative", "одна тысяча"),
        (1000, "masculine", "accusative", "одну тысячу"),
        (2001, "feminine", "nominative", "две тысячи одна"),
        (5012, "masculine", "genitive", "пяти тысяч двенадцати"),
        (21_000, "masculine", "nominative", "двадцать одна тысяча"),
        (
            999_999,
            "masculine",
            "nominative",
            "девятьсот девяносто девять тысяч девятьсот девяносто девять",
        ),
    ],
)
def test_number_words(number, gender, case, words):
    assert number_words(number, gender, case) == words


@pytest.mark.parametrize("number", [-1, MAX_NUMBER + 1])
def test_number_outside_the_range(number):
    with pytest.raises(ValueError, match=str(number)):
        number_words(number)


@given(st.integers(0, MAX_NUMBER), st.integers(0, MAX_NUMBER))
def test_different_numbers_sound_different(first, second):
    assert (number_words(first) == number_words(second)) == (first == second)


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "минут"), (1, "минута"), (2, "минуты"), (4, "минуты"), (5, "минут"), (11, "минут"),
     (12, "минут"), (14, "минут"), (21, "минута"), (22, "минуты"), (25, "минут"), (101, "минута"),
     (111, "минут"), (112, "минут"), (122, "минуты")],
)  # fmt: skip
def test_noun_form(number, form):
    assert noun_form(number, ("минута", "минуты", "минут")) == form


@pytest.mark.parametrize(
    ("seconds", "case", "words"),
    [
        (0, "nominative", "ноль секунд"),
        (0.4, "nominative", "ноль секунд"),
        (1, "nominative", "одна секунда"),
        (1, "accusative", "одну секунду"),
        (2, "nominative", "две секунды"),
        (21, "genitive", "двадцати одной секунды"),
        (59.6, "nominative", "одна минута"),
        (61, "accusative", "одну минуту одну секунду"),
        (89, "nominative", "одна минута двадцать девять секунд"),
        (90, "nominative", "две минуты"),
        (5 * 60, "genitive", "пяти минут"),
        (3600, "nominative", "один час"),
        (2 * 3600 + 60, "nominative", "два часа одна минута"),
        (11 * 3600 + 12 * 60, "genitive", "одиннадцати часов двенадцати минут"),
        (21 * 3600, "accusative", "двадцать один час"),
    ],
)
def test_duration_words(seconds, case, words):
    assert duration_words(seconds, case) == words


def test_negative_duration():
    with pytest.raises(ValueError, match="negative"):
        duration_words(-1)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (1, "Ваш номер в очереди — один."),
        (3, "Ваш номер в очереди — три."),
        (20, "Ваш номер в очереди — двадцать."),
        (21, "Ваш номер в очереди — более двадцати."),
        (500, "Ваш номер в очереди — более двадцати."),
    ],
)
def test_position_text(position, text):
    assert position_text(position) == text


def test_there_is_no_place_before_the_first():
    with pytest.raises(ValueError, match="position 0"):
        position_text(0)
