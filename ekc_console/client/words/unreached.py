"""Who was called for a caller and did not come, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ekc_console.domain.terms.dialling import kind_of
from ekc_console.i18n import N_, _
from ekc_console.wire.call_control import NotTaken, Unreached

UNREACHED: Mapping[Unreached, str] = {
    "busy": N_("{who} — занято"),
    "no_answer": N_("{who} — нет ответа"),
    "rejected": N_("{who} — вызов отклонён"),
    "left": N_("{who} — связь прервалась"),
    "unreachable": N_("{who} — недоступен"),
    "moved": N_("{who} — номер переадресован"),
    "no_way": N_("{who} — нет исходящей связи"),
    "failed": N_("{who} — вызов не прошёл"),
    "caller_gone": N_("{who} — абонент положил трубку"),
    "engine": N_("{who} — отказала телефония"),
}
SERVICE_UNREACHED: Mapping[Unreached, str] = {
    "busy": N_("{who} занята"),
    "no_answer": N_("{who} не ответила"),
    "rejected": N_("{who} отклонила вызов"),
    "left": N_("{who} отключилась"),
    "unreachable": N_("{who} недоступна"),
    "moved": N_("{who}: номер переадресован"),
    "no_way": N_("{who}: нет исходящей связи"),
    "failed": N_("{who}: вызов не прошёл"),
    "caller_gone": N_("{who}: абонент положил трубку"),
    "engine": N_("{who}: отказала телефония"),
}
"""Of an emergency service."""


def unreached(one: NotTaken, name: str) -> str:
    """``name``: as they are shown."""
    texts = SERVICE_UNREACHED if kind_of(one.who) == "emergency" else UNREACHED
    return _(texts[one.why]).format(who=name)


def services(tried: str) -> str:
    """Emergency services: of ``103=no_answer,112=busy``."""
    return ", ".join(_services(tried))


def _services(tried: str) -> Iterable[str]:
    for one in tried.split(","):
        number, _sign, why = one.partition("=")
        text = SERVICE_UNREACHED.get(why)  # type: ignore[call-overload]
        yield _(text).format(who=number) if text else one
