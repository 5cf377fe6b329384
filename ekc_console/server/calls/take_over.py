"""Books and engine brought to agree: what lives at the engine is taken over, what the books hold
and the engine has no more is ended there.

After every ``EngineUp``: the server was restarted, the engine was, or it was out of sight for a
while. Nothing of it depends on which; each step is taken though another one breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.facts import EndedBy
from ekc_console.domain.rules.parties import consult
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.calls.menus.menu import Menus
from ekc_console.server.calls.operator_lines import (
    ACCOUNT_PREFIX,
    OperatorLines,
    bridge_of,
    phone_agent,
)
from ekc_console.server.calls.switch import Switch
from ekc_console.server.calls.transfers import Transfers
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine import protocol as en

log = structlog.get_logger(__name__)


class TakeOver:
    """``run`` for every ``EngineUp``. ``caller_came`` and ``outgoing_answered`` are told what no
    event told; ``call_over`` ends a call in the books, and says by whom, and when if known.
    ``is_beside``: of a leg that is in no books, and goes on."""

    def __init__(
        self,
        engine: en.TelephonyEngine,
        runtime: Runtime,
        lines: OperatorLines,
        switch: Switch,
        transfers: Transfers,
        menus: Menus,
        main_menu: str,
        *,
        caller_came: Callable[[en.LegInfo], None],
        outgoing_answered: Callable[[CallId, str], None],
        call_over: Callable[[CallId, EndedBy, float | None], None],
        is_beside: Callable[[str], bool],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._lines = lines
        self._switch = switch
        self._transfers = transfers
        self._menus = menus
        self._main_menu = main_menu
        self._caller_came = caller_came
        self._outgoing_answered = outgoing_answered
        self._call_over = call_over
        self._is_beside = is_beside
        self._spawn = spawn

    def run(self, up: en.EngineUp) -> None:
        self._switch.forwarding.forget_legs()
        alive = {
            info.leg: info
            for info in up.legs
            if _is_call(info)
            and not self._is_beside(info.leg)
            and not self._switch.forwarding.adopt(info)
        }
        known = [call.id for call in self._runtime.router.calls.values() if not call.virtual]
        # Before the operators' lines: a talk that is over must not go back to its queue.
        for call in known:
            if call not in alive:
                self._step(call, lambda: self._missing(call, up.ended))  # noqa: B023 - run at once
        self._operators(up.legs)
        for call in known:
            if (leg := alive.pop(call, None)) is not None:
                self._step(call, lambda: self._call(call, leg))  # noqa: B023
        for info in alive.values():
            self._step(info.leg, lambda: self._stranger(info))  # noqa: B023
        # Last: from here on the core gives waiting calls to those who can be reached again.
        self._lines.in_sight()

    def _operators(self, legs: Iterable[en.LegInfo]) -> None:
        self._lines.forget_all_but({info.leg for info in legs})
        for info in legs:
            if info.kind == "operator" and info.account:
                self._step(info.leg, lambda: self._operator(info))  # noqa: B023
            elif agent := phone_agent(info.leg):
                self._step(info.leg, lambda: self._phone(info, agent))  # noqa: B023
        self._lines.tell_missing()

    def _step(self, leg: str, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception:
            log.exception("leg not taken over", leg=leg)

    def _operator(self, info: en.LegInfo) -> None:
        """A leg that was lent to a consultation which is over goes back into its own bridge."""
        agent = AgentId((info.account or "").removeprefix(ACCOUNT_PREFIX))
        record = self._runtime.router.agents.get(agent)
        if record is None or isinstance(record.state, ag.Offline):
            self._spawn(self._engine.hang_up(info.leg))
        elif not info.answered:
            self._spawn(self._lines.arrived(info.leg, info.account or ""))
        else:
            self._lines.adopt(agent, info.leg)
            if info.bridge is None:
                self._spawn(self._lines.stand(agent, info.leg))
            elif info.bridge != bridge_of(agent) and not self._is_lent(record):
                self._spawn(self._transfers.return_leg(agent))

    def _is_lent(self, agent: ag.Agent) -> bool:
        """To a consultation, or to a talk that is listened to."""
        return isinstance(agent.state, ag.Advising) or agent.id in self._runtime.router.listenings

    def _phone(self, info: en.LegInfo, agent: AgentId) -> None:
        """A telephone that still rings is hung up: its operator's console asks again."""
        if not info.answered or agent not in self._runtime.router.agents:
            self._spawn(self._engine.hang_up(info.leg))
        else:
            self._lines.adopt(agent, info.leg)
            if info.bridge is None:
                self._spawn(self._lines.stand(agent, info.leg))

    def _call(self, call: CallId, info: en.LegInfo) -> None:
        """The last orders may have been lost, with the server or with the link: they are given
        again."""
        record = self._runtime.router.calls[call]
        joined = record.agent if info.bridge else None
        self._switch.adopt(
            call,
            joined,
            answered=info.answered,
            recorded=bool(joined or record.answered_at is not None),
        )
        if self._switch.end_again(call):
            return
        if isinstance(record.state, cl.InMenu):
            self._menus.resume(call, self._main_menu)
        elif isinstance(record.state, cl.Forwarding):
            if not self._switch.forwarding.has_leg(call):
                self._switch.run(ef.Forward(call, record.state.number))
        elif isinstance(record.state, cl.Forwarded):
            if not self._switch.forwarding.has_leg(call):
                self._switch.hang_up(call, "system")  # the other one hung up unseen
        elif isinstance(record.state, cl.Dialing | cl.Ringing) and info.answered:
            self._outgoing_answered(call, info.trunk)
        elif effect := _standing_effect(record, joined):
            self._switch.run(effect)
            self._transfers.run(effect)

    def _missing(self, call: CallId, ended: Mapping[str, float]) -> None:
        """Ended unseen. Whoever was asked to end it has; else it is the caller who hung up where
        the engine has noted an ordinary end, and a lost line where nothing is known: that caller
        is owed a callback."""
        by = self._switch.ended_by(call)
        if by == "caller" and call not in ended:
            ours = isinstance(self._runtime.router.calls[call].state, cl.Ending)
            by = "system" if ours else "engine"
        self._call_over(call, by, ended.get(call))

    def _stranger(self, info: en.LegInfo) -> None:
        if info.kind == "caller":
            self._caller_came(info)
        else:
            # A call out that was given up because the order for it was not answered.
            log.warning("a call out that nobody knows is ended", leg=info.leg)
            self._spawn(self._engine.hang_up(info.leg))


def _is_call(info: en.LegInfo) -> bool:
    return info.kind != "operator" and phone_agent(info.leg) is None


def _standing_effect(call: cl.Call, joined: AgentId | None) -> ef.Effect | None:
    """What the engine must be doing for a call in its present state; ``joined``: it is in the
    bridge of that agent. None when it does so already."""
    match call.state:
        case cl.Waiting() | cl.Offered() | cl.Transferring():
            return ef.KeepWaiting(call.id)
        case cl.Connecting() if call.agent:
            return ef.Connect(call.id, call.agent)
        case cl.OnHold() if joined:
            return ef.HoldCall(call.id, joined)
        case cl.Talking() if call.agent and not joined:
            return ef.ResumeCall(call.id, call.agent)
        case cl.Consulting():
            return consult.voice_paths(call)
        case cl.Linked(other=other) if call.party_of is None:
            return ef.Link(call.id, other)
        case cl.Ending():
            return ef.HangUp(call.id, "restart")
    return None
