"""Rows of the calls that live."""

from __future__ import annotations

from ekc_console.client.link.watched import WAITING
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import words
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.watch import CallState, WatchCall

_SEQUENCE: tuple[CallState, ...] = (
    "waiting", "offered", "forwarding", "transferring", "menu", "connecting", "dialing", "held",
    "consulting", "talking", "linked", "forwarded", "ringing", "advising", "ending", "ended",
)  # fmt: skip


def columns() -> tuple[Column, ...]:
    return (
        Column(_("Время"), 6, right=True),
        Column(_("Где"), 14),
        Column(_("Номер"), 16),
        Column(_("Тема и очередь"), share=3),
        Column(_("С кем"), share=2, from_width=66),
        Column(_("Путь"), share=3, from_width=96),
    )


def row(call: WatchCall, now: float) -> Row:
    return Row(
        call.id,
        (
            wording.minutes(now - started(call)),
            words.call_state(call),
            wording.phone(call.number),
            about(call),
            with_whom(call),
            " › ".join(call.path),
        ),
        "bold" if call.priority > 0 and call.state in WAITING else "",
    )


def marked(row: Row, is_marked: bool) -> Row:
    """With the sign of it before the second cell, which has room for it."""
    if not is_marked:
        return row
    first, second, *others = row.cells
    return Row(row.key, (first, f"● {second}", *others), row.style)


def started(call: WatchCall) -> float:
    """Of the time that is shown: who waits, since the beginning of waiting."""
    if call.state in WAITING and call.queued_at is not None:
        return call.queued_at
    return call.since


def about(call: WatchCall) -> str:
    signs = "↑" if call.priority > 0 and call.state in WAITING else ""
    parts = dict.fromkeys((call.topic_title, call.queue_title))
    text = " · ".join(filter(None, parts))
    if call.virtual:
        text = _("обратный вызов · {about}").format(about=text) if text else _("обратный вызов")
    return f"{signs} {text}".strip()


def with_whom(call: WatchCall) -> str:
    if call.offered_to:
        return "→ " + ", ".join(call.offered_to)
    if call.state == "waiting":
        return _("назначен: {who}").format(who=call.assigned) if call.assigned else ""
    return call.person_name


ORDERS = {
    "state": N_("ждущие первыми"),
    "oldest": N_("давние первыми"),
    "queue": N_("по очереди"),
}


def order_by(title: str, now: float) -> Order[WatchCall]:
    keys: dict[str, Order[WatchCall]] = {
        "state": lambda c: (_SEQUENCE.index(c.state), started(c), c.id),
        "oldest": lambda c: (c.arrived_at, c.id),
        "queue": lambda c: (c.queue_title, started(c), c.id),
    }
    return keys[title]


def searched(call: WatchCall) -> str:
    digits = "".join(filter(str.isdigit, call.number))
    parts = (call.number, digits, words.call_state(call), about(call), call.person_name)
    return " ".join(parts)


def places(calls: list[WatchCall]) -> list[WatchCall]:
    """Those of one queue who wait, in serving order."""
    waiting = [call for call in calls if call.state in WAITING and call.order is not None]
    return sorted(waiting, key=lambda call: (call.state != "offered", call.order or 0.0, call.id))
