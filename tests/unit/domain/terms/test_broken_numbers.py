"""A number broken by a letter or a word is hidden; dates, sums, ids and plain words are not."""

from __future__ import annotations

import pytest

from ekc_console.domain.terms import digits

BROKEN = [
    "8903l112233",
    "8903I112233",
    "89O3 111 22 33",
    "89О3-111-22-33",
    "+7 9оз 111-22-33",
    "8903х1112233",
    "8903x111y2233",
    "+7х903х111х22х33",
    "8х9х0х3х1х1х1х2х2х3х3",
    "890З1112233",
    "8 903 11l 22 33",
    "восемь 903 111-22-33",
    "восемь 903 сто одиннадцать 22 33",
    "Восемь девятьсот три сто одиннадцать двадцать два тридцать три",
    "8 девятьсот три, 111, двадцать два, 33",
    "восемь девять ноль три один один один два два три три",
    "903 сто одиннадцать 22-33",
    "+семь 903 111 22 тридцать три",
    "девять ноль три 1112233",
]
KEPT = [
    "12 марта 1985, 10 лет",
    "12.03.2026 10:24, 14.03.2026 18:00",
    "сто двадцать пять тысяч триста рублей 50 копеек",
    "8 таблеток, 9 дней, три раза в день по 250 мг",
    "сто двадцать на восемьдесят, пульс 78, температура 38 и 6",
    "дом 12б, корпус 3, кв. 45, подъезд 2, этаж 9",
    "card-8f21a33b9c0d1e2f3",
    "754963ff5e8f",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "кабинеты 8, 9, 10 и 11; этажи один, два и три",
    "полис OMS, серия IO 12",
    "8903",
    "восемь девятьсот три",
    "с 8 до 17, в среду с 9 до 13",
]


@pytest.mark.parametrize("number", BROKEN)
@pytest.mark.parametrize("around", ["{}", "Номер {}.", "звоните {}, Анна", "({}) после 5"])
def test_it_is_hidden_and_comes_back(number: str, around: str) -> None:
    text = around.format(number)
    hidden = digits.masked(text)
    assert number not in hidden
    assert "111" not in hidden
    assert "одиннадцать" not in hidden
    assert hidden == around.format(digits.mask(number))
    assert digits.restored(f"{hidden} да", [text]) == f"{text} да"


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_number_stays(text: str) -> None:
    assert digits.masked(text) == text


def test_what_is_left_is_the_country_and_the_last_two_digits() -> None:
    assert digits.masked("8903l112233") == digits.masked("89031112233")
    assert digits.masked("восемь девятьсот три 1112233") == digits.masked("89031112233")


def test_a_long_text_is_read_in_time() -> None:
    text = "восемь 12 кабинет, пять дней по 3 раза; l0 " * 200
    assert digits.masked(text) == text
