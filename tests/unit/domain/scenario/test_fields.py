from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.scenario.field_error import FieldError
from ekc_console.domain.scenario.fields import FIELD_TYPES, FieldType, finds_the_house, parse, show
from ekc_console.domain.scenario.model import Field

TODAY = date(2026, 11, 24)
CHOICES = {"therapist": "терапевт", "surgeon": "хирург", "ent": "отоларинголог", "none": "другой"}

GOOD: list[tuple[FieldType, str, str]] = [
    ("text", "  болит   горло ", "болит горло"),
    ("person", "иванова анна петровна", "Иванова Анна Петровна"),
    ("person", "ИВАНОВ И.И.", "Иванов И. И."),
    ("person", "салтыкова-щедрина о'нил", "Салтыкова-Щедрина О'нил"),
    ("person", "Мамедов Али Гейдар Оглы", "Мамедов Али Гейдар оглы"),
    ("person", "МакДональд Ян", "МакДональд Ян"),
    ("date", "12.03.1985", "1985-03-12"),
    ("date", "12/3/1985", "1985-03-12"),
    ("date", "12-03-85", "1985-03-12"),
    ("date", "12 03 1985 г.", "1985-03-12"),
    ("date", "1985-03-12", "1985-03-12"),
    ("date", "120385", "1985-03-12"),
    ("date", "12031985", "1985-03-12"),
    ("date", "12 марта 1985", "1985-03-12"),
    ("date", "12 МАРТА 1985 года", "1985-03-12"),
    ("date", "1 сен. 26", "2026-09-01"),
    ("date", "010127", "2027-01-01"),
    ("date", "01.01.28", "1928-01-01"),
    ("date", "29.02.2024", "2024-02-29"),
    ("date", "сегодня", "2026-11-24"),
    ("date", "Завтра", "2026-11-25"),
    ("date", "вчера", "2026-11-23"),
    ("date", "05.05", "2027-05-05"),
    ("date", "5 мая", "2027-05-05"),
    ("date", "31 августа", "2026-08-31"),
    ("date", "5/12", "2026-12-05"),
    ("date", "в пятницу", "2026-11-27"),
    ("date", "вторник", "2026-12-01"),
    ("date", "через 3 дня", "2026-11-27"),
    ("date", "через три дня", "2026-11-27"),
    ("date", "через неделю", "2026-12-01"),
    ("date", "через 2 недели", "2026-12-08"),
    ("phone", "+7 *** ***-**-12", "+7********12"),
    ("snils", "*********95", "*********95"),
    ("oms", "**************11", "**************11"),
    ("clinic", " Поликлиника  № 1", "Поликлиника № 1"),
    ("specialty", "кардиолог", "кардиолог"),
    ("phone", "8 (912) 345-67-89", "+79123456789"),
    ("phone", "9123456789", "+79123456789"),
    ("phone", "+7 3452 12-34-56", "+73452123456"),
    ("phone", "89123456789", "+79123456789"),
    ("phone", "+375 29 123-45-67", "+375291234567"),
    ("address", "Тюмень, Садовая, 5, кв. 12", "Тюмень, Садовая, 5, кв. 12"),
    ("snils", "112-233-445 95", "112-233-445 95"),
    ("snils", "11223344595", "112-233-445 95"),
    ("snils", "087 654 303 00", "087-654-303 00"),
    ("snils", "00100199800", "001-001-998 00"),
    ("choice", "surgeon", "surgeon"),
    ("choice", "Хирург", "surgeon"),
    ("choice", "тер", "therapist"),
    ("choice", "3", "ent"),
    ("number", "38,5", "38.5"),
    ("number", "0038.50", "38.5"),
    ("number", "1 000", "1000"),
    ("number", "-5", "-5"),
    ("yes_no", "Да", "yes"),
    ("yes_no", "1", "yes"),
    ("yes_no", "нет", "no"),
    ("yes_no", "2", "no"),
]

