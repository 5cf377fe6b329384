"""Rows of calls of a day, of those that have ended too."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import words
from ekc_console.tui.supervisor.present.order import Order
from ekc_console.wire.day.calls import DayCall

LOST = ("abandoned_queue", "short_abandoned")
OUTCOMES = {
    "answered": N_("отвечен"),
    "abandoned_menu": N_("потерян в меню"),
    "abandoned_queue": N_("потерян в очереди"),
    "short_abandoned": N_("сразу положил"),
    "served_by_menu": N_("обслужен в меню"),
    "flowed_out": N_("снят без разговора"),
    "forwarded": N_("на внешний номер"),
    "refused": N_("не принят"),
    "no_answer": N_("не ответил"),
    "busy": N_("занято"),
    "moved": N_("переадресован"),
    "no_way": N_("нет связи наружу"),
    "failed": N_("не соединён"),
    "cancelled": N_("отменён"),
    "cut": N_("связь прервалась"),
}
"""As short as a column of a narrow table."""
ENDING = 18


def columns() -> tuple[Column, ...]:
    return (
        Column(" ", 1),
        Column(_("Время"), 5),
        Column(_("Номер"), 16),
        Column(_("Очередь"), share=2),
        Column(_("Ждал"), 6, right=True),
        Column(_("Разговор"), 8, right=True, from_width=66),
        Column(_("Чем кончился"), ENDING),
        Column(_("С кем"), share=2, from_width=90),
    )


def row(call: DayCall) -> Row:
    mark, style = mark_of(call)
    return Row(
        call.id,
        (
            mark,
            wording.clock(call.arrived_at)[:5],
            wording.phone(call.number),
            call.queue_title or call.topic_title,
            words.NONE if call.wait_s is None else wording.minutes(call.wait_s),
            wording.minutes(call.talk_s) if call.talk_s else words.NONE,
            ending(call),
            call.person_name,
        ),
        style,
    )


ORDERS = {
    "latest": N_("последние первыми"),
    "waited": N_("дольше ждали"),
    "talked": N_("дольше говорили"),
    "ending": N_("по тому, чем кончился"),
}


def rows(calls: Iterable[DayCall], order: str) -> list[Row]:
    """``order``: one of ``ORDERS``; those that are equal by it stay the latest first."""
    keys: dict[str, Order[DayCall]] = {
        "latest": lambda call: (),
        "waited": lambda call: (-(call.wait_s or 0.0),),
        "talked": lambda call: (-call.talk_s,),
        "ending": lambda call: (ending(call),),
    }
    return [row(call) for call in sorted(calls, key=keys[order])]


def ending(call: DayCall) -> str:
    if call.ended_at is None:
        return _("идёт")
    text = _(OUTCOMES.get(call.outcome, call.outcome))
    return _("{outcome} поздно").format(outcome=text) if call.late else text


def mark_of(call: DayCall) -> tuple[str, str]:
    """▲: lost; !: answered late."""
    if call.outcome in LOST:
        return "▲", "bold $text-error"
    return ("!", "$text-warning") if call.late else ("", "")
