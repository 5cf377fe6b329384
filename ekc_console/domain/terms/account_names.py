"""How an account may be called: its login, and the name on the screens."""

from __future__ import annotations

import re
import unicodedata

_LOGIN = re.compile(r"[a-z0-9._-]{2,32}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that steer a terminal or turn a line around."""


def is_login(text: str) -> bool:
    return _LOGIN.fullmatch(text) is not None


def has_unseen(name: str) -> bool:
    return any(unicodedata.category(char) in _UNSEEN for char in name)
