"""The figures of a queue and of a person that have limits, read from what is shown of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.alarm_limits import Figure
from ekc_console.server.live.watch.rows import figure_of
from ekc_console.wire.watch import WatchQueue

FEW = 5
"""The level of a half-hour says nothing before so many waits of it are over."""


@dataclass(frozen=True, slots=True)
class Reading:
    figure: Figure
    count: float | None = None
    """Of what is counted; None: there is nothing to count."""
    since: float | None = None
    """Of a stretch of time."""
    reason: str = ""
    """Code of the break."""
    unknown: bool = False
    """Too little has been counted yet to tell: what stands goes on standing, nothing begins."""

    def value(self, now: float) -> float | None:
        return self.count if self.since is None else max(0.0, now - self.since)


def of_queue(row: WatchQueue) -> Iterator[Reading]:
    yield Reading("waiting", row.waiting)
    if row.longest_since is not None:
        yield Reading("wait_s", since=row.longest_since)
    if row.half_counted >= FEW:
        yield Reading("level", row.level_half)
    elif any(level is not None for level in row.halves[-2:-1]):
        # A half-hour that has just begun makes nothing better; one without a caller ends it.
        yield Reading("level", unknown=True)
    if not row.closed:
        yield Reading("ready", row.ready)
    yield Reading("abandoned", row.half_abandoned)


def of_person(agent: ag.Agent, talk_since: float | None) -> Reading | None:
    """``talk_since``: when the talk in hand began, holds and questions included. None: the state
    has no limit."""
    figure = figure_of(agent.state)
    if figure is None:
        return None
    since = talk_since if figure == "talk_s" else ag.lasts_from(agent.state)
    reason = agent.state.reason if isinstance(agent.state, ag.OnBreak) else ""
    return Reading(figure, since=since, reason=reason)
