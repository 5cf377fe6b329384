"""The console in plain sentences, for a screen reader: no times that tick, no colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ekc_console.client.words.saying import said
from ekc_console.domain.terms.rights import may
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.mark import SHOWN_IN
from ekc_console.tui.shell.bars import break_title
from ekc_console.wire.messages import MyCall, QueueInfo

if TYPE_CHECKING:
    from ekc_console.client.desk import Desk
    from ekc_console.client.voice.second_call import SecondCall


def sentences(desk: Desk) -> dict[str, str]:
    """By what they are about; a sentence that differs from the last one is news."""
    told = {"state": _state(desk), "links": _links(desk)}
    for queue in desk.view.queues:
        told[f"queue {queue.id}"] = _queue(queue)
    told["call"] = _call(desk.view.call, desk)
    if count := desk.unfinished.count:
        told["unfinished"] = _("Незаконченных карточек: {n}.").format(n=count)
    if desk.second is not None:
        told["second"] = _second(desk.second)
    return told


def _state(desk: Desk) -> str:
    me = desk.view.me
    if me is None:
        return _("Вход не выполнен.")
    word = break_title(desk, me.reason) if me.state == "break" else wording.own_state(me)
    told = _("Состояние: {state}.").format(state=word.lower())
    last = _("Вызов последний.") if me.last_call and me.state != "offline" else ""
    return f"{told} {last}".strip()


def _links(desk: Desk) -> str:
    line = desk.line.state
    return " ".join(
        [
            _("Связь есть.") if desk.link.state == "online" else _("Нет связи с сервером."),
            {
                "up": _("Линия без звука.") if line.sound == "null" else _("Линия есть."),
                "connecting": _("Линия соединяется."),
                "failed": _("Линии нет."),
                "off": _("Линия выключена."),
            }[line.state],
            _engine(desk),
            *(
                _("Внешняя линия «{name}» не работает.").format(name=name)
                for name in desk.view.engine.trunks_in_trouble
            ),
            *(map(said, desk.view.engine.not_in_order) if _supervises(desk) else ()),
        ]
    ).strip()


def _supervises(desk: Desk) -> bool:
    me = desk.view.me
    return me is not None and may(me.role, "watch")


def _engine(desk: Desk) -> str:
    engine = desk.view.engine
    if engine.out_of_sight:
        return _("Связи с АТС нет: разговоры идут, новые вызовы ждут.")
    return "" if engine.up else _("АТС не работает.")


def _second(second: SecondCall) -> str:
    text = {
        "ringing": _("Второй вызов мимо центра звонит: {take} — взять, {decline} — отклонить."),
        "talking": _("Вы говорите по второму вызову: {end} — завершить."),
        "held": _("Второй вызов ждёт: {take} — вернуться к нему."),
    }
    return text[second.state].format(
        take=key("second.take"), decline=key("second.decline"), end=key("second.hang_up")
    )


def _queue(queue: QueueInfo) -> str:
    return _("Очередь «{title}»: ждут {waiting}, готовы {ready}.").format(
        title=queue.title, waiting=queue.waiting, ready=queue.agents_ready
    )


def _call(call: MyCall | None, desk: Desk) -> str:
    if call is None:
        return _("Вызова нет.")
    parts = [wording.call_state(call.state), wording.phone(call.number), call.topic_title]
    text = ", ".join(part for part in parts if part) + "."
    if call.not_taken and call.state in SHOWN_IN:
        text += " " + _("Не ответили: {who}.").format(who=wording.not_taken(call.not_taken))
    if call.state == "offered":
        text += " " + _("Ответить — {key}.").format(key=key("call.answer"))
    if desk.line.state.muted:
        text += " " + _("Микрофон выключен.")
    return text
