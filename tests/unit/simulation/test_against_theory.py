"""The simulator against what is known exactly: M/M/c and M/M/c+M. Seeds are fixed; a figure must
lie within 3 standard errors of the theory's value, the error taken from independent seeds."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt
from statistics import fmean, stdev

import pytest
from pyworkforce.queuing import ErlangC

from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.simulation.durations import Endless, Parametric
from ekc_console.simulation.engine import simulate
from ekc_console.simulation.erlang import erlang_a
from ekc_console.simulation.figures import figures, theory
from ekc_console.simulation.plan import (
    Arrival,
    Behaviour,
    Plan,
    demand,
    even,
    half_hours,
    shifts_of,
)
from tests.support.sweep import sweep

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


@pytest.mark.long
@pytest.mark.parametrize(
    ("calls_per_hour", "agents", "talk_s", "patience_s"),
    sweep(
        [
            (200.0, 10, 180.0, 120.0),  # M/M/10+M at 100 % offered load
            (180.0, 5, 80.0, inf),  # M/M/5 at 80 %
            (200.0, 12, 180.0, inf),  # M/M/12 at 83 %
            (240.0, 8, 150.0, 60.0),  # overloaded: every fourth gives up
        ],
        every=4,
    ),
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


@pytest.mark.long
def test_a_recorded_day_is_near_the_formula_of_its_half_hours() -> None:
    whole = plan(240.0, 9, 150.0, 90.0)
    day = replace(whole, slots=(), recorded=tuple(demand(whole, 1).arrivals), warm_up_s=0.0)
    slots = half_hours(day)
    assert [slot.agents for slot in slots] == [9] * 2 * HOURS
    assert sum(slot.calls for slot in slots) == len(day.recorded)
    line = theory(day, 90.0)
    assert line is not None
    days = [figures(simulate(day, seed), 20.0, "of_offered") for seed in range(SEEDS)]
    for name in ("abandoned", "service_level", "occupancy"):
        lived = fmean(getattr(one, name) for one in days)
        assert lived == pytest.approx(getattr(line, name), abs=0.05), name


def test_who_is_there_on_average_is_in_the_formula() -> None:
    """Four for an hour, one of them a quarter longer; then a third of it goes on breaks."""
    whole = plan(60.0, 4, 100.0, inf)
    shifts = tuple(
        replace(shift, to_s=to_s)
        for shift, to_s in zip(whole.shifts, (3600.0, 3600.0, 3600.0, 4500.0), strict=True)
    )
    breaks = Behaviour(breaks_per_hour=1.0, break_length=Parametric(1800.0))
    day = replace(
        whole, slots=(), to_s=5400.0, shifts=shifts, recorded=(Arrival(60.0, None, QUEUE),)
    )
    assert [slot.agents for slot in half_hours(day)] == [4, 4, 1]
    tired = replace(day, behaviour=breaks)
    assert [slot.agents for slot in half_hours(tired)] == [3, 3, 1]
    assert half_hours(replace(day, recorded=())) == ()


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
