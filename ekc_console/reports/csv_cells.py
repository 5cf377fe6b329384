"""Cells of a CSV that a spreadsheet opens."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula is a text to it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
