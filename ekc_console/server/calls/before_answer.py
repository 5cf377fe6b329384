"""What an operator who dials hears until the answer: the network itself where it speaks, else a
ring-back tone while the other telephone rings.

Nothing of it is remembered but which calls ring: a server that was restarted stops a tone that the
one before it began.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.calls.operator_lines import OperatorLines, bridge_of
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import EngineError, TelephonyEngine
from ekc_console.server.tasks.lanes import Job, Lanes

log = structlog.get_logger(__name__)


class BeforeAnswer:
    """``lanes`` are those of the calls: what is done to one call stays in order. ``leg_comes``
    waits for the leg of an agent whose leg comes with each call."""

    def __init__(
        self,
        engine: TelephonyEngine,
        runtime: Runtime,
        lines: OperatorLines,
        lanes: Lanes,
        leg_comes: Callable[[CallId, AgentId], Awaitable[bool]],
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._lines = lines
        self._lanes = lanes
        self._leg_comes = leg_comes
        self._ringing: set[CallId] = set()

    def rings(self, call: CallId) -> None:
        if (agent := self._listener(call)) is not None:
            self._ringing.add(call)
            self._put(call, lambda: self._begin_tone(call, agent))

    def speaks(self, call: CallId) -> None:
        if (agent := self._listener(call)) is not None:
            self.over(call)
            self._put(call, lambda: self._join(call, agent))

    def over(self, call: CallId) -> None:
        """The call is answered, or at its end: before the core is told of it."""
        self._ringing.discard(call)
        if (agent := self._listener(call)) is not None:
            self._put(call, lambda: self._end_tone(agent))

    def _listener(self, call: CallId) -> AgentId | None:
        """Who waits for the answer of this call, which nobody has answered yet."""
        record = self._runtime.router.calls.get(call)
        if record is None or not isinstance(record.state, cl.Dialing | cl.Ringing | cl.Ending):
            return None
        if record.party_of is None:
            return record.agent if record.direction == "out" else None
        whole = self._runtime.router.calls.get(record.party_of)
        if whole is None or not isinstance(whole.state, cl.Consulting):
            return None
        # Who talks with the caller meanwhile must hear the caller.
        return whole.agent if whole.state.heard == "party" else None

    def _put(self, call: CallId, job: Job) -> None:
        """In the lane of the whole call, where the sides are joined."""
        record = self._runtime.router.calls.get(call)
        lane = record.party_of if record is not None and record.party_of else call
        self._lanes.put(lane, lambda: self._try(call, job))

    async def _try(self, call: CallId, job: Job) -> None:
        try:
            await job()
        except EngineError as error:
            log.info("not heard before the answer", call=call, error=error.message)

    async def _begin_tone(self, call: CallId, agent: AgentId) -> None:
        if call not in self._ringing or not await self._leg_comes(call, agent):
            return
        leg = self._lines.leg(agent)
        if leg is not None and call in self._ringing:
            await self._engine.start_ring_back(leg)

    async def _end_tone(self, agent: AgentId) -> None:
        if (leg := self._lines.leg(agent)) is not None:
            await self._engine.stop_ring_back(leg)

    async def _join(self, call: CallId, agent: AgentId) -> None:
        if await self._leg_comes(call, agent) and self._listener(call) == agent:
            await self._engine.join(bridge_of(agent), call)
