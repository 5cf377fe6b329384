"""States, shares and times as a supervisor reads them."""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.i18n import N_, _
from ekc_console.wire.watch import CallState, PersonState, WatchCall, WatchPerson

PERSON_STATES: dict[PersonState, str] = {
    "offline": N_("не на смене"),
    "ready": N_("готов"),
    "break": N_("перерыв"),
    "offered": N_("звонит вызов"),
    "connecting": N_("соединяется"),
    "dialing": N_("набирает"),
    "talking": N_("разговор"),
    "holding": N_("держит вызов"),
    "consulting": N_("спрашивает"),
    "asked": N_("его спрашивают"),
    "advising": N_("советует"),
    "wrap_up": N_("постобработка"),
    "not_responding": N_("не отвечает"),
    "listening": N_("слушает"),
    "not_ready": N_("не готов"),
}
CALL_STATES: dict[CallState, str] = {
    "menu": N_("меню"),
    "waiting": N_("ждёт"),
    "offered": N_("предложен"),
    "connecting": N_("соединяется"),
    "talking": N_("разговор"),
    "held": N_("удержание"),
    "consulting": N_("консультация"),
    "transferring": N_("перевод"),
    "linked": N_("с внешним"),
    "dialing": N_("набор"),
    "ringing": N_("вызов наружу"),
    "advising": N_("отвечает нам"),
    "forwarding": N_("переадресация"),
    "forwarded": N_("переадресован"),
    "ending": N_("завершается"),
    "ended": N_("завершён"),
}
NOT_RESPONDING = {
    "no_answer": N_("не принял"),
    "rejected": N_("отклонял"),
    "unreachable": N_("линии нет"),
}
LISTENS = {
    "listen": N_("слушает: {name}"),
    "whisper": N_("подсказывает: {name}"),
    "barge": N_("в разговоре: {name}"),
}
BARS = "▁▂▃▄▅▆▇█"
NONE = "—"


def person_state(person: WatchPerson) -> str:
    """An emergency goes before whatever it is done by."""
    return _service(person) or _(PERSON_STATES[person.state])


def call_state(call: WatchCall) -> str:
    return _service(call) or _(CALL_STATES[call.state])


def _service(row: WatchPerson | WatchCall) -> str:
    if not row.service:
        return ""
    text = _("{number} на линии") if row.service_up else _("вызывает {number}")
    return text.format(number=row.service)


def percent(share: float | None) -> str:
    return NONE if share is None else _("{n} %").format(n=round(share * 100))


def bar(share: float | None) -> str:
    """One cell high as the share; a dot where there is nothing."""
    return "·" if share is None else BARS[min(len(BARS) - 1, int(share * len(BARS)))]


def about_minutes(seconds: float | None, error_s: float | None) -> str:
    """An expected wait with its error: ``4±1 мин``, ``<1 мин``."""
    if seconds is None:
        return NONE
    if seconds < 60 and not error_s:
        return _("<1 мин")
    whole = round(seconds / 60)
    if not whole and not round((error_s or 0.0) / 60):
        return _("<1 мин")
    if error_s is None:
        return _("{n} мин").format(n=whole)
    return _("{n}±{error} мин").format(n=whole, error=round(error_s / 60))


def whole_parts(parts: Sequence[str], room: int) -> str:
    """As many of the first ones as fit into so many cells, none of them cut."""
    text = ""
    for part in filter(None, parts):
        longer = f"{text} · {part}" if text else part
        if len(longer) > room:
            break
        text = longer
    return text
