"""What boards are sent: figures of queues, marked against their targets, and nobody's name."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.terms.alarm_limits import QueueFigure
from ekc_console.server.board.figures import figures
from ekc_console.wire import watch
from ekc_console.wire.outside import board

AT = 1_790_000_000.0
ALL: frozenset[str] = frozenset()
_counts = st.integers(0, 10_000)
_shares = st.none() | st.floats(0, 1)
_queues = st.builds(
    watch.WatchQueue,
    id=st.text(),
    title=st.sampled_from(("Вакцинация", "Справочная")),
    waiting=_counts,
    longest_since=st.none() | st.floats(AT - 1e6, AT + 100),
    expected_s=st.none() | st.floats(0, 1e6),
    expected_error_s=st.none() | st.floats(0, 1e6),
    offered=_counts,
    answered=_counts,
    abandoned=_counts,
    level_s=st.floats(0, 3600),
    targets=st.fixed_dictionaries(
        {}, optional={"wait_s": st.floats(0, 3600), "level": st.floats(0, 1)}
    ),
    level_now=_shares,
    level_half=_shares,
    level_day=_shares,
    halves=st.lists(_shares, max_size=5).map(tuple),
    ready=_counts,
    busy=_counts,
    wrapping_up=_counts,
    away=_counts,
    callbacks=_counts,
    paused=st.booleans(),
    closed=st.booleans(),
)


def queue(**fields: Any) -> watch.WatchQueue:
    usual: dict[str, Any] = {
        "id": "vacc",
        "title": "Вакцинация",
        "targets": {"wait_s": 20.0, "level": 0.8},
    }
    return watch.WatchQueue(**{**usual, **fields})


def no_levels(_queue: str, _figure: QueueFigure) -> int:
    return 0


def shown(**fields: Any) -> board.BoardQueue:
    return figures([queue(**fields)], no_levels, ALL, AT).queues[0]


@given(st.lists(_queues, max_size=4))
def test_no_event_holds_a_text_but_titles_of_queues_and_marks(
    queues: list[watch.WatchQueue],
) -> None:
    known = {
        "Вакцинация", "Справочная", "paused", "closed", *get_args(board.Mark),
    }  # fmt: skip
    sent = board.event(figures(queues, no_levels, ALL, AT))
    assert (sent.startswith(b"data: "), sent.count(b"\n"), sent[-2:]) == (True, 2, b"\n\n")
    body = json.loads(sent[6:])
    assert set(body) == {"queues"}
    for one in body["queues"]:
        assert set(one) == set(board.BoardQueue.__struct_fields__)
        assert {value for value in one.values() if isinstance(value, str)} <= known
        numbers = [value for value in one.values() if not isinstance(value, str)]
        assert all(n is None or 0 <= n <= 1e7 for n in numbers), "too large for a board"
    assert board.read(sent[6:]) == figures(queues, no_levels, ALL, AT)


def test_what_is_no_event_is_told_so() -> None:
    for data in (b"", b"{", b"[]", b'{"queues": [{}]}', b"\xff"):
        with pytest.raises(ValueError, match="no figures"):
            board.read(data)


def test_a_board_shows_its_own_queues_in_the_order_of_the_settings() -> None:
    queues = [queue(id="a", title="А"), queue(id="b", title="Б"), queue(id="c", title="В")]
    scope = frozenset({"c", "a", "gone"})
    assert [q.title for q in figures(queues, no_levels, scope, AT).queues] == ["А", "В"]
    assert len(figures(queues, no_levels, ALL, AT).queues) == 3


@pytest.mark.parametrize(("level", "mark"), [(0, ""), (1, "warn"), (2, "alarm")])
@pytest.mark.parametrize("figure", ["wait_s", "level", "ready"])
def test_a_figure_is_marked_as_far_as_it_is_beyond_its_limits(
    figure: QueueFigure, level: int, mark: str
) -> None:
    rows = [queue(waiting=1, longest_since=AT - 5, ready=1), queue(id="other")]
    one, other = figures(
        rows, lambda of, what: level if (of, what) == ("vacc", figure) else 0, ALL, AT
    ).queues
    marks = {"wait_s": one.wait_mark, "level": one.level_mark, "ready": one.ready_mark}
    assert marks == {**dict.fromkeys(marks, ""), figure: mark}
    assert (other.wait_mark, other.level_mark, other.ready_mark) == ("", "", "")


def test_a_board_has_the_targets_that_supervisors_have() -> None:
    own = shown(level_s=20.0, targets={"wait_s": 45.0, "level": 0.6})
    assert (own.wait_target_s, own.level_target) == (45, 0.6)
    none = shown(level_s=20.0, targets={})
    assert (none.wait_target_s, none.level_target) == (0, 0.0)
    assert shown(longest_since=AT + 5).wait_s == 0


def test_nobody_ready_is_marked_while_somebody_waits() -> None:
    assert shown(waiting=1, longest_since=AT).ready_mark == "warn"
    assert shown(waiting=1, longest_since=AT, ready=1).ready_mark == ""
    assert shown().ready_mark == ""


def test_every_figure_is_the_supervisors() -> None:
    row = queue(
        waiting=4, longest_since=AT - 15.7, level_half=0.9, level_now=0.4, ready=2,
        abandoned=3, callbacks=5, paused=True,
    )  # fmt: skip
    assert msgspec.to_builtins(figures([row], no_levels, ALL, AT).queues[0]) == {
        "title": "Вакцинация", "waiting": 4, "wait_s": 15, "wait_target_s": 20, "wait_mark": "",
        "level": 0.9, "level_target": 0.8, "level_mark": "", "ready": 2, "ready_mark": "",
        "abandoned": 3, "callbacks": 5, "shut": "paused",
    }  # fmt: skip
