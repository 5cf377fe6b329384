"""The opening of a waiting call: to whom it may be offered, as its record says it."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console.domain.state.skills import Needs
from ekc_console.domain.terms.ids import AgentId

LAST_TIER = 10
"""Tiers run from 1, asked first, to this."""


@dataclass(frozen=True, slots=True)
class Opening:
    needs: Needs = ()
    tier: int = LAST_TIER
    """Agents of this tier and of lower ones may be asked."""
    only: AgentId | None = None
    """Nobody but this agent; then ``needs`` and ``tier`` say nothing."""
    until: float | None = None
    """When time changes it next; None: never."""


TO_ALL = Opening()
