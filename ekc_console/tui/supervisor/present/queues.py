"""Rows of the queues."""

from __future__ import annotations

import math
from collections.abc import Callable

from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import alarms, words
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.watch import WatchQueue

TARGETS = 80
"""From this width on targets stand beside their figures."""


def columns() -> tuple[Column, ...]:
    """In the order of looking: depth, longest wait, people, level."""
    return (
        Column(" ", 1),
        Column(_("Очередь")),
        Column(_("Ждут"), 4, right=True),
        Column(_("Дольше"), 6, right=True),
        Column(_("цель"), 6, from_width=TARGETS),
        Column(_("Ожидание"), 9, right=True, from_width=109),
        Column(_("Готовы"), 6, right=True, from_width=60),
        Column(_("Заняты"), 6, right=True, from_width=60),
        Column(_("Уровень 30м"), 11, right=True),
        Column(_("цель"), 4, from_width=TARGETS),
        Column(_("День"), 6, right=True, from_width=98),
        Column(_("Потеряно"), 8, right=True, from_width=90),
        Column(_("Принято"), 8, right=True, from_width=119),
        Column(_("5 мин"), 6, right=True, from_width=127),
        Column(_("Поступило"), 9, right=True, from_width=138),
        Column(_("Нет"), 3, right=True, from_width=143),
    )


def row(queue: WatchQueue, now: float, level: int = 0) -> Row:
    """``level``: how far it is beyond its limits."""
    wait = wait_s(queue, now)
    mark, style = alarms.MARKS[level]
    bars = "".join(words.bar(share) for share in queue.halves)
    return Row(
        queue.id,
        (
            mark,
            titled(queue),
            str(queue.waiting),
            words.NONE if wait is None else wording.wait(wait),
            alarms.target("wait_s", queue.targets.get("wait_s")),
            words.about_minutes(expected_s(queue), queue.expected_error_s),
            str(queue.ready),
            str(queue.busy),
            f"{bars} {words.percent(queue.level_half):>5}",
            alarms.target("level", queue.targets.get("level")),
            words.percent(queue.level_day),
            str(queue.abandoned),
            str(queue.answered),
            words.percent(queue.level_now),
            str(queue.wrapping_up),
            str(queue.away),
        ),
        style,
    )


def expected_s(queue: WatchQueue) -> float | None:
    """How long one who comes now waits; None: not known, as on a pause, or nobody comes in."""
    return None if queue.paused or queue.closed else queue.expected_s


def titled(queue: WatchQueue) -> str:
    """The word first: it is the title that is cut where there is no room."""
    if queue.closed:
        return _("закрыта · {title}").format(title=queue.title)
    return _("пауза · {title}").format(title=queue.title) if queue.paused else queue.title


def wait_s(queue: WatchQueue, now: float) -> float | None:
    """Of who waits longest."""
    return None if queue.longest_since is None else max(0.0, now - queue.longest_since)


def order_by(title: str, now: float, level: Callable[[str], int]) -> Order[WatchQueue]:
    """``level``: how far the queue of an id is beyond its limits."""
    keys: dict[str, Order[WatchQueue]] = {
        "attention": lambda q: (-level(q.id), -q.waiting, q.longest_since or math.inf),
        "settings": lambda q: (),
        "waiting": lambda q: (-q.waiting, q.longest_since or math.inf),
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
