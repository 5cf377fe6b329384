from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console import i18n
from ekc_console.errors import EkcError
from ekc_console.reports.periods import canonical, read

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "first", "last", "complete"),
    [
        ("сегодня", "2026-11-26", "2026-11-26", False),
        ("Вчера", "2026-11-25", "2026-11-25", True),
        ("неделя", "2026-11-23", "2026-11-26", False),
        ("прошлая неделя", "2026-11-16", "2026-11-22", True),
        ("месяц", "2026-11-01", "2026-11-26", False),
        ("прошлый месяц", "2026-10-01", "2026-10-31", True),
        ("прошлый год", "2025-01-01", "2025-12-31", True),
        ("2026", "2026-01-01", "2026-11-26", False),
        ("2026-10", "2026-10-01", "2026-10-31", True),
        ("2.2024", "2024-02-01", "2024-02-29", True),
        ("05.11", "2026-11-05", "2026-11-05", True),
        ("2026-11-5", "2026-11-05", "2026-11-05", True),
        ("01.11.2026..10.11.2026", "2026-11-01", "2026-11-10", True),
        ("2026-09 .. 2026-10", "2026-09-01", "2026-10-31", True),
        ("01.11 — сегодня", "2026-11-01", "2026-11-26", False),
        ("01.11.2026–10.11.2026", "2026-11-01", "2026-11-10", True),
        ("2025..9999", "2025-01-01", "2026-11-26", False),
    ],
)
def test_a_period_as_people_write_it(text: str, first: str, last: str, complete: bool) -> None:
    period = read(text, TODAY)
    assert (str(period.first), str(period.last), period.complete) == (first, last, complete)


def test_words_of_the_language_in_use_are_understood_beside_the_russian_ones() -> None:
    i18n.use("en")
    try:
        assert read("last month", TODAY) == read("прошлый месяц", TODAY)
    finally:
        i18n.use("ru")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("31.02.2026", "такого дня в календаре нет"),
        ("2026-13", "месяцев двенадцать"),
        ("0026", "год пишут четырьмя цифрами"),
        ("ноябрь", "не период"),
        ("", "не период"),
        ("..", "не период"),
        ("01.11..02.11..03.11", "не период"),
        ("10.11.2026..01.11.2026", "кончается раньше, чем начинается"),
        ("2027", "ещё не наступил"),
        ("27.11.2026", "ещё не наступил"),
        ("x" * 500, "xxx…» — не период"),
    ],
)
def test_what_is_no_period_is_said_with_what_may_be_written(text: str, says: str) -> None:
    with pytest.raises(EkcError) as told:
        read(text, TODAY)
    assert says in told.value.message
    assert told.value.remedy


@given(st.text(max_size=30) | st.from_regex(r"[0-9.\-]{1,12}", fullmatch=True))
def test_whatever_is_typed_is_a_period_of_the_past_or_an_error_in_words(text: str) -> None:
    try:
        period = read(text, TODAY)
    except EkcError:
        return
    assert period.first <= period.last <= TODAY


@pytest.mark.parametrize(
    ("text", "before", "year"),
    [
        ("вчера", ("2026-11-24", "2026-11-24"), ("2025-11-25", "2025-11-25")),
        ("прошлая неделя", ("2026-11-09", "2026-11-15"), ("2025-11-16", "2025-11-22")),
        ("2026-10", ("2026-09-01", "2026-09-30"), ("2025-10-01", "2025-10-31")),
        ("2026-02", ("2026-01-01", "2026-01-31"), ("2025-02-01", "2025-02-28")),
        ("2024-02", ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        ("2025-02", ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        ("2026-07..2026-09", ("2026-04-01", "2026-06-30"), ("2025-07-01", "2025-09-30")),
        ("месяц", ("2026-10-01", "2026-10-26"), ("2025-11-01", "2025-11-26")),
        ("прошлый год", ("2024-01-01", "2024-12-31"), ("2024-01-01", "2024-12-31")),
        ("29.02.2024", ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
    ],
)
def test_what_a_period_is_held_against(
    text: str, before: tuple[str, str], year: tuple[str, str]
) -> None:
    period = read(text, TODAY)
    for earlier, days in ((period.before(), before), (period.year_before(), year)):
        assert (str(earlier.first), str(earlier.last)) == days


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2199, 12, 31)), st.integers(0, 900))
def test_the_time_before_ends_where_the_period_begins(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    period = read(f"{first}..{last}", date(2203, 1, 1))
    before = period.before()
    assert before.last + timedelta(days=1) == first
    assert before.first <= before.last
    assert period.year_before().first.year == first.year - 1


def test_words_of_another_language_travel_as_the_russian_ones() -> None:
    i18n.use("en")
    try:
        assert canonical("Last month .. yesterday") == "прошлый месяц..вчера"
        assert canonical("2026-11") == "2026-11"
    finally:
        i18n.use("ru")
