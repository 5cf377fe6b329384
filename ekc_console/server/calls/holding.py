"""Hold and resume at the engine. What cannot be done is told to the core, which undoes it, and to
the operator: the screen says what the caller hears."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from ekc_console.domain.facts import CallHeld, CallResumed
from ekc_console.domain.state.call import OnHold, Talking
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.errors import reason
from ekc_console.server.calls.insist import insist
from ekc_console.server.calls.operator_lines import bridge_of
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import LegGone, TelephonyEngine
from ekc_console.wire.words import Words, words

log = structlog.get_logger(__name__)

NOT_HELD = words("call.not_held")
NOT_RESUMED = words("call.not_resumed")


class Holding:
    """``tell`` says a word to an agent."""

    def __init__(
        self, engine: TelephonyEngine, runtime: Runtime, tell: Callable[[AgentId, Words], None]
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._tell = tell
        self._undone: set[CallId] = set()
        """What was asked for last failed: the order that undoes it may fail too, and ends there."""

    async def hold(self, call: CallId, agent: AgentId) -> None:
        try:
            await insist(lambda: self._engine.leave(bridge_of(agent), call))
        except LegGone:
            return  # the caller hung up in this moment; LegEnded says so
        except Exception as error:
            log.warning("caller not put on hold", call=call, error=reason(error))
            self._undo(OnHold, CallResumed(call, agent), NOT_HELD)
            return
        self._undone.discard(call)
        await insist(lambda: self._engine.start_music(call))

    async def resume(self, call: CallId, agent: AgentId) -> None:
        try:
            await insist(lambda: self._engine.join(bridge_of(agent), call))
        except LegGone:
            return
        except Exception as error:
            log.warning("caller not brought back", call=call, error=reason(error))
            self._undo(Talking, CallHeld(call, agent), NOT_RESUMED)
            return
        self._undone.discard(call)

    def forget(self, call: CallId) -> None:
        self._undone.discard(call)

    def _undo(self, state: type, fact: CallHeld | CallResumed, why: Words) -> None:
        record, agent = self._runtime.router.calls.get(fact.call), fact.agent
        if record is None or agent is None or record.agent != agent:
            return  # something else is wanted by now
        if not isinstance(record.state, state):
            return
        if fact.call in self._undone:
            self._undone.discard(fact.call)
            return
        self._undone.add(fact.call)
        self._runtime.submit(fact)
        self._tell(agent, why)
