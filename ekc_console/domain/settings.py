"""Settings of a queue, as the core needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.ids import QueueId

WrapUpMode = Literal["none", "optional", "optional_timed", "mandatory", "mandatory_timed"]
"""After-call work. Timed modes end by themselves after ``wrap_up_s``; the untimed ones end when
the agent says so. In mandatory modes the agent cannot skip it before a disposition is saved
(enforced by the server); ``none`` makes the agent ready at once."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """All durations are in seconds."""

    id: QueueId
    title: str
    strategy: str = "longest-idle"
    offer_timeout_s: float = 15.0
    """An offer not taken in this time goes to the next agent."""
    max_unanswered: int = 2
    """After so many offers in a row run out at one agent, that agent is set to not responding."""
    retry_same_agent_s: float = 5.0
    """A refused call is not offered again to the same agent for this long while others are free."""
    service_level_s: float = 20.0
    short_abandon_s: float = 5.0
    """A caller who gives up earlier than this counts as a short abandon."""
    wrap_up: WrapUpMode = "mandatory_timed"
    wrap_up_s: float = 60.0
    priority_step_s: float = 60.0
    """One step of priority is worth this much waiting time."""
    callback_on_abandon: bool = True
    announce_every_s: float = 30.0
    """Position announcements; 0 turns them off."""
