"""A change of settings held in the simulator before it is in force."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ekc_console.domain.facts import Fact, QueuePaused, QueuesConfigured
from ekc_console.domain.router import Router
from ekc_console.domain.state.queue import check_settings
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.calls import opening_hours
from ekc_console.server.commands.handler import Handler
from ekc_console.server.commands.settings import SettingsOrders, Wanted
from ekc_console.server.core.clock import Clock
from ekc_console.server.day.load import load_of
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.services.rehearsal_process import Work
from ekc_console.server.services.rehearsing import Rehearsing, Run
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls.lately import lately
from ekc_console.simulation.load import Assumed, staffed
from ekc_console.simulation.rehearsal import (
    NOT_COUNTED,
    Difference,
    Rehearsal,
    Variant,
    changed,
    differences,
    left_out,
)
from ekc_console.wire import way_in
from ekc_console.wire.centre import rehearsal as wire
from ekc_console.wire.words import Words, words

CALLS_ENOUGH = 100
"""Fewer say with an error of more than a fifth how many come."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The one that runs, or the last one."""

    run: Run
    file: str
    by: AgentId
    changes: tuple[str, ...]
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    queues: tuple[wire.RehearsedQueue, ...] = ()
    notes: tuple[Words, ...] = ()


class RehearsalOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        settings: SettingsOrders,
        router: Router,
        clock: Clock,
        database: Database,
        rehearsing: Rehearsing,
        names: Mapping[AgentId, str],
    ) -> None:
        self._settings = settings
        self._router = router
        self._clock = clock
        self._database = database
        self._rehearsing = rehearsing
        self._names = names
        self._held: _Held | None = None
        self._outcome: asyncio.Task[_Outcome] | None = None
        """Of the one that is held; None while it runs, and until somebody asks."""
        self.handlers: dict[type, Handler] = {
            wire.StartRehearsal: self._start,
            wire.GetRehearsal: self._get,
            wire.StopRehearsal: self._stop,
        }

    async def _start(self, person: Person, body: wire.StartRehearsal) -> wire.Rehearsal:
        _require_within("rehearsal.minutes", body.minutes, wire.MINUTES)
        _require_within("rehearsal.seeds", body.seeds, wire.SEEDS)
        _require_within("rehearsal.people", body.people, wire.PEOPLE)
        self._require_none_runs()
        wanted = await self._settings.checked(body.name, body.text)
        change = await self._settings.change(wanted)
        rehearsal = await self._rehearsal(wanted, body)
        self._require_none_runs()  # meanwhile another one may have begun
        run = self._rehearsing.start(Work(rehearsal, body.seeds))
        notes = tuple(_notes(rehearsal, change))
        self._held = _Held(run, body.name, person.login, change.changes, notes)
        self._outcome = None
        return await self._told()

    async def _get(self, person: Person, body: wire.GetRehearsal) -> wire.Rehearsal:
        return await self._told()

    async def _stop(self, person: Person, body: wire.StopRehearsal) -> wire.Rehearsal:
        await self._rehearsing.stop()
        return await self._told()

    def _require_none_runs(self) -> None:
        if self._rehearsing.running and self._held is not None:
            raise Refusal("wrong_state", "rehearsal.running", name=self._name(self._held.by))

    async def _rehearsal(self, wanted: Wanted, body: wire.StartRehearsal) -> Rehearsal:
        try:
            check_settings(wanted.settings.queues)
        except SettingsError as error:
            raise Refusal("bad_value", "settings.refused", why=str(error)) from error
        now, router = self._clock.now(), self._router
        seen = await self._database.read(lambda conn: lately(conn, now))
        until = now + body.minutes * 60
        before = QueuesConfigured(tuple(router.queues.values()), router.centre)
        load, after = load_of(router, seen, now), self._variant(wanted.settings, now, until)
        if body.people:
            queues = tuple(queue.id for queue in wanted.settings.queues)
            after = replace(after, people=staffed(load.people, body.people, queues))
        return Rehearsal(load, self._variant(before, now, until), after, body.minutes)

    def _variant(self, settings: QueuesConfigured, now: float, until: float) -> Variant:
        """With what its schedules do in that time; a queue that is paused stays paused."""
        queues = {queue.id for queue in settings.queues}
        paused = [QueuePaused(q, "system") for q in self._router.paused if q in queues]
        doors: list[tuple[float, Fact]] = [(now, pause) for pause in paused]
        doors += opening_hours.ahead(
            settings.queues, settings.centre, self._router.doors, now, until
        )
        return Variant(settings, tuple(doors))

    async def _told(self) -> wire.Rehearsal:
        held = self._held
        if held is None:
            return wire.Rehearsal(state="none")
        run, rehearsal = held.run, held.run.work.rehearsal
        outcome = _Outcome() if run.state == "running" else await self._worked_out(run)
        return wire.Rehearsal(
            state=run.state,
            name=held.file,
            by=self._name(held.by),
            at=rehearsal.load.now,
            minutes=rehearsal.minutes,
            seeds=run.work.seeds,
            done=len(run.pairs),
            changes=held.changes,
            notes=(*held.notes, *outcome.notes),
            queues=outcome.queues,
        )

    async def _worked_out(self, run: Run) -> _Outcome:
        """Once, and beside the event loop: with 200 queues it takes a second."""
        if self._outcome is None:
            self._outcome = asyncio.create_task(asyncio.to_thread(_outcome, run))
        return await asyncio.shield(self._outcome)

    def _name(self, login: AgentId) -> str:
        return self._names.get(login, login)


