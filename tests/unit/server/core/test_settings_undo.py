"""A change is taken back where it still stands, and only there."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import CentreSettings, QueueSettings
from ekc_console.server.core.settings_undo import taken_back

A, B, C = (QueueSettings(QueueId(q), q) for q in "abc")


def configured(*queues: QueueSettings, per_number: int = 0, away: float = 0.0) -> QueuesConfigured:
    return QueuesConfigured(queues, CentreSettings(calls_per_number=per_number, away_limit_s=away))


def test_what_another_has_changed_since_stays() -> None:
    before = configured(A, B)
    changed = configured(replace(A, wrap_up_s=20.0, weight=1), B, per_number=2)
    now = configured(
        replace(A, wrap_up_s=20.0, weight=3), replace(B, title="Б"), per_number=2, away=60.0
    )
    assert taken_back(before, changed, now) == configured(
        replace(A, weight=3), replace(B, title="Б"), away=60.0
    )


def test_queues_that_came_go_and_those_that_went_come_back() -> None:
    before, changed = configured(A, B), configured(A, C)
    assert taken_back(before, changed, changed) == before
    touched = configured(A, replace(C, weight=1))
    assert set(taken_back(before, changed, touched).queues) == {A, B, replace(C, weight=1)}


def test_the_order_comes_back_where_it_stands() -> None:
    assert taken_back(configured(A, B), configured(B, A), configured(B, A)) == configured(A, B)
    later = configured(B, A, C)
    assert taken_back(configured(A, B), configured(B, A), later) == later


_queues = st.lists(
    st.builds(
        QueueSettings,
        id=st.sampled_from([QueueId(q) for q in "abcd"]),
        title=st.just("Т"),
        weight=st.integers(0, 3),
        wrap_up_s=st.sampled_from([0.0, 30.0]),
    ),
    unique_by=lambda queue: queue.id,
    min_size=1,
)
_settings = st.builds(
    lambda queues, n: configured(*queues, per_number=n), _queues, st.integers(0, 2)
)


@given(_settings, _settings)
def test_a_change_that_still_stands_is_wholly_taken_back(
    before: QueuesConfigured, changed: QueuesConfigured
) -> None:
    assert taken_back(before, changed, changed) == before


@given(_settings, _settings, _settings)
def test_no_queue_is_there_twice_and_none_of_anothers_is_lost(
    before: QueuesConfigured, changed: QueuesConfigured, now: QueuesConfigured
) -> None:
    found = [queue.id for queue in taken_back(before, changed, now).queues]
    assert len(set(found)) == len(found)
    others = {q.id for q in now.queues} - {q.id for q in changed.queues}
    assert others <= set(found)
