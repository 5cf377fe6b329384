from __future__ import annotations

from datetime import datetime
from typing import Literal

import pytest

from ekc_console.domain.insight.due import due
from ekc_console.domain.terms.localtime import moment_of, zone_named

ZONE = zone_named("Europe/Moscow")
SIX = 6 * 3600.0


def at(text: str) -> float:
    return moment_of(datetime.fromisoformat(text), ZONE)


@pytest.mark.parametrize(
    ("every", "after", "now", "days"),
    [
        ("day", "2026-11-26T06:00:00", "2026-11-27T05:59:59", []),
        ("day", "2026-11-26T05:59:59", "2026-11-26T06:00:00", [("2026-11-25", "2026-11-25")]),
        (
            "day", "2026-11-25T06:00:00", "2026-11-27T23:00:00",
            [("2026-11-25", "2026-11-25"), ("2026-11-26", "2026-11-26")],
        ),
        ("week", "2026-11-16T06:00:00", "2026-11-29T00:00:00", [("2026-11-16", "2026-11-22")]),
        ("month", "2026-10-02T00:00:00", "2026-12-01T05:00:00", [("2026-10-01", "2026-10-31")]),
    ],
)  # fmt: skip
def test_what_has_fallen_due(
    every: Literal["day", "week", "month"], after: str, now: str, days: list[tuple[str, str]]
) -> None:
    found = due(every, SIX, ZONE, at(after), at(now))
    assert [(str(one.first), str(one.last)) for one in found] == days
