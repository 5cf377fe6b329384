"""Figures beyond their limits, in words."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.link.watched import Watched
from ekc_console.client.words.alarms import EVENTS, told
from ekc_console.client.words.alarms import FIGURES as NAMES
from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.alarm_limits import QUEUE_FIGURES, Figure, QueueFigure
from ekc_console.domain.terms.localtime import said as local_said
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import words
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.centre.alarms import AlarmEntry, WatchAlarm
from ekc_console.wire.watch import WatchQueue

MARKS = (("", ""), ("!", "$text-warning"), ("▲", "bold $text-error"))
"""Sign and style by the level."""
FIGURES: dict[Figure, str] = {
    "waiting": N_("ждут {value}"),
    "wait_s": N_("ждут {n}, дольше всех {value}"),
    "level": N_("уровень за полчаса {value}"),
    "ready": N_("готовы {value}"),
    "abandoned": N_("потеряно за полчаса {value}"),
    "talk_s": N_("разговор {value}"),
    "wrap_up_s": N_("постобработка {value}"),
    "break_s": N_("перерыв {value}"),
    "not_responding_s": N_("не отвечает {value}"),
    "idle_s": N_("без вызовов {value}"),
}


AIMS: dict[QueueFigure, str] = {
    "waiting": N_("ждут"),
    "wait_s": N_("ожидание"),
    "level": N_("уровень"),
    "ready": N_("готовы"),
    "abandoned": N_("потеряно за полчаса"),
}


def sentence(alarm: WatchAlarm, watched: Watched, now: float) -> str:
    """What is beyond, and the limit in brackets."""
    queue = watched.queues.get(alarm.thing) if alarm.about == "queue" else None
    if alarm.figure == "wait_s" and queue is not None and not queue.waiting:
        return _("{queue}: больше никто не ждёт").format(queue=queue.title)
    value = _shown(alarm.figure, _value(alarm, watched, now))
    what = _(FIGURES[alarm.figure]).format(value=value, n=queue.waiting if queue else "")
    if alarm.reason:
        what += f" ({alarm.reason})"
    limit = f" ‹{said(alarm.figure, alarm.limit)}›" if alarm.limit or alarm.since is None else ""
    text = f"{title(alarm, watched)}: {what}{limit}"
    if queue is not None and alarm.figure in ("waiting", "wait_s"):
        text += _why_they_wait(queue)
    return text


def _why_they_wait(queue: WatchQueue) -> str:
    if queue.paused:
        return _(", очередь на паузе")
    return "" if queue.ready else _(", готовых нет")


def _shown(figure: Figure, value: float) -> str:
    """One that grows each second is shown in steps."""
    return wording.wait(value) if figure.endswith("_s") else said(figure, value)


def title(alarm: WatchAlarm, watched: Watched) -> str:
    """Of the queue, or name of the person."""
    if alarm.about == "queue":
        queue = watched.queues.get(alarm.thing)
        return queue.title if queue else alarm.thing
    person = watched.people.get(alarm.thing)
    return person.name if person else alarm.thing


def said(figure: Figure, value: float) -> str:
    if figure == "level":
        return words.percent(value)
    return wording.minutes(value) if figure.endswith("_s") else str(round(value))


def target(figure: Figure, value: float | None) -> str:
    """In brackets: ``‹0:20›``, ``‹80›``; empty where nothing is aimed at."""
    if value is None:
        return ""
    return f"‹{round(value * 100)}›" if figure == "level" else f"‹{said(figure, value)}›"


def targets(queue: WatchQueue) -> str:
    """All that is aimed at, in words."""
    known = ((figure, queue.targets.get(figure)) for figure in QUEUE_FIGURES)
    return " · ".join(
        f"{_(AIMS[figure])} {said(figure, value)}" for figure, value in known if value is not None
    )


def _value(alarm: WatchAlarm, watched: Watched, now: float) -> float:
    """The figure as it is now; as it was when the alarm began, where that is not known."""
    if alarm.since is not None:
        return max(0.0, now - alarm.since)
    queue = watched.queues.get(alarm.thing)
    counted: dict[Figure, Callable[[], float | None]] = (
        {}
        if queue is None
        else {
            "waiting": lambda: queue.waiting,
            "level": lambda: queue.level_half,
            "ready": lambda: queue.ready,
            "abandoned": lambda: queue.half_abandoned,
        }
    )
    found = counted.get(alarm.figure, lambda: None)()
    return alarm.value if found is None else found


def is_quiet(alarm: WatchAlarm, now: float) -> bool:
    """Somebody sees to it, or it can wait."""
    return bool(alarm.seen_by) or is_snoozed(alarm, now)


def is_snoozed(alarm: WatchAlarm, now: float) -> bool:
    return alarm.snoozed_until is not None and now < alarm.snoozed_until


def attended(alarm: WatchAlarm, now: float) -> str:
    """Who sees to it, until when it waits, who was told."""
    parts = []
    if alarm.seen_by and alarm.seen_at is not None:
        at = wording.clock(alarm.seen_at)[:5]
        parts.append(_("принято {at}: {name}").format(at=at, name=alarm.seen_by))
    if is_snoozed(alarm, now) and alarm.snoozed_until is not None:
        at = wording.clock(alarm.snoozed_until)[:5]
        parts.append(_("отложено до {at}: {name}").format(at=at, name=alarm.snoozed_by))
    return " · ".join([*parts, *told(alarm)])


# -- the event log -------------------------------------------------------------------


def log_columns() -> tuple[Column, ...]:
    return (
        Column(_("Когда"), 11),
        Column(" ", 1),
        Column(_("Что"), share=2),
        Column(_("Показатель"), share=3),
        Column(_("Что было"), share=3),
    )


def log_row(key: str, entry: AlarmEntry, now: float) -> Row:
    mark, style = MARKS[entry.level]
    limit = "" if entry.limit is None else f" ‹{said(entry.figure, entry.limit)}›"
    figure = f"{said(entry.figure, entry.value)}{limit} {_(NAMES[entry.figure])}"
    if entry.reason:
        figure += f" ({entry.reason})"
    cells = (_when(entry.at, now), mark, entry.title, figure, _happened(entry))
    return Row(key, cells, style if entry.event in ("raised", "risen") else "")


LOG_ORDERS = {
    "latest": N_("последние первыми"),
    "gravest": N_("худшие первыми"),
    "thing": N_("по очередям и людям"),
}


def log_order(name: str) -> Order[AlarmEntry] | None:
    """None: as they come."""
    keys: dict[str, Order[AlarmEntry]] = {
        "gravest": lambda entry: (-entry.level,),
        "thing": lambda entry: (entry.title,),
    }
    return keys.get(name)


def _happened(entry: AlarmEntry) -> str:
    what = _(EVENTS[entry.event])
    until = "" if entry.until is None else f" ‹{wording.clock(entry.until)[:5]}›"
    return f"{what}{until}{entry.who and ': '}{entry.who}"


def _when(at: float, now: float) -> str:
    """With the date where it is not today."""
    if wording.same_day(at, now):
        return wording.clock(at)
    return local_said(at, zone(), "%d.%m %H:%M")