_ASSUMED: Mapping[Assumed, str] = {
    "calls_of_day": "rehearsal.calls_of_day",
    "calls": "rehearsal.calls",
    "talk": "rehearsal.talk",
    "wrap_up": "rehearsal.wrap_up",
    "patience": "rehearsal.patience",
    "answers": "rehearsal.answers",
}


def _require_within(key: str, number: int, bounds: tuple[int, int]) -> None:
    least, most = bounds
    if not least <= number <= most:
        raise Refusal("bad_value", key, number=number, least=least, most=most)


def _notes(rehearsal: Rehearsal, change: way_in.SettingsChange) -> Iterator[Words]:
    load = rehearsal.load
    if left := tuple(uncounted(change.changes)):
        yield words("rehearsal.not_counted", keys=", ".join(left))
    if 0 < load.seen < CALLS_ENOUGH:
        error = round(196 / math.sqrt(load.seen))  # of a Poisson count, 95 %
        yield words("rehearsal.short", calls=load.seen, span=load.seen_s, error=error)
    if (people := rehearsal.after.people) is not None:
        yield words("rehearsal.other_people", now=len(load.people), then=len(people))
    for assumed in rehearsal.load.assumed:
        yield words(_ASSUMED[assumed])
    if not rehearsal.load.people:
        yield words("rehearsal.nobody")
    else:
        yield words("rehearsal.hopeful")
    for queue in left_out(rehearsal):
        yield words("rehearsal.queue_gone", queue=queue)
    before = {queue.id for queue in rehearsal.before.settings.queues}
    for settings in rehearsal.after.settings.queues:
        if settings.id not in before:
            yield words("rehearsal.queue_new", queue=settings.title)
    if any(line.startswith("scenarios.") for line in change.changes):
        yield words("rehearsal.scenarios")
    if change.at_restart:
        yield words("rehearsal.at_restart", keys=", ".join(change.at_restart))


_COUNTED = ("schedules", "timezone", "scenarios")
"""Sections with a part in the minutes that are lived through, or with a note of their own."""


def uncounted(changes: Iterable[str]) -> Iterator[str]:
    """Keys among these changes, each as it is told, from which no difference can come; of sections
    other than the queues, their names."""
    seen = set()
    for change in changes:
        key = change.partition(":")[0]
        section, *inner = key.split(".")
        if section == "queues":
            counts = len(inner) < 2 or inner[-1] not in NOT_COUNTED
            said = key
        else:
            counts, said = section in _COUNTED, section
        if not counts and said not in seen:
            seen.add(said)
            yield said


def _outcome(run: Run) -> _Outcome:
    queues = tuple(_queues(run))
    called = {queue.id for queue in queues}
    unknown = [
        _title(run.work.rehearsal, queue)
        for queue in changed(run.work.rehearsal)
        if queue not in called
    ]
    notes = (words("rehearsal.no_calls", queues=", ".join(unknown)),) if unknown else ()
    return _Outcome(queues, notes if run.pairs else ())


def _queues(run: Run) -> Iterator[wire.RehearsedQueue]:
    """Those that stay, with a caller in any run."""
    rehearsal, pairs = run.work.rehearsal, run.pairs
    gone = left_out(rehearsal)
    for queue in rehearsal.before.settings.queues:
        if queue.id in gone:
            continue
        calls = [pair.before[queue.id].calls for pair in pairs]
        if sum(calls):
            yield wire.RehearsedQueue(
                id=queue.id,
                title=_title(rehearsal, queue.id),
                calls=sum(calls) / len(calls),
                figures=tuple(map(_figure, differences(pairs, queue.id))),
            )


def _title(rehearsal: Rehearsal, queue: QueueId) -> str:
    return next(q.title for q in rehearsal.after.settings.queues if q.id == queue)


def _figure(difference: Difference) -> wire.RehearsedFigure:
    change, low, high = difference.change, None, None
    if change is not None and change.half is not None:
        low, high = change.mean - change.half, change.mean + change.half
    return wire.RehearsedFigure(
        figure=difference.figure,
        before=difference.before,
        after=difference.after,
        low=low,
        high=high,
    )
