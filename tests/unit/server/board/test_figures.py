"""What boards are sent: figures of queues, marked against their targets, and nobody's name."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    level_target=st.floats(0, 1),
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
    usual: dict[str, Any] = {"id": "vacc", "title": "Вакцинация", "level_s": 20.0}
    return watch.WatchQueue(**{**usual, "level_target": 0.8, **fields})


def shown(**fields: Any) -> board.BoardQueue:
    return figures([queue(**fields)], ALL, AT).queues[0]


@given(st.lists(_queues, max_size=4))
def test_no_event_holds_a_text_but_titles_of_queues_and_marks(
    queues: list[watch.WatchQueue],
) -> None:
    known = {
        "Вакцинация", "Справочная", "paused", "closed", *get_args(board.Mark),
    }  # fmt: skip
    sent = board.event(figures(queues, ALL, AT))
    assert (sent.startswith(b"data: "), sent.count(b"\n"), sent[-2:]) == (True, 2, b"\n\n")
    body = json.loads(sent[6:])
    assert set(body) == {"queues"}
    for one in body["queues"]:
        assert set(one) == set(board.BoardQueue.__struct_fields__)
        assert {value for value in one.values() if isinstance(value, str)} <= known
        numbers = [value for value in one.values() if not isinstance(value, str)]
        assert all(n is None or 0 <= n <= 1e7 for n in numbers), "too large for a board"
    assert board.read(sent[6:]) == figures(queues, ALL, AT)


def test_what_is_no_event_is_told_so() -> None:
    for data in (b"", b"{", b"[]", b'{"queues": [{}]}', b"\xff"):
        with pytest.raises(ValueError, match="no figures"):
            board.read(data)


def test_a_board_shows_its_own_queues_in_the_order_of_the_settings() -> None:
    queues = [queue(id="a", title="А"), queue(id="b", title="Б"), queue(id="c", title="В")]
    scope = frozenset({"c", "a", "gone"})
    assert [q.title for q in figures(queues, scope, AT).queues] == ["А", "В"]
    assert len(figures(queues, ALL, AT).queues) == 3


@pytest.mark.parametrize(
    ("wait_s", "mark"), [(0, ""), (20, ""), (21, "warn"), (60, "warn"), (61, "alarm"), (-5, "")]
)
def test_the_longest_wait_is_marked_against_the_level_s_limit(wait_s: float, mark: str) -> None:
    one = shown(waiting=1, longest_since=AT - wait_s)
    assert (one.wait_s, one.wait_mark) == (max(0, wait_s), mark)
    assert shown(waiting=1, longest_since=AT - wait_s, level_s=0.0).wait_mark == ""


@pytest.mark.parametrize(
    ("level", "mark"), [(None, ""), (0.8, ""), (0.79, "warn"), (0.61, "warn"), (0.6, "alarm")]
)
def test_the_level_is_marked_against_its_target(level: float | None, mark: str) -> None:
    assert shown(level_now=level).level_mark == mark
    assert shown(level_now=level, level_target=0.0).level_mark == ""


def test_nobody_ready_is_marked_while_somebody_waits() -> None:
    assert shown(waiting=1, longest_since=AT).ready_mark == "warn"
    assert shown(waiting=1, longest_since=AT, ready=1).ready_mark == ""
    assert shown().ready_mark == ""


def test_every_figure_is_the_supervisors() -> None:
    row = queue(
        waiting=4, longest_since=AT - 15.7, level_now=0.9, ready=2, abandoned=3, callbacks=5,
        paused=True,
    )  # fmt: skip
    assert msgspec.to_builtins(figures([row], ALL, AT).queues[0]) == {
        "title": "Вакцинация", "waiting": 4, "wait_s": 15, "wait_target_s": 20, "wait_mark": "",
        "level": 0.9, "level_target": 0.8, "level_mark": "", "ready": 2, "ready_mark": "",
        "abandoned": 3, "callbacks": 5, "shut": "paused",
    }  # fmt: skip
