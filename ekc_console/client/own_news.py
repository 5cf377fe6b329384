"""What happened to the operator's own work without a key of hers: an offer that ran out, a talk
whose voice broke off, a state that she was put in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ekc_console.client.link.view import View
from ekc_console.client.operator_voice import IN_HAND
from ekc_console.domain.terms.numbers import readable
from ekc_console.i18n import N_, _
from ekc_console.wire.messages import AgentState, MyCall

Level = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class DeskNotice:
    """A word to the operator. ``at``: seconds since the epoch by the server's clock."""

    at: float
    level: Level
    text: str


ANSWER_S = 1.0
"""Before its last moment an offer went for another reason: taken by a colleague, or given up by the
caller."""
WHY_NOT_RESPONDING = {
    "no_answer": N_("Вызовы остались без ответа: новые вам не предлагаются, пока вы не готовы."),
    "rejected": N_("Вызовы отклонены: новые вам не предлагаются, пока вы не готовы."),
    "unreachable": N_("Линия пропала: вызовы вам не предлагаются, пока вы не готовы."),
}
CUT = N_(
    "Голос прервался: звонящий ждёт первым в очереди и вернётся к вам, когда линия поднимется."
)
WITH_ENGINE_S = 15.0
"""A talk that ends so soon after the telephony was down has ended with it."""


class OwnNews:
    """``read`` after each view; it compares with the one before."""

    def __init__(self) -> None:
        self._down_at = -math.inf
        """When the telephony was last seen down."""
        self._call: MyCall | None = None
        self._state: AgentState | None = None

    def read(self, view: View, now: float) -> Iterator[tuple[Level, str]]:
        call, me = view.call, view.me
        before, self._call = self._call, call
        was, self._state = self._state, me.state if me else None
        if not view.engine.up:
            self._down_at = now
        if before is not None and _broke_off(before, call) and now < self._down_at + WITH_ENGINE_S:
            number = readable(before.number)
            yield (
                "error",
                _("Разговор оборвался вместе с АТС: {number}. Перезвоните.").format(number=number),
            )
        if before is not None and call is not None and (text := _service_gone(before, call)):
            yield "info", text
        if before is not None and _ran_out(before, call, now):
            yield "warning", _("Пропущен вызов: {who}.").format(who=_caller(before))
        if me is None or me.state != "not_responding" or was in (None, "not_responding"):
            return
        cut = before is not None and before.state in IN_HAND and call is None
        if me.reason == "unreachable" and cut:
            yield "warning", _(CUT)
        elif words := WHY_NOT_RESPONDING.get(me.reason):
            yield "warning", _(words)


def _service_gone(before: MyCall, call: MyCall) -> str:
    """An emergency service was called for the caller, with whom the operator is alone again: by the
    operator's will, or because it hung up. Empty: nothing of the kind; what nobody answered is
    told beside the call."""
    if call.id != before.id or call.state not in ("talking", "held") or call.consult is not None:
        return ""
    open_before = {one.number for one in before.services if one.ended_at is None}
    gone = (one for one in reversed(call.services) if one.ended_at and one.number in open_before)
    if (one := next(gone, None)) is None or one.handed_at is not None:
        return ""
    if one.cancelled_at is not None:
        text = _("Вызов {who} отменён: вы говорите с абонентом.")
    elif one.answered_at is not None and one.ended_by == "operator":
        text = _("{who} отключена: вы говорите с абонентом.")
    elif one.answered_at is not None:
        text = _("{who} отключилась: вы говорите с абонентом.")
    else:
        return ""
    return text.format(who=one.number)


def _broke_off(talk: MyCall, call: MyCall | None) -> bool:
    return (
        call is not None
        and call.id == talk.id
        and (talk.state in IN_HAND and call.state == "wrap_up")
    )


def _ran_out(offered: MyCall, call: MyCall | None, now: float) -> bool:
    if offered.state != "offered" or offered.offer_expires_at is None:
        return False
    gone = call is None or (call.offer != offered.offer and call.id != offered.id)
    return gone and now >= offered.offer_expires_at - ANSWER_S


def _caller(call: MyCall) -> str:
    name = next(iter(call.caller.callers), call.caller.name)
    parts = (name, readable(call.number), call.topic_title)
    return ", ".join(part for part in parts if part)
