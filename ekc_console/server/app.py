"""The routing server: in which order its parts live, and what they tell one another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from ekc_console.config import Config, centre_settings, timezone_warning
from ekc_console.domain import effects as ef
from ekc_console.domain.facts import AgentVanished, QueuesConfigured
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.server.archive.free_space import FreeSpace
from ekc_console.server.build.archive import build_archive
from ekc_console.server.build.calls import build_calls, calling_out
from ekc_console.server.build.cards import build_cards
from ekc_console.server.build.commands import build_commands
from ekc_console.server.build.core import build_core
from ekc_console.server.build.face import build_api, build_health
from ekc_console.server.build.gathering import gathered
from ekc_console.server.build.given import Given
from ekc_console.server.build.live import build_live
from ekc_console.server.build.people import build_people
from ekc_console.server.build.rooms import Rooms
from ekc_console.server.calls.menus.menu_results import MenuResults
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.engine.protocol import TelephonyEngine
from ekc_console.server.people.deputies import deputy_doubts
from ekc_console.server.people.desks import clinic_doubts
from ekc_console.server.people.duties import nobody_for
from ekc_console.server.people.teams import team_doubts
from ekc_console.server.start import startup
from ekc_console.server.start.listening import Listening
from ekc_console.server.start.tls_in_force import TlsInForce
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls import report
from ekc_console.server.store.calls.waits import ended_since
from ekc_console.server.store.people import accounts
from ekc_console.server.tasks.background import Background
from ekc_console.wire.words import Words

log = structlog.get_logger(__name__)

TRY_AGAIN_S = 10.0
STAGE_ENDS_S = 5.0
"""Longest wait for one part to end, after which the next one's turn has come."""
JOURNAL_ENDS_S = 10.0

Progress = Callable[[str], None]
"""Told in the user's language what is being done."""


