from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ekc_console.tui.repaint import MIN_GAP_S, SLOW_GAP_S, Repainter


class Time:
    """Virtual time with one thing put off at a time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def later(self, delay_s: float, callback: Callable[[], None]) -> None:
        self.due.append((self.now + delay_s, callback))

    def go_to(self, moment: float) -> None:
        while self.due and self.due[0][0] <= moment:
            self.now, callback = self.due.pop(0)
            callback()
        self.now = moment


def test_the_first_change_is_painted_at_once_and_a_burst_together() -> None:
    time, painted = Time(), []
    repainter = Repainter(
        lambda names: painted.append((time.now, names)), time.later, lambda: time.now
    )
    repainter.mark({"view"})
    time.go_to(100.0)
    repainter.mark({"line"})
    repainter.mark({"view", "card"})
    time.go_to(101.0)
    assert painted == [
        (100.0, {"view"}),
        (100.0 + MIN_GAP_S, {"line", "view", "card"}),
    ]


def test_a_slow_link_is_painted_less_often() -> None:
    time, painted = Time(), []
    repainter = Repainter(
        lambda names: painted.append(time.now), time.later, lambda: time.now, slow=True
    )
    repainter.mark({"view"})
    time.go_to(100.0)
    repainter.mark({"view"})
    time.go_to(101.0)
    assert painted == [100.0, 100.0 + SLOW_GAP_S]


def test_no_change_is_no_paint() -> None:
    time = Time()
    Repainter(lambda names: None, time.later, lambda: time.now).mark(set())
    assert time.due == []


@given(
    st.lists(st.tuples(st.floats(0, 0.3), st.sampled_from(["view", "line", "card"])), max_size=60)
)
def test_nothing_is_lost_nothing_is_late_and_never_faster(changes: list[tuple[float, str]]) -> None:
    time, painted = Time(), []
    repainter = Repainter(
        lambda names: painted.append((time.now, names)), time.later, lambda: time.now
    )
    marked = []
    for wait, name in changes:
        time.go_to(time.now + wait)
        repainter.mark({name})
        marked.append((time.now, name))
    time.go_to(time.now + 1)
    for moment, name in marked:
        assert any(
            moment <= at <= moment + MIN_GAP_S + 1e-9 and name in names for at, names in painted
        )
    gaps = [b[0] - a[0] for a, b in pairwise(painted)]
    assert all(gap >= MIN_GAP_S - 1e-9 for gap in gaps)
