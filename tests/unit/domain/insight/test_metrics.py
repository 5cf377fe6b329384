import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekc_console.domain.insight.metrics import (
    AgentTimes,
    CallRecord,
    Contact,
    Counts,
    ServiceLevel,
    aht,
    asa,
    counts,
    guaranteed_reach,
    occupancy,
    record_of,
    service_level,
    utilisation,
    wait_error,
)
from tests.unit.domain.desk import Desk, queue


def queued(outcome, wait_s=0.0, **seconds) -> CallRecord:
    return CallRecord("in", outcome, True, wait_s, **seconds)


DAY = [
    queued("answered", 5, talk_s=100, held_s=20, wrap_up_s=30),
    queued("answered", 20, talk_s=60),
    queued("answered", 65, talk_s=90),
    queued("abandoned_queue", 10),
    queued("abandoned_queue", 90),
    queued("short_abandoned", 3),
    queued("flowed_out", 400),
    queued("failed", 1),
    # None of these came into a queue.
    CallRecord("in", "abandoned_menu", False),
    CallRecord("in", "served_by_menu", False),
    CallRecord("out", "answered", False, talk_s=40, wrap_up_s=20),
    CallRecord("out", "busy", False),
]


def test_counts():
    n = counts(DAY)
    assert n == Counts(answered=3, abandoned=3, short_abandoned=1, flowed_out=2)
    assert n.offered == 8
    assert n.abandonment == 3 / 8
    assert n.abandonment_without_short == 2 / 7


def test_service_level_in_four_readings():
    assert service_level(DAY, 20) == ServiceLevel(
        of_answered=2 / 3,
        with_early_abandons=(2 + 2) / (3 + 3),
        of_offered=2 / 8,
        without_short=2 / 7,
    )


def test_speed_and_handling_time():
    assert asa(DAY) == (5 + 20 + 65) / 3
    assert aht(DAY) == (150 + 60 + 90 + 60) / 4


def test_occupancy_and_utilisation():
    agents = [
        AgentTimes(talk_s=50, held_s=10, wrap_up_s=20, ready_s=20, break_s=100),
        AgentTimes(talk_s=20, ready_s=80),
    ]
    assert occupancy(agents) == 100 / 200
    assert utilisation(agents) == 100 / 300


def test_nothing_gives_none():
    assert counts([]).abandonment is None
    assert counts([queued("short_abandoned")]).abandonment_without_short is None
    assert service_level([], 20) == ServiceLevel(None, None, None, None)
    assert asa([]) is None
    assert aht([queued("abandoned_queue")]) is None
    assert occupancy([]) is None
    assert utilisation([AgentTimes()]) is None
    assert guaranteed_reach([], 3600, 0) is None


OUTCOMES = st.sampled_from(
    ["answered", "abandoned_queue", "short_abandoned", "flowed_out", "failed", "served_by_menu"]
)
RECORDS = st.lists(st.builds(queued, OUTCOMES, st.floats(0, 1000)))


@given(RECORDS, st.floats(0, 1000))
def test_shares_are_shares(calls, threshold):
    level = service_level(calls, threshold)
    n = counts(calls)
    for share in (
        level.of_answered,
        level.with_early_abandons,
        level.of_offered,
        level.without_short,
        n.abandonment,
        n.abandonment_without_short,
    ):
        assert share is None or 0 <= share <= 1
    assert n.short_abandoned <= n.abandoned


def incoming(number, at, talked=None, menu=False) -> Contact:
    return Contact(number, "in", at, talked, menu)


@pytest.mark.parametrize(
    ("contacts", "reach"),
    [
        ([incoming("a", 0, 5)], 1),
        ([incoming("a", 0)], 0),
        ([incoming(None, 0, 5), incoming(None, 0)], 1 / 2),
        # Called back in time, and too late.
        ([incoming("a", 0), Contact("a", "out", 50, 60)], 1),
        ([incoming("a", 0), Contact("a", "out", 100, 101)], 0),
        # Three attempts are one need; the next matter is another one.
        ([incoming("a", 0), incoming("a", 10), incoming("a", 20, 25)], 1),
        ([incoming("a", 0), incoming("a", 20, 25), incoming("a", 30)], 1 / 2),
        ([incoming("a", 0), incoming("a", 200, 205)], 1 / 2),
        # The menu was enough.
        ([incoming("a", 0, menu=True)], None),
        # There is still time.
        ([incoming("a", 950)], None),
        ([incoming("a", 0, 5), incoming("b", 950)], 1),
        # Whom one has spoken with at once stands for nobody whose time still runs.
        ([incoming("a", 950, 955)], None),
        ([incoming("a", 950, 955), incoming("b", 960)], None),
        # Outgoing calls alone are nobody's need.
        ([Contact("a", "out", 0, None)], None),
    ],
)
def test_guaranteed_reach(contacts, reach):
    assert guaranteed_reach(contacts, within_s=100, now=1000) == reach


def test_records_from_the_core():
    desk = Desk(queue(wrap_up_s=10))
    desk.arrive("c1")
    desk.now += 30
    desk.ready("a")
    desk.talk("a")
    desk.now += 60
    desk.end("c1")
    desk.wait(10)
    desk.menu("c2")
    with pytest.raises(ValueError, match="c2"):
        record_of(desk.call("c2"))
    desk.end("c2")
    desk.arrive("c3")
    desk.now += 8
    desk.end("c3")
    assert [record_of(desk.call(c)) for c in ("c1", "c2", "c3")] == [
        CallRecord("in", "answered", True, 30, 60, 0, 10),
        CallRecord("in", "abandoned_menu", False),
        CallRecord("in", "abandoned_queue", True, 8),
    ]


@pytest.mark.parametrize(
    ("waits", "bias", "coverage", "pinball"),
    [
        ([], None, None, None),
        ([(30.0, 30.0)], 0.0, 1.0, 0.0),
        ([(30.0, 10.0)], -20.0, 1.0, 0.1 * 20),
        ([(30.0, 50.0)], 20.0, 0.0, 0.9 * 20),
        ([(30.0, 10.0), (30.0, 50.0)], 0.0, 0.5, (2.0 + 18.0) / 2),
    ],
)
def test_the_error_of_the_predicted_wait(waits, bias, coverage, pinball):
    found = wait_error(waits)
    assert found.calls == len(waits)
    assert found.bias_s == bias
    assert found.coverage == coverage
    assert found.pinball_s == (None if pinball is None else pytest.approx(pinball))
