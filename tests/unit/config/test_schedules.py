"""Working hours in the configuration file: what they mean and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from ekc_console.config import ConfigError, parse
from ekc_console.config.schedules import hours
from ekc_console.server.calls.calendar import schedule

H = 3600.0
QUEUE = (
    "queues: [{id: a, title: A, schedule: main, overflow: [{when: closed, to: [{close: true}]}]}]"
)
GOOD = """
schedules:
  main:
    mon-fri: "08:00-12:00, 13:00-24:00"
    sat: "9:00-15:00"
    holidays: "10:00-16:00"
    exceptions: {2026-12-31: closed, "2027-01-01": "10:00-11:00"}
"""


def test_hours_with_the_calendar() -> None:
    config = parse(GOOD + QUEUE, "ekc.yaml")
    found = schedule(hours("main", config.schedules["main"]), 2026)
    workday = ((8 * H, 12 * H), (13 * H, 24 * H))
    assert found.spans(date(2026, 11, 24)) == workday
    assert found.spans(date(2026, 11, 28)) == ((9 * H, 15 * H),)
    assert found.spans(date(2026, 11, 29)) == ()
    assert found.spans(date(2026, 11, 4)) == ((10 * H, 16 * H),)
    assert found.spans(date(2026, 12, 31)) == ()
    assert found.spans(date(2027, 1, 1)) == ((10 * H, 11 * H),)
    assert found.spans(date(2027, 2, 20)) == workday  # a Saturday that is worked


def test_hours_of_the_day_before_a_holiday() -> None:
    text = GOOD.replace("    exceptions", '    pre_holiday: "08:00-19:00"\n    exceptions')
    found = schedule(hours("main", parse(text + QUEUE, "ekc.yaml").schedules["main"]), 2026)
    assert found.spans(date(2026, 11, 3)) == ((8 * H, 19 * H),)
    assert found.spans(date(2027, 2, 20)) == ((8 * H, 19 * H),)
    assert found.spans(date(2026, 11, 2)) == ((8 * H, 12 * H), (13 * H, 24 * H))


def test_without_the_key_the_calendar_is_not_asked() -> None:
    config = parse('schedules: {main: {mon-sun: "00:00-24:00"}}', "ekc.yaml")
    found = schedule(hours("main", config.schedules["main"]), 2026)
    assert found.spans(date(2027, 1, 1)) == ((0.0, 24 * H),)


FAULTS = [
    ("queues: [{id: a, title: A, schedule: x}]", "1: queues[0].schedule: расписания «x» нет."),
    (
        'schedules: {x: {mon: "8:00-9:00"}}\nqueues:\n  - {id: a, title: A, schedule: x}',
        "3: queues[0].schedule: вне часов вызову некуда идти",
    ),
    (
        'schedules:\n  x:\n    mon: "8:00-12:00, 11:00-13:00"',
        "3: schedules.x.mon: промежутки 08:00",
    ),
    ('schedules:\n  x:\n    mon: "20:00-08:00"', "3: schedules.x.mon: 20:00-08:00: конец не позже"),
    ("schedules:\n  x:\n    mon: 8", "3: schedules.x.mon: «8» — не часы работы."),
    ("schedules:\n  x:\n    mon: [8]", "3: schedules.x.mon: «[8]» — не часы работы."),
    ("schedules:\n  x:\n    mon-fri: closed\n    wed: closed", "4: schedules.x.wed: wed уже задан"),
    ("schedules:\n  x:\n    monday: closed", "3: schedules.x.monday: неизвестный ключ."),
    ("schedules:\n  x:\n    mon: closed\n    fri-mon: closed", "4: schedules.x.fri-mon: неизвест"),
    ("schedules:\n  x:\n    holidays: closed", "2: schedules.x: не задан ни один день"),
    (
        "schedules:\n  x:\n    mon: closed\n    exceptions:\n      2026-02-30: closed",
        "5: schedules.x.exceptions.2026-02-30: «2026-02-30» — такой даты нет.",
    ),
    (
        "schedules:\n  x:\n    mon: closed\n    exceptions:\n      soon: closed",
        "5: schedules.x.exceptions.soon: «soon» — не дата.",
    ),
    (
        "schedules:\n  x:\n    mon: closed\n    exceptions:\n"
        "      2026-12-31: closed\n      2026-12-31: '8:00-9:00'",
        "6: schedules.x.exceptions.2026-12-31: ключ задан дважды.",
    ),
    ("schedules:\n  x:\n    mon: closed\n    exceptions: closed", "4: schedules.x.exceptions: зд"),
    ("schedules:\n  X!:\n    mon: closed", "schedules.X!: имя «X!» не годится."),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(text, "ekc.yaml")
    assert expected in error.value.message
