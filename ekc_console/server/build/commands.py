"""What consoles may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.build.given import Given
from ekc_console.server.build.machine import build_machine
from ekc_console.server.build.rooms import Rooms
from ekc_console.server.calls.operator_lines import LineAccess
from ekc_console.server.cards.beside import BesideCalls
from ekc_console.server.commands.admin.accounts import AccountOrders
from ekc_console.server.commands.admin.audit import AuditOrders
from ekc_console.server.commands.admin.log import LogOrders
from ekc_console.server.commands.admin.machine import MachineOrders
from ekc_console.server.commands.admin.workplaces import WorkplaceOrders
from ekc_console.server.commands.call import CallCommands
from ekc_console.server.commands.cards.card import CardCommands
from ekc_console.server.commands.cards.card_work import CardRequests
from ekc_console.server.commands.cards.people import PersonRequests
from ekc_console.server.commands.cards.promises import Promises
from ekc_console.server.commands.cards.visits import VisitRequests
from ekc_console.server.commands.day.calls import CallListCommands
from ekc_console.server.commands.day.person import PersonDayCommands
from ekc_console.server.commands.day.queue import QueueDayCommands
from ekc_console.server.commands.day.report import ReportCommands
from ekc_console.server.commands.day.report_views import ReportViewCommands
from ekc_console.server.commands.day.story import StoryCommands
from ekc_console.server.commands.dispatch import Commands
from ekc_console.server.commands.echo import EchoAccounts
from ekc_console.server.commands.emergency import EmergencyCommands
from ekc_console.server.commands.handler import Handler
from ekc_console.server.commands.replies import Replies
from ekc_console.server.commands.settings import SettingsOrders
from ekc_console.server.commands.shift import ShiftCommands
from ekc_console.server.commands.side_work import WorkCommands
from ekc_console.server.commands.staffing.roster import RosterCommands
from ekc_console.server.commands.steering.alarms import AlarmOrders
from ekc_console.server.commands.steering.callbacks import CallbackOrders
from ekc_console.server.commands.steering.calls import CallOrders
from ekc_console.server.commands.steering.duty import DutyOrders
from ekc_console.server.commands.steering.rehearsal import RehearsalOrders
from ekc_console.server.commands.supervision import Orders
from ekc_console.server.commands.talk import TalkCommands
from ekc_console.server.commands.talks.listening import ListeningCommands
from ekc_console.server.commands.voice import Voices
from ekc_console.server.commands.watch import WatchOrders
from ekc_console.server.commands.way_in import LineOrders
from ekc_console.server.core import in_force
from ekc_console.server.day.calls import CallTeller
from ekc_console.server.day.exports import Exports
from ekc_console.server.day.long_reads import LongReads
from ekc_console.server.day.report_desk import ReportDesk
from ekc_console.server.day.report_names import Known
from ekc_console.server.day.report_names import in_force as in_force_names
from ekc_console.server.day.traces import Traces
from ekc_console.server.live.machine.keeper import MachineKeeper
from ekc_console.server.live.oversight import Oversight
from ekc_console.server.people.leaving import Leaving
from ekc_console.server.services.log_level import LogLevel
from ekc_console.server.services.rehearsing import Rehearsing
from ekc_console.server.tasks.background import Background
from ekc_console.wire import messages
from ekc_console.wire.words import NoticeLevel, Words

Handlers = Mapping[type, Handler]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDoor:
    commands: Commands
    leaving: Leaving
    echo: EchoAccounts
    rehearsing: Rehearsing
    log_level: LogLevel
    machine: MachineKeeper
    reports: ReportDesk
    reads: LongReads
    exports: Exports
    promises: Promises


def build_commands(
    given: Given,
    rooms: Rooms,
    *,
    access: LineAccess,
    background: Background,
    on_settings: Callable[[], None],
) -> CommandDoor:
    """``on_settings`` is told when the settings have changed."""
    live, replies = rooms.live, Replies()
    promises = _promises(given, rooms)
    leaving = Leaving(rooms.people.auth, background, live.hub.forget, replies.forget)
    echo = EchoAccounts(given.timely, access)
    rehearsing, log_level = Rehearsing(), LogLevel()
    machine = build_machine(given, rooms)
    reports, reads = ReportDesk(given.database.path), LongReads(given.database.path)
    handlers = (
        *_of_the_shift_and_the_call(given, rooms, leaving),
        *_of_the_cards_and_the_work(given, rooms, promises),
        *_of_the_centre(given, rooms, on_settings, rehearsing),
        *_of_the_day(given, rooms, reports, reads),
        echo.handlers,
        LogOrders(log_level, rooms.core.clock).handlers,
        MachineOrders(machine).handlers,
        WorkplaceOrders(given.database, rooms.core.router, rooms.core.clock).handlers,
    )
    return CommandDoor(
        commands=Commands(
            rooms.core.runtime,
            live.views,
            rooms.core.clock,
            replies,
            rooms.people.trail.note,
            handlers,
        ),
        leaving=leaving,
        echo=echo,
        rehearsing=rehearsing,
        log_level=log_level,
        machine=machine,
        reports=reports,
        reads=reads,
        exports=Exports(
            given.config.reports,
            given.database,
            reports,
            given.conditions,
            known=_known(rooms),
            now=rooms.core.clock.now,
        ),
        promises=promises,
    )


def _teller(rooms: Rooms) -> Callable[[AgentId, Words], None]:
    def tell(login: AgentId, words: Words) -> None:
        rooms.live.hub.notice(messages.Notice(level="info", words=words), [login])

    return tell


def _promises(given: Given, rooms: Rooms) -> Promises:
    core = rooms.core
    names = core.extras.names

    def tell(login: AgentId, level: NoticeLevel, words: Words) -> None:
        rooms.live.hub.notice(messages.Notice(level=level, words=words), [login])

    return Promises(rooms.cards, core.runtime, given.database, core.clock, names, tell)


def _of_the_shift_and_the_call(
    given: Given, rooms: Rooms, leaving: Leaving
) -> tuple[Handlers, ...]:
    runtime, lines, views = rooms.core.runtime, rooms.calls.lines, rooms.live.views
    limits = in_force.break_limits(rooms.core.router)
    return (
        ShiftCommands(runtime, lines, rooms.cards, limits, leaving.log_out).handlers,
        Voices(given.database).handlers,
        TalkCommands(runtime, lines, views).handlers,
        CallCommands(runtime, given.timely, views, given.scenarios.titles("menu")).handlers,
        EmergencyCommands(runtime).handlers,
    )


def _of_the_cards_and_the_work(
    given: Given, rooms: Rooms, promises: Promises
) -> tuple[Handlers, ...]:
    database, core = given.database, rooms.core
    owed = rooms.live.owed_people
    look_up = rooms.live.notifier.look_up_again
    beside = BesideCalls(core.extras, look_up, owed.all_anew, owed.anew)
    about_cards = (database, core.clock, core.router, rooms.cards)
    work = WorkCommands(
        database,
        core.clock,
        core.router,
        knowledge=given.knowledge,
        staff=rooms.people.staff,
        names=core.extras.names,
        topics=core.topics,
        tell=_teller(rooms),
        connected=rooms.live.hub.connected,
    )
    return (
        CardCommands(rooms.cards, promises).handlers,
        CardRequests(*about_cards, promises).handlers,
        PersonRequests(*about_cards, beside).handlers,
        VisitRequests(*about_cards, beside).handlers,
        work.handlers,
    )


def _of_the_centre(
    given: Given, rooms: Rooms, on_settings: Callable[[], None], rehearsing: Rehearsing
) -> tuple[Handlers, ...]:
    core = rooms.core
    orders = Orders(
        core.runtime,
        rooms.cards,
        oversight=Oversight(core.router, core.extras, core.topics),
        break_limits=in_force.break_limits(core.router),
        tell=rooms.live.alerts.operator,
    )
    tell = rooms.live.alerts.operator
    duty = DutyOrders(core.runtime, given.database, tell)
    calls = CallOrders(core.runtime, core.extras.names, tell)
    line = LineOrders(
        core.runtime,
        core.clock,
        speak=given.prompts.speak,
        schedule=rooms.calls.opening.schedule,
        trunks=rooms.live.alerts.trunks,
    )
    settings = SettingsOrders(
        given.config,
        core.runtime,
        given.database,
        scenarios=given.scenarios,
        prepare=given.prompts.prepare,
        changed=on_settings,
    )
    rehearsal = RehearsalOrders(
        settings, core.router, core.clock, given.database, rehearsing, core.extras.names
    )
    watch = WatchOrders(rooms.live.watch)
    people = rooms.people
    listening = ListeningCommands(core.runtime, core.extras.names, people.trail.note)
    accounts = AccountOrders(
        core.router,
        given.database,
        core.clock,
        people.trail,
        people.auth,
        given.knowledge.clinics,
        people.teams,
        people.attendance,
    )
    live = rooms.live
    alarms = AlarmOrders(core.router, live.alarms, live.alarm_rows, given.database, core.clock)
    return (
        orders.handlers,
        duty.handlers,
        calls.handlers,
        CallbackOrders(core.runtime, rooms.live.views, core.clock, tell).handlers,
        line.handlers,
        settings.handlers,
        rehearsal.handlers,
        listening.handlers,
        watch.handlers,
        accounts.handlers,
        alarms.handlers,
        AuditOrders(given.database, people.trail).handlers,
    )


def _known(rooms: Rooms) -> Callable[[], Known]:
    core = rooms.core
    return lambda: in_force_names(core.router, core.figure_rules(), core.extras.names, core.topics)


def _of_the_day(
    given: Given, rooms: Rooms, reports: ReportDesk, reads: LongReads
) -> tuple[Handlers, ...]:
    core, database = rooms.core, given.database
    teller = CallTeller(core.router, core.extras.names, core.topics)
    traces = Traces(rooms.people.trail, core.clock)
    return (
        StoryCommands(database, core.router, rooms.cards, teller, given.scenarios).handlers,
        PersonDayCommands(database, core.router, core.clock, teller, traces).handlers,
        QueueDayCommands(database, core.router, core.clock, teller, traces).handlers,
        ReportCommands(
            database,
            core.router,
            core.clock,
            teller,
            traces,
            desk=reports,
            reads=reads,
            known=_known(rooms),
        ).handlers,
        CallListCommands(reads, core.router, core.clock, teller, traces).handlers,
        ReportViewCommands(database).handlers,
        RosterCommands(database, core.router, core.clock, rooms.people.trail.note).handlers,
    )
