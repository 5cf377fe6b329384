"""Rows of those who are owed a call, and what is known of one of them."""

from __future__ import annotations

from collections.abc import Iterator

from ekc_console.client.link.watched import Watched
from ekc_console.client.words.cards import whom
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.watch import WatchCallback

KINDS = {"lost": N_("не дождался"), "kept": N_("сохранил место"), "urgent": N_("ЭКСТРЕННО")}
_STYLES = {"▲": "bold $text-error", "!": "$text-warning", "": ""}


def columns() -> tuple[Column, ...]:
    return (
        Column(" ", 1),
        Column(_("Звонил"), 11),
        Column(_("Номер"), 16),
        Column(_("Кто"), share=2, from_width=66),
        Column(_("Вид"), 14, from_width=96),
        Column(_("Раз"), 3, right=True, from_width=74),
        Column(_("Попыток"), 7, right=True, from_width=96),
        Column(_("Что с ним"), share=3),
    )


def row(item: WatchCallback, watched: Watched, now: float) -> Row:
    mark = mark_of(item)
    return Row(
        item.id,
        (
            mark,
            wording.moment(item.since, now),
            wording.phone(item.number),
            " · ".join(filter(None, (people(item), item.topic_title or item.queue_title))),
            _(KINDS[item.kind]),
            str(item.calls),
            str(item.attempts),
            standing(item, watched, now),
        ),
        _STYLES[mark],
    )


def people(item: WatchCallback) -> str:
    return whom(item.callers, item.people)


def mark_of(item: WatchCallback) -> str:
    """``▲``: an emergency service was called for the person; ``!``: somebody has to decide."""
    if item.kind == "urgent":
        return "▲"
    return "!" if item.held and not item.assigned else ""


def standing(item: WatchCallback, watched: Watched, now: float) -> str:
    """Who has it, or why nobody rings yet."""
    if item.taken_by:
        return _("перезванивает {name}").format(name=item.taken_by)
    if item.postponed and item.not_before > now:
        return _("отложен до {at}").format(at=wording.moment(item.not_before, now))
    if item.assigned:
        return _("поручен: {name}").format(name=item.assigned_name)
    return _waits_for(item, watched, now)


def _waits_for(item: WatchCallback, watched: Watched, now: float) -> str:
    if item.held:
        return _("{kind}: решите").format(kind=wording.held(item.held))
    if item.no_way:
        return _("наружу не дозвониться")
    if item.queued:
        queue = watched.queues.get(item.queue)
        rests = queue is not None and queue.paused and item.kind != "urgent"
        return _("очередь на паузе") if rests else _("предлагается")
    if item.not_before > now:
        return _("не раньше {at}").format(at=wording.moment(item.not_before, now))
    return _("набирают из списка") if item.by_hand else _("ждёт своей очереди")


ORDERS = {
    "urgent": N_("экстренные и давние первыми"),
    "undecided": N_("ждущие решения первыми"),
    "queue": N_("по очереди"),
}


def order_by(name: str, now: float) -> Order[WatchCallback]:
    keys: dict[str, Order[WatchCallback]] = {
        "urgent": lambda c: (c.kind != "urgent", c.since, c.id),
        "undecided": lambda c: (not mark_of(c), c.kind != "urgent", c.since, c.id),
        "queue": lambda c: (c.queue_title, c.since, c.id),
    }
    return keys[name]


def searched(item: WatchCallback) -> str:
    digits = "".join(filter(str.isdigit, item.number))
    parts = (
        item.number, digits, people(item), item.queue_title, item.topic_title, _(KINDS[item.kind]),
        item.assigned_name, item.taken_by,
    )  # fmt: skip
    return " ".join(parts)


def facts(item: WatchCallback, watched: Watched, now: float) -> Iterator[tuple[str, str]]:
    """A label and a value each."""
    yield _("Номер"), wording.phone(item.number)
    if item.callers or item.people:
        yield _("Кто"), people(item)
    yield _("Вид"), _(KINDS[item.kind])
    tried = _("{at}, всего раз: {n}").format(at=wording.moment(item.since, now), n=item.calls)
    yield _("Звонил"), tried
    yield _("Очередь"), item.queue_title
    yield _("Тема"), item.topic_title
    yield _("Наших попыток"), str(item.attempts)
    now_is = standing(item, watched, now)
    yield _("Сейчас"), now_is
    if item.assigned and item.assigned_name not in now_is:
        yield _("Поручен"), item.assigned_name
    if item.held:
        kind = wording.held(item.held)
        yield _("Держит"), _("номер {kind}: сам не набирается, решает человек").format(kind=kind)
    if item.released:
        yield _("Решено"), _("номер набирается: разрешил человек")
