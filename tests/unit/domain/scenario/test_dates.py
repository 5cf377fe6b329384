"""Days with a side of today: since when one is ill, a wish, a birth. TODAY is a Tuesday."""

from __future__ import annotations

from datetime import date

import pytest

from ekc_console.domain.scenario.dates import NEAR_DAYS, When, age, parse_date
from ekc_console.domain.scenario.field_error import FieldError

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("when", "text", "value"),
    [
        ("past", "в пятницу", "2026-11-20"),
        ("past", "с пятницы", "2026-11-20"),
        ("past", "во вторник", "2026-11-17"),
        ("past", "с понедельника", "2026-11-23"),
        ("past", "Со среды", "2026-11-18"),
        ("past", "в прошлую субботу", "2026-11-21"),
        ("past", "5 мая", "2026-05-05"),
        ("past", "с 5 мая", "2026-05-05"),
        ("past", "25.11", "2025-11-25"),
        ("past", "29 февраля", "2024-02-29"),
        ("past", "3 дня назад", "2026-11-21"),
        ("past", "два дня назад", "2026-11-22"),
        ("past", "2 дня", "2026-11-22"),
        ("past", "Уже три дня", "2026-11-21"),
        ("past", "неделю", "2026-11-17"),
        ("past", "третий день", "2026-11-22"),
        ("past", "четвертый день", "2026-11-21"),
        ("past", "2-й день", "2026-11-23"),
        ("past", "день", "2026-11-23"),
        ("past", "неделю назад", "2026-11-17"),
        ("past", "2 недели назад", "2026-11-10"),
        ("past", "месяц назад", "2026-10-24"),
        ("past", "год назад", "2025-11-24"),
        ("past", "со вчерашнего дня", "2026-11-23"),
        ("past", "сегодня", "2026-11-24"),
        ("", "с понедельника", "2026-11-23"),
        ("", "3 дня назад", "2026-11-21"),
        ("", "в пятницу", "2026-11-27"),
        ("future", "в пятницу", "2026-11-27"),
        ("future", "с понедельника", "2026-11-30"),
        ("future", "24 ноября", "2026-11-24"),
        ("future", "23.11", "2027-11-23"),
        ("future", "через месяц", "2026-12-24"),
        ("future", "2026-11-01", "2026-11-01"),
        ("birth", "12.03.26", "2026-03-12"),
        ("birth", "12.03.27", "1927-03-12"),
        ("birth", "3 дня назад", "2026-11-21"),
    ],
)
def test_a_day_is_on_its_side_of_today(when: When, text: str, value: str) -> None:
    assert parse_date(text, TODAY, when) == value
    assert parse_date(value, TODAY, when) == value


@pytest.mark.parametrize(
    ("when", "text", "words"),
    [
        ("past", "завтра", "ещё не наступило"),
        ("past", "через 3 дня", "ещё не наступило"),
        ("past", "05.05.2027", "ещё не наступило"),
        ("past", "2026-11-25", "ещё не наступило"),
        ("future", "вчера", "уже прошло"),
        ("future", "неделю назад", "уже прошло"),
        ("birth", "25.11.2026", "ещё не наступило"),
        ("birth", "12.03", "не хватает года"),
        ("past", "999 лет назад", "слишком давно"),
        ("past", "31.02", "в календаре нет"),
    ],
)
def test_a_day_on_the_other_side_is_refused_with_what_to_write(
    when: When, text: str, words: str
) -> None:
    with pytest.raises(FieldError, match=words) as caught:
        parse_date(text, TODAY, when)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("today", "text", "value"),
    [
        (date(2026, 3, 31), "месяц назад", "2026-02-28"),
        (date(2024, 2, 29), "год назад", "2023-02-28"),
        (date(2026, 1, 15), "2 месяца назад", "2025-11-15"),
    ],
)
def test_a_month_back_ends_in_a_shorter_month(today: date, text: str, value: str) -> None:
    assert parse_date(text, today, "past") == value


@pytest.mark.parametrize("when", NEAR_DAYS)
def test_what_is_offered_is_understood(when: When) -> None:
    for word in NEAR_DAYS[when]:
        parse_date(word, TODAY, when)


@pytest.mark.parametrize(
    ("born", "years"), [("2008-11-24", 18), ("2008-11-25", 17), ("2026-11-24", 0)]
)
def test_age_counts_full_years(born: str, years: int) -> None:
    assert age(born, TODAY) == years
