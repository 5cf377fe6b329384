"""One-time codes that stand in the place of a password until their person has chosen one. They are
said over the telephone and typed once: no letter is like a digit, and none needs the other
keyboard. Stored, they are hashed as passwords are."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS, _OF = 3, 4
_ALIKE = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
"""Typed with the Russian keyboard."""


def new_code() -> str:
    """Some 59 bits: ``K7QF-2MXD-9PAB``."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_OF)) for _ in range(_GROUPS))


def normal(text: str) -> str:
    """A code as it is hashed, however it was typed."""
    return "".join(char for char in text.upper().translate(_ALIKE) if char.isalnum())
