"""Formulas of waiting lines, to stand beside a simulation.

M/M/c+M ("Erlang A"): Poisson arrivals, exponential service and patience, c servers. Solved as the
birth-death chain it is (Garnett, Mandelbaum, Reiman, "Designing a call center with impatient
customers", M&SOM 4(3), 2002): births at rate λ; deaths at min(n, c)·μ + max(n - c, 0)·θ. Without
impatience (θ = 0) it is M/M/c, "Erlang C".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray

NEGLIGIBLE = 1e-14
"""Probabilities this much smaller than the largest are left out."""
NEGLIGIBLE_MASS = 1e-9
MOST_MOVES = 100_000

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A stationary waiting line. Shares in 0 … 1, waits in seconds."""

    wait_share: float
    """P(wait > 0)."""
    abandoned: float
    """Of all calls."""
    wait_s: float
    """Mean over all calls, those who gave up included."""
    asa_s: float
    """Mean over the calls that were answered."""
    occupancy: float
    service_level: float
    """Answered within the threshold, of all calls."""


def erlang_a(
    calls_per_s: float, handling_s: float, agents: int, patience_s: float, threshold_s: float
) -> Line | None:
    """The line; ``patience_s`` may be ``inf``. None if it would grow for ever."""
    load = calls_per_s * handling_s
    if agents < 1 or (patience_s == inf and load >= agents):
        return None
    if load == 0:
        return Line(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    mu, theta = 1 / handling_s, 1 / patience_s
    p = _stationary(calls_per_s, mu, theta, agents)
    waiting = sum((n - agents) * x for n, x in enumerate(p) if n > agents)
    abandoned = theta * waiting / calls_per_s
    wait = waiting / calls_per_s
    found = np.array(p[agents:])
    answered_wait = _wait_of_served(found, agents * mu, theta)
    soon = sum(p[:agents]) + _served_within(found, agents * mu, theta, threshold_s)
    return Line(
        wait_share=sum(p[agents:]),
        abandoned=abandoned,
        wait_s=wait,
        asa_s=answered_wait / (1 - abandoned),
        occupancy=load * (1 - abandoned) / agents,
        service_level=soon,
    )


def _stationary(rate: float, mu: float, theta: float, agents: int) -> list[float]:
    """p(n), n calls in the line: p(n) / p(n-1) = birth / death. Scaled on the way, so that a
    thousand agents do not overflow."""
    p, n, top = [1.0], 0, 1.0
    while n < agents or p[-1] > NEGLIGIBLE * top:
        n += 1
        p.append(p[-1] * rate / (min(n, agents) * mu + max(n - agents, 0) * theta))
        top = max(top, p[-1])
        if top > 1e200:
            p, top = [x / top for x in p], 1.0
    total = sum(p)
    return [x / total for x in p]


def _wait_of_served(found: Places, service: float, theta: float) -> float:
    """E(wait; served) of a call that arrives when all agents are busy; ``found[j]`` is the
    chance of j others who wait before it.

    With j before it, it moves on at the rate service + j·θ and gives up at the rate θ, so that it
    is served with the probability Π (service + i·θ) / (service + (i + 1)·θ) over i = j … 0, after
    Σ 1 / (service + (i + 1)·θ) on average, whichever way it goes."""
    j = np.arange(len(found))
    leave = service + (j + 1) * theta
    served = np.cumprod((leave - theta) / leave)
    return float(np.sum(found * served * np.cumsum(1 / leave)))


def _served_within(found: Places, service: float, theta: float, t: float) -> float:
    """P(served within t) of the same call, by uniformisation of the chain of its places."""
    leave = service + (np.arange(len(found)) + 1) * theta
    fastest = float(leave[-1])
    on, stay = (leave - theta) / fastest, 1 - leave / fastest
    place, served = found.copy(), 0.0
    total, mass, k, log_weight = 0.0, 0.0, 0, -fastest * t
    while mass < 1 - NEGLIGIBLE_MASS and k < MOST_MOVES:
        weight = exp(log_weight)
        total += weight * served
        mass += weight
        k += 1
        log_weight += log(fastest * t / k) if t else -inf
        served += float(place[0] * on[0])
        place = place * stay + np.append(place[1:] * on[1:], 0.0)
    return total + (1 - mass) * served
