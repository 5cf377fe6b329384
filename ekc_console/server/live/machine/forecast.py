"""How long a disk will do at the pace at which it has filled."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Mapping, Sequence

from ekc_console.server.archive.free_space import Room

EVERY_S = 600.0
KEPT = 7 * 24 * 6
"""A week of looks."""
LEAST_S = 3600.0
"""Over less than that a pace is chance."""
FARTHEST_DAYS = 365.0
DAY_S = 86_400.0


class Forecast:
    """``look`` as often as one likes; ``days_left`` of a folder."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[tuple[float, int]]] = {}
        self._days: dict[str, float | None] = {}

    def look(self, at: float, rooms: Mapping[str, Room]) -> None:
        """``at``: steady seconds."""
        for folder, room in rooms.items():
            seen = self._seen.setdefault(folder, deque(maxlen=KEPT))
            if not seen or at - seen[-1][0] >= EVERY_S:
                seen.append((at, room.free_bytes))
                self._days[folder] = _days_left(seen)

    def days_left(self, folder: str) -> float | None:
        """By the line through all looks; None: it does not fill, does for more than a year, or
        nobody can know yet."""
        return self._days.get(folder)


def _days_left(seen: Sequence[tuple[float, int]]) -> float | None:
    moments, free = zip(*seen, strict=True)
    if moments[-1] - moments[0] < LEAST_S:
        return None
    pace = statistics.linear_regression(moments, free).slope
    if pace >= 0:
        return None
    days = free[-1] / -pace / DAY_S
    return days if days <= FARTHEST_DAYS else None
