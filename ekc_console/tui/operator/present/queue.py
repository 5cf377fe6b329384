"""Rows of the waiting calls and of the callback list, and the summary of the queues."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ekc_console.client.words.cards import whom
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.messages import CallbackInfo, Me, QueueInfo, WaitingCall


def unseen(me: Me | None) -> str:
    """Why a list is empty though there may be somebody in it; empty: it is as it is shown."""
    if me is None or not me.last_call:
        return ""
    return _("У вас последний вызов: других вы не видите.")


SIGNS = {
    "!": N_("! сверх нормы"),
    "▲": N_("▲ долго"),
    "→": N_("→ предложен"),
    "↺": N_("↺ звонил раньше"),
    "↩": N_("↩ обратный вызов"),
    "↑": N_("↑ приоритет"),
}


def waiting_columns() -> tuple[Column, ...]:
    return (
        Column(_("Ждёт"), 8, right=True),
        Column(_("Номер"), 16),
        Column(_("Тема")),
        Column(_("Очередь"), 16, from_width=76),
        Column(_("Предложен"), 16, from_width=96),
    )


def waiting_rows(
    waiting: Sequence[WaitingCall], queues: Sequence[QueueInfo], now: float
) -> list[Row]:
    known = {queue.id: queue for queue in queues}
    return [_waiting_row(call, known.get(call.queue), now) for call in waiting]


def _waiting_row(call: WaitingCall, queue: QueueInfo | None, now: float) -> Row:
    wait = now - call.queued_at
    mark, style = wait_mark(wait, queue)
    if call.urgent:
        style = "bold $text-error"
    if call.offered_to:
        mark, style = "→", "dim"
    return Row(
        call.id,
        (
            f"{mark} {wording.wait(wait)}",
            wording.phone(call.number),
            f"{_signs(call)}{call.topic_title}",
            call.queue_title,
            call.offered_to,
        ),
        style,
    )


def legend(rows: Sequence[Row]) -> str:
    """What the signs mean that stand in these rows; empty without any."""
    used = {row.cells[0].split(" ")[0] for row in rows}.union(*(row.cells[2][:2] for row in rows))
    return "   ".join(_(text) for sign, text in SIGNS.items() if sign in used)


def _signs(call: WaitingCall) -> str:
    """Before the topic: was cut off in an emergency, comes before others, has tried before, is not
    on the line at all."""
    if call.urgent:
        return _("СРОЧНО") + " · "
    signs = "↑" if call.priority > 0 else ""
    signs += ("↺" if call.wants_callback else "") + ("↩" if call.virtual else "")
    return f"{signs} " if signs else ""


def wait_mark(wait_s: float, queue: QueueInfo | None) -> tuple[str, str]:
    """Symbol and style by the queue's limits, as supervisors see them."""
    if queue is None:
        return "", ""
    if queue.wait_second_s is not None and wait_s >= queue.wait_second_s:
        return "▲", "bold $text-error"
    if queue.wait_first_s is not None and wait_s >= queue.wait_first_s:
        return "!", "$text-warning"
    return "", ""


def queue_columns() -> tuple[Column, ...]:
    return (
        Column(_("Очередь")),
        Column(_("Ждут"), 4, right=True),
        Column(_("Дольше"), 7, right=True),
        Column(_("Готовы"), 6, right=True),
        Column(_("Заняты"), 6, right=True, from_width=46),
        Column(_("Отвечено"), 8, right=True, from_width=70),
        Column(_("Потеряно"), 8, right=True, from_width=70),
    )


def queue_rows(queues: Sequence[QueueInfo], now: float, room: int) -> list[Row]:
    """In the order of the configuration; where there is no room for all, those in which somebody
    waits come first, the longest wait before the others."""
    if len(queues) > room:
        queues = sorted(queues, key=lambda q: q.longest_since or math.inf)
    return [
        Row(
            queue.id,
            (
                queue.title,
                str(queue.waiting),
                wording.wait(now - queue.longest_since) if queue.longest_since is not None else "—",
                str(queue.agents_ready),
                str(queue.agents_busy),
                str(queue.answered_today),
                str(queue.abandoned_today),
            ),
        )
        for queue in queues
    ]


WITH_TIMES = 46
"""Columns from which the callback list has room for when somebody called and how often; else
:func:`callback_times` tells it of one."""


def callback_columns() -> tuple[Column, ...]:
    return (
        Column(_("Звонил"), 11, from_width=WITH_TIMES),
        Column(_("Номер"), 16),
        Column(_("Кто")),
        Column(_("Где потерян"), 16, from_width=100),
        Column(_("Раз"), 3, right=True, from_width=WITH_TIMES),
        Column(_("Попытки"), 7, right=True, from_width=70),
        Column(_("Взял"), 12, from_width=70),
    )


def callback_rows(callbacks: Sequence[CallbackInfo], now: float) -> list[Row]:
    return [
        Row(
            item.id,
            (
                wording.moment(item.since, now),
                wording.phone(item.number),
                _about(item, now),
                wording.lost_where(item.where),
                str(item.calls),
                str(item.attempts),
                item.taken_by or item.assigned or _waits_for(item),
            ),
            _style(item, now),
        )
        for item in callbacks
    ]


def _style(item: CallbackInfo, now: float) -> str:
    if item.taken_by or item.not_before > now:
        return "dim"
    return "bold $text-error" if item.given_up else ""


def callback_legend(item: CallbackInfo, now: float) -> str:
    """What can be done with the callback under the cursor."""
    if item.held:
        text = (
            _("Номер {kind}: Enter переспросит")
            if item.may_dial
            else _("Номер {kind}: вам не набрать")
        )
        return text.format(kind=wording.held(item.held))
    if promised(item, now):
        text = _("Обещано на {time}: Enter переспросит")
        return text.format(time=wording.moment(item.not_before, now))
    return _("Enter перезвонить   Delete убрать")


def callback_times(item: CallbackInfo, now: float) -> str:
    text = _("Звонил {time}, раз: {calls}, попыток: {attempts}")
    return text.format(
        time=wording.moment(item.since, now), calls=item.calls, attempts=item.attempts
    )


def promised(item: CallbackInfo, now: float) -> bool:
    """A time was named to the person, and it is not yet time to call."""
    return item.postponed and item.not_before > now


def _about(item: CallbackInfo, now: float) -> str:
    """Why it does not come by itself, or not yet, stands first: it must be seen in the narrowest
    table; then whom to ask for."""
    people = whom(item.callers, item.people)
    topic = item.topic_title or item.queue_title
    urgent = _("ЭКСТРЕННО") if item.urgent else ""
    held = wording.held(item.held) if item.held else ""
    return " · ".join(filter(None, (urgent, held, _from(item, now), people, topic)))


def _from(item: CallbackInfo, now: float) -> str:
    if item.taken_by or item.not_before <= now:
        return ""
    text = _("на {time}") if item.postponed else _("с {time}")
    return text.format(time=wording.moment(item.not_before, now))


def _waits_for(item: CallbackInfo) -> str:
    if item.held:
        return _("ждёт решения")
    if item.given_up:
        return _("решите сами")
    return _("ждёт линию") if item.no_way else ""
