"""Figures as text, in the unit of their column."""

from __future__ import annotations

from ekc_console.domain.insight.tally import Unit

NONE = "—"
"""Where there is nothing to count from."""


def seconds(value: float | None) -> str:
    """``1:02:03``, ``2:03`` or ``—``."""
    if value is None:
        return NONE
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def share(value: float | None) -> str:
    return NONE if value is None else f"{value:.0%}"


def cell_text(unit: Unit | None, cell: str | float | None) -> str:
    """``unit`` None: of a text."""
    if isinstance(cell, str):
        return cell
    match unit:
        case "share":
            return share(cell)
        case "seconds":
            return seconds(cell)
    return NONE if cell is None else f"{cell:.0f}"
