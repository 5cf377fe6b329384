"""The core's effects carried out at the telephony engine.

Operations on one call run in the order of the effects; calls do not wait for one another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.facts import CallBridged, CallBridgeFailed, CallEnded, EndedBy
from ekc_console.domain.rules.call_facts import AGENT_LEG_FAILED
from ekc_console.domain.state.call import Connecting
from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.errors import reason
from ekc_console.server.calls.before_answer import BeforeAnswer
from ekc_console.server.calls.farewells import Farewells
from ekc_console.server.calls.forwarding import Forwarding
from ekc_console.server.calls.holding import Holding
from ekc_console.server.calls.insist import insist
from ekc_console.server.calls.operator_lines import OperatorLines, bridge_of
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import BadNumber, EngineError, LegGone, TelephonyEngine
from ekc_console.server.services.prompts import (
    CUT_TEXT,
    GOODBYE,
    HELP_COMES,
    PLACE_KEPT,
    Prompt,
    PromptLibrary,
)
from ekc_console.server.tasks.lanes import Job, Lanes
from ekc_console.wire.words import Words

log = structlog.get_logger(__name__)

TAKE_BACK_TRIES = 5
TAKE_BACK_PAUSE_S = 3.0


RECORDING_WAIT_S = 0.3
"""How long a talk waits for its recording to begin, so that no word is missing."""


class Switch:
    """``run`` takes an effect; ``ended_by`` tells who ended a call that is gone."""

    def __init__(
        self,
        engine: TelephonyEngine,
        runtime: Runtime,
        lines: OperatorLines,
        *,
        place: Callable[[str, str, CallId | None], Awaitable[None]],
        record: Callable[[CallId], Awaitable[bool]],
        tell: Callable[[AgentId, Words], None],
        prompts: PromptLibrary,
    ) -> None:
        """``place(leg, number, whose)`` calls out through the trunk, for that call. ``record``
        begins the recording of a call, says whether it runs and raises nothing. ``tell`` says a
        word to an agent."""
        self._engine = engine
        self._runtime = runtime
        self._lines = lines
        self._place = place
        self._record = record
        self._prompts = prompts
        self._lanes = Lanes()
        self.forwarding = Forwarding(
            engine,
            runtime,
            self._lanes,
            place=place,
            hang_up=self.hang_up,
        )
        self.before_answer = BeforeAnswer(engine, runtime, lines, self._lanes, self.leg_comes)
        self._farewells = Farewells(lambda call: self.hang_up(call, "system"))
        self._holding = Holding(engine, runtime, tell)
        self._answered: set[CallId] = set()
        self._recorded: set[CallId] = set()
        self._recordings: set[asyncio.Task[None]] = set()
        """That are about to begin."""
        self._joined: dict[CallId, AgentId] = {}
        self._ending: dict[CallId, EndedBy] = {}
        self._coming: dict[CallId, asyncio.Future[bool]] = {}
        """Calls that wait for the leg of an agent whose leg comes with each call."""

    def run(self, effect: ef.Effect) -> None:
        match effect:
            case ef.Connect(call, agent):
                self._lanes.put(call, lambda: self._connect(call, agent))
            case ef.KeepWaiting(call, cut, help_comes):
                word = CUT_TEXT if cut else HELP_COMES if help_comes else None
                self._wait_no_more(call)
                self._lanes.put(call, lambda: self._keep_waiting(call, word))
            case ef.AnnouncePosition(call, position, expected):
                self._lanes.put(call, lambda: self._announce(call, position, expected))
            case ef.Announce(call, text):
                self.tell(call, text)
            case ef.Forward(call, number):
                self._lanes.put(call, lambda: self._forward(call, number))
            case ef.StopForward(call):
                self.forwarding.caller_gone(call)
            case ef.LetGo(call, owed):
                self._lanes.put(call, lambda: self._let_go(call, owed))
            case ef.RefuseCall(call, reason):
                self._ending.setdefault(call, "system")
                self._lanes.put(call, lambda: self._refuse(call, reason))
            case ef.HoldCall(call, agent):
                self._lanes.put(call, lambda: self._holding.hold(call, agent))
            case ef.ResumeCall(call, agent):
                self._lanes.put(call, lambda: self._holding.resume(call, agent))
            case ef.HangUp(call, reason):
                self.hang_up(call, "agent" if reason == "agent" else "system")
            case ef.DialOut(call, agent, number):
                self._lanes.put(f"agent {agent}", lambda: self._lines.summon(agent))
                self._lanes.put(call, lambda: self._dial(call, number))
            case ef.AgentChanged(agent) if self._lines.must_not_be_offered(agent):
                self._lanes.put(f"agent {agent}", lambda: self._lines.hide(agent))
            case ef.AgentChanged(agent) if self._lines.comes_per_call(agent):
                self._lanes.put(f"agent {agent}", lambda: self._lines.drop_spare(agent))
            case ef.DropLeg(agent):
                self._lanes.put(f"agent {agent}", lambda: self._lines.close(agent))
            case _:
                pass  # offers and changes concern the screens

    def adopt(
        self, call: CallId, joined: AgentId | None, *, answered: bool, recorded: bool
    ) -> None:
        """A call that lived on at the engine while the server was away."""
        if answered:
            self._answered.add(call)
        if recorded:
            self._recorded.add(call)
        if joined:
            self._joined[call] = joined
        else:
            self._joined.pop(call, None)

    def end_again(self, call: CallId) -> bool:
        """True if the call's end was asked for: the order is given once more."""
        if by := self._ending.get(call):
            self.hang_up(call, by)
        return by is not None

    def say(self, call: CallId, file: Path) -> None:
        """A word to the caller, in order with all else that is done to the call; ``Connect`` cuts
        it."""
        self._lanes.put(call, lambda: self._say(call, file))

    def tell(self, call: CallId, prompt: Prompt | str) -> None:
        """As ``say``, with a prompt that may have to be made first."""
        self._lanes.put(call, lambda: self._tell_caller(call, prompt))

    def playback_ended(self, call: CallId, playback: str) -> None:
        self._farewells.playback_ended(call, playback)

    def join_outgoing(self, call: CallId, agent: AgentId) -> None:
        """The outside party picked up: open the voice path."""
        self._answered.add(call)
        self._lanes.put(call, lambda: self._connect(call, agent))

    def hang_up(self, call: CallId, by: EndedBy) -> None:
        self._ending.setdefault(call, by)
        self._wait_no_more(call)
        self._lanes.put(call, lambda: insist(lambda: self._engine.hang_up(call)))

    def ended_by(self, call: CallId) -> EndedBy:
        """Forget the call and say who ended it: whoever asked us, else the outside party."""
        self._wait_no_more(call)
        self._answered.discard(call)
        self._recorded.discard(call)
        self._joined.pop(call, None)
        self._farewells.forget(call)
        self._holding.forget(call)
        return self._ending.pop(call, "caller")

    async def answer(self, call: CallId) -> None:
        """Once a call, before the first sound; not before its arrival is in the journal."""
        if call not in self._answered:
            await self._runtime.settled()
            await self._engine.answer(call)
            self._answered.add(call)

    def in_order(self, call: CallId, job: Job) -> None:
        """Do this in order with all else that is done to the call."""
        self._lanes.put(call, job)

    async def leg_comes(self, call: CallId, agent: AgentId) -> bool:
        """Wait for the agent's leg, for this call; False: it did not come. Raises LegGone when the
        call is hung up or given to another meanwhile."""
        coming = self._coming[call] = asyncio.ensure_future(self._lines.comes(agent))
        try:
            await asyncio.wait((coming,))
        finally:
            coming.cancel()
            if self._coming.get(call) is coming:
                del self._coming[call]
        if coming.cancelled():
            raise LegGone(f"{call} waits no more")
        return coming.result()

    def when_leg_comes(self, call: CallId, agent: AgentId, job: Job) -> None:
        """Do this in order with all else that is done to the call once the agent's leg stands;
        what else is done to the call does not wait for that."""
        self._lanes.put(f"back {call}", lambda: self._when_leg_comes(call, agent, job))

    async def _when_leg_comes(self, call: CallId, agent: AgentId, job: Job) -> None:
        try:
            came = await self.leg_comes(call, agent)
        except LegGone:
            return
        if came:
            self._lanes.put(call, job)
        else:
            self._lines.missed(agent)

    async def stand_with(self, call: CallId, agent: AgentId) -> None:
        """The caller, wherever it stood, stands in the agent's bridge. Raises LegGone and
        EngineError."""
        self._joined[call] = agent  # whatever is raised: the order may be carried out all the same
        await self._engine.join(bridge_of(agent), call)

    def _wait_no_more(self, call: CallId) -> None:
        if coming := self._coming.get(call):
            coming.cancel()

    async def part(self, call: CallId) -> None:
        """Take the call out of its agent's bridge."""
        if agent := self._joined.get(call):
            await insist(lambda: self._engine.leave(bridge_of(agent), call))
            self._joined.pop(call, None)

    async def call_out(self, leg: CallId, number: str, whose: CallId | None) -> DialEnd | None:
        """Dial through the trunk, for the outside party of the call ``whose``; what it came to when
        no call began, else None."""
        try:
            await self._place(leg, number, whose)
        except BadNumber:
            return "failed"
        except EngineError as error:
            log.warning("outgoing call not placed", call=leg, error=error.message)
            self._lanes.put(leg, lambda: self._take_back(leg))
            return "no_way"
        except Exception:
            log.exception("outgoing call not placed", call=leg)
            return "no_way"
        return None

    async def _take_back(self, leg: CallId) -> None:
        """The engine may have called the number all the same, and nobody waits for that line."""
        for _ in range(TAKE_BACK_TRIES):
            try:
                await self._engine.hang_up(leg)
            except EngineError:
                await asyncio.sleep(TAKE_BACK_PAUSE_S)
            else:
                return

    async def close(self) -> None:
        self._farewells.close()
        await self._lanes.close()
        tasks = tuple(self._recordings)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connect(self, call: CallId, agent: AgentId) -> None:
        """Whatever fails here that the talk needs, the caller goes back to the queue."""
        try:
            await self.answer(call)
            if not await self.leg_comes(call, agent):
                self._tell(CallBridgeFailed(call, AGENT_LEG_FAILED))
                self._lines.missed(agent)
                return
            # Side by side: between an answer and the voice every request counts.
            await _both(self._silence(call), self._start_recording(call))
            await self._engine.join(bridge_of(agent), call)
        except LegGone:
            return  # the caller hung up in this moment; LegEnded says so
        except EngineError as error:
            log.warning("call not joined", call=call, error=error.message)
            self._joined[call] = agent  # perhaps: the order may have been carried out all the same
            self._tell(CallBridgeFailed(call, error.message))
            return
        except Exception:
            log.exception("call not joined", call=call)
            self._tell(CallBridgeFailed(call, "internal"))
            return
        self._joined[call] = agent
        record = self._runtime.router.calls.get(call)
        if record is not None and isinstance(record.state, Connecting) and record.agent == agent:
            self._runtime.submit(CallBridged(call))
        # Else the agent's leg went down meanwhile, and what the core wants now is next in the lane.

    async def _silence(self, call: CallId) -> None:
        """The music first: it would come back after a prompt that is cut. The joining that follows
        ends both anyhow."""
        try:
            await self._engine.stop_music(call)
            await self._engine.stop_playing(call)
        except LegGone:
            raise
        except Exception as error:
            log.warning("call not silenced", call=call, error=reason(error))

    async def _start_recording(self, call: CallId) -> None:
        """The recording starts before the sides meet, unless it takes too long."""
        if call in self._recorded:
            return
        self._recorded.add(call)
        begun = asyncio.create_task(self._recording(call), name=f"recording {call}")
        self._recordings.add(begun)
        begun.add_done_callback(self._recordings.discard)
        await asyncio.wait((begun,), timeout=RECORDING_WAIT_S)

    async def _recording(self, call: CallId) -> None:
        """One that has not begun is tried again when the call is connected anew."""
        if not await self._record(call):
            self._recorded.discard(call)

    async def _keep_waiting(self, call: CallId, word: Prompt | None) -> None:
        await self.answer(call)
        try:
            await self.part(call)
        except LegGone:
            raise
        except EngineError as error:
            log.warning("caller not taken out of a bridge", call=call, error=error.message)
        await insist(lambda: self._engine.start_music(call))
        if word is not None:
            await self._tell_caller(call, word)

    async def _announce(self, call: CallId, position: int, expected_s: float | None) -> None:
        record = self._runtime.router.calls.get(call)
        queue = self._runtime.router.queues.get(record.queue) if record and record.queue else None
        key = queue.keep_place_key if queue and record and record.number else ""
        await self._say(call, *await self._prompts.waiting(position, expected_s, key))

    async def _say(self, call: CallId, *files: Path) -> None:
        await self.answer(call)
        await self._engine.play(call, files)

    async def _tell_caller(self, call: CallId, prompt: Prompt | str) -> None:
        await self._say(call, await self._prompts.speak(prompt))

    async def _forward(self, call: CallId, number: str) -> None:
        await self.answer(call)
        await self.forwarding.start(call, number)

    async def _let_go(self, call: CallId, owed: bool) -> None:
        async def say() -> str:
            await self.answer(call)
            file = await self._prompts.speak(PLACE_KEPT if owed else GOODBYE)
            return await self._engine.play(call, [file])

        await self._farewells.say(call, say)

    async def _refuse(self, call: CallId, reason: str) -> None:
        await self._engine.hang_up(call, busy=reason == "too_many", forbidden=reason == "blocked")

    async def _dial(self, call: CallId, number: str) -> None:
        record = self._runtime.router.calls.get(call)
        about = record.about if record else None
        if (end := await self.call_out(call, number, about)) is not None:
            self._tell(CallEnded(call, by="system", cause=end))

    def _tell(self, fact: CallBridgeFailed | CallEnded) -> None:
        """The call may have ended while the engine worked: then there is nothing to tell."""
        if fact.call in self._runtime.router.calls:
            self._runtime.submit(fact)


async def _both(*work: Awaitable[None]) -> None:
    """Wait for all to end, then raise what the first of them raised."""
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
