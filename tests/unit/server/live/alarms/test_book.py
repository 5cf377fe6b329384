"""The book of alarms alone: limits that change while an alarm stands, and what an end tells."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ekc_console.domain.terms.alarm_limits import Limit
from ekc_console.server.live.alarms.book import AlarmBook
from ekc_console.server.live.alarms.figures import Reading, of_queue
from ekc_console.wire.watch import WatchQueue

BEGAN = 1000.0
WAIT = Reading("wait_s", since=BEGAN)


def seen(
    book: AlarmBook, limit: Limit, after_s: float, *readings: Reading
) -> list[tuple[str, int, float, float]]:
    """Event, level, figure, limit of what happens by a look so long after the wait began."""
    happened, _again = book.observe(
        ("queue", "vacc"), readings, lambda _reading: limit, BEGAN + after_s
    )
    return [(h.event, h.alarm.level, h.alarm.value, h.alarm.limit) for h in happened]


def standing(limit: Limit, after_s: float) -> AlarmBook:
    book = AlarmBook()
    assert seen(book, limit, after_s, WAIT)
    return book


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (Limit(first=25, second=90), ("limit", 1, 33.0, 25.0)),
        (Limit(first=35, second=90), ("cleared", 0, 33.0, 35.0)),  # by its band it would be held
        (Limit(first=10, second=30), ("risen", 2, 33.0, 30.0)),
        (Limit(), ("cleared", 0, 33.0, 20.0)),
    ],
    ids=["stays", "ends", "gets worse", "has none any more"],
)
def test_a_standing_alarm_takes_a_changed_limit_at_once_and_the_log_tells_it(
    changed: Limit, told: tuple[str, int, float, float]
) -> None:
    book = standing(Limit(first=20, second=60), 33)
    assert seen(book, changed, 33, WAIT) == [told]
    assert [alarm.limit for alarm in book.standing] == ([told[3]] if told[1] else [])
    assert seen(book, changed, 33, WAIT) == []


def test_an_alarm_of_the_second_level_falls_to_the_first_by_a_changed_limit() -> None:
    book = standing(Limit(first=20, second=60), 61)
    assert seen(book, Limit(first=30, second=70), 61, WAIT) == [("fallen", 1, 61.0, 30.0)]


def test_who_sees_to_it_goes_on_seeing_to_it_when_the_limit_changes() -> None:
    book = standing(Limit(first=20), 33)
    book.acknowledge(book.standing[0], "boss", BEGAN + 34)
    assert seen(book, Limit(first=25), 35, WAIT) == [("limit", 1, 35.0, 25.0)]
    assert book.standing[0].seen_by == "boss"


def test_the_end_of_a_wait_tells_how_long_it_was_and_the_limit() -> None:
    limit = Limit(first=20, second=60)
    assert seen(standing(limit, 61), limit, 75) == [("cleared", 0, 75.0, 20.0)]
    other = Reading("wait_s", since=BEGAN + 70)
    assert seen(standing(limit, 61), limit, 75, other) == [("cleared", 0, 75.0, 20.0)]


def test_the_end_of_a_count_tells_the_count_at_the_end() -> None:
    limit, book = Limit(first=0.7, second=0.5), AlarmBook()
    seen(book, limit, 1, Reading("level", 0.6))
    seen(book, limit, 2, Reading("level", 0.65))
    assert seen(book, limit, 3, Reading("level", 0.8)) == [("cleared", 0, 0.8, 0.7)]
    seen(book, limit, 4, Reading("level", 0.6))
    seen(book, limit, 5, Reading("level", 0.65))
    assert seen(book, limit, 6) == [("cleared", 0, 0.65, 0.7)], "nothing to count any more"


def test_a_half_hour_that_has_just_begun_ends_no_alarm_and_one_without_a_caller_does() -> None:
    book, limit = AlarmBook(), Limit(first=0.7)
    row = WatchQueue(id="vacc", title="Вакцинация", half_counted=9, level_half=0.4)
    (raised,) = seen(book, limit, 0, *level_of(row))
    assert raised[:2] == ("raised", 1)
    begun = replace(row, half_counted=0, level_half=None, halves=(0.4, None))
    assert seen(book, limit, 60, *level_of(begun)) == []
    assert [alarm.level for alarm in book.standing] == [1]
    better = replace(begun, half_counted=5, level_half=0.9, halves=(0.4, 0.9))
    assert [each[0] for each in seen(book, limit, 900, *level_of(better))] == ["cleared"]
    assert seen(book, limit, 1000, *level_of(begun)) == [], "nothing begins by what is not known"


def test_a_level_that_nobody_calls_for_any_more_ends_with_the_half_hour() -> None:
    book, limit = AlarmBook(), Limit(first=0.7)
    row = WatchQueue(id="vacc", title="Вакцинация", half_counted=9, level_half=0.4)
    seen(book, limit, 0, *level_of(row))
    quiet = replace(row, half_counted=0, level_half=None, halves=(0.4, None, None))
    assert [each[0] for each in seen(book, limit, 3600, *level_of(quiet))] == ["cleared"]


def level_of(row: WatchQueue) -> list[Reading]:
    return [reading for reading in of_queue(row) if reading.figure == "level"]
