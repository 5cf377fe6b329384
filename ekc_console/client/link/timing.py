"""How long the client waits, in seconds. Tests give short times here instead of sleeping."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off: doubles from ``first_s`` to ``longest_s``; each delay is drawn from
    its upper half, so that a thousand consoles do not come back in the same moment."""

    first_s: float = 0.2
    longest_s: float = 5.0

    def delay(self, attempt: int) -> float:
        """Before the try after ``attempt`` failures (0: the first retry)."""
        whole = min(self.longest_s, self.first_s * 2.0 ** min(attempt, 30))
        return whole * random.uniform(0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Timing:
    backoff: Backoff = Backoff()
    heartbeat_s: float = 3.0
    """A ping after so much silence; half as long again without a pong and the link is dead, so
    that a silent death is seen within 4.5 s."""
    open_s: float = 5.0
    """From the TCP connection to the complete view."""
    request_s: float = 10.0
    """From a command to its answer, reconnections included."""
    resync_s: float = 10.0
    """Between two fresh snapshots that are asked for on one link because of what could not be
    used; a gap in the numbers meanwhile ends the link."""
    stable_s: float = 5.0
    """A link that stood this long lets the back-off begin anew."""
    log_in_s: float = 10.0
    leg_s: float = 10.0
    """From the softphone's INVITE to the answered standing leg, and from there to the server's
    notice of it."""
    phone_rings_s: float = 60.0
    """From the request to call the operator's telephone to its answer; the server gives up the
    ringing earlier."""
    phone_again_s: float = 5.0
    """Between two such tries: somebody may be on the way to the telephone."""
    quality_s: float = 5.0
    """Between two looks at how a talk sounds."""
    leg_lost_s: float = 1.0
    """A leg that the server has known and knows no longer, though its engine works."""
    refused_again_s: float = 120.0
    """Between two tries to bring a draft to the server that has refused it."""
