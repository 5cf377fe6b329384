"""A second call beside the caller of the centre: who is held while the other one is spoken with."""

from __future__ import annotations

from typing import Protocol

from ekc_console.client.link.view import View
from ekc_console.client.operator_voice import OperatorVoice
from ekc_console.client.voice.second_call import SecondCalls
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from sip.link.client import Phone


class CallerOfTheCentre(Protocol):
    """The operator's call of the centre, held and resumed at the server."""

    view: View

    async def hold(self) -> None: ...
    async def resume(self) -> None: ...


class SecondCallDesk:
    """``caller`` holds and resumes the caller of the centre; ``voice`` has the second one."""

    def __init__(self, caller: CallerOfTheCentre, voice: OperatorVoice) -> None:
        self._caller = caller
        self._voice = voice
        self._held_for_it = ""
        """The centre's call that was put on hold to take the second one."""

    async def take(self) -> None:
        """Take it, or go back to it; the caller of the centre is held meanwhile, with music."""
        self._line()
        call = self._caller.view.call
        if call is not None and call.state == "talking":
            await self._caller.hold()
            self._held_for_it = call.id
        calls, phone = self._line()
        calls.take(phone, muted=self._voice.line.state.muted)

    async def end(self) -> None:
        """Hang it up, or decline one that rings; back to the caller who was held for it."""
        calls, phone = self._line()
        calls.end(phone)
        call = self._caller.view.call
        if call is not None and call.state == "held" and call.id == self._held_for_it:
            await self._caller.resume()

    def hold(self) -> None:
        """Before the centre's caller is spoken with. Nothing happens unless there is one."""
        line = self._voice.line
        if line.second and line.phone:
            line.second.hold(line.phone)

    def _line(self) -> tuple[SecondCalls, Phone]:
        calls, phone = self._voice.line.second, self._voice.line.phone
        if calls is None or phone is None:
            raise EkcError(_("Второго вызова нет: его уже закончили."))
        return calls, phone
