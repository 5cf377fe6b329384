"""Limits of the figures that a supervisor watches: two levels, where each ends, and a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from ekc_console.domain.terms.ids import AgentId

QueueFigure = Literal["waiting", "wait_s", "level", "ready", "abandoned"]
PersonFigure = Literal["talk_s", "wrap_up_s", "break_s", "not_responding_s", "idle_s"]
Figure = QueueFigure | PersonFigure
"""Of a queue: how many wait, since when the oldest of them, the service level of this half-hour (a
share), how many could take a call, how many gave up in this half-hour. Of a person: how long one
talk, wrap-up, break, silence or idleness lasts. Those that end in ``_s`` are stretches of time in
seconds, which grow by themselves."""

QUEUE_FIGURES: tuple[QueueFigure, ...] = get_args(QueueFigure)
PERSON_FIGURES: tuple[PersonFigure, ...] = get_args(PersonFigure)
FALLING: tuple[Figure, ...] = ("level", "ready")
"""Bad when they are small."""

_BAND = 0.8
"""Where nothing else is said, a level ends at so much of what it begins at."""
_SHARES = 0.05
"""The same for shares that fall: by so much above."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A level begins when the figure reaches ``first`` or ``second`` and ends when it is back at
    ``first_clear`` or ``second_clear``: what lies between changes nothing. None: no such level; of
    the ends: a fifth short of the beginning."""

    first: float | None = None
    second: float | None = None
    first_clear: float | None = None
    second_clear: float | None = None
    target: float | None = None
    """What is shown beside the figure; decides nothing."""


NO_LIMIT = Limit()


def clear_at(figure: Figure, begins: float, ends: float | None) -> float:
    """Where a level ends that begins at ``begins``."""
    if ends is not None:
        return ends
    if figure == "level":
        return min(1.0, begins + _SHARES)
    if figure == "ready":
        return begins + 1
    return begins - 1 if figure in ("waiting", "abandoned") and begins <= 5 else begins * _BAND


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """A limit of the settings, in place of the usual one. ``of``: a queue's id, a login or a role;
    empty: of all. ``reason``: the code of one break."""

    figure: Figure
    limit: Limit
    of: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    queues: tuple[OwnLimit, ...] = ()
    roles: tuple[OwnLimit, ...] = ()
    """Of nobody's role: of all people."""
    people: tuple[OwnLimit, ...] = ()
    hook_url: str = ""
    """What happens is posted there; empty: nowhere."""
    hook_timeout_s: float = 5.0
    deputies: tuple[AgentId, ...] = ()
    """Who is told, one after the other, while nobody watches; each has ``deputies_after_s``."""
    deputies_after_s: float = 60.0
    telephones: tuple[tuple[AgentId, str], ...] = ()
    """Numbers, as written, by which deputies without a console are told."""


USUAL_ALARMS = AlarmSettings()
