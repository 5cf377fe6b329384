"""Who listens to which talk, carried out at the telephony engine.

A step does not do what one effect names: it brings the engine to what the books want by then, so
that nothing depends on which of two steps came last. Whatever fails ends the listening; the talk
is never touched.
"""

from __future__ import annotations

import asyncio

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.facts import ListeningFailed
from ekc_console.domain.state.agent import Listening
from ekc_console.domain.terms.ids import AgentId
from ekc_console.errors import reason
from ekc_console.server.calls.operator_lines import OperatorLines, bridge_of
from ekc_console.server.calls.switch import Switch
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import LegGone, TelephonyEngine
from ekc_console.server.tasks.lanes import Lanes

log = structlog.get_logger(__name__)

TAKES_S = 3.0
"""So long a call that is taken over waits for its new owner's line to be out of the listening."""


class Ears:
    """``run`` takes an effect; ``again`` is for an engine that is there again."""

    def __init__(
        self, engine: TelephonyEngine, runtime: Runtime, lines: OperatorLines, switch: Switch
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._lines = lines
        self._switch = switch
        self._lanes = Lanes()
        self._legs: dict[AgentId, str] = {}
        """With which leg each one listens at the engine, as far as is known."""

    def run(self, effect: ef.Effect) -> None:
        match effect:
            case ef.Listen(_, by):
                self._put(by)
            case ef.ListeningOver(call, by, "taken_over"):
                self._switch.in_order(call, self._put(by))
            case ef.ListeningOver(_, by):
                self._put(by)
            case ef.AgentChanged(agent):
                for one in self._runtime.router.listenings.values():
                    if agent in (one.id, one.ear):  # perhaps another leg than before
                        self._put(one.id)

    def again(self) -> None:
        """An engine that was out of sight, or another server's, has shut all ears."""
        self._legs.clear()
        for by in self._runtime.router.listenings:
            self._put(by)

    async def close(self) -> None:
        await self._lanes.close()

    def _put(self, by: AgentId) -> _Waiting:
        done = asyncio.Event()
        self._lanes.put(by, lambda: self._step(by, done))
        return _Waiting(done)

    async def _step(self, by: AgentId, done: asyncio.Event) -> None:
        try:
            await self._bring(by)
        except LegGone:
            pass  # somebody hung up in this moment; a fact says so
        except Exception as error:
            log.warning("listening failed", by=by, error=reason(error))
            if wanted := self._wanted(by):
                self._runtime.submit(ListeningFailed(by, wanted.call, type(error).__name__))
        finally:
            done.set()

    async def _bring(self, by: AgentId) -> None:
        wanted = self._wanted(by)
        if wanted is None or wanted.ear is None:
            await self._leave(by)
            return
        if not await self._lines.comes(by):
            self._lines.missed(by)
            return
        leg, ear = self._lines.leg(by), self._lines.leg(wanted.ear)
        if leg is None or ear is None:
            return
        if self._legs.get(by, leg) != leg:
            await self._engine.stop_listening(self._legs.pop(by))
        self._legs[by] = leg
        await self._engine.listen(leg, ear, wanted.mode)

    async def _leave(self, by: AgentId) -> None:
        """Into the own bridge first: from there nobody is listened to."""
        if (leg := self._legs.pop(by, None)) is None:
            return
        try:
            if self._lines.leg(by) == leg:
                await self._engine.join(bridge_of(by), leg)
        finally:
            await self._engine.stop_listening(leg)

    def _wanted(self, by: AgentId) -> Listening | None:
        return self._runtime.router.listenings.get(by)


class _Waiting:
    """A job that waits for another lane's."""

    def __init__(self, done: asyncio.Event) -> None:
        self._done = done

    async def __call__(self) -> None:
        try:
            async with asyncio.timeout(TAKES_S):
                await self._done.wait()
        except TimeoutError:
            log.warning("line not out of the listening in time", limit_s=TAKES_S)
