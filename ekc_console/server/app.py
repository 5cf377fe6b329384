"""The routing server put together: what is built from what, and in which order it all runs."""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from ekc_console import __version__, log_lines
from ekc_console.config import Config, ConfigError, centre_settings, timezone_warning
from ekc_console.domain import effects as ef
from ekc_console.domain.facts import AgentVanished, QueuesConfigured
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.server.api import Api
from ekc_console.server.archive.free_space import FreeSpace, Limits
from ekc_console.server.archive.retention import Retention
from ekc_console.server.calls.last_operator import LastOperators
from ekc_console.server.calls.menu import Menus
from ekc_console.server.calls.missed import MissedCallers
from ekc_console.server.calls.opening_hours import Opening
from ekc_console.server.calls.operator_lines import OperatorLines
from ekc_console.server.calls.recorder import Recorder
from ekc_console.server.calls.switch import Switch
from ekc_console.server.calls.telephony import Telephony
from ekc_console.server.calls.transfers import Transfers
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.call import CallCommands
from ekc_console.server.commands.card_work import CardRequests
from ekc_console.server.commands.dispatch import Commands
from ekc_console.server.commands.echo import EchoAccounts
from ekc_console.server.commands.settings import SettingsOrders
from ekc_console.server.commands.side_work import WorkCommands
from ekc_console.server.commands.supervision import Orders
from ekc_console.server.commands.voice import Voices
from ekc_console.server.commands.way_in import LineOrders
from ekc_console.server.core import in_force, scenario_source
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.clock_keeper import ClockKeeper
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.core.extras import Extras
from ekc_console.server.core.faults import Faults
from ekc_console.server.core.restore import restore
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.core.scenarios_in_force import Scenarios
from ekc_console.server.engine.engine_health import EngineHealth
from ekc_console.server.engine.protocol import TelephonyEngine
from ekc_console.server.engine.timely import timely
from ekc_console.server.knowledge import KnowledgeBase
from ekc_console.server.live.alerts import Alerts
from ekc_console.server.live.notifier import Notifier
from ekc_console.server.live.oversight import Oversight
from ekc_console.server.live.sync import Hub
from ekc_console.server.live.views import Views
from ekc_console.server.people.attendance import Attendance
from ekc_console.server.people.auth import Auth
from ekc_console.server.people.duties import nobody_for
from ekc_console.server.people.person import Person
from ekc_console.server.people.staff_messages import Staff
from ekc_console.server.services.call_prompts import CallPrompts
from ekc_console.server.services.prompts import PromptLibrary
from ekc_console.server.start import start_progress, startup
from ekc_console.server.start.engine_start import EngineStart
from ekc_console.server.start.tls_in_force import TlsInForce
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.calls import last_good, report
from ekc_console.server.store.calls.menu_results import MenuResult
from ekc_console.server.store.journal import projection_faults
from ekc_console.server.store.journal.projection_faults import Fault
from ekc_console.server.store.people import accounts
from ekc_console.server.tasks.background import Background
from ekc_console.wire import messages

log = structlog.get_logger(__name__)

REVOKE_AGAIN_S = 1.0
STAGE_ENDS_S = 5.0
"""Longest wait for one part to end, after which the next one's turn has come."""
JOURNAL_ENDS_S = 10.0

Progress = Callable[[str], None]
"""Told in the user's language what is being done."""