BAD: list[tuple[FieldType, str, str]] = [
    ("text", "   ", "не указано"),
    ("text", "а\x07б", "управляющие"),
    ("text", "я" * 1001, "1001"),
    ("person", "Иванова 5", "«5»"),
    ("person", "я@почта", "«я@почта»"),
    ("person", "а б в г д е ж", "длинное"),
    ("date", "32.01.2020", "в календаре нет"),
    ("date", "29.02.2023", "в календаре нет"),
    ("date", "12 мартобря 1985", "Месяца «мартобря» нет"),
    ("date", "12 мартобря", "Месяца «мартобря» нет"),
    ("date", "31.02", "в календаре нет"),
    ("date", "когда-нибудь", "не похоже на дату"),
    ("date", "12.03.1885", "слишком давно"),
    ("date", "12.03.2085", "слишком далеко"),
    ("phone", "12-34-56", "кода города"),
    ("phone", "8 912 345", "не хватает цифр"),
    ("phone", "8 912 345 67 89 00 11 22", "лишние цифры"),
    ("phone", "9123456789 доб. 5", "только цифры"),
    ("phone", "8 002 345 67 89", "быть не может"),
    ("address", "дом", "мало для адреса"),
    ("address", "12345", "мало для адреса"),
    ("snils", "112-233-445 96", "контрольные цифры"),
    ("snils", "112-233-445", "цифр 9, а должно быть 11"),
    ("snils", "112-233-445 9O", "только цифры"),
    ("oms", "1234567890123456", "контрольная цифра"),
    ("oms", "123", "цифр 3, а должно быть 16"),
    ("choice", "окулист", "1 — терапевт, 2 — хирург"),
    ("choice", "9", "нет в списке"),
    ("number", "много", "не число"),
    ("number", "1e5", "не число"),
    ("yes_no", "может", "да или нет"),
]


@pytest.mark.parametrize(("type_", "text", "value"), GOOD)
def test_accepts(type_: FieldType, text: str, value: str) -> None:
    assert parse(type_, text, TODAY, CHOICES) == value


@pytest.mark.parametrize(("type_", "text", "value"), GOOD)
def test_a_canonical_value_stays_as_it_is(type_: FieldType, text: str, value: str) -> None:
    assert parse(type_, value, TODAY, CHOICES) == value


@pytest.mark.parametrize(("type_", "text", "words"), BAD)
def test_refuses_and_says_how_to_write(type_: FieldType, text: str, words: str) -> None:
    with pytest.raises(FieldError) as caught:
        parse(type_, text, TODAY, CHOICES)
    assert words in str(caught.value)
    assert caught.value.remedy


@given(st.sampled_from(FIELD_TYPES), st.text(max_size=40))
def test_any_text_gives_a_value_that_parses_again_or_a_field_error(
    type_: FieldType, text: str
) -> None:
    try:
        value = parse(type_, text, TODAY, CHOICES)
    except FieldError:
        return
    assert parse(type_, value, TODAY, CHOICES) == value
    assert show(type_, value, CHOICES, "voice")
    assert show(type_, value, CHOICES, "operator")


@given(st.dates(date(1930, 1, 1), date(2026, 12, 31)))
def test_a_date_shown_can_be_typed_back(day: date) -> None:
    value = day.isoformat()
    assert parse("date", show("date", value), TODAY) == value
    assert parse("date", show("date", value, audience="voice"), TODAY) == value


@given(st.text("0123456789", min_size=15, max_size=15))
def test_exactly_one_last_digit_makes_a_policy_number(head: str) -> None:
    """The rule of the obligatory insurance fund, word by word: the digits on odd places from the
    right form a number that is doubled, those on even places are put before it, all digits are
    added, and the check digit fills the sum up to a multiple of ten."""
    odd = int(head[::-1][0::2]) * 2
    even = head[::-1][1::2]
    total = sum(int(d) for d in f"{even}{odd}")
    check = -total % 10
    assert parse("oms", f"{head}{check}", TODAY) == f"{head}{check}"
    for wrong in set(range(10)) - {check}:
        with pytest.raises(FieldError):
            parse("oms", f"{head}{wrong}", TODAY)


@given(st.integers(1_001_999, 999_999_999))
def test_exactly_one_check_number_makes_a_snils(number: int) -> None:
    good = []
    for check in range(100):
        try:
            good.append(parse("snils", f"{number:09}{check:02}", TODAY))
        except FieldError:
            continue
    assert len(good) == 1


@pytest.mark.parametrize(
    ("type_", "value", "operator", "voice"),
    [
        ("date", "1985-03-02", "02.03.1985", "2 марта 1985 года"),
        ("phone", "+79123456789", "+7 912 345-67-89", "8, 912, 345, 67, 89"),
        ("phone", "+7 912 ***-**-89", "+7 912 ***-**-89", "+7 912 ***-**-89"),
        ("choice", "ent", "отоларинголог", "отоларинголог"),
        ("yes_no", "yes", "да", "да"),
        ("yes_no", "no", "нет", "нет"),
        ("number", "38.5", "38,5", "38,5"),
        ("text", "", "", ""),
    ],
)
def test_shows(type_: FieldType, value: str, operator: str, voice: str) -> None:
    assert show(type_, value, CHOICES) == operator
    assert show(type_, value, CHOICES, "voice") == voice


TEMPERATURE = Field("t", "number", "Температура", min=34, max=43, unit="°C")


