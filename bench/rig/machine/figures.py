"""Percentiles, and the lines in which figures are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that ``share`` (0…1) of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def latencies(name: str, values_ms: Sequence[float]) -> str:
    if not values_ms:
        return f"{name:<46} no samples"
    p50, p95, p99 = (percentile(values_ms, share) for share in (0.5, 0.95, 0.99))
    return (
        f"{name:<46} n {len(values_ms):>5}   p50 {p50:>7.1f}   p95 {p95:>7.1f}   "
        f"p99 {p99:>7.1f}   max {max(values_ms):>7.1f} ms"
    )
