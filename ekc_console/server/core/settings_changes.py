"""Settings as they are and what a change changes, in the keys of the configuration file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields

import msgspec

from ekc_console.config import WEEKDAYS, Config, said_spans
from ekc_console.domain.scenario import Scenario
from ekc_console.domain.terms.alarm_limits import USUAL_ALARMS, Limit, OwnLimit
from ekc_console.domain.terms.localtime import offset_name
from ekc_console.domain.terms.settings import (
    CallHandling,
    CentreSettings,
    DayTargets,
    Destination,
    OpeningHours,
    OverflowRule,
    QueueSettings,
)

AT_ONCE = (
    "timezone",
    "queues",
    "callbacks",
    "limits",
    "schedules",
    "topics",
    "breaks",
    "teams",
    "calls",
    "targets",
    "alarms",
)
"""Sections that a running server takes over; all others wait for its next start."""


def differing(old: Config, new: Config) -> Iterator[str]:
    """Keys of the sections that only a start takes over, ``section.key`` or ``section``."""
    for name in old.__struct_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if name in AT_ONCE or before == after:
            continue
        if isinstance(before, msgspec.Struct):
            keys = before.__struct_fields__
            yield from (f"{name}.{k}" for k in keys if getattr(before, k) != getattr(after, k))
        else:
            yield name


def scenario_changes(old: Mapping[str, Scenario], new: Mapping[str, Scenario]) -> Iterator[str]:
    for name in {**old, **new}:
        if name not in new:
            yield f"scenarios.{name}: убран"
        elif name not in old:
            yield f"scenarios.{name}: добавлен"
        elif old[name].version != new[name].version:
            yield f"scenarios.{name}: изменён"


def queue_changes(old: tuple[QueueSettings, ...], new: tuple[QueueSettings, ...]) -> Iterator[str]:
    before, after = {q.id: q for q in old}, {q.id: q for q in new}
    for queue in new:
        if queue.id not in before:
            yield f"queues.{queue.id}: добавлена"
            continue
        for field in fields(QueueSettings):
            a, b = getattr(before[queue.id], field.name), getattr(queue, field.name)
            if a != b:
                yield f"queues.{queue.id}.{field.name}: {_said(a)} → {_said(b)}"
    for gone in old:
        if gone.id not in after:
            yield f"queues.{gone.id}: убрана"
    kept = [q.id for q in old if q.id in after]
    if kept != [q.id for q in new if q.id in before]:
        yield "queues: другой порядок"


def centre_changes(old: CentreSettings, new: CentreSettings) -> Iterator[str]:
    """In the keys of the configuration file."""
    for key, said in _ALONE:
        if said(old) != said(new):
            yield f"{key}: {said(old)} → {said(new)}"
    for section, values in _SECTIONS:
        before, after = values(old), values(new)
        for key in after:
            if before[key] != after[key]:
                yield f"{section}.{key}: {before[key]} → {after[key]}"
    for section, flat in _RECORDS:
        yield from _record_changes(section, flat(old), flat(new))


def in_force(queues: Iterable[QueueSettings], centre: CentreSettings) -> Iterator[str]:
    """All of them as they are, ``key: value``, in the keys of the configuration file."""
    for queue in queues:
        for field in fields(QueueSettings):
            if field.name != "id":
                yield f"queues.{queue.id}.{field.name}: {_said(getattr(queue, field.name))}"
    for key, said in _ALONE:
        yield f"{key}: {said(centre)}"
    for section, values in _SECTIONS:
        yield from (f"{section}.{key}: {value}" for key, value in values(centre).items())
    for section, flat in _RECORDS:
        for name, record in flat(centre).items():
            yield from (f"{section}.{name}.{key}: {value}" for key, value in record.items())


Flat = dict[str, dict[str, str]]
"""What is said of each record of a section, by its name and then by key of the file."""


def _schedules(centre: CentreSettings) -> Flat:
    return {hours.name: dict(_of_schedule(hours)) for hours in centre.schedules}


def _of_schedule(hours: OpeningHours) -> Iterator[tuple[str, str]]:
    for day, spans in zip(WEEKDAYS, hours.weekly, strict=True):
        yield day, said_spans(spans)
    if hours.holidays is not None:
        yield "holidays", said_spans(hours.holidays)
    if hours.pre_holiday is not None:
        yield "pre_holiday", said_spans(hours.pre_holiday)
    for date, spans in hours.exceptions:
        yield f"exceptions.{date}", said_spans(spans)


def _topics(centre: CentreSettings) -> Flat:
    return {t.code: {"title": t.title, "script": t.script} for t in centre.topics}


def _breaks(centre: CentreSettings) -> Flat:
    return {
        b.code: {
            "title": b.title,
            "limit_minutes": _said(b.limit_s / 60),
            "paid": _said(b.paid),
        }
        for b in centre.breaks
    }


def _teams(centre: CentreSettings) -> Flat:
    return {
        t.id: {
            "title": t.title,
            "leads": _said(t.leads),
            "members": _said(t.members),
            "queues": _said(t.queues),
        }
        for t in centre.teams
    }


def _alarms(centre: CentreSettings) -> Flat:
    alarms = centre.alarms or USUAL_ALARMS
    told = {
        "hook": {"url": _said(alarms.hook_url), "timeout_s": _said(alarms.hook_timeout_s)},
        "deputies": {
            "people": _said(alarms.deputies),
            "after_s": _said(alarms.deputies_after_s),
            "telephones": ", ".join(f"{of}: {number}" for of, number in alarms.telephones),
        },
    }
    return {
        **told,
        **_limits("queues", "every_queue", alarms.queues),
        **_limits("roles", "every_person", alarms.roles),
        **_limits("people", "people", alarms.people),
    }


def _limits(section: str, of_all: str, limits: Iterable[OwnLimit]) -> Flat:
    said: Flat = {}
    for own in limits:
        whose = f"{section}.{own.of}" if own.of else of_all
        figure = f"breaks.{own.reason}" if own.reason else own.figure
        said[f"{whose}.{figure}"] = {
            field.name: _said(getattr(own.limit, field.name)) for field in fields(Limit)
        }
    return said


def _calls(centre: CentreSettings) -> dict[str, str]:
    now = centre.calls or CallHandling()
    return {field.name: _said(getattr(now, field.name)) for field in fields(CallHandling)}


def _targets(centre: CentreSettings) -> dict[str, str]:
    now = centre.targets or DayTargets()
    return {
        "calls": _said(now.calls),
        "handle_minutes": _said(now.handle_s / 60),
        "break_minutes": _said(now.break_s / 60),
    }


def _record_changes(section: str, old: Flat, new: Flat) -> Iterator[str]:
    for name in old | new:
        if name not in new:
            yield f"{section}.{name}: убрано"
        elif name not in old:
            yield f"{section}.{name}: добавлено"
        else:
            for key in old[name] | new[name]:
                a, b = old[name].get(key, "—"), new[name].get(key, "—")
                if a != b:
                    yield f"{section}.{name}.{key}: {a} → {b}"
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield f"{section}: другой порядок"


def _kinds(centre: CentreSettings, key: str) -> str:
    """Of the rules for dialling; a version that had none allowed all."""
    return _said(getattr(centre.dialling, key)) if centre.dialling else "—"


def _hours(centre: CentreSettings) -> str:
    ends = (centre.callback_from_s, centre.callback_until_s)
    return "-".join(f"{int(s // 3600):02}:{int(s % 3600 // 60):02}" for s in ends)


def _said(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case OverflowRule():
            limit = f" {value.limit:g}" if value.limit else ""
            return f"{value.when}{limit}: {', '.join(map(_said, value.to))}"
        case Destination():
            return f"{value.kind} {value.value}".strip()
        case tuple():
            return f"[{'; '.join(map(_said, value))}]"
        case "":
            return '""'
    return str(value)


_ALONE: tuple[tuple[str, Callable[[CentreSettings], str]], ...] = (
    ("timezone", lambda c: c.timezone or offset_name(c.utc_offset_s)),
    ("callbacks.hours", _hours),
    ("callbacks.retry_minutes", lambda c: _said(tuple(s / 60 for s in c.callback_retries_s))),
    ("callbacks.kinds", lambda c: _kinds(c, "automatic")),
    ("calls.kinds", lambda c: _kinds(c, "by_hand")),
    ("calls.other_kinds_by", lambda c: _kinds(c, "trusted")),
    ("calls.own_numbers, trunks", lambda c: _kinds(c, "own")),
    ("limits.calls_per_number", lambda c: _said(c.calls_per_number)),
    ("limits.away_minutes", lambda c: _said(c.away_limit_s / 60)),
    ("limits.visit_overdue_hours", lambda c: _said(c.visit_overdue_s / 3600)),
)
_SECTIONS = (("calls", _calls), ("targets", _targets))
_RECORDS = (
    ("schedules", _schedules),
    ("topics", _topics),
    ("breaks", _breaks),
    ("teams", _teams),
    ("alarms", _alarms),
)
