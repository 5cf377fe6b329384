"""Numbers as they are searched for: by their last digits."""

from __future__ import annotations

NO_DIGITS = "-"
"""Stands for a number without digits in a search by ``calls.number_reversed``: finds nothing."""


def reversed_digits(number: str) -> str:
    """The digits of a number from the last one on, as in ``calls.number_reversed``."""
    return "".join(c for c in reversed(number) if "0" <= c <= "9")
