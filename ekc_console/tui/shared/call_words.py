"""The line under the call: what to say and do while an emergency service is called, and from whom
the caller has come back. Pure functions of what the desk knows."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ekc_console.domain.terms.dialling import kind_of
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key, key_line
from ekc_console.wire.call_control import NotTaken
from ekc_console.wire.messages import ConsultInfo, MyCall

_WARNS = "bold $text-warning"


def line(call: MyCall | None, came_back: Sequence[NotTaken], width: int, now: float) -> Content:
    """Empty when there is nothing to say. ``came_back``: of the call, unless it was dismissed."""
    consult = call.consult if call else None
    if consult is not None and consult.emergency:
        return _called(consult, came_back, width, now)
    if call is not None and _service_alone(call):
        return _alone(call, width)
    return _came_back(came_back, width) if came_back else Content("")


def dials(call: MyCall) -> bool:
    """Whether to accept the offered call is to dial it: nobody is on the line yet."""
    return call.direction == "out" and call.answered_at is None


def about_whom(call: MyCall) -> str:
    """For whom an emergency service is called, who has hung up."""
    if not call.caller_gone:
        return ""
    return "  " + _("об абоненте {number}").format(number=wording.phone(call.about))


def overheard(call: MyCall) -> str:
    """Who listens to the talk, where the centre tells; empty: nobody, as far as is told."""
    if call.overheard is None:
        return ""
    told = {
        "listen": _("слушает смена"),
        "whisper": _("подсказывает {name}"),
        "barge": _("в разговоре {name}"),
    }
    return "  " + told[call.overheard.mode].format(name=call.overheard.name)


def urgent(call: MyCall) -> str:
    """Before all else about the call, as long as the person is there."""
    if not call.urgent or call.state in ("wrap_up", "ended"):
        return ""
    return _("СРОЧНО: оборвалось при вызове скорой")


def _service_alone(call: MyCall) -> bool:
    """An emergency service is called, or talks with the operator, about a caller who is gone."""
    at_it = call.state in ("dialing", "connecting", "talking")
    return call.caller_gone and at_it and kind_of(call.number) == "emergency"


def _alone(call: MyCall, width: int) -> Content:
    said = (
        _("Абонент положил трубку, {number} на линии: назовите адрес и номер.")
        if call.state == "talking"
        else _("Абонент положил трубку, {number} вызывается: назовите адрес и номер.")
    )
    whom = _("Потом перезвоните {number}.").format(number=wording.phone(call.about))
    after = whom if call.about else _("Перезвонить некуда: номер скрыт.")
    what = _("{key} — завершить").format(key=key("call.hang_up"))
    return _beside(said.format(number=call.number), what, width, after)


def _called(consult: ConsultInfo, failed: Sequence[NotTaken], width: int, now: float) -> Content:
    """What goes on, what to say and how to break off, in one line. Where that is too long, what is
    to be said stays whole: the seconds stand in the line of the call too, the key in the help."""
    if consult.open:
        said = _("{who} на линии, вы втроём. Примет вызов — можно уйти.").format(who=consult.who)
        what = key_line("consult.complete")
        if len(said) > _room(what, width):
            said = _("{who} на линии, вы втроём").format(who=consult.who)
        return _beside(said, what, width)
    what = _("{key} — отбой").format(key=key("emergency.cancel"))
    aloud = wording.to_the_caller(consult.who)
    words = _("Скажите: {words}").format(words=aloud)
    rings = _("{who} вызывается {time}").format(
        who=consult.who, time=wording.span(now - consult.since)
    )
    before = f"{wording.not_taken(failed)}. " if failed else ""
    for said in (f"{before}{rings}. {words}", before + words, words):
        if len(said) <= _room(what, width):
            return _beside(said, what, width, _("Абонент вас слышит."))
    return Content.styled(aloud, _WARNS).truncate(width, ellipsis=True)


def _came_back(failed: Sequence[NotTaken], width: int) -> Content:
    said = _("ВЕРНУЛСЯ: {who}").format(who=wording.not_taken(failed))
    what = _("Esc — убрать")
    if any(kind_of(one.who) == "emergency" for one in failed):
        what = _("{key} — вызвать ещё раз, Esc — убрать").format(key=key("call.emergency"))
    return _beside(said, what, width)


def _beside(said: str, what: str, width: int, more: str = "") -> Content:
    """``more`` where there is room for all of it."""
    room = _room(what, width)
    if more and len(said) + 2 + len(more) <= room:
        said = f"{said.rstrip('.')}. {more}"
    shown = Content.styled(said, _WARNS).truncate(room, ellipsis=True)
    return Content.assemble(shown, ("   " + what, "$muted"))


def _room(what: str, width: int) -> int:
    return max(10, width - len(what) - 5)
