"""Who is staff: agents whose console is there, and who have begun to work.

A console that comes back within ``patience.GRACE_S`` was never away: a network that blinks, or a
server that restarts, sends no caller elsewhere. After that its agent is no staff, so that nobody
waits for people who have gone home; after ``CentreSettings.away_limit_s`` the shift is over. A
talk is never cut: its agent's shift ends after it.
"""

from __future__ import annotations

from ekc_console.domain.rules import handling
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.records import replace


def away(c: Centre, agent: Agent) -> None:
    """The console has been away for so long that it counts."""
    if not agent.missing:
        c.put_agent(replace(agent, missing=True), "console missing")
    else:
        off = handling.off_duty(c, handling.clocked_off(c, agent), ordered=False)
        c.put_agent(off, "away too long")
