"""The voice menu: a scenario executed by keys on a call.

One task a call. Keys pressed while a text is spoken cut it short and count as the answer to the
next question, so that people who know the menu need not listen to it.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import structlog

from ekc_console.domain import scenario as sc
from ekc_console.domain.facts import CallbackAsked, CallQueued, CallStepEntered
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.errors import reason
from ekc_console.server.calls.menus.last_operator import LastOperators
from ekc_console.server.calls.menus.menu_fallback import last_resort, reachable
from ekc_console.server.calls.menus.menu_results import MenuResults
from ekc_console.server.calls.switch import Switch
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import EngineError, LegGone, TelephonyEngine
from ekc_console.server.services.prompts import Prompt

log = structlog.get_logger(__name__)

END_OF_DIGITS = "#"
PAUSE_ENDS_DIGITS_S = 4.0


def spoken(scenario: sc.Scenario) -> Iterator[Prompt]:
    """Everything a menu says that is known before a call: to be made beforehand."""
    for step in scenario.steps.values():
        if isinstance(step, sc.Choose) and step.wrong:
            yield Prompt(step.wrong)
        if not step.voice.slots and (text := step.text_for("voice", {})):
            yield Prompt(text, step.prompt)


def spoken_by_menus(scenarios: Mapping[str, sc.Scenario]) -> list[Prompt | str]:
    return [prompt for s in scenarios.values() if s.kind == "menu" for prompt in spoken(s)]


class Menus:
    """Runs a menu for every call that is given to ``start``."""

    def __init__(
        self,
        engine: TelephonyEngine,
        runtime: Runtime,
        switch: Switch,
        results: MenuResults,
        clock: Clock,
        scenarios: Mapping[str, sc.Scenario],
        make: Callable[[CallId, Prompt], Awaitable[Path]],
        last_operators: LastOperators,
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._switch = switch
        self.results = results
        self._clock = clock
        self.scenarios = scenarios
        self._make = make
        self._last_operators = last_operators
        self._running: dict[CallId, _MenuRun] = {}
        self._tasks: dict[CallId, asyncio.Task[None]] = {}

    def start(self, call: CallId, scenario: str) -> None:
        self._run(call, self.scenarios[scenario], "")

    def resume(self, call: CallId, otherwise: str) -> None:
        """Go on at the step where the call stood when an earlier server died: the step is said
        again. A scenario that is another one by now begins anew, as does ``otherwise`` for a call
        that had not come to any step."""
        record = self._runtime.router.calls[call]
        scenario = self.scenarios.get(record.scenario)
        if scenario is None:
            self.start(call, otherwise)
        elif scenario.version == record.scenario_version and record.step in scenario.steps:
            self._run(call, scenario, record.step)
        else:
            self._run(call, scenario, "")

    def _run(self, call: CallId, scenario: sc.Scenario, step: str) -> None:
        run = _MenuRun(self, call)
        self._running[call] = run
        self._last_operators.begin(call)
        task = asyncio.create_task(self._guard(run, scenario, step), name=f"menu {call}")
        self._tasks[call] = task

    def key(self, call: CallId, key: str) -> None:
        if run := self._running.get(call):
            run.inbox.put_nowait(("key", key))

    def playback_ended(self, call: CallId, playback: str) -> None:
        if run := self._running.get(call):
            run.inbox.put_nowait(("played", playback))

    def stop(self, call: CallId) -> None:
        """The call is gone."""
        self._running.pop(call, None)
        if task := self._tasks.pop(call, None):
            task.cancel()

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.results.finish()

    async def _guard(self, run: _MenuRun, scenario: sc.Scenario, step: str) -> None:
        """Whatever breaks in a menu, the caller comes to people."""
        try:
            await run.execute(scenario, step)
        except LegGone:
            pass  # the caller hung up in this moment; LegEnded says so
        except EngineError as error:
            log.warning("menu cut short", call=run.call, error=error.message)
            self._rescue(run, scenario)
        except Exception:
            log.exception("menu broke", call=run.call)
            self._rescue(run, scenario)
        finally:
            self._running.pop(run.call, None)
            self._tasks.pop(run.call, None)
            self._last_operators.forget(run.call)

    def _rescue(self, run: _MenuRun, scenario: sc.Scenario) -> None:
        """To the queue that the caller has chosen already; else where the menu's silence leads."""
        router = self._runtime.router
        record = router.calls.get(run.call)
        if record is None or not isinstance(record.state, cl.InMenu):
            return
        if (wanted := run.wanted) is not None:
            try:
                self._runtime.submit(_queued(run.call, wanted, None))
                return
            except IllegalFact as error:
                log.error("queue of a menu not there", call=run.call, error=reason(error))
        to = last_resort(scenario, self.scenarios, router.queues)
        if wanted is not None:
            to = dataclasses.replace(to, topic=wanted.topic)
        self._runtime.submit(_queued(run.call, to, None))

    def reachable(self, wanted: sc.ToQueue, scenario: sc.Scenario) -> sc.ToQueue:
        return reachable(wanted, scenario, self.scenarios, self._runtime.router.queues)


