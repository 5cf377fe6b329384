"""A call that came to the operator's own number past the centre, beside the centre's call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from sip.link import protocol
from sip.link.client import Phone

DECLINED = 603
RINGING = 180


@dataclass(frozen=True, slots=True)
class SecondCall:
    call: str
    """The softphone's name of it."""
    number: str
    state: Literal["ringing", "talking", "held"]
    since: float
    """Of the state; seconds since the epoch by the server's clock."""


class SecondCalls:
    """At most one. ``on_change`` tells that it came, changed or went; ``now`` is the server's
    clock. Methods raise EkcError when there is none."""

    def __init__(self, now: Callable[[], float], on_change: Callable[[], None]) -> None:
        self._now = now
        self._on_change = on_change
        self.current: SecondCall | None = None

    def ring(self, phone: Phone, call: str, number: str) -> None:
        phone.send(protocol.Answer(call=call, code=RINGING))
        self._set(SecondCall(call, number, "ringing", self._now()))

    def take(self, phone: Phone, *, muted: bool) -> None:
        """Answer it, or go back to it from holding."""
        second = self._one()
        if second.state == "talking":
            return
        rings = second.state == "ringing"
        phone.send((protocol.Answer if rings else protocol.Unhold)(call=second.call))
        phone.send(protocol.Mute(call=second.call, on=muted))
        self._turn("talking")

    def hold(self, phone: Phone) -> None:
        """Nothing happens unless it is talked."""
        second = self.current
        if second is not None and second.state == "talking":
            phone.send(protocol.Hold(call=second.call))
            self._turn("held")

    def end(self, phone: Phone) -> None:
        """Hang up, or decline one that rings."""
        second = self._one()
        if second.state == "ringing":
            phone.send(protocol.Answer(call=second.call, code=DECLINED))
        else:
            phone.send(protocol.HangUp(call=second.call))

    def mute(self, phone: Phone, on: bool) -> None:
        if self.current is not None and self.current.state == "talking":
            phone.send(protocol.Mute(call=self.current.call, on=on))

    def ended(self, call: str) -> bool:
        """True when it was this one."""
        if self.current is None or self.current.call != call:
            return False
        self.forget()
        return True

    def forget(self) -> None:
        if self.current is not None:
            self._set(None)

    def _one(self) -> SecondCall:
        if self.current is None:
            raise EkcError(_("Второго вызова нет: его уже закончили."))
        return self.current

    def _turn(self, state: Literal["talking", "held"]) -> None:
        self._set(replace(self._one(), state=state, since=self._now()))

    def _set(self, second: SecondCall | None) -> None:
        self.current = second
        self._on_change()
