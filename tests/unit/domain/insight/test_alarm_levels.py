"""Two levels with a band between beginning and end: nothing flaps, everything ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.insight.alarm_levels import level, next_at
from ekc_console.domain.terms.alarm_limits import (
    FALLING,
    PERSON_FIGURES,
    QUEUE_FIGURES,
    Figure,
    Limit,
)

ALL: tuple[Figure, ...] = (*QUEUE_FIGURES, *PERSON_FIGURES)
values = st.floats(0, 1000, allow_nan=False)


@st.composite
def limits(draw: st.DrawFn) -> tuple[Figure, Limit]:
    """Of four numbers in order: the ends of the levels and their beginnings."""
    figure = draw(st.sampled_from(ALL))
    a, b, c, d = sorted(draw(st.lists(values, min_size=4, max_size=4, unique=True)))
    if figure in FALLING:
        return figure, Limit(first=c, first_clear=d, second=a, second_clear=b)
    return figure, Limit(first=b, first_clear=a, second=d, second_clear=c)


def inside(figure: Figure, begins: float | None, ends: float | None, value: float) -> bool:
    assert begins is not None
    assert ends is not None
    low, high = sorted((begins, ends))
    return low < value < high


@given(limits(), st.integers(0, 2), st.lists(values, max_size=30))
def test_inside_the_bands_no_level_flaps(
    one: tuple[Figure, Limit], before: int, seen: list[float]
) -> None:
    figure, limit = one
    at = before
    for value in seen:
        if inside(figure, limit.first, limit.first_clear, value):
            was, at = at, level(figure, limit, at, value)
            assert at == min(was, 1)
        elif inside(figure, limit.second, limit.second_clear, value):
            was, at = at, level(figure, limit, at, value)
            assert at == max(was, 1)


@given(limits(), st.lists(values, min_size=1, max_size=30))
def test_whatever_was_raised_ends_when_the_figure_is_back(
    one: tuple[Figure, Limit], seen: list[float]
) -> None:
    figure, limit = one
    at = 0
    for value in seen:
        at = level(figure, limit, at, value)
    assert limit.first_clear is not None
    assert level(figure, limit, at, limit.first_clear) == 0
    assert level(figure, limit, at, None) == 0


@given(limits(), st.integers(0, 2), values)
def test_the_same_figure_twice_changes_nothing(
    one: tuple[Figure, Limit], before: int, value: float
) -> None:
    figure, limit = one
    once = level(figure, limit, before, value)
    assert level(figure, limit, once, value) == once


@given(st.sampled_from(ALL), st.floats(0.2, 0.95), st.lists(st.floats(0, 2), max_size=30))
def test_with_ends_that_are_not_said_everything_ends_too(
    figure: Figure, begins: float, seen: list[float]
) -> None:
    limit, at = Limit(first=begins), 0
    for value in seen:
        at = level(figure, limit, at, value)
    assert level(figure, limit, at, 1000.0 if figure in FALLING else -1.0) == 0


@pytest.mark.parametrize(
    ("figure", "limit", "path"),
    [
        ("wait_s", Limit(first=20, second=60), [(19, 0), (20, 1), (17, 1), (16, 0), (60, 2),
                                                (49, 2), (48, 1), (16, 0)]),
        ("waiting", Limit(first=5, second=10), [(5, 1), (4, 0), (10, 2), (9, 2), (8, 1)]),
        ("ready", Limit(first=1, second=0), [(1, 1), (0, 2), (1, 1), (2, 0)]),
        ("level", Limit(first=0.7), [(0.7, 1), (0.74, 1), (0.76, 0)]),
        ("not_responding_s", Limit(second=0), [(0, 2), (5, 2), (None, 0)]),
        ("talk_s", Limit(), [(10_000, 0)]),
    ],
)  # fmt: skip
def test_levels_along_a_path(
    figure: Figure, limit: Limit, path: list[tuple[float | None, int]]
) -> None:
    at = 0
    for value, wanted in path:
        at = level(figure, limit, at, value)
        assert (value, at) == (value, wanted)


@given(limits(), values)
def test_a_stretch_is_looked_at_again_when_it_gets_beyond(
    one: tuple[Figure, Limit], since: float
) -> None:
    _, limit = one
    at, looks = 0, 0
    while (moment := next_at(limit, at, since)) is not None:
        at, looks = level("talk_s", limit, at, moment - since + 1e-6), looks + 1
        assert looks <= 2
    assert at == 2
