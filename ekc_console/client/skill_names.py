"""Skills as they are typed: which there are, and the rest of one that is begun."""

from __future__ import annotations

import re
from collections.abc import Iterable


def names(skills: Iterable[str]) -> list[str]:
    """Each once, without its level, in the order of the alphabet."""
    return sorted({skill.partition("=")[0] for skill in skills})


def completed(typed: str, known: Iterable[str]) -> str | None:
    """``typed`` with the rest of the known skill that its last word begins, a sign before it passed
    over. None: there is none."""
    begun = re.split(r"[\s,+-]", typed)[-1].casefold()
    if not begun:
        return None
    for name in known:
        if name.casefold().startswith(begun) and len(name) > len(begun):
            return typed + name[len(begun) :]
    return None
