"""Distributions of durations: patience, talk, wrap-up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["constant", "exponential", "lognormal", "weibull"]
KINDS: tuple[Kind, ...] = ("constant", "exponential", "lognormal", "weibull")


@dataclass(frozen=True, slots=True)
class Parametric:
    """A distribution known by its mean and its coefficient of variation (deviation / mean)."""

    mean_s: float
    kind: Kind = "exponential"
    cv: float = 1.0
    """Of lognormal and weibull; the others have theirs (0 and 1)."""

    def draw(self, rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        if self.kind == "constant" or self.mean_s == 0:
            return np.full(n, self.mean_s)
        if self.kind == "exponential":
            return rng.exponential(self.mean_s, n)
        if self.kind == "lognormal":
            variance = math.log1p(self.cv**2)
            return rng.lognormal(math.log(self.mean_s) - variance / 2, math.sqrt(variance), n)
        shape = weibull_shape(self.cv)
        return rng.weibull(shape, n) * (self.mean_s / math.gamma(1 + 1 / shape))


@dataclass(frozen=True, slots=True)
class Empirical:
    """Drawn, with replacement, from what was observed."""

    samples: tuple[float, ...]

    @property
    def mean_s(self) -> float:
        return sum(self.samples) / len(self.samples)

    def draw(self, rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        return rng.choice(np.array(self.samples), n)


@dataclass(frozen=True, slots=True)
class Endless:
    """Of a caller who never gives up."""

    mean_s: float = math.inf

    def draw(self, rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.full(n, math.inf)


Duration = Parametric | Empirical | Endless


def one_by_one(duration: Duration, rng: np.random.Generator) -> Iterator[float]:
    """Draws without end, for what nobody knows the number of before."""
    while True:
        yield from duration.draw(rng, 256).tolist()


def of_cv(mean_s: float, cv: float) -> Parametric:
    """Handling times by mean and spread: 0 is constant, 1 exponential, any other lognormal, which
    is what call centres measure (Brown et al., JASA 100, 2005)."""
    if cv == 0:
        return Parametric(mean_s, "constant")
    return Parametric(mean_s, "exponential" if cv == 1 else "lognormal", cv)


def weibull_shape(cv: float) -> float:
    """The shape k of a Weibull distribution: cv² = Γ(1 + 2/k) / Γ(1 + 1/k)² - 1, by bisection."""
    low, high = 0.1, 100.0
    for _ in range(80):
        k = math.sqrt(low * high)
        value = math.lgamma(1 + 2 / k) - 2 * math.lgamma(1 + 1 / k)
        low, high = (k, high) if value > math.log1p(cv**2) else (low, k)
    return low


def patience_of(waits_s: list[float], abandoned: int) -> Duration:
    """Exponential patience seen through waits that mostly ended with an answer: the mean is all
    waiting / number of those who gave up (the likelihood estimate under censoring)."""
    return Parametric(sum(waits_s) / abandoned) if abandoned else Endless()
