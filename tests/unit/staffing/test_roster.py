from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms.spans import Span
from ekc_console.staffing.roster import Kind, Shift, attended, joined, on_shift

HALF, HOUR = 1800.0, 3600.0


def shift(login: str, since_h: float, until_h: float, kind: Kind = "planned") -> Shift:
    return Shift(login, kind, since_h * HOUR, until_h * HOUR)


def test_people_are_counted_where_they_are_for_all_of_a_half_hour() -> None:
    halves = [Span(n * HALF, (n + 1) * HALF) for n in range(4)]
    shifts = [
        shift("anna", 0, 1), shift("boris", 0.25, 2), shift("vera", 0, 0.25),
        shift("oleg", 0, 2, "offered"),
    ]  # fmt: skip
    assert on_shift(halves, shifts) == [2, 2, 1, 1]  # Boris takes over from Vera at a quarter past
    assert on_shift(halves, shifts[:2]) == [1, 2, 1, 1]
    assert on_shift([], shifts) == []


@pytest.mark.parametrize(
    ("present", "now_h", "verdict", "late_min", "early_min"),
    [
        ([(9, 18)], 20, "in_time", 0, 0),
        ([(9 + 4 / 60, 18)], 20, "in_time", 4, 0),
        ([(9.5, 18)], 20, "late", 30, 0),
        ([(9, 17)], 20, "left_early", 0, 60),
        ([(9, 12), (13, 18.5)], 20, "in_time", 0, 0),
        ([], 20, "absent", 540, 0),
        ([(2, 4), (19, 20)], 20, "absent", 540, 0),
        ([], 8, "ahead", 0, 0),
        ([], 9 + 4 / 60, "ahead", 4, 0),
        ([(9, 12)], 12, "in_time", 0, 0),
    ],
)
def test_a_plan_is_held_against_who_was_there(
    present: list[tuple[float, float]],
    now_h: float,
    verdict: str,
    late_min: float,
    early_min: float,
) -> None:
    spans = [Span(a * HOUR, b * HOUR) for a, b in present]
    found = attended([shift("anna", 9, 18)], {"anna": spans}, now_h * HOUR)
    one = next(each for each in found if each.verdict != "unplanned")
    assert one.verdict == verdict
    assert one.late_s == pytest.approx(late_min * 60)
    assert one.early_s == pytest.approx(early_min * 60)


def test_who_came_without_a_plan_is_told_too() -> None:
    present = {"anna": [Span(0, HOUR), Span(9 * HOUR, 17 * HOUR)], "vera": [Span(5, 6)]}
    found = attended([shift("anna", 9, 18), shift("vera", 0, 5, "offered")], present, 20 * HOUR)
    assert [(one.login, one.verdict) for one in found] == [
        ("anna", "unplanned"),
        ("vera", "unplanned"),
        ("anna", "left_early"),
    ]
    assert found[2].present_s == 8 * HOUR


def test_a_change_of_the_workplace_is_no_going() -> None:
    spans = [Span(0, 10), Span(10, 100), Span(350, 400), Span(1000, 1100), Span(1050, 1060)]
    assert list(joined(spans)) == [Span(0, 400), Span(1000, 1100)]
    assert list(joined([])) == []


@given(st.lists(st.tuples(st.integers(0, 95), st.integers(1, 24)), max_size=30))
def test_no_half_hour_has_more_people_than_there_are_and_none_is_lost(
    drawn: list[tuple[int, int]],
) -> None:
    """Of shifts of whole half-hours the sum over the half-hours is their length."""
    shifts = [Shift(f"p{n}", "planned", a * HALF, (a + b) * HALF) for n, (a, b) in enumerate(drawn)]
    counted = on_shift([Span(n * HALF, (n + 1) * HALF) for n in range(120)], shifts)
    assert sum(counted) == sum(length for _, length in drawn)
    assert max(counted) <= len(shifts)
