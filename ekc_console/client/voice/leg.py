"""One try of the softphone to stand in the operator's bridge, and why it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from sip.link.client import Phone
from sip.link.protocol import EndReason, Event

_REASONS: dict[EndReason, str] = {
    "normal": N_("сервер телефонии закончил вызов"),
    "busy": N_("сервер телефонии занят"),
    "rejected": N_("сервер телефонии отклонил вызов"),
    "no_answer": N_("сервер телефонии не отвечает"),
    "cancelled": N_("вызов отменён"),
    "unauthorized": N_("сервер телефонии не принял учётные данные"),
    "not_found": N_("на сервере телефонии нет такого номера"),
    "unreachable": N_("сервер телефонии недоступен"),
    "not_acceptable": N_("сервер телефонии не принял формат звука"),
    "untrusted": N_(
        "сертификат сервера телефонии не прошёл проверку: голос по этой связи не идёт; "
        "скажите администратору"
    ),
    "failed": N_("вызов не удался"),
}


class LegFailed(EkcError):
    """The leg did not come up, or dropped."""

    def __init__(self, message: str, *, replace_phone: bool = False) -> None:
        super().__init__(message)
        self.replace_phone = replace_phone


class Leg:
    """One try to stand in the operator's bridge."""

    def __init__(self, name: str) -> None:
        loop = asyncio.get_running_loop()
        self.name = name
        self.answered = asyncio.Event()
        self.ended: asyncio.Future[EndReason] = loop.create_future()
        self.open_mic = False
        self.seq = 0
        """Of the command that called in."""

    def end(self, reason: EndReason) -> None:
        if not self.ended.done():
            self.ended.set_result(reason)


class Inbox:
    """Holds a softphone's events until it is known which softphone they are of."""

    def __init__(self, sink: Callable[[Phone, Event], None]) -> None:
        self._sink = sink
        self._phone: Phone | None = None
        self._early: list[Event] = []

    def take(self, event: Event) -> None:
        if self._phone is None:
            self._early.append(event)
        else:
            self._sink(self._phone, event)

    def open(self, phone: Phone) -> None:
        self._phone = phone
        for event in self._early:
            self._sink(phone, event)


def sentence(reason: EndReason) -> str:
    """Why a leg ended, for people."""
    text = _(_REASONS[reason])
    return f"{text[:1].upper()}{text[1:]}."
