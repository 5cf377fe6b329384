"""The resources: under which address, by which command, and what of its result is an item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ekc_console.server.resources import asked
from ekc_console.wire import card_work, messages, side_work, steering, supervision, way_in
from ekc_console.wire.admin import account_work, audit_work, machine_work, workplace_work
from ekc_console.wire.centre import alarms
from ekc_console.wire.day import calls as day_calls
from ekc_console.wire.day import person_day, queue_day, report, story
from ekc_console.wire.entities import CallbackInfo, Contact

PREFIX = "/api/v1"
_ALL = 500
"""Of what is listed at once."""
_KINDS = (
    "queue", "topic", "agent", "called", "trunk", "direction", "outcome", "clinic", "disposition"
)  # fmt: skip
"""By which a report may be of some calls only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    path: str
    about: str
    """For the document."""
    asked: type[msgspec.Struct]
    command: Callable[[Any], messages.Command]
    item: type[msgspec.Struct]


@dataclass(frozen=True, slots=True, kw_only=True)
class One(Resource):
    pick: Callable[[Any, Any], msgspec.Struct | None] = lambda result, asked: result
    """Out of the command's result; None: there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(Resource):
    items: Callable[[Any], Sequence[Any]]
    key: Callable[[Any], tuple[Any, ...]]
    """Orders the items, and says where a page ended."""
    key_type: Any
    resume: Callable[[Any, tuple[Any, ...] | None, int], messages.Command] | None = None
    """The command from behind a key on, of so many items, where it reads page by page itself; the
    items come in its order."""


def _queue(result: supervision.Queues, given: asked.Queue) -> supervision.QueueState | None:
    return next((queue for queue in result.queues if queue.id == given.queue), None)


def _person(result: supervision.Agents, given: asked.Person) -> supervision.AgentInfo | None:
    return next((agent for agent in result.agents if agent.id == given.person), None)


def _calls(
    given: asked.Calls, after: tuple[Any, ...] | None = None, limit: int = 1
) -> day_calls.ListCalls:
    return day_calls.ListCalls(
        since=given.since,
        until=given.until,
        queue=given.queue,
        person=given.person,
        direction=given.direction,
        after=day_calls.CallPlace(arrived_at=after[0], id=after[1]) if after else None,
        limit=limit,
    )


def _audit(
    given: asked.Audit, after: tuple[Any, ...] | None = None, limit: int = 1
) -> audit_work.ReadAudit:
    return audit_work.ReadAudit(
        who=given.who,
        action=given.action,
        about=given.about,
        since=given.since,
        until=given.until,
        before=after[0] if after else None,
        limit=limit,
        why=given.why,
    )


def _report(given: asked.Report) -> report.StartReport:
    only: dict[str, tuple[str, ...]] = {
        kind: (value,) for kind in _KINDS if (value := getattr(given, kind))
    }
    figures = tuple(filter(None, (name.strip() for name in given.figures.split(","))))
    return report.StartReport(
        asked=report.ReportAsked(
            period=given.period,
            every=given.every,
            by=given.by,
            only=only,
            figures=figures,
            against=given.against,
        ),
        program=True,
    )


RESOURCES: tuple[Resource, ...] = (
    Many(
        path="/queues",
        about="Очереди и сколько в них ждут.",
        asked=asked.Page,
        command=lambda given: supervision.GetQueues(),
        item=supervision.QueueState,
        items=lambda result: result.queues,
        key=lambda queue: (queue.id,),
        key_type=tuple[str],
    ),
    One(
        path="/queues/{queue}",
        about="Одна очередь.",
        asked=asked.Queue,
        command=lambda given: supervision.GetQueues(),
        item=supervision.QueueState,
        pick=_queue,
    ),
    One(
        path="/queues/{queue}/day",
        about="День очереди по получасам, рядом вчера и неделю назад.",
        asked=asked.Queue,
        command=lambda given: queue_day.GetQueueDay(queue=given.queue),
        item=queue_day.QueueDay,
    ),
    Many(
        path="/waiting",
        about="Вызовы, которые ждут в очередях, в порядке обслуживания.",
        asked=asked.Waiting,
        command=lambda given: supervision.GetCalls(queue=given.queue),
        item=supervision.QueuedCall,
        items=lambda result: result.calls,
        key=lambda call: (call.queue, call.position, call.id),
        key_type=tuple[str, int, str],
    ),
    Many(
        path="/calls",
        about="Вызовы за время, последние сверху; чтение остаётся в журнале доступа.",
        asked=asked.Calls,
        command=_calls,
        item=day_calls.DayCall,
        items=lambda result: result.calls,
        key=lambda call: (call.arrived_at, call.id),
        key_type=tuple[float, str],
        resume=_calls,
    ),
    One(
        path="/calls/{call}",
        about="Один вызов: что с ним было и почему, по записям журнала.",
        asked=asked.Call,
        command=lambda given: story.GetCallStory(call=given.call),
        item=story.CallStory,
    ),
    Many(
        path="/people",
        about="Люди на смене.",
        asked=asked.People,
        command=lambda given: supervision.GetAgents(offline=given.offline),
        item=supervision.AgentInfo,
        items=lambda result: result.agents,
        key=lambda agent: (agent.id,),
        key_type=tuple[str],
    ),
    One(
        path="/people/{person}",
        about="Один человек; и тот, чья смена закончена.",
        asked=asked.Person,
        command=lambda given: supervision.GetAgents(offline=True),
        item=supervision.AgentInfo,
        pick=_person,
    ),
    One(
        path="/people/{person}/day",
        about="День человека: состояния и последние вызовы.",
        asked=asked.Person,
        command=lambda given: person_day.GetPersonDay(agent=given.person),
        item=person_day.PersonDay,
    ),
    One(
        path="/reports",
        about="Отчёт за период: готовый, или начатый (status: running), если он долгий.",
        asked=asked.Report,
        command=_report,
        item=report.ReportState,
    ),
    One(
        path="/reports/{report}",
        about="Начатый отчёт: сколько сделано, строки с first.",
        asked=asked.ReportRows,
        command=lambda given: report.GetReport(report=given.report, first=given.first),
        item=report.ReportState,
    ),
    Many(
        path="/callbacks",
        about="Кому должны перезвонить: срочные, потом давние.",
        asked=asked.Page,
        command=lambda given: steering.GetCallbacks(),
        item=CallbackInfo,
        items=lambda result: result.callbacks,
        key=lambda owed: (not owed.urgent, owed.since, owed.id),
        key_type=tuple[bool, float, str],
    ),
    Many(
        path="/cards",
        about="Обращения по номеру или имени; поиск остаётся в журнале доступа.",
        asked=asked.Search,
        command=lambda given: messages.FindContacts(text=given.text, limit=_ALL),
        item=Contact,
        items=lambda result: result.contacts,
        key=lambda contact: (-contact.at, contact.call),
        key_type=tuple[float, str],
    ),
    One(
        path="/cards/{card}",
        about="Карточка, если её можно читать; чужая остаётся в журнале доступа.",
        asked=asked.Card,
        command=lambda given: messages.OpenCard(card=given.card),
        item=messages.Card,
    ),
    Many(
        path="/visits",
        about="Открытые вызовы врача, давние сверху.",
        asked=asked.Search,
        command=lambda given: card_work.ListVisits(text=given.text, limit=_ALL),
        item=card_work.VisitInfo,
        items=lambda result: result.visits,
        key=lambda info: (info.visit.at, info.visit.card),
        key_type=tuple[float, str],
    ),
    Many(
        path="/alarms",
        about="Контрольные события, которые стоят.",
        asked=asked.Page,
        command=lambda given: alarms.GetAlarms(),
        item=alarms.WatchAlarm,
        items=lambda result: result.alarms,
        key=lambda alarm: (alarm.id,),
        key_type=tuple[str],
    ),
    Many(
        path="/suggestions",
        about="Предложения, последние сверху.",
        asked=asked.Page,
        command=lambda given: side_work.ListSuggestions(limit=_ALL),
        item=side_work.Suggestion,
        items=lambda result: result.suggestions,
        key=lambda suggestion: (-suggestion.id,),
        key_type=tuple[int],
    ),
    One(
        path="/line",
        about="Что открыто, что закрыто и почему; транки.",
        asked=asked.Nothing,
        command=lambda given: way_in.GetLine(),
        item=way_in.LineState,
    ),
    Many(
        path="/machine",
        about="Состояние машины: телефония, линии, диски, сертификат, журнал, часы.",
        asked=asked.Page,
        command=lambda given: machine_work.GetMachine(),
        item=machine_work.MachinePart,
        items=lambda result: result.parts,
        key=lambda part: (part.kind, part.name),
        key_type=tuple[str, str],
    ),
    Many(
        path="/workplaces",
        about="Рабочие места: кто, версия, система, гарнитура, проверка, качество линии по дням.",
        asked=asked.Page,
        command=lambda given: workplace_work.ListWorkplaces(),
        item=workplace_work.Workplace,
        items=lambda result: result.workplaces,
        key=lambda place: (place.machine,),
        key_type=tuple[str],
    ),
    Many(
        path="/accounts",
        about="Учётные записи.",
        asked=asked.Page,
        command=lambda given: account_work.ListAccounts(),
        item=account_work.Account,
        items=lambda result: result.accounts,
        key=lambda account: (account.login,),
        key_type=tuple[str],
    ),
    Many(
        path="/audit",
        about="Журнал доступа, последние записи сверху; чтение — тоже запись.",
        asked=asked.Audit,
        command=_audit,
        item=audit_work.AuditEntry,
        items=lambda result: result.entries,
        key=lambda entry: (entry.seq,),
        key_type=tuple[int],
        resume=_audit,
    ),
)
