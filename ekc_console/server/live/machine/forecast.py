"""How long a disk will do at the pace at which it has filled."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

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

    def look(self, at: float, rooms: Mapping[str, Room]) -> None:
        """``at``: steady seconds."""
        for folder, room in rooms.items():
            seen = self._seen.setdefault(folder, deque(maxlen=KEPT))
            if not seen or at - seen[-1][0] >= EVERY_S:
                seen.append((at, room.free_bytes))

    def days_left(self, folder: str) -> float | None:
        """By the line through all looks; None: it does not fill, does for more than a year, or
        nobody can know yet."""
        seen = self._seen.get(folder, ())
        if not seen or seen[-1][0] - seen[0][0] < LEAST_S:
            return None
        mean_at = sum(at for at, _free in seen) / len(seen)
        mean_free = sum(free for _at, free in seen) / len(seen)
        spread = sum((at - mean_at) ** 2 for at, _free in seen)
        pace = sum((at - mean_at) * (free - mean_free) for at, free in seen) / spread
        if pace >= 0:
            return None
        days = seen[-1][1] / -pace / DAY_S
        return days if days <= FARTHEST_DAYS else None
