"""Rows of the people on shift."""

from __future__ import annotations

from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import alarms, words
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.watch import PersonState, WatchPerson

_BUSY: tuple[PersonState, ...] = (
    "talking", "holding", "consulting", "connecting", "dialing", "offered", "asked", "advising",
)  # fmt: skip
_SEQUENCE: tuple[PersonState, ...] = (
    "not_responding", "break", "not_ready", "wrap_up", *_BUSY, "ready", "listening", "offline",
)  # fmt: skip


def columns() -> tuple[Column, ...]:
    return (
        Column(" ", 1),
        Column(_("Человек"), share=3),
        Column(_("Состояние"), 14),
        Column(_("Давно"), 7, right=True),
        Column(_("цель"), 7, from_width=92),
        Column(_("Чем занят"), share=4),
        Column(_("Вызовов"), 7, right=True, from_width=74),
        Column(_("Среднее"), 7, right=True, from_width=88),
        Column(_("Занятость"), 9, right=True, from_width=96),
    )


def row(person: WatchPerson, now: float, level: int = 0) -> Row:
    mark, style = mark_of(person, level)
    handling = person.handling_s
    return Row(
        person.id,
        (
            mark,
            person.name,
            words.person_state(person),
            wording.minutes(now - person.since),
            alarms.target("talk_s", person.target_s),
            doing(person),
            str(person.calls),
            words.NONE if handling is None else wording.minutes(handling),
            words.percent(person.occupancy),
        ),
        style,
    )


def doing(person: WatchPerson) -> str:
    """What is known beside the state; words that are always the same before names, which give way
    where there is no room."""
    parts = []
    if not person.console:
        parts.append(_("консоли нет"))
    elif not person.line_up and person.state == "ready":
        parts.append(_("линии нет"))
    if person.pending_logout:
        parts.append(_("потом уходит"))
    parts += [reason(person), listens(person)]
    if person.pending_break:
        parts.append(_("потом {reason}").format(reason=person.pending_break))
    if person.state in (*_BUSY, "wrap_up"):
        parts += dict.fromkeys((person.queue_title, person.topic_title))
    return " · ".join(filter(None, parts))


def reason(person: WatchPerson) -> str:
    if person.state == "not_responding":
        return _(words.NOT_RESPONDING.get(person.reason, person.reason))
    return person.reason


def listens(person: WatchPerson) -> str:
    """To whose talk, and how."""
    if person.listens_how is None or not person.listens_to:
        return ""
    return _(words.LISTENS[person.listens_how]).format(name=person.listens_to)


def mark_of(person: WatchPerson, level: int) -> tuple[str, str]:
    """``level``: how far the person is beyond the limits."""
    return alarms.MARKS[level if person.console else 2]


ORDERS = {
    "name": N_("по имени"),
    "state": N_("по состоянию"),
    "since": N_("дольше в состоянии"),
    "calls": N_("больше вызовов"),
}


def order_by(title: str, now: float) -> Order[WatchPerson]:
    keys: dict[str, Order[WatchPerson]] = {
        "name": lambda p: (p.name, p.id),
        "state": lambda p: (_SEQUENCE.index(p.state), p.since),
        "since": lambda p: (p.since, p.id),
        "calls": lambda p: (-p.calls, p.name),
    }
    return keys[title]


def searched(person: WatchPerson) -> str:
    return f"{person.name} {person.id} {words.person_state(person)} {doing(person)}"


def heading(people: list[WatchPerson], room: int) -> str:
    """How many of each kind there are, for a title of ``room`` cells; the last ones give way."""
    ready = sum(p.state == "ready" for p in people)
    busy = sum(p.state in _BUSY for p in people)
    away = sum(p.state in ("break", "not_ready", "not_responding") for p in people)
    parts = (
        (_("готовы {n}"), ready),
        (_("заняты {n}"), busy),
        (_("отошли {n}"), away),
        (_("постобработка {n}"), sum(p.state == "wrap_up" for p in people)),
    )
    return words.whole_parts([text.format(n=n) for text, n in parts if n], room)
