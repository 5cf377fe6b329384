"""How long the core waits for what is outside: the engine, a scenario, a number that rings.

Every state of a call is either in :data:`WAITS_FOR_OUTSIDE`, and then it has an end in time
(``rules.overdue``), or in :data:`WAITS_FOR_PEOPLE`, who end it themselves. The limits lie above
those of the server, which tells of a failure long before: they are for the case that it tells
nothing.
"""

from __future__ import annotations

from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.settings import CentreSettings

MENU_STEP_S = 300.0
"""Of one step of a scenario."""
CONNECT_S = 40.0
"""From the agent's answer to the voice path; a telephone that is called for it has 20 s to come."""
DIAL_MARGIN_S = 30.0
"""Beyond the time for which a number is let ring."""
USUAL_DIAL_S = 40.0
"""That time, where the settings do not tell it."""
HANG_UP_S = 60.0
"""From a hang-up, or the goodbye before it, to the end of the line."""
HANG_UPS = 3
"""So many times the engine is asked; then the call is over in the books."""
GRACE_S = 30.0
"""A console that is back within this was never away (``rules.presence``)."""

WAITS_FOR_OUTSIDE = (
    cl.InMenu,
    cl.Connecting,
    cl.Dialing,
    cl.Ringing,
    cl.Forwarding,
    cl.Ending,
)
WAITS_FOR_PEOPLE = (
    cl.Waiting,
    cl.Offered,  # each offer has an end of its own
    cl.Talking,
    cl.OnHold,
    cl.Consulting,  # who is asked has an end of its own: ``Asked.until``, or that of ``Ringing``
    cl.Transferring,  # that of its party, which is ``Ringing``
    cl.Linked,
    cl.Advising,
    cl.Forwarded,
)
_RINGS = (cl.Dialing, cl.Ringing, cl.Forwarding)
MAY_GO_HOME = (ag.Ready, ag.OnBreak, ag.WrapUp, ag.NotResponding)
"""States of an agent whose shift ends when the console has been away for too long."""


def overdue_at(call: cl.Call, settings: CentreSettings) -> float | None:
    """When the call has waited too long in its present state; None: it waits for people."""
    state = call.state  # asked for every call that comes: patterns would cost twice as much
    if isinstance(state, cl.Connecting):
        return state.since + CONNECT_S
    if isinstance(state, cl.InMenu):
        return (state.since if state.step_at is None else state.step_at) + MENU_STEP_S
    if isinstance(state, _RINGS):
        calls = settings.calls
        return state.since + (calls.dial_timeout_s if calls else USUAL_DIAL_S) + DIAL_MARGIN_S
    if isinstance(state, cl.Ending):
        return state.since + state.asked * HANG_UP_S
    return None


def away_at(agent: ag.Agent, settings: CentreSettings) -> float | None:
    """When the absence of the agent's console means something next; None: it is there, or never."""
    if agent.away_since is None or isinstance(agent.state, ag.Offline):
        return None
    if not agent.missing:
        return agent.away_since + GRACE_S
    if not settings.away_limit_s or not isinstance(agent.state, MAY_GO_HOME):
        return None
    return max(agent.away_since + settings.away_limit_s, agent.state.since)
