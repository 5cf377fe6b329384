"""How many people a half-hour needs: Erlang A where callers' patience is known, Erlang C beside it.

Both take the half-hour as long and alone, calls as Poisson and handling as exponential
(``simulation.erlang``); what they leave out stands in ``docs/staffing.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, inf, isfinite

from ekc_console.simulation.erlang import Line, erlang_a
from ekc_console.staffing.history import HALF_S

MOST = 10_000
"""People: a need beyond it is not looked for."""


@dataclass(frozen=True, slots=True)
class Target:
    level: float
    """Share of the calls that are to be answered within ``within_s``, 0 … 1."""
    within_s: float
    handling_s: float
    """Of a call: talk, hold and wrap-up."""
    patience_s: float = inf
    """How long callers wait on average before they give up; inf: not known, or for ever."""
    shrinkage: float = 0.0
    """Share of the paid time in which people are not on the line, 0 … 0.95."""
    occupancy: float = 1.0
    """How busy people on the line may be at most, 0.05 … 1."""


@dataclass(frozen=True, slots=True)
class Need:
    """All zero: no calls."""

    on_line: int = 0
    """By Erlang A where the patience is known, else by Erlang C."""
    erlang_c: int = 0
    on_shift: int = 0
    """Shrinkage added."""
    level: float | None = None
    """With ``on_line`` people; None: no calls."""
    occupancy: float | None = None


def need(calls: float, target: Target) -> Need:
    """Of a half-hour with so many calls. Raises ValueError beyond ``MOST`` people."""
    if calls <= 0:
        return Need()
    rate = calls / HALF_S
    c, line = _least(rate, target, inf)
    on_line = c
    if isfinite(target.patience_s):
        on_line, line = _least(rate, target, target.patience_s)
    return Need(on_line, c, shifted(on_line, target.shrinkage), line.service_level, line.occupancy)


def shifted(on_line: int, shrinkage: float) -> int:
    """People on shift, of whom so many are on the line; a rounding error adds nobody."""
    return ceil(on_line / (1 - shrinkage) - 1e-9)


def on_line_of(on_shift: int, shrinkage: float) -> int:
    """Of people on shift."""
    return floor(on_shift * (1 - shrinkage) + 1e-9)


def level_with(calls: float, on_line: int, target: Target) -> float | None:
    """The share answered in time by so many people; None: no calls. A line that would grow for
    ever, and one without people, answers nobody in time."""
    if calls <= 0:
        return None
    line = erlang_a(calls / HALF_S, target.handling_s, on_line, target.patience_s, target.within_s)
    return line.service_level if line else 0.0


def _least(rate: float, target: Target, patience_s: float) -> tuple[int, Line]:
    """The fewest people who are enough, found by doubling and halving."""

    def line(people: int) -> Line | None:
        return erlang_a(rate, target.handling_s, people, patience_s, target.within_s)

    def enough(people: int) -> bool:
        found = line(people)
        return (
            found is not None
            and found.service_level >= target.level
            and found.occupancy <= target.occupancy
        )

    people = _first(enough, max(1, floor(rate * target.handling_s)))
    found = line(people)
    assert found is not None
    return people, found


def _first(enough: Callable[[int], bool], guess: int) -> int:
    """The least number that is enough; more are so too. Raises ValueError."""
    low, high = 0, guess
    while not enough(high):
        low, high = high, high * 2
        if low > MOST:
            raise ValueError(f"more than {MOST} people")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
