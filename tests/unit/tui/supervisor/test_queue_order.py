"""In which order the supervisor sees the queues."""

from __future__ import annotations

import msgspec

from ekc_console.tui.supervisor.present.queues import order_by
from tests.support.supervisor import QUEUES


def test_of_queues_where_as_many_wait_the_one_with_the_longest_wait_is_first() -> None:
    replace = msgspec.structs.replace
    late = replace(QUEUES[0], id="late", waiting=1, longest_since=200.0)
    early = replace(QUEUES[0], id="early", waiting=1, longest_since=100.0)
    many = replace(QUEUES[0], id="many", waiting=2, longest_since=300.0)
    found = sorted([late, early, many], key=order_by("waiting", 400.0, lambda _id: 0))
    assert [queue.id for queue in found] == ["many", "early", "late"]
