"""One queue's day by half-hours, beside yesterday and the same weekday a week ago."""

from __future__ import annotations

import msgspec

from ekc_console.wire.base import Message


class GetQueueDay(Message, frozen=True, kw_only=True):
    """By the formulas of the day's report: calls count in the half-hour in which they arrived,
    once they are answered or have ended. Result: ``QueueDay``."""

    queue: str


class DayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Of a half-hour, or of the day so far."""

    offered: int = 0
    answered: int = 0
    late: int = 0
    """Of those: after ``level_s``."""
    lost: int = 0
    level: float | None = None
    wait_s: float | None = None
    """Mean of the answered ones."""


class DayCurve(msgspec.Struct, frozen=True, kw_only=True):
    since: float
    """Midnight."""
    whole: DayFigures
    """Up to the same time of day as now."""
    halves: tuple[DayFigures, ...]
    """From midnight on; of today up to now."""


class QueueDay(Message, frozen=True, kw_only=True):
    queue: str
    now: float
    level_s: float
    level_target: float = 0.0
    """0: none is aimed at."""
    today: DayCurve
    yesterday: DayCurve | None = None
    """None: the store does not go back so far; so with the next one."""
    week_ago: DayCurve | None = None


QueueDayCommand = GetQueueDay
QueueDayResult = QueueDay
