import math

import pytest

from ekc_console.domain.state import wait
from tests.unit.domain.desk import T0, Desk, queue


def _erlang_cdf(k: int, x: float) -> float:
    return 1 - math.exp(-x) * sum(x**i / math.factorial(i) for i in range(k))


@pytest.mark.parametrize("k", [1, 2, 5, 10, 40, 100])
def test_the_quantile_is_that_of_erlang(k):
    assert _erlang_cdf(k, wait.quantile(k)) == pytest.approx(0.9, abs=0.005)


def test_nothing_is_known_at_first():
    assert wait.expected_s(None, 1, 5) is None
    assert wait.expected_s(wait.Pace("main"), 1, 5) is None


def test_from_handling_until_enough_was_seen():
    pace = wait.Pace("main", talks=(100.0, 140.0), wrap_ups=(60.0,))
    assert pace.rate(3) == pytest.approx(3 / 180)
    assert pace.rate(0) is None


def test_from_the_pauses_of_a_busy_queue():
    desk = Desk(queue(wrap_up="none", announce_every_s=1000.0))
    for i in range(9):
        desk.arrive(f"c{i}", f"+7{i}")
    desk.ready("a")
    for _ in range(6):
        call = desk.talk("a")
        desk.now += 20
        desk.end(call)
    desk.arrive("late", "+799")
    # Six departures 20 s apart, the first at once; three wait on, the last of them was offered.
    predicted = desk.call("late").predicted_s
    assert predicted is not None
    pauses = [0.0, *[20.0] * 5]
    assert predicted == pytest.approx(wait.quantile(3) * sum(pauses) / 6)
    assert desk.now > T0
