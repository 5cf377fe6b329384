"""Skills with levels: what an agent has, what a call asks for, and whether the two fit.

An agent has ``english`` (level 1) or ``english=4``. A call asks for ``english``, ``english>=3``,
and with a ``?`` at the end wishes for it and no more: ``english?``, ``english>=3?``. While the
caller waits the levels asked for fall step by step (``QueueSettings.skill_relax_s``): a required
one never below 1, a wished one down to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from ekc_console.domain.state.strategy import SettingsError

BEST = 10
"""Levels run from 1 to this."""

_NAME = r"(?P<name>[^\s=<>?](?:[^=<>?]{0,38}[^\s=<>?])?)"
_HAVING = re.compile(rf"{_NAME}(?:=(?P<level>\d{{1,2}}))?")
_ASKING = re.compile(rf"{_NAME}(?:>=(?P<level>\d{{1,2}}))?(?P<wished>\?)?")

Needs = tuple[tuple[str, int], ...]
"""Skill and least level, sorted; all of them must be met."""


class Need(NamedTuple):
    skill: str
    level: int
    wished: bool


def check_skill(text: str) -> None:
    """Raises SettingsError unless ``text`` says what an agent has."""
    _having(text)


def check_need(text: str) -> None:
    """Raises SettingsError unless ``text`` says what a call asks for."""
    _asking(text)


def name_of(text: str) -> str:
    """The skill's name in a text of either kind. Raises SettingsError."""
    return _asking(text).skill if ">" in text or "?" in text else _having(text)[0]


@lru_cache(maxsize=4096)
def levels(skills: tuple[str, ...]) -> Mapping[str, int]:
    """The levels of an agent who has ``skills``; of one named twice the higher. Raises
    SettingsError."""
    return MappingProxyType(_highest(_having(text) for text in skills))


@lru_cache(maxsize=4096)
def needs(asked: tuple[str, ...], steps: int) -> Needs:
    """What is left of the demands ``asked`` after ``steps`` steps of relaxing. Raises
    SettingsError."""
    left = (_relaxed(_asking(text), steps) for text in asked)
    return tuple(sorted(_highest((n.skill, n.level) for n in left if n.level > 0).items()))


@lru_cache(maxsize=4096)
def last_step(asked: tuple[str, ...]) -> int:
    """After so many steps nothing falls any more."""
    found = (_asking(text) for text in asked)
    return max((n.level if n.wished else n.level - 1 for n in found), default=0)


@lru_cache(maxsize=16384)
def fits(needed: Needs, skills: tuple[str, ...]) -> bool:
    """Whether an agent with ``skills`` meets all of ``needed``."""
    return missing(needed, skills) is None


def missing(needed: Needs, skills: tuple[str, ...]) -> tuple[str, int] | None:
    """The first of ``needed`` that an agent with ``skills`` does not meet."""
    have = levels(skills)
    return next(((skill, least) for skill, least in needed if have.get(skill, 0) < least), None)


def _having(text: str) -> tuple[str, int]:
    match = _HAVING.fullmatch(text)
    level = int(match["level"] or 1) if match else 0
    if match is None or not 1 <= level <= BEST:
        raise SettingsError(
            f"Навык «{text}» не понят.",
            f"Пишите «english» или «english=4», уровень от 1 до {BEST}.",
        )
    return match["name"], level


def _asking(text: str) -> Need:
    match = _ASKING.fullmatch(text)
    level = int(match["level"] or 1) if match else 0
    if match is None or not 1 <= level <= BEST:
        raise SettingsError(
            f"Требование к навыку «{text}» не понято.",
            "Пишите «english» или «english>=3», с «?» в конце — если желательно, а не обязательно; "
            f"уровень от 1 до {BEST}.",
        )
    return Need(match["name"], level, bool(match["wished"]))


def _relaxed(need: Need, steps: int) -> Need:
    return need._replace(level=max(need.level - steps, 0 if need.wished else 1))


def _highest(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for skill, level in pairs:
        found[skill] = max(level, found.get(skill, 0))
    return found
