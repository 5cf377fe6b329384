"""A change of settings while the server runs: whole or not at all, in the journal, taken back.

The scenarios of the folder go into force with the settings, for the two must agree: a menu leads
to queues, a topic to a script. Taken back are the settings alone."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec
import structlog

from ekc_console.config import Config, centre_settings, parse
from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.scenario import Scenario
from ekc_console.domain.terms.settings import CentreSettings, QueueSettings
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.errors import EkcError
from ekc_console.server.calls.menus.menu import spoken_by_menus
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.core.scenario_source import Source, gone_queues, keep
from ekc_console.server.core.scenarios_in_force import Scenarios
from ekc_console.server.core.settings_changes import (
    centre_changes,
    differing,
    in_force,
    queue_changes,
    scenario_changes,
)
from ekc_console.server.core.settings_undo import taken_back
from ekc_console.server.people.deputies import deputy_doubts
from ekc_console.server.people.duties import nobody_for
from ekc_console.server.people.person import Person
from ekc_console.server.people.teams import team_doubts
from ekc_console.server.refusal import Refusal, store_busy
from ekc_console.server.services.prompts import Prompt, keep_place
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal.settings_facts import Step, alone, both_sides, previous, steps
from ekc_console.server.store.people import accounts
from ekc_console.wire import way_in

log = structlog.get_logger(__name__)


_START = QueuesConfigured(()).by
MOST_STEPS = 200
"""Of the history, in one answer."""


class SettingsOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        config: Config,
        runtime: Runtime,
        database: Database,
        scenarios: Scenarios,
        prepare: Callable[[Iterable[Prompt | str]], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """``config``: what the server was started with; ``scenarios``: those in force. ``prepare``
        makes spoken words ready. ``changed`` is told after a change."""
        self._config = config
        self._runtime = runtime
        self._database = database
        self._scenarios = scenarios
        self._prepare = prepare
        self._changed = changed
        self._one_at_a_time = asyncio.Lock()
        self.handlers: dict[type, Handler] = {
            way_in.GetSettings: self._get,
            way_in.CompareSettings: self._compare,
            way_in.ApplySettings: self._apply,
            way_in.UndoSettings: self._undo,
            way_in.GetSettingsHistory: self._history,
        }

    async def _get(self, person: Person, body: way_in.GetSettings) -> way_in.SettingsInForce:
        router = self._runtime.router
        return way_in.SettingsInForce(lines=tuple(in_force(router.queues.values(), router.centre)))

    async def _compare(self, person: Person, body: way_in.CompareSettings) -> way_in.SettingsChange:
        return await self.change(await self.checked(body.name, body.text))

    async def _apply(self, person: Person, body: way_in.ApplySettings) -> way_in.SettingsChange:
        async with self._one_at_a_time:
            wanted = await self.checked(body.name, body.text)
            change = await self.change(wanted)
            seq = await self._put_in_force(wanted, person, body.why)
            return msgspec.structs.replace(change, change=seq)

    async def _undo(self, person: Person, body: way_in.UndoSettings) -> way_in.SettingsChange:
        async with self._one_at_a_time:
            if not await self._runtime.kept():
                raise store_busy()
            settings = await self._before(body.change)
            wanted = Wanted(settings, dict(self._scenarios))
            self._require_fitting(wanted)
            change = await self.change(wanted)
            await self._put_in_force(wanted, person, body.why or "undo")
            return change

    async def _history(
        self, person: Person, body: way_in.GetSettingsHistory
    ) -> way_in.SettingsHistory:
        limit = max(1, min(body.limit, MOST_STEPS))
        found = await self._database.read(lambda conn: steps(conn, limit))
        return way_in.SettingsHistory(steps=tuple(map(_told, found)))

    async def _joined(self, centre: CentreSettings) -> CentreSettings:
        """With who belongs to a team by account now: no settings put them in or take them away."""
        return centre.joined(await self._database.read(accounts.in_teams))

    async def _before(self, change: int) -> QueuesConfigured:
        """The settings that take a change back, or the last one (0). Raises Refusal."""
        found = await self._found(change)
        return dataclasses.replace(found, centre=await self._joined(found.centre))

    async def _found(self, change: int) -> QueuesConfigured:
        if not change:
            settings = await self._database.read(previous)
            if settings is None:
                raise Refusal("wrong_state", "settings.unchanged")
            return settings
        around = await self._database.read(lambda conn: both_sides(conn, change))
        if around is None:
            raise Refusal("wrong_state", "settings.unchanged")
        router = self._runtime.router
        now = alone(QueuesConfigured(tuple(router.queues.values()), router.centre))
        settings = taken_back(*around, now)
        if settings == now:
            raise Refusal("wrong_state", "settings.overtaken")
        return settings

    async def checked(self, name: str, text: str) -> Wanted:
        """The settings of ``text`` and the scenarios of the folder, which go into force with them.
        Raises Refusal with every fault of either."""
        try:
            config = await asyncio.to_thread(parse, text, name)
        except EkcError as error:
            raise _faulty(error) from error
        queues = tuple(queue.settings() for queue in config.queues)
        settings = QueuesConfigured(queues, await self._joined(centre_settings(config)))
        source = dataclasses.replace(
            Source.of(config),
            folder=self._config.scripts_dir,
            main_menu=self._config.server.main_menu,
        )
        try:
            scenarios = await asyncio.to_thread(source.load)
        except EkcError as error:
            raise _faulty(error) from error
        return Wanted(settings, scenarios, config)

    def _require_fitting(self, wanted: Wanted) -> None:
        """A menu in force must not lead to a queue that would be gone, nor a topic to no script."""
        queues = [str(queue.id) for queue in wanted.settings.queues]
        for step, queue in gone_queues(wanted.scenarios, queues):
            raise Refusal(
                "bad_value",
                "settings.queue_gone",
                step=step,
                queue=queue,
            )
        for topic in wanted.settings.centre.topics:
            script = wanted.scenarios.get(topic.script)
            if script is None or script.kind != "script":
                raise Refusal(
                    "bad_value",
                    "settings.no_such_script",
                    topic=topic.code,
                    script=topic.script,
                )

    async def change(self, wanted: Wanted) -> way_in.SettingsChange:
        router, settings = self._runtime.router, wanted.settings
        waits = () if wanted.config is None else tuple(differing(self._config, wanted.config))
        queues = tuple(router.queues.values())
        everybody = await self._database.read(accounts.everybody)
        return way_in.SettingsChange(
            changes=(
                *queue_changes(queues, settings.queues),
                *centre_changes(router.centre, settings.centre),
                *scenario_changes(self._scenarios, wanted.scenarios),
            ),
            at_restart=waits,
            warnings=(
                *nobody_for(wanted.scenarios.values(), (q.id for q in settings.queues), everybody),
                *team_doubts(settings.centre.teams, everybody),
                *deputy_doubts(settings.centre.alarms, everybody),
            ),
        )

    async def _put_in_force(self, wanted: Wanted, person: Person, why: str) -> int:
        """All of it in one turn of the loop, when all that it needs is there. The number of its
        fact, 0 without one."""
        router, settings = self._runtime.router, wanted.settings
        same = tuple(router.queues.values()) == settings.queues and router.centre == settings.centre
        changed = tuple(scenario_changes(self._scenarios, wanted.scenarios))
        if same and not changed:
            return 0
        await self._prepare([*spoken_words(settings.queues), *spoken_by_menus(wanted.scenarios)])
        if not self._runtime.saved:
            # Which settings are in force must not be known to the memory alone.
            raise store_busy()
        if changed:
            await keep(self._database, wanted.scenarios)
        seq = 0
        if not same:
            fact = QueuesConfigured(settings.queues, settings.centre, person.login, why)
            try:
                self._runtime.submit(fact)
            except IllegalFact as illegal:
                raise Refusal("bad_value", "settings.refused", why=str(illegal)) from illegal
            seq = self._runtime.seq
        if changed:
            self._scenarios.replace(wanted.scenarios)
            log.info("scenarios changed", by=person.login, why=why, changes=changed)
        self._changed()
        return seq


def _told(step: Step) -> way_in.SettingsStep:
    before, now = step.before, step.now
    return way_in.SettingsStep(
        change=step.seq,
        at=step.at,
        by="" if now.by == _START else now.by,
        why=now.why,
        changes=(
            *queue_changes(before.queues, now.queues),
            *centre_changes(before.centre, now.centre),
        ),
    )


def _faulty(error: EkcError) -> Refusal:
    """Faults of files go as they are written for the command line, which alone sends settings."""
    return Refusal("bad_value", "settings.faulty", faults=str(error))


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    settings: QueuesConfigured
    scenarios: Mapping[str, Scenario]
    config: Config | None = None
    """None: taken from the journal."""


def spoken_words(queues: Iterable[QueueSettings]) -> list[Prompt | str]:
    """What the settings of queues make the server say."""
    words: list[Prompt | str] = []
    for queue in queues:
        if queue.keep_place_key:
            words.append(keep_place(queue.keep_place_key))
        places = (place for rule in queue.overflow for place in rule.to)
        words += [place.value for place in places if place.kind == "announcement"]
    return words
