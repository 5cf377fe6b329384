"""Events of the telephony engine turned into facts of the core."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.facts import CallAnswered, CallArrived, CallEnded, PlaceKept
from ekc_console.domain.rules import consult
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.calls.menu import Menus
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
from ekc_console.server.services.prompts import PLACE_NOT_KEPT
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)


class Telephony:
    """``on_event`` is the engine's sink. It returns at once; longer work runs in tasks."""

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
        on_engine: Callable[[bool, str], None],
        on_trunk: Callable[[en.TrunkState | en.TrunkCalls], None],
        on_call_gone: Callable[[CallId], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._lines = lines
        self._switch = switch
        self._transfers = transfers
        self._menus = menus
        self._main_menu = main_menu
        self._on_engine = on_engine
        self._on_trunk = on_trunk
        self._on_call_gone = on_call_gone
        self._background = Background()

    def on_event(self, event: en.EngineEvent) -> None:
        match event:
            case en.CallerArrived(leg, number, called, _, since):
                self._caller_arrived(CallId(leg), number, called, since)
            case en.OperatorArrived(leg, account):
                self._spawn(self._lines.arrived(leg, account))
            case en.LegAnswered(leg):
                if self._lines.owns_phone(leg):
                    self._spawn(self._lines.phone_answered(leg))
                else:
                    self._outgoing_answered(CallId(leg))
            case en.LegEnded(leg, cause):
                self._leg_ended(leg, cause)
            case en.KeyPressed(leg, key):
                self._menus.key(CallId(leg), key)
                self._keep_place(CallId(leg), key)
            case en.PlaybackEnded(leg, playback):
                self._switch.playback_ended(CallId(leg), playback)
                self._menus.playback_ended(CallId(leg), playback)
            case en.EngineDown(reason):
                self._engine_down(reason)
            case en.EngineUp(legs):
                self._engine_up(legs)
            case en.TrunkState() | en.TrunkCalls():
                self._on_trunk(event)
            case en.LegRinging():
                pass

    async def close(self) -> None:
        await self._background.close()

    def _caller_arrived(
        self, call: CallId, number: str | None, called: str, since: float | None
    ) -> None:
        if call in self._runtime.router.calls:
            return  # the dialplan's fallback gave a call back that we know
        if call in self._runtime.router.recently_ended:
            log.error("a call that has ended came back", call=call)
            self._spawn(self._engine.hang_up(call))
            return
        self._runtime.submit(CallArrived(call, numbers.canonical(number), called, since))
        if isinstance(self._runtime.router.calls[call].state, cl.InMenu):
            self._menus.start(call, self._main_menu)

    def _keep_place(self, call: CallId, key: str) -> None:
        """The key of the queue by which a waiting caller asks to be called back."""
        router = self._runtime.router
        record = router.calls.get(call)
        if record is None or not isinstance(record.state, cl.Waiting | cl.Offered):
            return
        queue = router.queues[record.queue] if record.queue else None
        if queue is None or record.direction != "in" or key != queue.keep_place_key:
            return
        if record.number is None:
            self._switch.tell(call, PLACE_NOT_KEPT)
        else:
            self._runtime.submit(PlaceKept(call))

    def _outgoing_answered(self, call: CallId) -> None:
        if self._switch.forwarding.answered(call):
            return
        record = self._runtime.router.calls.get(call)
        if record is not None and isinstance(record.state, cl.Ringing):
            self._runtime.submit(CallAnswered(call))
            return
        if record is None or not isinstance(record.state, cl.Dialing) or record.agent is None:
            return
        self._runtime.submit(CallAnswered(call))
        self._switch.join_outgoing(call, record.agent)

    def _leg_ended(self, leg: str, cause: str) -> None:
        if self._lines.ended(leg, cause) or self._switch.forwarding.ended(leg, cause):
            return
        call = CallId(leg)
        self._switch.forwarding.caller_gone(call)
        self._menus.stop(call)
        by = self._switch.ended_by(call)
        if call in self._runtime.router.calls:
            self._runtime.submit(CallEnded(call, by=by, cause=cause))
            self._spawn(self._after(call))

    async def _after(self, call: CallId) -> None:
        await self._runtime.settled()
        await self._on_call_gone(call)

    def _engine_down(self, reason: str) -> None:
        """All lines are cut: the core plans callbacks, the operators are told."""
        log.error("telephony engine down", reason=reason)
        self._on_engine(False, reason)
        self._switch.forwarding.engine_down()
        for call, record in list(self._runtime.router.calls.items()):
            if not record.virtual:
                self._call_cut(call)
        self._lines.all_gone()

    def _call_cut(self, call: CallId) -> None:
        self._menus.stop(call)
        self._switch.ended_by(call)
        self._runtime.submit(CallEnded(call, by="engine", cause="engine"))
        self._spawn(self._after(call))

    def _engine_up(self, legs: tuple[en.LegInfo, ...]) -> None:
        """Take over what lives at the engine; end in the core what does not."""
        for info in legs:
            if info.kind == "operator" and info.account:
                self._adopt_operator(info)
            elif agent := phone_agent(info.leg):
                self._adopt_phone(info.leg, agent, info.answered)
        self._lines.tell_missing()
        alive = {
            info.leg: info
            for info in legs
            if _is_call(info) and not self._switch.forwarding.adopt(info)
        }
        for call, record in list(self._runtime.router.calls.items()):
            if record.virtual:
                continue
            if (leg := alive.pop(call, None)) is not None:
                self._adopt_call(call, leg)
            else:
                self._call_cut(call)
        for info in alive.values():
            self._caller_arrived(CallId(info.leg), info.number, info.called or "", info.since)
        self._on_engine(True, "")
        self._spawn(self._lines.put_accounts_again())

    def _adopt_operator(self, info: en.LegInfo) -> None:
        """A leg that was lent to a consultation which is over goes back into its own bridge."""
        agent = AgentId((info.account or "").removeprefix(ACCOUNT_PREFIX))
        record = self._runtime.router.agents.get(agent)
        if record is None:
            self._spawn(self._engine.hang_up(info.leg))
            return
        self._lines.adopt(agent, info.leg)
        if info.bridge != bridge_of(agent) and not isinstance(record.state, ag.Advising):
            self._spawn(self._transfers.return_leg(agent))

    def _adopt_phone(self, leg: str, agent: AgentId, answered: bool) -> None:
        """A telephone that still rings is hung up: its operator's console asks again."""
        if answered and agent in self._runtime.router.agents:
            self._lines.adopt(agent, leg)
        else:
            self._spawn(self._engine.hang_up(leg))

    def _adopt_call(self, call: CallId, info: en.LegInfo) -> None:
        """A server that died may have left the last effect of a fact undone: do it again."""
        record = self._runtime.router.calls[call]
        joined = record.agent if info.bridge else None
        self._switch.adopt(
            call,
            joined,
            answered=info.answered,
            recorded=bool(joined or record.answered_at is not None),
        )
        if isinstance(record.state, cl.InMenu):
            self._menus.resume(call, self._main_menu)
        elif isinstance(record.state, cl.Forwarding):
            if not self._switch.forwarding.has_leg(call):
                self._switch.run(ef.Forward(call, record.state.number))
        elif isinstance(record.state, cl.Dialing | cl.Ringing) and info.answered:
            self._outgoing_answered(call)
        elif effect := _standing_effect(record, joined):
            self._switch.run(effect)
            self._transfers.run(effect)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._background.spawn(self._logged(work))

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except en.EngineError as error:
            log.warning("engine step failed", error=error.message)
        except Exception:
            log.exception("engine step broke")


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
