"""Topics, break reasons, call handling, rules for dialling and targets as they are in force.

They are part of the core's settings and change, or are taken back, with them; whoever reads them
here has nothing to follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from ekc_console.domain.router import Router
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.dialling import (
    KINDS,
    Asker,
    Decision,
    DialRules,
    NumberKind,
    decide,
    kind_of,
)
from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.localtime import offset_name
from ekc_console.domain.terms.settings import CallHandling, CentreSettings, DayTargets
from ekc_console.wire import messages, side_work


def timezone(router: Router) -> str:
    """The centre's, by a name that ``localtime.zone_named`` knows."""
    centre = router.centre
    return centre.timezone or offset_name(centre.utc_offset_s)


def canonical(router: Router, number: str | None) -> str | None:
    """As ``numbers.canonical``, of a number with the centre's area code where it has none."""
    return numbers.canonical(number, call_handling(router).area_code)


V = TypeVar("V")


class InForce(Mapping[str, V]):
    """By code, in the order of the settings."""

    def __init__(self, router: Router, read: Callable[[CentreSettings], dict[str, V]]) -> None:
        self._router = router
        self._read = read
        self._seen: CentreSettings | None = None
        self._values: dict[str, V] = {}

    def _now(self) -> dict[str, V]:
        centre = self._router.centre
        if centre is not self._seen:
            self._seen, self._values = centre, self._read(centre)
        return self._values

    def __getitem__(self, code: str) -> V:
        return self._now()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


def topic_titles(router: Router) -> InForce[str]:
    return InForce(router, lambda centre: {topic.code: topic.title for topic in centre.topics})


def topic_scripts(router: Router) -> InForce[str]:
    return InForce(router, lambda centre: {topic.code: topic.script for topic in centre.topics})


def break_limits(router: Router) -> InForce[float]:
    """Seconds, 0 for no limit."""
    return InForce(router, lambda centre: {b.code: b.limit_s for b in centre.breaks})


def break_reasons(router: Router) -> tuple[messages.BreakReason, ...]:
    """As consoles are told them."""
    return tuple(
        messages.BreakReason(code=b.code, title=b.title, limit_s=b.limit_s)
        for b in router.centre.breaks
    )


def break_titles(router: Router) -> InForce[str]:
    return InForce(router, lambda centre: {b.code: b.title for b in centre.breaks})


def call_handling(router: Router) -> CallHandling:
    return router.centre.calls or CallHandling()


def dial_rules(router: Router) -> DialRules:
    return router.centre.dialling or DialRules()


def dial_decision(router: Router, who: Asker, number: str) -> Decision:
    """Whether ``who`` may have the number, canonical, dialled. An emergency number of the settings
    is one, whatever it looks like: a person may always dial it."""
    if who != "machine" and number in call_handling(router).emergencies:
        return Decision("emergency")
    return decide(number, who, dial_rules(router))


def is_emergency(router: Router, number: str) -> bool:
    """Whether this is the number of an emergency service: one of the settings, or known as such."""
    return number in call_handling(router).emergencies or kind_of(number) == "emergency"


def asked_kinds(router: Router, role: Role) -> tuple[NumberKind, ...]:
    """Kinds of number that a person of this role may dial, after a question."""
    rules = dial_rules(router)
    return _not_everybodys(rules) if role in rules.trusted else ()


def refused_kinds(router: Router, role: Role) -> tuple[NumberKind, ...]:
    """Kinds of number that a person of this role may not dial."""
    rules = dial_rules(router)
    return () if role in rules.trusted else _not_everybodys(rules)


def _not_everybodys(rules: DialRules) -> tuple[NumberKind, ...]:
    everybodys = (*rules.by_hand, "emergency", "malformed")
    return tuple(kind for kind in KINDS if kind not in everybodys)


def day_targets(router: Router) -> side_work.DayTargets:
    """As consoles are told them."""
    now = router.centre.targets or DayTargets()
    return side_work.DayTargets(calls=now.calls, handle_s=now.handle_s, break_s=now.break_s)
