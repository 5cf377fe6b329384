"""The operator's voice on a telephone: the server calls it and keeps it up for the shift.

For terminals without sound. Its microphone is its own: what is muted here is not muted there.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog

from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.access import without_line
from ekc_console.client.voice.line_state import LineState, Voice
from ekc_console.client.voice.second_call import SecondCalls
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from sip.link.client import Phone

log = structlog.get_logger(__name__)


class PhoneLine:
    """As :class:`ekc_console.client.voice.line.Line`, with no softphone. ``call_phone`` asks the
    server for the call; ``set_up`` tells whether it has the leg."""

    def __init__(
        self,
        call_phone: Callable[[], Awaitable[object]],
        on_change: Callable[[], None],
        *,
        may_dial: Callable[[], bool] = lambda: True,
        timing: Timing | None = None,
    ) -> None:
        self._call_phone = call_phone
        self._on_change = on_change
        self._may_dial = may_dial
        self._timing = timing or Timing()
        self.state = LineState("off", sound="device")
        self.phone: Phone | None = None
        """There is none, ever."""
        self.leg = ""
        self.voice: Voice | None = None
        self.second: SecondCalls | None = None
        """There is none: the telephone has its own."""
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._down.set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Idempotent; the state tells when the telephone was picked up."""
        if self._task is None:
            self._set("connecting", _("Сервер звонит на ваш телефон: снимите трубку."))
            self._task = asyncio.create_task(self._keep_up(), name="phone line")

    async def stop(self) -> None:
        """Ask no more; the server hangs up at the end of the shift. Idempotent."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._set("off")

    def set_up(self, up: bool) -> None:
        """The server has the leg, or has it no longer."""
        if up:
            self._down.clear()
            self._up.set()
        else:
            self._up.clear()
            self._down.set()

    def redial(self) -> None:
        """The server's word is the only one there is: nothing to mend here."""

    async def look_at_network(self) -> None:
        """The telephone is elsewhere."""

    def mute(self, on: bool) -> None:
        """Raises EkcError: only the telephone itself can do it."""
        raise EkcError(
            _("Голос идёт через телефон: консоль его микрофоном не управляет."),
            _("Выключите микрофон на самом телефоне или поставьте вызов на удержание (F6)."),
        )

    def set_talking(self, on: bool, party: str = "") -> None:
        """The telephone's microphone is always open; the bridge is empty between calls."""

    def set_needed(self, on: bool) -> None:
        """The telephone stays on the line between calls."""

    def call_over(self) -> None:
        """Nothing to open again."""

    async def _keep_up(self) -> None:
        while True:
            if self._up.is_set():
                self._set("up")
                await self._down.wait()
                self._set("connecting", _("Телефон положил трубку: сервер звонит снова."))
            try:
                await self._ask()
            except EkcError as error:
                log.info("phone line not up", error=type(error).__name__)
                over = without_line(error)
                self._set(over or "failed", error.message)
                if over:
                    self._task = None
                    return
            if not self._up.is_set():
                await asyncio.sleep(self._timing.phone_again_s)

    async def _ask(self) -> None:
        if not self._may_dial():
            raise EkcError(_("Сеанс окончен: линия восстановится после входа."))
        await self._call_phone()
        try:
            async with asyncio.timeout(self._timing.phone_rings_s):
                await self._up.wait()
        except TimeoutError:
            raise EkcError(_("Телефон не ответил.")) from None

    def _set(self, state: Literal["off", "connecting", "up", "failed"], detail: str = "") -> None:
        self.state = dataclasses.replace(
            self.state, state=state, detail=detail, transmitting=state == "up"
        )
        self._on_change()
