"""What the centre calls the things that calls are told apart by, and in which order they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, get_args

from ekc_console.domain.router import Router
from ekc_console.domain.state.call import Outcome
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.store.figures.by_calls import Rules

_IN_SETTINGS = ("queue", "topic", "team")
_ORDERED = (*_IN_SETTINGS, "outcome")
"""In whose order people look for them; all others by their names."""
_CODES: Mapping[str, Sequence[str]] = {"direction": ("in", "out"), "outcome": get_args(Outcome)}
_LAST = 1_000_000


class Titled(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...


def titles(things: Iterable[Titled]) -> dict[str, str]:
    return {thing.id: thing.title for thing in things}


@dataclass(frozen=True, slots=True)
class Known:
    """``titles``: by kind, then by id; kinds without are what they are. ``members``: logins by the
    id of a team."""

    rules: Rules
    titles: Mapping[str, Mapping[str, str]]
    members: Mapping[str, Sequence[str]]

    def title(self, by: str, key: str) -> str:
        return self.titles.get(by, {}).get(key, "")

    def gone(self, by: str, key: str) -> bool:
        """It was in the settings, and is not any more."""
        return by in _IN_SETTINGS and key != "" and key not in self.titles.get(by, {})

    def place(self, by: str | None, key: str) -> tuple[int, str]:
        """Where it comes among its like; none is the last."""
        if not by or not key:
            return _LAST, ""
        order = (self.ids(by) or ()) if by in _ORDERED else ()
        return (order.index(key) if key in order else len(order)), self.title(by, key) or key

    def ids(self, by: str) -> tuple[str, ...] | None:
        """All that there are; None: of a kind of which that is not known."""
        known = _CODES.get(by) or self.titles.get(by)
        return None if known is None else tuple(known)

    def teams_of(self, login: str) -> list[str]:
        return [team for team, logins in self.members.items() if login in logins]


def in_force(
    router: Router, rules: Rules, names: Mapping[AgentId, str], topics: Mapping[str, str]
) -> Known:
    """By the settings of now; ``names``: of people by login, ``topics``: titles by code."""
    teams = router.centre.teams
    known = {
        "queue": titles(router.queues.values()),
        "topic": topics,
        "team": titles(teams),
        "agent": {str(login): name for login, name in names.items()},
    }
    return Known(rules, known, {team.id: team.people for team in teams})
