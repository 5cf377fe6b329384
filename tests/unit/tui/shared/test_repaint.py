from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.tui.shared.repaint import MIN_GAP_S, SLOW_GAP_S, Repainter


class Time:
    """Virtual time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def later(self, delay_s: float, callback: Callable[[], None]) -> None:
        self.due.append((self.now + delay_s, callback))
        self.due.sort(key=lambda due: due[0])

    def go_to(self, moment: float) -> None:
        while self.due and self.due[0][0] <= moment:
            self.now, callback = self.due.pop(0)
            callback()
        self.now = moment


def repainter_of(
    time: Time, *, slow: bool = False
) -> tuple[Repainter, list[tuple[float, set[str]]]]:
    painted: list[tuple[float, set[str]]] = []
    return Repainter(
        lambda names: painted.append((time.now, set(names))),
        time.later,
        lambda: time.now,
        slow=slow,
    ), painted


def test_the_first_change_is_painted_at_once_and_a_burst_together() -> None:
    time = Time()
    repainter, painted = repainter_of(time)
    repainter.mark({"view"})
    time.go_to(100.0)
    repainter.mark({"clock"})
    repainter.mark({"view", "sound"})
    time.go_to(101.0)
    assert painted == [
        (100.0, {"view"}),
        (100.0 + MIN_GAP_S, {"clock", "view", "sound"}),
    ]


def test_a_slow_link_is_painted_less_often() -> None:
    time = Time()
    repainter, painted = repainter_of(time, slow=True)
    repainter.mark({"view"})
    time.go_to(100.0)
    repainter.mark({"view"})
    time.go_to(101.0)
    assert [at for at, _names in painted] == [100.0, 100.0 + SLOW_GAP_S]


@pytest.mark.parametrize("name", ["card", "line", "link", "notice"])
def test_what_is_waited_for_is_painted_at_once_also_on_a_slow_link(name: str) -> None:
    time = Time()
    repainter, painted = repainter_of(time, slow=True)
    repainter.mark({"view"})
    time.go_to(100.05)
    repainter.mark({"view"})
    time.go_to(100.1)
    repainter.mark({name})
    time.go_to(102.0)
    assert painted == [(100.0, {"view"}), (100.1, {"view", name})]


def test_an_offer_does_not_wait_and_the_pace_goes_on_after_it() -> None:
    time = Time()
    repainter, painted = repainter_of(time, slow=True)
    repainter.mark({"view"})
    time.go_to(100.05)
    repainter.mark({"view"})  # due at 100.3
    time.go_to(100.2)
    repainter.mark({"view"}, urgent=True)
    time.go_to(100.25)
    repainter.mark({"view"})
    time.go_to(102.0)
    assert [at for at, _names in painted] == [100.0, 100.2, 100.2 + SLOW_GAP_S]


def test_no_change_is_no_paint() -> None:
    time = Time()
    Repainter(lambda names: None, time.later, lambda: time.now).mark(set())
    assert time.due == []


@given(
    st.lists(st.tuples(st.floats(0, 0.3), st.sampled_from(["view", "line", "clock"])), max_size=60)
)
def test_nothing_is_lost_nothing_is_late_and_paced_changes_never_faster(
    changes: list[tuple[float, str]],
) -> None:
    time = Time()
    repainter, painted = repainter_of(time)
    marked = []
    for wait, name in changes:
        time.go_to(time.now + wait)
        repainter.mark({name})
        marked.append((time.now, name))
    time.go_to(time.now + 1)
    for moment, name in marked:
        limit = 0.0 if name == "line" else MIN_GAP_S
        assert any(moment <= at <= moment + limit + 1e-9 and name in names for at, names in painted)
    for before, after in pairwise(painted):
        assert "line" in after[1] or after[0] - before[0] >= MIN_GAP_S - 1e-9
