"""How fast simulated people act. All values are seconds; pairs are the shortest and the longest."""

from __future__ import annotations

import random
from dataclasses import dataclass

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pace:
    # The caller.
    listen: Span
    """To the greeting, before the first key."""
    between_keys: Span
    give_up_after: Span
    """A caller who gives up in the queue on purpose, after the last key."""
    speak_anyway: float
    """A caller who hears nothing at all says something after so long."""
    talk_limit: float
    """A caller hangs up after so long with an operator."""
    pick_up: Span
    """A person who is called back, from the first ring."""
    called_talk_limit: float
    """A person who was called back hangs up after so long."""
    # Both sides.
    turn: float
    """So much silence means that the other side has finished."""
    reply_within: float
    """Whoever gets no answer goes on after so long."""
    # The operator.
    reaction: Span
    """From an offer to the key that takes it."""
    step: Span
    """On one step of the script."""
    shortest_talk: float
    longest_talk: float
    wrap_up: Span


HUMAN = Pace(
    listen=(3.0, 9.0),
    between_keys=(1.5, 3.5),
    give_up_after=(8.0, 30.0),
    speak_anyway=7.0,
    talk_limit=300.0,
    pick_up=(2.0, 6.0),
    called_talk_limit=120.0,
    turn=0.9,
    reply_within=7.0,
    reaction=(1.5, 4.0),
    step=(2.0, 6.0),
    shortest_talk=30.0,
    longest_talk=180.0,
    wrap_up=(3.0, 10.0),
)
BRISK = Pace(
    listen=(0.8, 1.6),
    between_keys=(0.9, 1.2),
    give_up_after=(0.5, 0.8),
    speak_anyway=4.0,
    talk_limit=40.0,
    pick_up=(0.5, 1.0),
    called_talk_limit=12.0,
    turn=0.7,
    reply_within=4.0,
    reaction=(0.9, 1.4),
    step=(0.1, 0.3),
    shortest_talk=3.0,
    longest_talk=25.0,
    wrap_up=(0.2, 0.6),
)
"""For a proof that takes two minutes."""


def draw(source: random.Random, span: Span) -> float:
    return source.uniform(*span)
