"""Expected wait of a caller, from what the queue has seen lately.

While somebody waits, calls leave a queue for agents at some rate µ. The wait of the caller at
place k is the time of k such departures; with exponential pauses between them that is an Erlang
(gamma) distribution of shape k and rate µ. What is told is its 0.9 quantile: nine in ten callers
wait no longer. It is taken from the chi-squared quantile by Wilson and Hilferty (1931)::

    q(k) = k · (1 − 1/(9k) + z/(3·√k))³ / µ,   z = 1.2816

with an error of about 1 % at k = 1 and less beyond (the exact value at k = 1 is 2.3026/µ).

µ is the number of the latest pauses by their sum (the queue-length estimator of Ibrahim and Whitt,
2009, with the rate measured instead of known). A pause counts from the last departure, or from
the moment the queue stopped being empty. Before :data:`PAUSES_NEEDED` pauses were seen,
µ = agents logged in / (mean talk + mean wrap-up). Callers who give up are not foreseen, so the
figure errs on the long side when many do; ``metrics.wait_error`` measures by how much.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.records import replace

QUANTILE = 0.9
_Z = 1.2815515655446004
"""Normal quantile of ``QUANTILE``."""

WINDOW = 30
"""So many of the latest pauses, talks and wrap-ups are looked at."""
PAUSES_NEEDED = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """What a queue has seen lately. Seconds."""

    id: QueueId
    pauses: tuple[float, ...] = ()
    """Between departures to agents while somebody waited, the latest last."""
    since: float | None = None
    """Last departure, or when the queue stopped being empty; None while it is empty."""
    talks: tuple[float, ...] = ()
    wrap_ups: tuple[float, ...] = ()

    def came(self, now: float) -> Pace:
        """A call came in."""
        return self if self.since is not None else replace(self, since=now)

    def served(self, now: float, left: int) -> Pace:
        """A call left for an agent; ``left`` wait on."""
        pauses = self.pauses
        if self.since is not None:
            pauses = (*pauses, now - self.since)[-WINDOW:]
        return replace(self, pauses=pauses, since=now if left else None)

    def gone(self, left: int) -> Pace:
        """A call left otherwise."""
        return self if left else replace(self, since=None)

    def talked(self, seconds: float) -> Pace:
        return replace(self, talks=(*self.talks, seconds)[-WINDOW:])

    def wrapped_up(self, seconds: float) -> Pace:
        return replace(self, wrap_ups=(*self.wrap_ups, seconds)[-WINDOW:])

    def rate(self, agents: int) -> float | None:
        """Departures a second while somebody waits; ``agents``: logged in for the queue. None when
        nothing is known."""
        spent = sum(self.pauses)
        if len(self.pauses) >= PAUSES_NEEDED and spent > 0:
            return len(self.pauses) / spent
        handling = _mean(self.talks) + _mean(self.wrap_ups)
        if not self.talks or handling <= 0 or not agents:
            return None
        return agents / handling


def expected_s(pace: Pace | None, place: int, agents: int) -> float | None:
    """The wait that nine in ten callers at this place (1 is next) do not exceed."""
    rate = pace.rate(agents) if pace is not None else None
    return None if rate is None else quantile(place) / rate


def quantile(k: int) -> float:
    """The 0.9 quantile of Erlang(k, 1); see the head of the module."""
    return k * float((1 - 1 / (9 * k) + _Z / (3 * sqrt(k))) ** 3)


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values) if values else 0.0
