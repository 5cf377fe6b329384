"""What ``ekc simulate`` is told, read and checked: profiles of the day, journals, ranges."""

from __future__ import annotations

import csv
import datetime
import itertools
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ekc_console.domain import facts as f
from ekc_console.domain.call import Call
from ekc_console.domain.effects import CallChanged
from ekc_console.domain.ids import AgentId, CallId, QueueId
from ekc_console.domain.settings import QueueSettings
from ekc_console.errors import EkcError
from ekc_console.simulation.plan import Arrival, Shift, Slot

SLOT_S = 1800.0


def number(option: str, text: str, least: float = 0.0) -> float:
    """Raises EkcError that names the option."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < least:
        raise EkcError(
            f"{option}: «{text}» не подходит.", f"Укажите число не меньше {least:g}."
        ) from None
    return value


def varied(text: str, known: tuple[str, ...]) -> tuple[str, list[float]]:
    """``agents=20..40`` or ``agents=20..40:5`` or ``agents=20,25,40``."""
    name, _, values = text.partition("=")
    if name not in known or not values:
        raise EkcError(
            f"--vary: «{text}» не подходит.",
            f"Напишите, например, agents=20..40 или agents=20..40:5; есть: {', '.join(known)}.",
        )
    option = f"--vary {name}"
    if ".." not in values:
        return name, [number(option, v) for v in values.split(",")]
    span, _, step_text = values.partition(":")
    low_text, _, high_text = span.partition("..")
    low, high = number(option, low_text), number(option, high_text)
    step = number(option, step_text, 0.001) if step_text else 1.0
    count = math.floor((high - low) / step + 1e-9) + 1
    if not 1 <= count <= 200:
        raise EkcError(
            f"{option}: от {low:g} до {high:g} шагом {step:g} — вариантов {max(count, 0)}.",
            "Укажите от 1 до 200 вариантов, меньшее число первым.",
        )
    return name, [low + i * step for i in range(count)]


def profile(path: Path) -> tuple[Slot, ...]:
    """Half-hours of a day: CSV with the columns time, calls, agents; or a YAML list of
    ``{time: "08:00", calls: 120, agents: 20}``. Raises EkcError naming file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EkcError(f"--profile: файл {path} не читается: {error}.") from error
    rows: Any
    if path.suffix.lower() in (".yaml", ".yml"):
        try:
            rows = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise EkcError(f"--profile: {path}: это не YAML: {error}.") from error
    else:
        rows = list(csv.DictReader(text.splitlines()))
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise EkcError(
            f"--profile: в {path} нет строк.", "Нужны столбцы time, calls, agents: 08:00,120,20."
        )
    slots = tuple(_slot(path, i, row) for i, row in enumerate(rows, start=1))
    for a, b in itertools.pairwise(slots):
        if b.from_s < a.to_s:
            raise EkcError(
                f"--profile: {path}: получасы не по порядку.", "Расставьте их по времени."
            )
    return slots


def _slot(path: Path, i: int, row: dict[str, Any]) -> Slot:
    where = f"--profile: {path}, строка {i}"
    try:
        hours, minutes = str(row["time"]).split(":")
        start = int(hours) * 3600.0 + int(minutes) * 60.0
    except (KeyError, ValueError) as error:
        raise EkcError(
            f"{where}, time: {row.get('time')!r} — не время.", "Напишите 08:30."
        ) from error
    calls = number(f"{where}, calls", str(row.get("calls")))
    agents = number(f"{where}, agents", str(row.get("agents")))
    return Slot(start, start + SLOT_S, calls, int(agents))


@dataclass(slots=True)
class Observed:
    """A day that was lived, as a journal tells it; moments in seconds since the epoch."""

    queues: tuple[QueueSettings, ...] = ()
    arrivals: list[Arrival] = field(default_factory=list)
    talks: list[float] = field(default_factory=list)
    wrap_ups: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    abandoned: int = 0
    shifts: list[Shift] = field(default_factory=list)


