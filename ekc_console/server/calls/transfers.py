"""Effects of transfers, consultations and conferences carried out by re-bridging on our side.

An agent's leg stands in a bridge of its own. Whoever is to be heard there is put into it: the
caller, an outside party, the leg of another operator. Caller and outside party without an agent
have a bridge of their own. REFER is not needed for any of it, so any trunk will do.

The recording is that of the caller's leg: it goes on from one agent to the next, with music in
it while the caller is on hold. What is said in a consultation the caller does not hear, so it is
not recorded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.facts import CallBridged, CallEnded, JoinFailed
from ekc_console.domain.state.call import Consulting
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.calls.menus.menu import Menus
from ekc_console.server.calls.operator_lines import OperatorLines, bridge_of
from ekc_console.server.calls.switch import Switch
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import EngineError, LegGone, TelephonyEngine

E = TypeVar("E")

log = structlog.get_logger(__name__)


def link_of(call: CallId) -> str:
    """Id of the bridge of a caller who was given to an outside party."""
    return f"link-{call}"


class Transfers:
    """``run`` takes an effect; operations on one call run in order with the switch's."""

    def __init__(
        self,
        engine: TelephonyEngine,
        runtime: Runtime,
        lines: OperatorLines,
        switch: Switch,
        menus: Menus,
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._lines = lines
        self._switch = switch
        self._menus = menus

    def run(self, effect: ef.Effect) -> None:
        match effect:
            case ef.DialParty(call, party, number):
                self._switch.in_order(party, lambda: self._dial(call, party, number))
            case ef.Consult(call):
                self._switch.in_order(call, lambda: self._guarded(call, self._consult, effect))
            case ef.Rejoin(call, agent):
                self._switch.when_leg_comes(
                    call, agent, lambda: self._guarded(call, self._rejoin, effect)
                )
            case ef.ReturnLeg(call, agent):
                self._switch.in_order(call, lambda: self.return_leg(agent))
            case ef.Link(call):
                self._switch.in_order(call, lambda: self._guarded(call, self._link, effect))
            case ef.Unlink(call):
                self._switch.in_order(call, lambda: self._engine.drop_bridge(link_of(call)))
            case ef.LeaveMenu(call):
                self._menus.stop(call)
            case ef.RunMenu(call, scenario):
                self._switch.in_order(call, lambda: self._run_menu(call, scenario))
            case _:
                pass

    async def _guarded(self, call: CallId, do: Callable[[E], Awaitable[None]], effect: E) -> None:
        try:
            await do(effect)
        except LegGone:
            pass  # somebody hung up in this moment; LegEnded says so
        except EngineError as error:
            log.warning("voice paths not made", call=call, error=error.message)
            self._join_failed(call, error.message)
        except Exception:
            log.exception("voice paths not made", call=call)
            self._join_failed(call, "internal")

    def _join_failed(self, call: CallId, reason: str) -> None:
        if call in self._runtime.router.calls:
            self._runtime.submit(JoinFailed(call, reason))

    async def _consult(self, effect: ef.Consult) -> None:
        if effect.adviser and not await self._switch.leg_comes(effect.call, effect.adviser):
            self._lines.missed(effect.adviser)
            return
        bridge = bridge_of(effect.agent)
        other = self._other_leg(effect)
        with_caller, with_other = effect.heard != "party", effect.heard != "caller"
        if not other and not self._lines.leg(effect.agent):
            with_caller = False  # nobody is there to be heard until the agent's leg comes
        if not with_caller:
            await self._aside(bridge, effect.call)
        if other and not with_other:
            await self._aside(bridge, other)
        if with_caller:
            await self._switch.stand_with(effect.call, effect.agent)
        if other and with_other:
            await self._engine.join(bridge, other)

    async def _rejoin(self, effect: ef.Rejoin) -> None:
        call = self._runtime.router.calls.get(effect.call)
        if call is None or not isinstance(call.state, Consulting) or call.agent != effect.agent:
            return  # something else is wanted by now
        await self._switch.stand_with(effect.call, effect.agent)
        if effect.call in self._runtime.router.calls:
            self._runtime.submit(CallBridged(effect.call))

    def _other_leg(self, effect: ef.Consult) -> str | None:
        return self._lines.leg(effect.adviser) if effect.adviser else effect.party

    async def _aside(self, bridge: str, leg: str) -> None:
        await self._engine.leave(bridge, leg)
        await self._engine.start_music(leg)

    async def return_leg(self, agent: AgentId) -> None:
        """The agent's leg stands in the agent's own bridge again."""
        if leg := self._lines.leg(agent):
            await self._engine.join(bridge_of(agent), leg)

    async def _link(self, effect: ef.Link) -> None:
        bridge = link_of(effect.call)
        await self._engine.make_bridge(bridge)
        await self._engine.join(bridge, effect.party)
        await self._engine.join(bridge, effect.call)

    async def _dial(self, call: CallId, party: CallId, number: str) -> None:
        end = await self._switch.call_out(party, number, call)
        if end is not None and party in self._runtime.router.calls:
            self._runtime.submit(CallEnded(party, by="system", cause=end))

    async def _run_menu(self, call: CallId, scenario: str) -> None:
        try:
            await self._switch.part(call)
            await self._engine.stop_music(call)
        except LegGone:
            return
        except EngineError as error:  # who is in a bridge hears a prompt alone all the same
            log.warning("caller not taken aside", call=call, error=error.message)
        self._menus.start(call, scenario)
