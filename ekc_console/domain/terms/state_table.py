"""Transition tables: which event may meet which state, and where it may lead.

A table is the one statement of the rules. The handlers ask it before they change anything
(:meth:`StateTable.acts_on`), every change is held against it (:meth:`StateTable.verify`), and the
diagrams of ``docs/states.md`` are drawn from it.

Events are named after the fact that causes them (``CallBridged``); events that the core makes
itself have a name in small letters (``offer made``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

IllegalReason = Literal[
    "assigned",
    "bad_settings",
    "bad_skill",
    "bad_tier",
    "bad_time",
    "duplicate",
    "emergency",
    "listened",
    "no_leg",
    "not_at_work",
    "not_free",
    "not_releasable",
    "not_storable",
    "not_yours",
    "same_queue",
    "unknown_agent",
    "unknown_call",
    "unknown_callback",
    "unknown_fact",
    "unknown_offer",
    "unknown_queue",
    "urgent",
    "wrong_state",
]


class IllegalFact(Exception):
    """The fact cannot be true in the present state; nothing was changed.

    ``reason`` is for programs (a refusal shown to a person is worded by the server), the text is
    for logs: it names ids, states and settings, never a telephone number.
    """

    def __init__(self, reason: IllegalReason, text: str) -> None:
        super().__init__(text)
        self.reason: IllegalReason = reason


State = object
"""An instance of one of the state classes of a table; None before the thing exists."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``event`` may meet any of ``states``; then the next state is one of ``to``.

    An empty ``to`` says that the event is known to come late or twice there and changes nothing.
    """

    states: tuple[type, ...]
    event: str
    to: tuple[type, ...]


STAY: tuple[type, ...] = (object,)
"""As ``to`` of a rule: the state remains as it is (something beside it changes)."""

IGNORED: tuple[type, ...] = ()
START: tuple[type, ...] = (type(None),)


class StateTable:
    """The rules of one kind of thing. Two rules for the same state and event are a fault."""

    def __init__(self, title: str, rules: Iterable[Rule]) -> None:
        self.title = title
        self._targets: dict[tuple[type, str], tuple[type, ...]] = {}
        for rule in rules:
            for state in rule.states:
                if (state, rule.event) in self._targets:
                    raise ValueError(f"two rules for {state.__name__} and {rule.event}")
                self._targets[state, rule.event] = (state,) if rule.to is STAY else rule.to

    def acts_on(self, state: State, event: str, subject: str) -> bool:
        """True if the event changes something, False if it is to be ignored.

        Raises IllegalFact if the table knows no such pair; ``subject`` names the thing.
        """
        try:
            return bool(self._targets[type(state), event])
        except KeyError:
            raise IllegalFact(
                "wrong_state", f"{event}: {subject} is in state {type(state).__name__}"
            ) from None

    def verify(self, state: State, event: str, new: State) -> None:
        """Hold a change against the table. A miss is a fault of the core: AssertionError."""
        if type(new) not in self._targets.get((type(state), event), ()):
            raise AssertionError(
                f"{self.title}: {type(state).__name__} --{event}--> {type(new).__name__}"
            )

    def __iter__(self) -> Iterator[tuple[type, str, tuple[type, ...]]]:
        for (state, event), to in self._targets.items():
            yield state, event, to