class Server:
    """``await Server.open(config)``, then ``start``; ``stop`` undoes all of it."""

    def __init__(self, given: Given) -> None:
        """Raises CertificateError."""
        self.config = given.config
        self.database = given.database
        self.engine = given.engine
        self.conditions = given.conditions
        self.prompts = given.prompts
        self.knowledge = given.knowledge
        self._served = given.served
        self._engine_began = False
        self._later: asyncio.TimerHandle | None = None
        self._background = Background()
        access, menu_results = startup.line_access(given.config), MenuResults(given.database)
        self.core = build_core(given, on_fault=self._on_fault, on_clock_set=self._on_clock_set)
        self.people = build_people(given, self.core, on_staff_changed=self._on_staff_changed)
        self.cards = build_cards(given, self.core, self.people)
        self.archive = build_archive(given, self.core, on_free_space=self._on_free_space)
        out = calling_out(given)
        self.live = build_live(
            given,
            self.core,
            out=out,
            staff=self.people.staff,
            cards=self.cards,
            menu_result=menu_results.of,
        )
        self.calls = build_calls(
            given,
            self.core,
            access=access,
            menu_results=menu_results,
            free_space=self.archive.free_space,
            alerts=self.live.alerts,
            notifier=self.live.notifier,
            out=out,
            beside=self.live.alarm_telephone,
            on_call_gone=self._on_call_gone,
        )
        rooms = Rooms(
            core=self.core,
            people=self.people,
            cards=self.cards,
            live=self.live,
            archive=self.archive,
            calls=self.calls,
        )
        self.door = build_commands(
            given,
            rooms,
            access=access,
            background=self._background,
            on_settings=self._on_settings,
        )
        self.health = build_health(given, rooms)
        self.api = build_api(given, rooms, commands=self.door.commands, health=self.health)
        server = self.config.server
        self._listening = Listening(self.api.app, given.tls, server.host, server.port)

    # -- start -----------------------------------------------------------------------

    @classmethod
    async def open(
        cls,
        config: Config,
        progress: Progress = lambda text: None,
        engine: TelephonyEngine | None = None,
        say: Callable[[Words], str] = lambda words: words.key,
    ) -> Server:
        """Check everything that can be checked before a caller is taken, and build.

        ``engine``: another one than the configured (tests). ``say``: what programs are told over
        HTTP, in words. Raises EkcError with the remedy.
        """
        startup.make_data_dir(config)
        conditions = Conditions()
        startup.warn_of_plain_connections(config)
        tls = TlsInForce(config, conditions)
        config = tls.prepare()
        if warning := timezone_warning(config):
            log.warning("time zone by an old key", problem=warning)
            progress(warning)
        progress("База данных")
        path = config.database_file
        database = Database.open(path, synchronous=config.store.synchronous)
        try:
            return cls(await gathered(config, conditions, tls, database, progress, engine, say))
        except BaseException:
            await database.close()
            raise

    async def start(self, progress: Progress = lambda text: None) -> None:
        """Take calls and consoles. Raises EkcError with the remedy; then ``stop`` cleans up."""
        # Taken before the engine starts: a port in use must not cost the calls that live there.
        self._listening.take()
        await self._remember()
        self._go_on()
        progress("Телефония (Asterisk)")
        await self._begin_telephony()
        self.live.notifier.take_up()
        self.live.owed_people.all_anew()
        self.door.promises.take_up()
        await asyncio.to_thread(numbers.region, "+78000000000")  # reads its tables once
        progress("Сервер")
        await self._listening.begin()
        self.calls.recorder.look_for_left_over()
        self.archive.retention.start()
        self.archive.days.start()
        self.archive.holes.start()
        self.door.exports.start()

    async def _remember(self) -> None:
        """What the store knows beside the journal."""
        await self._remember_scripts()
        everybody = await self.database.read(accounts.everybody)
        self._in_teams = await self.database.read(accounts.in_teams)
        for person in everybody:
            self.core.extras.names[AgentId(person.login)] = person.name
            self.core.extras.roles[AgentId(person.login)] = person.role
        queues = (queue.id for queue in self.config.queues)
        for warning in nobody_for(self.calls.menus.scenarios.values(), queues, everybody):
            log.warning("callers would wait in vain", problem=warning)
        for warning in team_doubts(self.core.router.centre.teams, everybody):
            log.warning("a team is not whole", problem=warning)
        for warning in deputy_doubts(self.core.router.centre.alarms, everybody):
            log.warning("a deputy would see to no alarm", problem=warning)
        for warning in clinic_doubts(self.knowledge.clinics, everybody):
            log.warning("the desk of a clinic is not whole", problem=warning)
        await self.calls.call_prompts.clear()
        await self.calls.menus.results.load()
        await self.people.staff.load()
        await self._count_today()
        self.live.alarms.take_up(await self.live.alarm_keeper.load())
        await self.live.read_models.load()

    async def _remember_scripts(self) -> None:
        """A store that cannot take them at this moment keeps no start: it is tried again."""
        try:
            await self.cards.remember_scripts()
        except StoreError as error:
            log.error("scripts not remembered yet", error=error.message)
            self._later = asyncio.get_running_loop().call_later(
                TRY_AGAIN_S, lambda: self._background.spawn(self._remember_scripts())
            )

    def _go_on(self) -> None:
        """Where the journal ends: facts come again, the settings first."""
        runtime, router = self.core.runtime, self.core.router
        runtime.start(self._on_effect, self._on_trouble, self.live.read_models.set_aside)
        self.core.clock_keeper.start()
        self._configure_queues()
        self.people.teams.listen(self._on_settings)
        self.live.alarms.look_again()
        self.calls.opening.start()
        self.people.listeners.start()
        self.people.shift.start()
        for agent in router.agents.values():
            if agent.present:
                runtime.submit(AgentVanished(agent.id))

    async def _begin_telephony(self) -> None:
        space, recorder = self.archive.free_space, self.calls.recorder
        await space.look_now()
        space.start()
        self.door.machine.start()
        self._engine_began = True
        await self.calls.engine_start.begin(patient=self._served)
        self.calls.missed.start()
        await recorder.take_up(self.core.router.calls)
        if space.recordings_level == "spent":
            await recorder.stop_all()

    async def serves(self) -> None:
        """Until calls are taken; at once unless a centre waits for its engine."""
        await self.calls.engine_start.up.wait()

    async def stop(self, *, hang_up: bool = True) -> None:
        """End in stages: consoles, menus, engine, journal, store. ``hang_up`` False leaves the
        engine and its calls to the next start. A stage that fails or hangs does not keep the next
        ones from theirs."""
        if self._later is not None:
            self._later.cancel()
        await self._stage("consoles", self.api.close())
        await self._stage("web", self._listening.end_connections())
        await self._stage("address", self._listening.give_back())
        await self._stage("opening hours", self.calls.opening.stop())
        await self._stage("listeners", self.people.listeners.stop())
        await self._stage("shift", self.people.shift.stop())
        await self._stage("clock", self.core.clock_keeper.stop())
        await self._stage("state of the machine", self.door.machine.stop())
        await self._stage("free space", self.archive.free_space.stop())
        await self._stage("echo", self.door.echo.close())
        await self._stage("promises", self.door.promises.close())
        await self._stage("rehearsal", self.door.rehearsing.close())
        await self._stage("reports written", self.door.exports.stop())
        await self._stage("reports", self.door.reports.close())
        await self._stage("long readings", self.door.reads.close())
        await self._stage("menus", self.calls.menus.close())
        await self._stage("missed callers", self.calls.missed.stop())
        await self._stage("engine start", self.calls.engine_start.stop())
        if self._engine_began:
            await self._stage("engine", self.engine.stop(hang_up=hang_up), limit_s=None)
        await self._stage("telephony", self.calls.telephony.close())
        await self._stage("listening", self.calls.ears.close())
        await self._stage("switch", self.calls.switch.close())
        await self._stage("journal", self.core.runtime.stop(), limit_s=JOURNAL_ENDS_S)
        await self._stage("retention", self.archive.retention.stop())
        await self._stage("days counted", self.archive.days.stop())
        await self._stage("journal looked through", self.archive.holes.stop())
        await self._stage("recordings", self.calls.recorder.close())
        await self._stage("screens", self.live.notifier.close())
        await self._stage("screens", self.live.owed_people.close())
        await self._stage("alarms", self.live.party_news.close())
        await self._stage("requests for help", self.people.help_ends.close())
        await self._stage("alarms", self.live.close_alarms())
        await self._stage("work", self._background.finish())
        await self._stage("work", self._background.close())
        await self._stage("audit trail", self.people.trail.close())
        self.door.log_level.close()
        self.live.watch.close()
        self.live.hub.close()
        self.knowledge.close()
        await self.database.close()

    async def _stage(
        self, name: str, work: Awaitable[None], limit_s: float | None = STAGE_ENDS_S
    ) -> None:
        try:
            async with asyncio.timeout(limit_s):
                await work
        except Exception as error:
            log.error("end of a part broke", part=name, exc_info=error)

    async def _count_today(self) -> None:
        now, zone = self.core.clock.wall(), self.config.zone
        midnight = start_of(day_of(now, zone), zone)
        queues = self.config.queues
        today, ended = await self.database.read(
            lambda conn: (report.today(conn, midnight, now, queues), ended_since(conn, midnight)),
            limit_s=None,
        )
        self.live.notifier.load_day(today)
        self.live.watch.begin_day(today.agents, ended)

    def _configure_queues(self) -> None:
        queues = tuple(queue.settings() for queue in self.config.queues)
        centre, router = centre_settings(self.config).joined(self._in_teams), self.core.router
        if tuple(router.queues.values()) != queues or router.centre != centre:
            self.core.runtime.submit(QueuesConfigured(queues, centre))

    @property
    def url(self) -> str:
        scheme = "https" if self.config.https else "http"
        return f"{scheme}://{self.config.server.host}:{self.config.server.port}"

    @property
    def progress(self) -> dict[str, Callable[[], float]]:
        """What has to move while the server runs, for the watchdog: since when the oldest of it
        waits, in seconds."""
        return {
            "facts": lambda: self.core.runtime.undone_s,
            "engine events": lambda: self.engine.behind_s,
        }

    # -- what the parts tell one another -------------------------------------------------

    def _on_effect(self, effect: ef.Effect) -> None:
        """Each part gets it, whatever another one makes of it."""
        self.core.faults.guard("switch", self.calls.switch.run, effect)
        self.core.faults.guard("transfers", self.calls.transfers.run, effect)
        self.core.faults.guard("listening", self.calls.ears.run, effect)
        self.core.faults.guard("listening", self.live.listening_news.on_effect, effect)
        self.core.faults.guard("screens", self.live.notifier.on_effect, effect)
        self.core.faults.guard("screens", self.live.owed_people.on_effect, effect)
        self.core.faults.guard("screens", self.live.party_news.on_effect, effect)
        self.core.faults.guard("screens", self.live.watch.on_effect, effect)
        self.core.faults.guard("requests for help", self.people.help_ends.on_effect, effect)
        self.core.faults.guard("alarms", self.live.alarms.on_effect, effect)
        if isinstance(effect, ef.QueueChanged):
            self.calls.opening.look_again()
        if isinstance(effect, ef.ShiftEnded):
            self._background.spawn(self._let_go(effect.agent))

    def _on_fault(self, where: str) -> None:
        self.live.alerts.fault(where)

    def _on_staff_changed(self, login: AgentId | None) -> None:
        self.live.hub.staff_changed(login)

    def _on_trouble(self, why: Words | None) -> None:
        """What the store refused meanwhile, cards and recordings, is made good."""
        guard = self.core.faults.guard
        guard("trouble told", self.live.alerts.trouble, why)
        if why is None:
            guard("screens", self.live.notifier.take_up)
            guard("screens", self.live.owed_people.all_anew)
            guard("promises", self.door.promises.take_up)
            guard("recordings", self.calls.recorder.try_again)

    def _on_free_space(self, space: FreeSpace) -> None:
        self.live.alerts.free_space(space)
        if space.recordings_level == "spent":
            self._background.spawn(self.calls.recorder.stop_all())
        elif space.may_record:
            self.calls.recorder.try_again()

    def _on_clock_set(self, by_s: float) -> None:
        """Nothing but dates and times of day is new: consoles are told the time first."""
        self._background.spawn(self.people.auth.clock_set(by_s))
        if self.live.notifier.begin_day():
            self._background.spawn(self._count_today())
        guard = self.core.faults.guard
        guard("opening hours", self.calls.opening.look_again)
        guard("alarms", self.live.alarms.clock_set, by_s)
        guard("screens", self.api.welcome_again)
        guard("screens", self.live.hub.everything_changed)
        guard("trouble told", self.live.alerts.clock, by_s)

    def _on_settings(self) -> None:
        """Changed while the server runs: hours, titles and break reasons are new at once."""
        self.calls.opening.look_again()
        self.live.alarms.look_again()
        self.live.hub.everything_changed()
        self.api.welcome_again()
        self._background.spawn(self.knowledge.entitle(dict(self.core.topics)))

    async def _on_call_gone(self, call: CallId) -> None:
        self.calls.menus.results.forget(call)
        await self.calls.call_prompts.forget(call)
        await self.calls.recorder.finish(call)

    async def _let_go(self, login: AgentId) -> None:
        """Somebody else ended the shift."""
        await self.door.leaving.revoke(login)
        await self.api.let_go(login)
        self.door.leaving.forget(login)
