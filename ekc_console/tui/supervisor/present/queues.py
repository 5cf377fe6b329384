"""Rows of the queues."""

from __future__ import annotations

import math

from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import words
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.watch import WatchQueue

WIDE = 94
VERY_LONG = 3.0
"""A wait of so many levels is marked twice."""


def columns() -> tuple[Column, ...]:
    """In the order of looking: depth, longest wait, people, level."""
    return (
        Column(" ", 1),
        Column(_("Очередь")),
        Column(_("Ждут"), 4, right=True),
        Column(_("Дольше"), 6, right=True),
        Column(_("Ожидание"), 9, right=True, from_width=WIDE),
        Column(_("Готовы"), 6, right=True),
        Column(_("Заняты"), 6, right=True),
        Column(_("Уровень 30 мин"), 14, right=True),
        Column(_("День"), 6, right=True, from_width=WIDE),
        Column(_("Потеряно"), 8, right=True, from_width=WIDE),
        Column(_("Принято"), 7, right=True, from_width=116),
        Column(_("5 мин"), 6, right=True, from_width=124),
        Column(_("Пост."), 5, right=True, from_width=132),
        Column(_("Нет"), 3, right=True, from_width=138),
    )


def row(queue: WatchQueue, now: float) -> Row:
    wait = wait_s(queue, now)
    mark, style = mark_of(queue, now)
    bars = "".join(words.bar(share) for share in queue.halves)
    return Row(
        queue.id,
        (
            mark,
            titled(queue),
            str(queue.waiting),
            words.NONE if wait is None else wording.wait(wait),
            words.about_minutes(queue.expected_s, queue.expected_error_s),
            str(queue.ready),
            str(queue.busy),
            f"{bars} {words.percent(queue.level_half):>5}",
            words.percent(queue.level_day),
            str(queue.abandoned),
            str(queue.answered),
            words.percent(queue.level_now),
            str(queue.wrapping_up),
            str(queue.away),
        ),
        style,
    )


def titled(queue: WatchQueue) -> str:
    if queue.closed:
        return _("{title} · закрыта").format(title=queue.title)
    return _("{title} · пауза").format(title=queue.title) if queue.paused else queue.title


def wait_s(queue: WatchQueue, now: float) -> float | None:
    """Of who waits longest."""
    return None if queue.longest_since is None else max(0.0, now - queue.longest_since)


def grade(queue: WatchQueue, now: float) -> int:
    """0: as it should be; 1, 2: beyond."""
    wait = wait_s(queue, now)
    if wait is None or not queue.level_s or wait < queue.level_s:
        return 0
    return 2 if wait >= VERY_LONG * queue.level_s else 1


def mark_of(queue: WatchQueue, now: float) -> tuple[str, str]:
    """Sign and style."""
    return (("", ""), ("!", "$text-warning"), ("▲", "bold $text-error"))[grade(queue, now)]


def order_by(title: str, now: float) -> Order[WatchQueue]:
    keys: dict[str, Order[WatchQueue]] = {
        "attention": lambda q: (-grade(q, now), -q.waiting, q.longest_since or math.inf),
        "settings": lambda q: (),
        "waiting": lambda q: (-q.waiting,),
        "level": lambda q: (q.level_half is None, q.level_half or 0.0),
    }
    return keys[title]


ORDERS = {
    "attention": N_("важные первыми"),
    "settings": N_("как в настройках"),
    "waiting": N_("больше ждут"),
    "level": N_("хуже уровень"),
}


def searched(queue: WatchQueue) -> str:
    return titled(queue)
