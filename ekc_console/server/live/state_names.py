"""The core's states under the names that consoles know."""

from __future__ import annotations

from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as ca
from ekc_console.wire import messages

AGENT_STATES: dict[type, messages.AgentState] = {
    ag.Offline: "offline",
    ag.Ready: "ready",
    ag.OnBreak: "break",
    ag.Offered: "offered",
    ag.Connecting: "connecting",
    ag.Dialing: "dialing",
    ag.Talking: "talking",
    ag.Holding: "talking",
    ag.Consulting: "consulting",
    ag.Asked: "offered",
    ag.Advising: "consulting",
    ag.WrapUp: "wrap_up",
    ag.NotResponding: "not_responding",
}
BUSY = (
    ag.Offered,
    ag.Connecting,
    ag.Dialing,
    ag.Talking,
    ag.Holding,
    ag.WrapUp,
    ag.Consulting,
    ag.Asked,
    ag.Advising,
)
CALL_STATES: dict[type, messages.CallStateName] = {
    ca.InMenu: "menu",
    ca.Waiting: "waiting",
    ca.Offered: "offered",
    ca.Connecting: "connecting",
    ca.Talking: "talking",
    ca.OnHold: "held",
    ca.Consulting: "consult",
    ca.Transferring: "waiting",
    ca.Linked: "talking",
    ca.Ringing: "dialing",
    ca.Advising: "talking",
    ca.Dialing: "dialing",
    ca.Forwarding: "waiting",
    ca.Forwarded: "ended",
    ca.Ending: "ended",
    ca.Ended: "ended",
}
