"""How far a figure is beyond its limits: 0 as it should be, 1 beyond the first, 2 beyond the
second. Pure: who calls remembers the level and knows the time."""

from __future__ import annotations

from ekc_console.domain.terms.alarm_limits import FALLING, Figure, Limit, clear_at


def level(figure: Figure, limit: Limit, before: int, value: float | None) -> int:
    """``before``: its level so far. ``value`` None: there is nothing to count, and no alarm."""
    if value is None:
        return 0
    sign = -1.0 if figure in FALLING else 1.0

    def reached(begins: float | None) -> bool:
        return begins is not None and sign * value >= sign * begins

    def held(begins: float | None, ends: float | None) -> bool:
        return begins is not None and sign * value > sign * clear_at(figure, begins, ends)

    if reached(limit.second) or (before == 2 and held(limit.second, limit.second_clear)):
        return 2
    if reached(limit.first) or (before >= 1 and held(limit.first, limit.first_clear)):
        return 1
    return 0


def next_at(limit: Limit, now_at: int, since: float) -> float | None:
    """When a stretch that began at ``since`` gets beyond the level ``now_at`` by time alone; None:
    never."""
    ahead = (limit.first, limit.second)[now_at:]
    return min((since + begins for begins in ahead if begins is not None), default=None)