class Server:
    """``await Server.open(config)``, then ``start``; ``stop`` undoes all of it."""

    def __init__(
        self,
        config: Config,
        database: Database,
        engine: TelephonyEngine,
        conditions: Conditions,
        tls: TlsInForce,
    ) -> None:
        self.config = config
        self.database = database
        self.engine = engine
        self.conditions = conditions
        self.tls = tls
        self.clock: Clock
        self.extras = Extras()
        self.faults = Faults()
        self._background = Background()
        self._stale: list[Fault] = []
        """What the read models lack."""
        self._socket: socket.socket | None = None
        self._web: web.AppRunner | None = None
        self._engine_began = False
        self._served = False
        """Whether this centre has ever had a call: somebody sits at a first start."""

    # -- start -----------------------------------------------------------------------

    @classmethod
    async def open(
        cls,
        config: Config,
        progress: Progress = lambda text: None,
        engine: TelephonyEngine | None = None,
    ) -> Server:
        """Check everything that can be checked before a caller is taken, and build.

        ``engine``: another one than the configured (tests). Raises EkcError with the remedy.
        """
        data = config.data_dir
        try:
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigError(
                f"server.data_dir: папка {data} не создаётся: {error.strerror}.",
                "Укажите другую папку или дайте на неё права.",
            ) from error
        conditions = Conditions()
        startup.warn_of_plain_connections(config)
        tls = TlsInForce(config, conditions)
        config = tls.prepare()
        if warning := timezone_warning(config):
            log.warning("time zone by an old key", problem=warning)
            progress(warning)
        progress("База данных")
        database = Database.open(data / "ekc.db", synchronous=config.store.synchronous)
        try:
            scenarios = Scenarios(
                await scenario_source.load_or_last_good(config, database, conditions)
            )
            progress("Подсказки и музыка")
            prompts = await startup.prepare_prompts(config, scenarios, conditions)
            served = await database.read(last_good.has_served)
            trunks = startup.trunks_in_reach(config, conditions, patient=served)
            engine = engine or startup.configured_engine(config, prompts, tls.certificate, trunks)
            server = cls(config, database, engine, conditions, tls)
            server._served = served
            await server._build(scenarios, prompts)
        except BaseException:
            await database.close()
            raise
        return server

    async def _build(self, scenarios: Scenarios, prompts: PromptLibrary) -> None:
        config, engine = self.config, timely(self.engine)
        self.router, last_seq = await restore(self.database, start_progress.replayed)
        self.clock = Clock(not_before=self.router.latest)
        self.runtime = Runtime(self.router, self.database, self.clock, last_seq, self.faults)
        self.clock_keeper = ClockKeeper(self.runtime, self.clock, self._on_clock_set)
        topics = in_force.topic_titles(self.router)
        self.views = Views(self.router, self.extras, topics)
        self.hub = Hub(self.views, self.faults)
        self.alerts = Alerts(self.hub, self.views, self.conditions)
        self.faults.on_fault = self.alerts.fault
        recordings = config.data_dir / "recordings"
        self.free_space = FreeSpace(
            config.data_dir,
            recordings,
            Limits.of_mb(config.disk.warn_below_mb, config.disk.pause_recording_below_mb),
            self._on_free_space,
        )
        self.recorder = Recorder(
            recordings,
            self.database,
            self.clock,
            engine,
            on=lambda: in_force.call_handling(self.router).recording,
            zone=lambda: self.router.centre.zone,
            has_room=lambda: self.free_space.may_record,
            live=lambda: self.router.calls,
            on_begun=lambda call: self.notifier.recording_began(call),
            on_ended=lambda call: self.notifier.recording_ended(call),
            on_trouble=self.alerts.recording,
            on_lost=self.alerts.recording_lost,
        )
        self.retention = Retention(
            recordings,
            self.database,
            config.disk.keep_recordings_days,
            lambda: day_of(self.clock.now(), self.router.centre.zone),
        )
        access = startup.line_access(config)
        self.echo = EchoAccounts(engine, access)
        self.lines = OperatorLines(
            engine,
            self.runtime,
            access,
            place=lambda leg, number: self.switch.place(leg, number, own=True),
            tell=self.alerts.operator,
        )
        self.switch = Switch(
            engine,
            self.runtime,
            self.lines,
            caller_id=next((t.caller_id for t in config.trunks if t.caller_id), ""),
            record=self.recorder.begin,
            tell=self.alerts.operator,
            prompts=prompts,
        )
        self.prompts = prompts
        self.call_prompts = CallPrompts(config.data_dir / "tmp" / "prompts", prompts)
        self.menus = Menus(
            engine,
            self.runtime,
            self.switch,
            self.database,
            self.clock,
            scenarios,
            self.call_prompts.make,
            LastOperators(self.database, self.router),
        )
        self.transfers = Transfers(engine, self.runtime, self.lines, self.switch, self.menus)
        self.telephony = Telephony(
            engine,
            self.runtime,
            self.lines,
            self.switch,
            self.transfers,
            self.menus,
            config.server.main_menu,
            on_engine=self.alerts.engine,
            on_trunk=self.alerts.trunk,
            on_call_gone=self._on_call_gone,
        )
        self.engine_start = EngineStart(
            self.engine,
            self.telephony.on_event,
            self.conditions,
            lambda why: self.alerts.engine("down", why),
        )
        self.missed = MissedCallers(engine, self.runtime, self.database)
        scripts = scenarios.of_kind("script")
        self.cards = Cards(
            self.database,
            self.router,
            self.clock,
            scripts,
            in_force.topic_scripts(self.router),
            topics,
            self.extras,
        )
        self.notifier = Notifier(
            self.router, self.hub, self.cards, self.extras, self.clock, self._menu_result
        )
        self.staff = Staff(self.database, self.clock, self.extras.names, self.hub.staff_changed)
        self.views.staff_words = self.staff.entities
        self.knowledge = await KnowledgeBase.build(
            startup.load_knowledge(config, self.conditions),
            scripts.values(),
            {topic.code: topic.title for topic in config.topics},
            lambda: day_of(self.clock.now(), self.router.centre.zone),
        )
        work = WorkCommands(
            self.database,
            self.clock,
            self.router,
            self.knowledge,
            self.staff,
            self.extras.names,
            topics,
            lambda login, text: self.hub.notice(messages.Notice(level="info", text=text), [login]),
        )
        card_work = CardRequests(
            self.database, self.clock, self.router, self.cards, self.notifier.look_up_again
        )
        self.opening = Opening(self.runtime, self.clock)
        line = LineOrders(
            self.runtime, self.clock, prompts.speak, self.opening.schedule, self.alerts.trunks
        )
        settings = SettingsOrders(
            config, self.runtime, self.database, scenarios, prompts.prepare, self._on_settings
        )
        self.auth = Auth(self.database, session_s=config.server.session_hours * 3600)
        self.attendance = Attendance(self.runtime, self.extras.names)
        break_limits = in_force.break_limits(self.router)
        self.commands = Commands(
            self.runtime,
            self.lines,
            self.cards,
            self.views,
            CallCommands(
                self.runtime,
                engine,
                self.views,
                scenarios.titles("menu"),
            ),
            Orders(
                self.runtime,
                self.cards,
                Oversight(self.router, self.extras, topics),
                break_limits,
            ),
            break_limits,
            self._log_out,
            {
                **work.handlers,
                **card_work.handlers,
                **line.handlers,
                **settings.handlers,
                **self.echo.handlers,
                **Voices(self.database).handlers,
            },
        )
        self.api = Api(
            self.auth,
            self.hub,
            self.commands,
            self.clock,
            functools.partial(in_force.break_reasons, self.router),
            topics,
            scenarios.titles("script"),
            self._health,
            self.attendance.begin,
            self.attendance.interrupt,
            functools.partial(in_force.day_targets, self.router),
            functools.partial(in_force.timezone, self.router),
            startup.pbx_authorities(config),
        )

    async def start(self, progress: Progress = lambda text: None) -> None:
        """Take calls and consoles. Raises EkcError with the remedy; then ``stop`` cleans up."""
        # Taken before the engine starts: a port in use must not cost the calls that live there.
        self._socket = startup.bound(self.config.server.host, self.config.server.port)
        await self.cards.remember_scripts()
        everybody = await self.database.read(accounts.everybody)
        for person in everybody:
            self.extras.names[AgentId(person.login)] = person.name
        queues = (queue.id for queue in self.config.queues)
        for warning in nobody_for(self.menus.scenarios.values(), queues, everybody):
            log.warning("callers would wait in vain", problem=warning)
        await self.call_prompts.clear()
        await self.menus.load()
        await self.staff.load()
        await self._count_today()
        self._stale = await self.database.read(projection_faults.faults)
        if self._stale:
            log.error("read models lack facts", facts=len(self._stale), remedy="ekc store rebuild")
            self.alerts.stale()
        self.runtime.start(self._on_effect, self._on_trouble, self._on_set_aside)
        self.clock_keeper.start()
        self._configure_queues()
        self.opening.start()
        for agent in self.router.agents.values():
            if agent.present:
                self.runtime.submit(AgentVanished(agent.id))
        progress("Телефония (Asterisk)")
        await self.free_space.look_now()
        self.free_space.start()
        self._engine_began = True
        await self.engine_start.begin(patient=self._served)
        self.missed.start()
        await self.recorder.take_up(self.router.calls)
        if self.free_space.recordings_level == "spent":
            await self.recorder.stop_all()
        self.notifier.take_up()
        await asyncio.to_thread(numbers.region, "+78000000000")  # reads its tables once
        progress("Сервер")
        await self._listen()
        self.recorder.look_for_left_over()
        self.retention.start()

    async def serves(self) -> None:
        """Until calls are taken; at once unless a centre waits for its engine."""
        await self.engine_start.up.wait()

    async def stop(self, *, hang_up: bool = True) -> None:
        """End in stages: consoles, menus, engine, journal, store. ``hang_up`` False leaves the
        engine and its calls to the next start. A stage that fails or hangs does not keep the next
        ones from theirs."""
        await self._stage("consoles", self.api.close())
        if self._web is not None:
            await self._stage("web", self._web.cleanup())
        if self._socket is not None:
            self._socket.close()
        await self._stage("certificate", self.tls.stop())
        await self._stage("opening hours", self.opening.stop())
        await self._stage("clock", self.clock_keeper.stop())
        await self._stage("free space", self.free_space.stop())
        await self._stage("echo", self.echo.close())
        await self._stage("menus", self.menus.close())
        await self._stage("missed callers", self.missed.stop())
        await self._stage("engine start", self.engine_start.stop())
        if self._engine_began:
            await self._stage("engine", self.engine.stop(hang_up=hang_up), limit_s=None)
        await self._stage("telephony", self.telephony.close())
        await self._stage("switch", self.switch.close())
        await self._stage("journal", self.runtime.stop(), limit_s=JOURNAL_ENDS_S)
        await self._stage("retention", self.retention.stop())
        await self._stage("recordings", self.recorder.close())
        await self._stage("screens", self.notifier.close())
        await self._stage("work", self._background.finish())
        await self._stage("work", self._background.close())
        self.hub.close()
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

    async def _listen(self) -> None:
        assert self._socket is not None
        self._web = web.AppRunner(self.api.app, access_log=None, shutdown_timeout=2.0)
        await self._web.setup()
        await web.SockSite(self._web, self._socket, ssl_context=self.tls.context()).start()
        self.tls.start()
        log.info("server listens", host=self.config.server.host, port=self.config.server.port)

    async def _count_today(self) -> None:
        now, zone = self.clock.wall(), self.config.zone
        midnight = start_of(day_of(now, zone), zone)
        queues = self.config.queues
        self.notifier.load_day(
            await self.database.read(
                lambda conn: report.today(conn, midnight, now, queues), limit_s=None
            )
        )

    def _configure_queues(self) -> None:
        queues = tuple(queue.settings() for queue in self.config.queues)
        centre = centre_settings(self.config)
        if tuple(self.router.queues.values()) != queues or self.router.centre != centre:
            self.runtime.submit(QueuesConfigured(queues, centre))

    @property
    def url(self) -> str:
        scheme = "https" if self.config.https else "http"
        return f"{scheme}://{self.config.server.host}:{self.config.server.port}"

    @property
    def progress(self) -> dict[str, Callable[[], float]]:
        """What has to move while the server runs, for the watchdog: since when the oldest of it
        waits, in seconds."""
        return {
            "facts": lambda: self.runtime.undone_s,
            "engine events": lambda: self.engine.behind_s,
        }

    # -- what the parts tell one another -------------------------------------------------

    def _on_effect(self, effect: ef.Effect) -> None:
        """Each part gets it, whatever another one makes of it."""
        self.faults.guard("switch", self.switch.run, effect)
        self.faults.guard("transfers", self.transfers.run, effect)
        self.faults.guard("screens", self.notifier.on_effect, effect)
        if isinstance(effect, ef.QueueChanged):
            self.opening.look_again()
        if isinstance(effect, ef.ShiftEnded):
            self._background.spawn(self._let_go(effect.agent))

    def _on_trouble(self, text: str) -> None:
        """What the store refused meanwhile, cards and recordings, is made good."""
        self.alerts.trouble(text)
        if not text:
            self.notifier.take_up()
            self.recorder.try_again()

    def _on_set_aside(self, fault: Fault) -> None:
        if not self._stale:
            self.alerts.stale()
        self._stale.append(fault)

    def _on_free_space(self, space: FreeSpace) -> None:
        self.alerts.free_space(space)
        if space.recordings_level == "spent":
            self._background.spawn(self.recorder.stop_all())
        elif space.may_record:
            self.recorder.try_again()

    def _on_clock_set(self, by_s: float) -> None:
        """Nothing but dates and times of day is new: consoles are told the time first."""
        self._background.spawn(self.auth.clock_set(by_s))
        if self.notifier.begin_day():
            self._background.spawn(self._count_today())
        self.opening.look_again()
        self.api.welcome_again()
        self.hub.everything_changed()
        self.alerts.clock(by_s)

    def _on_settings(self) -> None:
        """Changed while the server runs: hours, titles and break reasons are new at once."""
        self.opening.look_again()
        self.hub.everything_changed()
        self.api.welcome_again()
        titles = dict(in_force.topic_titles(self.router))
        self._background.spawn(self.knowledge.entitle(titles))

    async def _on_call_gone(self, call: CallId) -> None:
        self.menus.forget(call)
        await self.call_prompts.forget(call)
        await self.recorder.finish(call)

    def _menu_result(self, call: CallId) -> MenuResult:
        return self.menus.results.get(call, MenuResult())

    async def _let_go(self, login: AgentId) -> None:
        """A supervisor ended the shift: the console is told why, and has to log in again."""
        await self._revoke(login)
        bye = messages.Goodbye(
            code="session_expired", message="Руководитель завершил вашу смену.", reconnect=False
        )
        await self.api.disconnect(login, bye)
        self._forget(login)

    async def _log_out(self, person: Person) -> None:
        await self._revoke(person.login)
        self._forget(person.login)

    async def _revoke(self, login: AgentId) -> None:
        """The shift has ended: its sessions end too, later when the store is in trouble."""
        try:
            await self.auth.revoke(login)
        except StoreError as error:
            log.error("sessions not ended yet", error=error.message)
            self._background.spawn(self._revoke_later(login))

    async def _revoke_later(self, login: AgentId) -> None:
        while True:
            await asyncio.sleep(REVOKE_AGAIN_S)
            try:
                return await self.auth.revoke(login)
            except StoreError as error:
                log.info("sessions not ended yet", error=error.message)

    def _forget(self, login: AgentId) -> None:
        self.hub.forget(login)
        self.commands.forget(login)

    def _engine_health(self) -> EngineHealth:
        engine = self.views.engine
        return "up" if engine.up else "out_of_sight" if engine.out_of_sight else "down"

    def _health(self) -> dict[str, object]:
        commits = self.runtime.commits
        return {
            "version": __version__,
            "engine": self._engine_health(),
            "calls": len(self.router.calls),
            "journal": "written" if self.runtime.saved else "in_trouble",
            "journal_waiting": commits.waiting,
            "journal_oldest_s": round(commits.oldest_s, 1),
            "read_models": "incomplete" if self._stale else "complete",
            "faults": self.faults.count,
            "last_fault": self.faults.last,
            "log_lines_lost": log_lines.lost(),
            "trunks": self.alerts.trunks(),
            "recording": self.recorder.state,
            "disk": {"level": self.free_space.level, "free_mb": self.free_space.free_mb},
            "not_in_order": self.conditions.texts,
            "clock": self._clock_health(),
        }

    def _clock_health(self) -> dict[str, object]:
        """The clock was set since the start: by how many seconds, and how long ago."""
        now = self.clock.now()
        told: dict[str, object] = {"now": now, "timezone": in_force.timezone(self.router)}
        if self.clock_keeper.last_set is not None:
            at, by_s = self.clock_keeper.last_set
            told |= {"set_by_s": round(by_s, 1), "set_ago_s": round(now - at, 1)}
        return told
