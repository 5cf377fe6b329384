"""Figures of simulated days, and what can be said of them over several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import inf, sqrt
from statistics import NormalDist, fmean, stdev
from typing import Literal, get_args

from ekc_console.domain.insight import metrics
from ekc_console.simulation.engine import Day
from ekc_console.simulation.erlang import Line, erlang_a
from ekc_console.simulation.plan import Plan, half_hours

Reading = Literal["of_offered", "of_answered", "with_early_abandons", "without_short"]
"""Readings of the service level, as in ``metrics.ServiceLevel``."""
READINGS: tuple[Reading, ...] = get_args(Reading)

AT_ONCE_S = 1e-6


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in 0 … 1, durations in seconds; None where there is nothing to compute from."""

    offered: float | None
    service_level: float | None
    asa_s: float | None
    wait_s: float | None
    """Mean over all calls, those who gave up included."""
    wait_share: float | None
    """Of the calls that were not served at once."""
    abandoned: float | None
    occupancy: float | None
    reach: float | None
    """``metrics.guaranteed_reach`` by the end of the day."""
    queue_max: float | None


def figures(day: Day, threshold_s: float, reading: Reading) -> Figures:
    counts = metrics.counts(day.calls)
    level = metrics.service_level(day.calls, threshold_s)
    waits = [c.wait_s for c in day.calls]
    return Figures(
        offered=counts.offered,
        service_level=getattr(level, reading),
        asa_s=metrics.asa(day.calls),
        wait_s=metrics.share(sum(waits), len(waits)),
        wait_share=metrics.share(sum(w > AT_ONCE_S for w in waits), len(waits)),
        abandoned=counts.abandonment,
        occupancy=metrics.occupancy([day.agents]),
        reach=metrics.guaranteed_reach(day.contacts, 24 * 3600.0, inf),
        queue_max=day.queue_max,
    )


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean over seeds with the half-width of its 95 % confidence interval (Student's t); None for
    a single seed."""

    mean: float
    half: float | None


def estimate(values: Sequence[float | None]) -> Estimate | None:
    """None if no seed had the figure."""
    known = [v for v in values if v is not None]
    if not known:
        return None
    if len(known) == 1:
        return Estimate(known[0], None)
    half = student_95(len(known) - 1) * stdev(known) / sqrt(len(known))
    return Estimate(fmean(known), half)


def summary(days: Sequence[Figures]) -> dict[str, Estimate | None]:
    return {f.name: estimate([getattr(d, f.name) for d in days]) for f in fields(Figures)}


_STUDENT_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip


def student_95(df: int) -> float:
    """The 97.5 % quantile of Student's t; beyond the table by the expansion in 1/df (Abramowitz
    and Stegun 26.7.5)."""
    if df <= len(_STUDENT_95):
        return _STUDENT_95[df - 1]
    z = NormalDist().inv_cdf(0.975)
    return z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)


def theory(plan: Plan, patience_s: float) -> Line | None:
    """Erlang A for the plan (Erlang C if ``patience_s`` is ``inf``), slot by slot as if each were
    long and alone (SIPP: Green, Kolesar, Soares, Operations Research 49(4), 2001), weighted by
    calls. A recorded day is taken by its half hours, as if its calls had come at random in each
    (``plan.half_hours``). None if a slot has no steady state."""
    handling = plan.talk.mean_s + plan.wrap_up.mean_s + plan.behaviour.answer_delay_s
    lines: list[tuple[float, Line]] = []
    slots = half_hours(plan)
    for slot in slots:
        if slot.calls:
            rate = slot.calls / (slot.to_s - slot.from_s)
            line = erlang_a(rate, handling, slot.agents, patience_s, plan.settings.service_level_s)
            if line is None:
                return None
            lines.append((slot.calls, line))
    calls = sum(weight for weight, _ in lines)
    if not calls:
        return None
    agent_s = sum(s.agents * (s.to_s - s.from_s) for s in slots)

    def mean(name: str) -> float:
        return sum(weight * float(getattr(line, name)) for weight, line in lines) / calls

    answered = sum(weight * (1 - line.abandoned) for weight, line in lines)
    return Line(
        wait_share=mean("wait_share"),
        abandoned=mean("abandoned"),
        wait_s=mean("wait_s"),
        asa_s=sum(w * (1 - line.abandoned) * line.asa_s for w, line in lines) / answered,
        occupancy=answered * handling / agent_s,
        service_level=mean("service_level"),
    )
