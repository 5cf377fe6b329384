from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekc_console.domain.terms import hours
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.domain.terms.settings import USUAL_CENTRE

AT_UTC = replace(USUAL_CENTRE, utc_offset_s=0.0)
DAY = 86_400.0
HOUR = 3600.0
MONDAY = 4 * DAY
"""5 January 1970."""


@pytest.mark.parametrize(
    ("first", "last", "now", "opening", "end"),
    [
        (8, 21, 7, 8, 7),
        (8, 21, 8, 8, 21),
        (8, 21, 21, 32, 21),
        (8, 8, 3, 3, None),
        (22, 6, 23, 23, 30),
        (22, 6, 5, 5, 6),
        (22, 6, 6, 22, 6),
    ],
)
def test_calling_hours(first, last, now, opening, end):
    centre = replace(AT_UTC, callback_from_s=first * HOUR, callback_until_s=last * HOUR)
    assert hours.calling_from(now * HOUR, centre) == opening * HOUR
    assert hours.calling_until(now * HOUR, centre) == (None if end is None else end * HOUR)


@pytest.mark.parametrize(
    ("opens", "closes", "calls_until", "evening"),
    [
        (0, 24, 21, 18),
        (8, 20, 21, 18),
        (8, 19, 21, 18),
        (8, 18, 21, 17),
        (8, 17, 21, 16),
        (8, 24, 17.5, 16),
        (8, 16, 21, None),
        (8, 20, 15, None),
        (20, 24, 21, None),
    ],
)
def test_the_evening_is_an_hour_in_which_the_line_is_open_and_people_may_be_called(
    opens, closes, calls_until, evening
):
    centre = replace(AT_UTC, callback_from_s=8 * HOUR, callback_until_s=calls_until * HOUR)
    schedule = hours.Schedule((((opens * HOUR, closes * HOUR),),) * 7)
    expected = None if evening is None else MONDAY + evening * HOUR
    assert hours.evening(schedule, MONDAY + 9 * HOUR, centre) == expected


def test_a_day_off_has_no_evening_and_a_line_without_hours_has_that_of_the_calling_hours():
    now = MONDAY + 9 * HOUR
    closed = hours.Schedule(exceptions={date(1970, 1, 5): ()})
    assert hours.evening(closed, now, AT_UTC) is None
    assert hours.evening(None, now, AT_UTC) == MONDAY + 18 * HOUR


@given(st.floats(0, 2e9), st.integers(0, 24), st.integers(0, 24), st.integers(-12, 14))
def test_the_opening_is_within_calling_hours(now, first, last, offset):
    centre = replace(
        AT_UTC,
        callback_from_s=first * HOUR,
        callback_until_s=last * HOUR,
        utc_offset_s=offset * HOUR,
    )
    if (first, last) in ((24, 0), (0, 0), (24, 24)):
        return
    opening = hours.calling_from(now, centre)
    assert now <= opening <= now + DAY
    if first % 24 != last % 24:
        assert hours.calling_from(opening, centre) == opening


WEEK = (((9 * HOUR, 18 * HOUR),),) * 5 + ((), ())


def test_a_week():
    schedule = hours.Schedule(WEEK)
    assert not hours.is_open(schedule, MONDAY + 8.9 * HOUR, UTC)
    assert hours.is_open(schedule, MONDAY + 9 * HOUR, UTC)
    assert hours.next_change(schedule, MONDAY + 10 * HOUR, UTC) == MONDAY + 18 * HOUR
    friday_evening = MONDAY + 4 * DAY + 19 * HOUR
    assert hours.next_change(schedule, friday_evening, UTC) == MONDAY + 7 * DAY + 9 * HOUR


def test_corrections_of_the_calendar():
    monday, saturday = date(1970, 1, 5), date(1970, 1, 10)
    schedule = hours.Schedule(
        WEEK,
        exceptions={date(1970, 1, 6): ((12 * HOUR, 13 * HOUR),), date(1970, 1, 7): ()},
        days_off=frozenset({monday, date(1970, 1, 6)}),
        moved_workdays=frozenset({saturday}),
    )
    open_at = [hours.is_open(schedule, MONDAY + day * DAY + 12 * HOUR, UTC) for day in range(7)]
    assert open_at == [False, True, False, True, True, True, False]


def test_always_open_never_changes():
    assert hours.next_change(hours.Schedule(), MONDAY, UTC) is None


def test_overlap():
    assert hours.overlap([(9, 12), (12, 15)]) is None
    assert hours.overlap([(10, 12), (9, 11)]) == ((9, 11), (10, 12))


# -- zones ----------------------------------------------------------------------

