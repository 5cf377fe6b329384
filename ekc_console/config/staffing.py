"""``staffing`` of the configuration: what is reckoned with when people are planned."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class Staffing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    shrinkage: float = 0.3
    """Share of the paid time in which people are not on the line."""
    max_occupancy: float = 0.85
    """How busy people on the line may be at most."""


def staffing_faults(staffing: Staffing) -> Iterator[tuple[str, str, str]]:
    """(key, message, remedy) of each contradiction."""
    if not 0 <= staffing.shrinkage <= 0.9:
        yield (
            "staffing.shrinkage",
            f"доля {staffing.shrinkage:g} не подходит.",
            "Укажите долю от 0 до 0.9: 0.3 — 30 % смены человек не на линии.",
        )
    if not 0.1 <= staffing.max_occupancy <= 1:
        yield (
            "staffing.max_occupancy",
            f"доля {staffing.max_occupancy:g} не подходит.",
            "Укажите долю от 0.1 до 1: 0.85 — занят не больше 85 % времени на линии.",
        )