@pytest.mark.parametrize("text", ["38,5", "38.5", "38,5 °C", "38,5°C"])
def test_a_number_has_a_unit(text: str) -> None:
    value = TEMPERATURE.parse(text, TODAY)
    assert value == "38.5"
    assert TEMPERATURE.show(value) == "38,5 °C"
    assert TEMPERATURE.show(value, "voice") == "38,5"
    assert TEMPERATURE.parse("", TODAY) == TEMPERATURE.show("") == ""


@pytest.mark.parametrize(
    ("text", "words"), [("45", "45 °C — слишком много"), ("4", "слишком мало")]
)
def test_a_number_outside_its_range_is_refused_with_what_to_write(text: str, words: str) -> None:
    with pytest.raises(FieldError, match=words) as caught:
        TEMPERATURE.parse(text, TODAY)
    assert caught.value.remedy == "Напишите число от 34 до 43 °C."


@pytest.mark.parametrize(
    "address",
    [
        "Тюмень, Садовая, 5, кв. 12", "Садовая 5-12", "ул. 8 Марта, 12", "8 Марта 12",
        "Тюмень, 50 лет Октября, 3а", "д. Ивановка, ул. Новая, д. 7", "Садовая 5 вход со двора",
        "12 мкр, дом 4", "1-я Садовая, 12/3", "Новая, уч. 15", "дом №5, Садовая",
        "ул. 1905 года, 8 б", "625000, Тюмень, Мира 5к2", "Ембаево, Новая, ориентир: синий забор",
        "Ориентир водокачка, Каменка", "Садовая 5 подъезд 2", "Ленина, 10 подъезд 1",
        "Мира 15 этаж 4 кв 30", "ул. Мира 15 подъезд 3 этаж 4", "Мельникайте 72 этаж 2",
        "12 мкр 5 подъезд 1", "6 мкр 4", "12-й квартал 7", "Садовая дом пять",
        "Садовая двадцать пять, квартира три", "с. Ивановка, 12", "Мира, 5/2", "Мира д.5",
        "Мира, влд. 3", "СНТ Берёзка, участок 15", "8 Марта, 5", "мкр 12,5", "мкр 12, 5",
        "Мира 5, 9-этажный", "Мира 5, женщина, 72", "тел. 89123456789, Мира 5", "Мира 5 под горой",
        "Мира, 5, ориентира нет", "Ивановка, ориентир: не доезжая моста", "школа № 5, Ембаево",
        "областная больница 2", "Мира д5кв3", "Зеленоград, корпус 1205", "2-й подъезд, Мира 5",
        "Новая, номера нет ориентир синий забор", "Новая, ориентир за школой",
        "Новая, ориентир: неизвестному солдату памятник", "Мира 5, 2 подъезд", "Ивановка, 12",
        "пр. Мира 15 к 2", "проехать до 5 дома, Садовая", "3 линия 5", "ул. 26 Бакинских, д 3",
    ],
)  # fmt: skip
def test_an_address_with_a_house_or_a_landmark_is_enough(address: str) -> None:
    assert finds_the_house(address)
    assert Field("a", "address", "Адрес", house=True).parse(address, TODAY) == address


@pytest.mark.parametrize(
    "address",
    [
        "Тюмень, Садовая", "ул. 8 Марта", "8 Марта, кв 5", "625000, Тюмень, Садовая", "12 мкр",
        "1-я Садовая, подъезд 3", "Тюмень, 50 лет Октября", "Ембаево, Новая, ориентир",
        "Ембаево, дом Ивановых", "5-й микрорайон, квартира 6", "ул. 26 Бакинских комиссаров",
        "Садовая, ориентир: 5", "Садовая 89123456789", "Садовая, тел 89123456789",
        "Садовая, +7 912 345-67-89", "Садовая, 45-67-89", "Садовая, ориентира нет",
        "без ориентиров совсем, Садовая", "Садовая, ориентир неизвестен",
        "Садовая, ориентир не знаю",
        "Садовая, код двери 45", "Садовая, код 12к3456", "Садовая, вход 2", "Садовая, после 15",
        "Садовая, звонить после 15:00", "Садовая, звонить с 9 до 15", "Садовая, температура 39",
        "Садовая, температура 39,5", "Садовая, женщина, 72", "Садовая, автобус 25",
        "Садовая, дом 5-этажный", "Садовая, 3 подъезд 4 этаж", "Садовая, этаж 4 кв 30", "мкр 12",
        "Садовая, квартира двадцать пять", "Садовая, болеет 3 дня", "Садовая, 12.03.1954",
    ],
)  # fmt: skip
def test_an_address_without_a_house_is_asked_for_once_more(address: str) -> None:
    """Where the author says that somebody is to find it; where not, any address is one."""
    with pytest.raises(FieldError, match="нет номера дома") as refused:
        Field("a", "address", "Адрес", house=True).parse(address, TODAY)
    assert "ориентир" in refused.value.remedy
    assert Field("a", "address", "Адрес").parse(address, TODAY) == address
