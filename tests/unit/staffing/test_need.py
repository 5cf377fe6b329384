"""People by Erlang C and A, against figures that others have published."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyworkforce.queuing import ErlangC

from ekc_console.simulation.erlang import erlang_a
from ekc_console.staffing.need import Need, Target, level_with, need, on_line_of, shifted

USUAL = Target(level=0.8, within_s=20, handling_s=180)


def test_the_textbooks_example_of_erlang_c() -> None:
    """100 calls in half an hour of 3 minutes each, 80 % in 20 s: 14 people, who answer 88.8 % in
    time and are busy 71.4 %; with 30 % shrinkage 20 (callcentrehelper.com, "Erlang C formula")."""
    found = need(100, Target(0.8, 20, 180, shrinkage=0.3, occupancy=0.85))
    assert (found.on_line, found.erlang_c, found.on_shift) == (14, 14, 20)
    assert found.level == pytest.approx(0.888, abs=5e-4)
    assert found.occupancy == pytest.approx(0.714, abs=5e-4)


def test_the_published_line_with_and_without_abandonment() -> None:
    """50 people, 48 calls a minute of a minute each, patience of 2 minutes (Garnett, Mandelbaum,
    Reiman 2002, table 1): 3.1 % give up and wait 3.7 s on average; with nobody giving up 20.8 s."""
    with_patience = erlang_a(48 / 60, 60, 50, 120, 20)
    without = erlang_a(48 / 60, 60, 50, inf, 20)
    assert with_patience is not None
    assert without is not None
    assert with_patience.abandoned == pytest.approx(0.031, abs=5e-4)
    assert with_patience.wait_s == pytest.approx(3.7, abs=0.05)
    assert with_patience.occupancy == pytest.approx(0.93, abs=5e-3)
    assert without.wait_s == pytest.approx(20.8, abs=0.05)
    assert without.occupancy == pytest.approx(0.96, abs=5e-3)


@pytest.mark.parametrize("calls", [1, 7, 40, 150, 600])
@pytest.mark.parametrize("level", [0.7, 0.9])
def test_as_many_as_the_library_finds(calls: int, level: float) -> None:
    library = ErlangC(transactions=calls, aht=4, asa=20 / 60, interval=30, shrinkage=0.2)
    wanted = library.required_positions(service_level=level, max_occupancy=0.9)
    found = need(calls, Target(level, 20, 240, shrinkage=0.2, occupancy=0.9))
    assert (found.erlang_c, found.on_shift) == (wanted["raw_positions"], wanted["positions"])


@given(
    calls=st.floats(0.1, 300),
    handling_s=st.floats(20, 900),
    level=st.floats(0.3, 0.98),
    patience_s=st.one_of(st.just(inf), st.floats(20, 1000)),
    occupancy=st.floats(0.5, 1),
)
def test_one_person_less_would_not_do(
    calls: float, handling_s: float, level: float, patience_s: float, occupancy: float
) -> None:
    target = Target(level, 20, handling_s, patience_s, 0.0, occupancy)
    found = need(calls, target)
    assert found.level is not None
    assert found.level >= level
    assert found.occupancy is not None
    assert found.occupancy <= occupancy
    line = erlang_a(calls / 1800, handling_s, found.on_line - 1, patience_s, 20)
    assert line is None or line.service_level < level or line.occupancy > occupancy
    if patience_s == inf:
        assert found.on_line == found.erlang_c


def test_nobody_is_needed_where_nobody_calls_and_a_need_beyond_all_is_refused() -> None:
    assert need(0, USUAL) == Need()
    with pytest.raises(ValueError, match="10000"):
        need(1e6, USUAL)


def test_shrinkage_there_and_back() -> None:
    assert [shifted(n, 0.3) for n in (0, 1, 7, 14)] == [0, 2, 10, 20]
    assert [on_line_of(n, 0.3) for n in (0, 1, 2, 10, 20)] == [0, 0, 1, 7, 14]


def test_the_level_of_those_who_come() -> None:
    assert level_with(100, 14, USUAL) == pytest.approx(0.888, abs=5e-4)
    assert level_with(100, 10, USUAL) == 0.0  # as much work as people: it grows for ever
    assert level_with(100, 0, USUAL) == 0.0
    assert level_with(0, 3, USUAL) is None
