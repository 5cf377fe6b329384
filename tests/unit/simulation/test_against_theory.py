"""The simulator against what is known exactly: M/M/c and M/M/c+M. Seeds are fixed; a figure must
lie within 3 standard errors of the theory's value, the error taken from independent seeds."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt
from statistics import fmean, stdev

import pytest
from pyworkforce.queuing import ErlangC

from ekc_console.domain.ids import QueueId
from ekc_console.domain.settings import QueueSettings
from ekc_console.simulation.durations import Endless, Parametric
from ekc_console.simulation.engine import simulate
from ekc_console.simulation.erlang import erlang_a
from ekc_console.simulation.figures import figures, theory
from ekc_console.simulation.plan import Plan, even, shifts_of

QUEUE = QueueId("main")
SETTINGS = QueueSettings(QUEUE, "Линия", service_level_s=20.0, wrap_up="none")
HOURS, SEEDS = 5, 10


def plan(calls_per_hour: float, agents: int, talk_s: float, patience_s: float) -> Plan:
    end = HOURS * 3600.0
    slots = even(0.0, end, calls_per_hour, agents)
    # Agents stay on for those who wait at the end, as the formulas know no end.
    shifts = tuple(replace(s, to_s=inf) for s in shifts_of(slots, (QUEUE,)))
    return Plan(
        queues=(SETTINGS,),
        queue=QUEUE,
        from_s=0.0,
        to_s=end,
        talk=Parametric(talk_s),
        wrap_up=Parametric(0.0),
        patience=Endless() if patience_s == inf else Parametric(patience_s),
        slots=slots,
        shifts=shifts,
        warm_up_s=3600.0,
    )


@pytest.mark.parametrize(
    ("calls_per_hour", "agents", "talk_s", "patience_s"),
    [
        (180.0, 5, 80.0, inf),  # M/M/5 at 80 %
        (200.0, 12, 180.0, inf),  # M/M/12 at 83 %
        (200.0, 10, 180.0, 120.0),  # M/M/10+M at 100 % offered load
        (240.0, 8, 150.0, 60.0),  # overloaded: every fourth gives up
    ],
)
def test_the_core_in_virtual_time_is_the_line_of_the_textbook(
    calls_per_hour: float, agents: int, talk_s: float, patience_s: float
) -> None:
    p = plan(calls_per_hour, agents, talk_s, patience_s)
    days = [figures(simulate(p, seed), 20.0, "of_offered") for seed in range(SEEDS)]
    line = theory(p, patience_s)
    assert line is not None
    for name in ("wait_share", "wait_s", "asa_s", "abandoned", "service_level", "occupancy"):
        values = [getattr(day, name) for day in days]
        error = stdev(values) / sqrt(SEEDS)
        assert fmean(values) == pytest.approx(getattr(line, name), abs=3 * error + 1e-9), name


@pytest.mark.parametrize(("load", "agents"), [(8.0, 10), (45.0, 50), (0.5, 1)])
def test_without_impatience_it_is_erlang_c_as_the_library_has_it(load: float, agents: int) -> None:
    library = ErlangC(transactions=load * 10, aht=3, asa=20 / 60, interval=30)
    line = erlang_a(load / 180, 180, agents, inf, 20)
    assert line is not None
    assert line.wait_share == pytest.approx(library.waiting_probability(agents))
    assert line.service_level == pytest.approx(library.service_level(agents), abs=1e-6)
    # Pollaczek and Khinchine: W = C · AHT / (c - load)
    assert line.wait_s == pytest.approx(line.wait_share * 180 / (agents - load))
    assert line.asa_s == pytest.approx(line.wait_s)


def test_a_line_that_grows_for_ever_has_no_figures() -> None:
    assert erlang_a(1.0, 10.0, 10, inf, 20.0) is None
    assert erlang_a(1.0, 10.0, 0, 60.0, 20.0) is None


@pytest.mark.parametrize("agents", [1, 30, 3000])
def test_what_comes_in_goes_out(agents: int) -> None:
    """λ = answered + abandoned, and Little's law, also where factorials would overflow."""
    line = erlang_a(agents / 100, 120.0, agents, 90.0, 0.0)
    assert line is not None
    assert line.occupancy * agents == pytest.approx(agents * 1.2 * (1 - line.abandoned))
    assert line.abandoned == pytest.approx(line.wait_s / 90.0)
    assert line.service_level == pytest.approx(1 - line.wait_share, abs=1e-9)