def _queued(call: CallId, action: sc.ToQueue, preferred: AgentId | None) -> CallQueued:
    return CallQueued(
        call,
        QueueId(action.queue),
        topic=action.topic,
        skills=tuple(action.skills),
        priority=action.priority,
        preferred=preferred,
    )


class _MenuRun:
    """One call's way through the menu."""

    def __init__(self, menus: Menus, call: CallId) -> None:
        self._m = menus
        self.call = call
        self.inbox: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.wanted: sc.ToQueue | None = None
        """Where the caller has chosen to go."""
        self._early_key: str | None = None
        self._result = menus.results.begin(call)

    async def execute(self, scenario: sc.Scenario, step_id: str) -> None:
        """From the scenario's start, or from ``step_id``."""
        announcement = self._m._runtime.router.announcement
        if announcement and not step_id:
            await self._say(Prompt(announcement))
            self._early_key = None
        zone = self._m._runtime.router.centre.zone
        session = sc.Session.start(
            scenario, self._m._clock.now(), self._known(), zone=zone, at=step_id
        )
        while True:
            step = session.step
            self._m._runtime.submit(
                CallStepEntered(self.call, scenario.id, scenario.version, step.id)
            )
            if isinstance(step, sc.Do) and isinstance(step.action, sc.GoTo):
                scenario = self._m.scenarios[step.action.scenario]
                session = sc.Session.start(
                    scenario, self._m._clock.now(), dict(session.state.fields), zone=zone
                )
                continue
            if await self._step(session, step):
                return

    def _known(self) -> dict[str, str]:
        record = self._m._runtime.router.calls.get(self.call)
        number = record.number if record else None
        return {**self._result.fields, **({"number": number} if number else {})}

    def _prompt(self, session: sc.Session) -> Prompt:
        step = session.step
        return Prompt(session.text("voice"), step.prompt, personal=bool(step.voice.slots))

    async def _step(self, session: sc.Session, step: sc.Step) -> bool:
        """Run one step; True when the menu is over."""
        now = self._m._clock.now
        match step:
            case sc.Say():
                await self._say(self._prompt(session))
                session.proceed(now())
            case sc.Choose():
                await self._choose(session, step)
            case sc.Ask():
                await self._ask(session, step)
            case sc.Do():
                return await self._do(session, step)
            case sc.End():
                await self._say(self._prompt(session))
                self._m._switch.hang_up(self.call, "system")
                return True
        return False

    async def _say(self, *prompts: Prompt) -> bool:
        """Speak, until the end or a key; False when the last of them could not be said. The call is
        answered for it: one that goes straight to a queue need not wait for that."""
        await self._m._switch.answer(self.call)
        made = [await self._made(prompt) for prompt in prompts if prompt.text]
        files = [file for file in made if file is not None]
        said = not made or made[-1] is not None
        if not files or self._early_key is not None:
            return said
        try:
            playback = await self._m._engine.play(self.call, files)
        except LegGone:
            raise
        except Exception as error:
            log.warning("prompt not played", call=self.call, error=type(error).__name__)
            return False
        while True:
            kind, value = await self.inbox.get()
            if kind == "key":
                self._early_key = value
                await self._m._engine.stop_playing(self.call)
                return said
            if value == playback:
                return said

    async def _made(self, prompt: Prompt) -> Path | None:
        """None when it cannot be made: the caller goes on without it."""
        try:
            return await self._m._make(self.call, prompt)
        except LegGone:
            raise
        except Exception as error:  # its text may hold what the caller has said
            name, why = prompt.name, type(error).__name__
            log.error("prompt not made", call=self.call, name=name, error=why)
            return None

    async def _key(self, timeout_s: float) -> str | None:
        """The next key, one pressed early included; None after ``timeout_s`` of silence."""
        if self._early_key is not None:
            key, self._early_key = self._early_key, None
            return key
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    kind, value = await self.inbox.get()
                    if kind == "key":
                        return value
        except TimeoutError:
            return None

    async def _choose(self, session: sc.Session, step: sc.Choose) -> None:
        turn = sc.MenuTurn(step)
        remark = ""
        while True:
            spoken = await self._say(Prompt(remark), self._prompt(session))
            # Nobody answers a question that could not be said: the way of silence, at once.
            key = await self._key(step.timeout_s if spoken else 0.0)
            outcome = turn.key(key) if key is not None else turn.silence()
            match outcome:
                case sc.Chosen(option):
                    self._result.choices.append(option.label)
                    session.answer(option.key, self._m._clock.now())
                    self._learned(session)
                    return
                case sc.Leave(next_step):
                    session.leave(next_step, self._m._clock.now())
                    return
                case sc.Again(text):
                    remark = text

    async def _ask(self, session: sc.Session, step: sc.Ask) -> None:
        """A typed field by keys: digits until # or a pause; unusable digits are asked again once,
        then the field stays empty for the operator."""
        for _ in range(2):
            if not await self._say(self._prompt(session)):
                break
            try:
                session.answer(await self._digits(step), self._m._clock.now())
            except sc.FieldError:
                continue
            self._learned(session)
            return
        session.skip(self._m._clock.now())

    def _learned(self, session: sc.Session) -> None:
        self._result.fields = dict(session.state.fields)
        self._m.results.keep(self.call)

    async def _digits(self, step: sc.Ask) -> str:
        digits = ""
        while (key := await self._key(PAUSE_ENDS_DIGITS_S)) not in (None, END_OF_DIGITS):
            digits += str(key)
        return digits

    async def _do(self, session: sc.Session, step: sc.Do) -> bool:
        match step.action:
            case sc.ToQueue() as wanted:
                action = self._m.reachable(wanted, session.scenario)
                self.wanted = action
                self._result.script = action.script
                self._learned(session)
                prompt = self._prompt(session)
                if prompt.text and (file := await self._made(prompt)):
                    # Said while the queue looks for an operator already: nobody waits for it.
                    self._m._switch.say(self.call, file)
                preferred = await self._m._last_operators.of(self.call, QueueId(action.queue))
                self._m._runtime.submit(_queued(self.call, action, preferred))
                return True
            case sc.PlanCallback(queue, topic):
                found = self._m.reachable(sc.ToQueue(queue, topic), session.scenario)
                self._m._runtime.submit(CallbackAsked(self.call, QueueId(found.queue), topic))
                session.proceed(self._m._clock.now())
                return False
            case _:
                self._m._switch.hang_up(self.call, "system")
                return True
