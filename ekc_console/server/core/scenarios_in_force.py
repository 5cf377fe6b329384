"""The scenarios that calls and cards go by at every moment; all of them change together.

Whoever reads them here, or one of the views of them, has nothing to follow. A call that is in a
menu stays with the scenario that it began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeVar

from ekc_console.domain.scenario import Scenario

V = TypeVar("V")
Kind = Literal["menu", "script"]


class Scenarios(Mapping[str, Scenario]):
    """By id."""

    def __init__(self, scenarios: Mapping[str, Scenario]) -> None:
        self._all = dict(scenarios)

    def replace(self, scenarios: Mapping[str, Scenario]) -> None:
        """``scenarios`` were checked as a set."""
        self._all = dict(scenarios)

    def of_kind(self, kind: Kind) -> Mapping[str, Scenario]:
        """A view of those of one kind."""
        return _View(self, kind, lambda scenario: scenario)

    def titles(self, kind: Kind) -> Mapping[str, str]:
        """A view of the titles of one kind."""
        return _View(self, kind, lambda scenario: scenario.title)

    def __getitem__(self, name: str) -> Scenario:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class _View(Mapping[str, V]):
    def __init__(self, whole: Scenarios, kind: Kind, show: Callable[[Scenario], V]) -> None:
        self._whole = whole
        self._kind = kind
        self._show = show

    def __getitem__(self, name: str) -> V:
        scenario = self._whole[name]
        if scenario.kind != self._kind:
            raise KeyError(name)
        return self._show(scenario)

    def __iter__(self) -> Iterator[str]:
        return (name for name, scenario in self._whole.items() if scenario.kind == self._kind)

    def __len__(self) -> int:
        return sum(1 for _ in self)