ZONES = ("UTC", "Europe/Moscow", "Asia/Vladivostok", "Europe/Berlin", "America/Santiago")
"""Berlin sets its clocks at night, Santiago at midnight."""
BERLIN = zone_named("Europe/Berlin")
HOURS = st.integers(0, 48).map(lambda half: half * 1800.0)
NOW = st.integers(1_735_689_600, 1_798_761_600) | st.builds(  # 2025 and 2026
    lambda night, half: night + half * 1800,
    st.sampled_from((1_743_292_800, 1_761_436_800, 1_757_217_600, 1_743_908_400)),
    st.integers(-96, 96),
)
"""Any moment, or one near a night on which clocks are set in Berlin or Santiago."""
SPANS = st.tuples(HOURS, HOURS).filter(lambda span: span[0] < span[1])


def at(*moment: int, zone=BERLIN) -> float:
    return datetime(*moment, tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("span", "now", "changes"),
    [
        # 29 March 2026: 02:00 becomes 03:00
        ((2.5, 5), at(2026, 3, 29), [(3, True), (5, False)]),
        ((1, 2.5), at(2026, 3, 29), [(1, True), (3, False)]),
        ((2.25, 2.75), at(2026, 3, 29), []),
        # 25 October 2026: 03:00 becomes 02:00
        ((2.5, 5), at(2026, 10, 25), [(2.5, True), (2, False), (2.5, True), (5, False)]),
        ((2, 2.5), at(2026, 10, 25), [(2, True), (2.5, False), (2, True), (2.5, False)]),
    ],
)
def test_hours_on_the_day_that_clocks_are_set(span, now, changes):
    schedule = hours.Schedule((((span[0] * HOUR, span[1] * HOUR),),) * 7)
    found, moment = [], now
    while (moment := hours.next_change(schedule, moment, BERLIN)) < now + 23 * HOUR:
        here = datetime.fromtimestamp(moment, BERLIN)
        found.append((here.hour + here.minute / 60, hours.is_open(schedule, moment, BERLIN)))
    assert found == changes


@settings(deadline=None)
@given(st.lists(SPANS, max_size=3), NOW, st.sampled_from(ZONES))
def test_a_schedule_changes_when_the_next_change_says_and_not_before(spans, now, zone):
    zone = zone_named(zone)
    schedule = hours.Schedule((tuple(spans),) * 6 + ((),))
    state = hours.is_open(schedule, now, zone)
    change = hours.next_change(schedule, now, zone)
    step = 450
    until = now + 8 * DAY if change is None else change
    for moment in range(now, int(until), step):
        assert hours.is_open(schedule, moment, zone) == state
    if change is not None:
        assert hours.is_open(schedule, change - 1, zone) == state
        assert hours.is_open(schedule, change, zone) != state


@settings(deadline=None)
@given(HOURS, HOURS, NOW, st.sampled_from(ZONES))
def test_calling_hours_are_what_clocks_show(first, last, now, zone):
    centre = replace(USUAL_CENTRE, timezone=zone, callback_from_s=first, callback_until_s=last)
    opening, end = hours.calling_from(now, centre), hours.calling_until(now, centre)
    here = datetime.fromtimestamp(now, zone_named(zone))
    second = here.hour * HOUR + here.minute * 60 + here.second
    inside = first <= second < last if first < last else second >= first or second < last
    assert (opening == now) == (inside or first == last)
    if opening > now and first % DAY != last % DAY:
        assert hours.opens_calling(opening, centre)
        assert all(
            hours.calling_from(moment, centre) == opening
            for moment in range(now, int(opening), 1800)
        )
    if end is not None and end > now:
        assert hours.calling_from(end, centre) > end
        assert hours.calling_from(end - 1, centre) == end - 1


def test_a_zone_that_is_not_known_here_leaves_the_offset():
    centre = replace(USUAL_CENTRE, timezone="Mars/Olympus", utc_offset_s=7 * HOUR)
    assert centre.zone.utcoffset(None) == timedelta(hours=7)


def test_vladivostok_opens_seven_hours_before_moscow():
    schedule = hours.Schedule(WEEK)
    monday = datetime(2026, 11, 23, tzinfo=UTC).timestamp() - 12 * HOUR
    openings = [
        hours.next_change(schedule, monday, zone_named(zone))
        for zone in ("Asia/Vladivostok", "Asia/Novosibirsk", "Europe/Moscow")
    ]
    assert [later - earlier for earlier, later in pairwise(openings)] == [3 * HOUR, 4 * HOUR]
    assert openings[-1] == datetime(2026, 11, 23, 6, tzinfo=UTC).timestamp()
