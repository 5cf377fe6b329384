"""When the overflow rules for the time waited apply to a call."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.domain.state.call import Call
from ekc_console.domain.terms.settings import OverflowRule


def next_waited(call: Call, rules: Iterable[OverflowRule], after: float) -> float | None:
    """The first moment later than ``after`` at which one of the rules applies, counted from when
    the call came into its queue; None if there is none."""
    if call.entered_at is None:
        return None
    moments = [call.entered_at + rule.limit for rule in rules if rule.when == "waited"]
    return min((m for m in moments if m > after), default=None)
