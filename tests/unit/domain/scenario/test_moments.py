"""When a person wants to be called, in the words that operators write down."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ekc_console.domain.scenario.moments import clock_time, wanted_at

NOW = datetime(2026, 11, 30, 14, 40, tzinfo=timezone(timedelta(hours=3)))  # a Monday


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ("через час", "30.11 в 15:40"),
        ("Через полчаса", "30.11 в 15:10"),
        ("через 2 часа", "30.11 в 16:40"),
        ("через 15 мин", "30.11 в 14:55"),
        ("через полтора часа", "30.11 в 16:10"),
        ("до вечера", "30.11 в 18:00"),
        ("вечером", "30.11 в 18:00"),
        ("сегодня после 18", "30.11 в 18:00"),
        ("в 18:30", "30.11 в 18:30"),
        ("18.30", "30.11 в 18:30"),
        ("после 5 вечера", "30.11 в 17:00"),
        ("в 12 дня", "01.12 в 12:00"),
        ("завтра утром", "01.12 в 09:00"),
        ("завтра", "01.12 в 09:00"),
        ("утром", "01.12 в 09:00"),
        ("в 9", "01.12 в 09:00"),
        ("завтра в 10", "01.12 в 10:00"),
        ("послезавтра после обеда", "02.12 в 14:00"),
        ("в пятницу после 15", "04.12 в 15:00"),
        ("через неделю", "07.12 в 09:00"),
        ("2 декабря в 11:20", "02.12 в 11:20"),
        ("30.11 в 15:40", "30.11 в 15:40"),
        ("29.11 в 15:40", "29.11 в 15:40"),
        ("31.12 в 23:00", "31.12 в 23:00"),
    ],
)
def test_what_is_understood_is_a_time_by_the_clock(said: str, clock: str) -> None:
    assert clock_time(said, NOW) == clock
    assert clock_time(clock, NOW) == clock


@pytest.mark.parametrize(
    "said",
    ["", "как-нибудь", "когда сможете", "после работы", "в 25", "13 вечера", "сегодня в 9",
     "до 18", "30.02 в 10:00", "с 9 до 12", "сегодня"],
)  # fmt: skip
def test_what_is_no_time_stays_the_person_s_words(said: str) -> None:
    assert wanted_at(said, NOW) is None
    assert clock_time(said, NOW) == said


def test_a_day_of_the_next_year_is_nearest_to_new_year() -> None:
    eve = NOW.replace(month=12, day=31)
    assert wanted_at("01.01 в 09:00", eve) == datetime(2027, 1, 1, 9, tzinfo=NOW.tzinfo)