def observed(path: Path, from_at: float | None, to_at: float | None) -> Observed:
    """Calls that were queued, what became of them, and who was logged in. Raises EkcError."""
    from ekc_console.server.store import journal_file

    day = Observed()
    at_work: dict[AgentId, Shift] = {}
    ended: dict[CallId, Call] = {}
    people: dict[str, str] = {}
    last = 0.0
    with journal_file.opened(path) as source:
        router = source.start
        for entry in source.entries:
            if to_at is not None and entry.at >= to_at:
                break
            effects = journal_file.handle(router, entry)
            _shift(entry.fact, entry.at, at_work, day.shifts)
            if from_at is not None and entry.at < from_at:
                continue
            last = entry.at
            if isinstance(entry.fact, f.CallQueued):
                _arrived(day, entry.fact, router.calls.get(entry.fact.call), entry.at, people)
            for effect in effects:
                if isinstance(effect, CallChanged) and effect.call in router.recently_ended:
                    ended[effect.call] = router.recently_ended[effect.call]
        day.queues = tuple(router.queues.values())
    day.shifts += [_ended(shift, last) for shift in at_work.values()]
    if from_at is not None:
        day.shifts = [_begun(s, from_at) for s in day.shifts if s.to_s > from_at]
    _durations(day, ended)
    if not day.arrivals or not day.talks:
        raise EkcError(
            f"--journal: в {path} за это время нет принятых вызовов из очереди.",
            "Укажите другой день: --day 2026-11-23.",
        )
    return day


def _arrived(
    day: Observed, fact: f.CallQueued, call: Call | None, at: float, people: dict[str, str]
) -> None:
    """A call that came into its first queue; the number only tells people apart."""
    if call is None or call.queued_at != at:
        return
    alias = call.number and people.setdefault(call.number, f"+7000{len(people):07d}")
    day.arrivals.append(Arrival(at, alias, fact.queue, fact.skills, fact.priority))


def _shift(fact: f.Fact, at: float, at_work: dict[AgentId, Shift], done: list[Shift]) -> None:
    if isinstance(fact, f.AgentLoggedIn):
        at_work[fact.agent] = Shift(fact.agent, at, math.inf, fact.queues, fact.skills)
    elif isinstance(fact, f.AgentLoggedOut) and fact.agent in at_work:
        done.append(_ended(at_work.pop(fact.agent), at))


def _ended(shift: Shift, at: float) -> Shift:
    return replace(shift, to_s=at)


def _begun(shift: Shift, at: float) -> Shift:
    return replace(shift, from_s=max(shift.from_s, at))


def _durations(day: Observed, calls: dict[CallId, Call]) -> None:
    for call in calls.values():
        if call.direction != "in" or call.queued_at is None or call.ended_at is None:
            continue
        if call.answered_at is not None:
            day.talks.append(call.talk_s + call.held_s)
            day.wrap_ups.append(call.wrap_up_s)
        elif call.outcome in ("abandoned_queue", "short_abandoned"):
            day.abandoned += 1
        day.waits.append((call.answered_at or call.ended_at) - call.queued_at)


def day_of(text: str | None) -> tuple[float, float]:
    """Local midnight to midnight; yesterday without ``text``. Raises EkcError."""
    try:
        day = (
            datetime.date.fromisoformat(text)
            if text
            else datetime.date.today() - datetime.timedelta(days=1)
        )
    except ValueError as error:
        raise EkcError(f"--day: «{text}» — не дата.", "Напишите так: 2026-11-23.") from error
    midnight = datetime.datetime.combine(day, datetime.time()).astimezone()
    return midnight.timestamp(), (midnight + datetime.timedelta(days=1)).timestamp()


def chosen_queue(queues: tuple[QueueSettings, ...], wanted: str | None) -> QueueId:
    """Raises EkcError that lists the known ones."""
    if wanted is None:
        return queues[0].id
    if all(q.id != wanted for q in queues):
        known = ", ".join(q.id for q in queues)
        raise EkcError(f"--queue: очереди «{wanted}» нет.", f"Есть: {known}.")
    return QueueId(wanted)
