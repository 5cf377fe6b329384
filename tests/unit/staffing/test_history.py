from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from ekc_console.domain.terms.localtime import moment_of, zone_named
from ekc_console.staffing.history import BIN_S, Day, history, without_gaps
from tests.unit.staffing.weeks import came, days

MOSCOW = zone_named("Europe/Moscow")


def bins(zone: str, *moments: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for text in moments:
        number = int(moment_of(datetime.fromisoformat(text), zone_named(zone)) // BIN_S)
        found[number] = found.get(number, 0) + 1
    return found


def test_calls_stand_in_the_half_hour_of_the_clock_on_the_wall() -> None:
    for zone in ("Europe/Moscow", "Asia/Kathmandu"):  # the second is 5:45 from UTC
        calls = bins(zone, "2026-06-15T00:00", "2026-06-16T23:29:59", "2026-06-16T23:30:00")
        found = history(calls, days(2), zone_named(zone)).calls
        assert (found[0, 0], found[1, 46], found[1, 47], found.sum()) == (1, 1, 1, 3)


def test_where_clocks_are_set_a_half_hour_counts_as_one() -> None:
    zone = zone_named("Europe/Berlin")
    back = date(2026, 10, 25)
    number = int(moment_of(datetime(2026, 10, 25, 2, 0), zone) // BIN_S)
    twice = {number + n: 3 for n in (0, 1, 4, 5)}  # 2:00 … 2:30, and once more after an hour
    assert history(twice, [Day(back, 6)], zone).calls[0, 4] == 6
    forth = history(bins("Europe/Berlin", "2026-03-29T12:00"), [Day(date(2026, 3, 29), 6)], zone)
    assert np.isnan(forth.calls[0, 4:6]).all()
    assert np.isfinite(forth.calls[0, 6:]).all()


def test_closed_half_hours_and_days_before_the_first_call_are_not_known() -> None:
    spans = ((8 * 3600.0 + 900, 9 * 3600.0),)
    of = [Day(day.day, day.like, "usual", spans) for day in days(3)]
    found = history(bins("Europe/Moscow", "2026-06-16T08:40"), of, MOSCOW)
    assert np.isfinite(found.calls).sum(axis=1).tolist() == [0, 2, 2]
    assert found.calls[1, 16:18].tolist() == [0, 1]
    assert found.known_days == 2
    assert history({}, of, MOSCOW).known_days == 0
    assert history({}, [], MOSCOW).known_days == 0


def test_a_stretch_without_a_call_in_any_queue_is_a_gap_where_many_were_due() -> None:
    one, other = came(5, seed=1), came(5, seed=2)
    lost = one.calls.copy(), other.calls.copy()
    for calls in lost:
        calls[16, 20:30] = 0  # ten busy half-hours of a Wednesday
    lost[0][10] = 0  # the other queue had calls on that day: none came here
    found, gaps = without_gaps(
        {"a": replace(one, calls=lost[0]), "b": replace(other, calls=lost[1])}
    )
    assert gaps == [one.days[0].day + timedelta(days=16)]
    for queue in found.values():
        assert np.isnan(queue.calls[16, 20:30]).all()
        assert np.isfinite(queue.calls).sum() == queue.calls.size - 10
    assert without_gaps({}) == ({}, [])


def test_a_quiet_night_is_no_gap() -> None:
    quiet = came(5)
    quiet.calls[:, :16] = 0
    assert without_gaps({"a": quiet})[1] == []


@pytest.mark.parametrize("hole", [(0, 48), (14, 30)])
def test_a_hole_is_found_wherever_it_lies(hole: tuple[int, int]) -> None:
    one = came(4)
    one.calls[27, slice(*hole)] = 0
    assert without_gaps({"a": one})[1] == [one.days[27].day]
