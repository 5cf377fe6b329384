"""Listening to talks from this console, by the own line."""

from __future__ import annotations

from typing import Protocol

from ekc_console.client.link.view import View
from ekc_console.client.operator_voice import OperatorVoice
from ekc_console.domain.terms.ids import ListenMode
from ekc_console.errors import EkcError
from ekc_console.wire import messages
from ekc_console.wire.listening import (
    ComeToListen,
    Listen,
    OwnListening,
    StopListening,
    TakeOver,
)
from ekc_console.wire.supervision import PickCall

JUST_OVER_S = 3.0
"""So long after a talk has ended a key may have been meant for it."""


class ListeningHost(Protocol):
    """The desk."""

    view: View
    voice: OperatorVoice

    def now(self) -> float: ...

    async def request(self, body: messages.Command) -> messages.Result | None: ...


class Listening:
    """Commands raise Refused with the server's reason, and Offline without a link."""

    def __init__(self, host: ListeningHost) -> None:
        self._host = host
        self._last: OwnListening | None = None
        """What was listened to when the view was last heard of."""
        self._left = ""
        """The call that is left by order."""
        self._over_at: float | None = None
        self.coming = False
        """The line is brought up for a talk that was ordered."""

    def follow(self) -> None:
        """The view has changed."""
        last, self._last = self._last, self.now
        if self._last is not None:
            self._over_at = None
        elif last is not None and last.call != self._left:
            self._over_at = self._host.now()

    @property
    def just_over(self) -> bool:
        """The talk has ended, by no order from here, and the listener may not know it yet."""
        return self._over_at is not None and self._host.now() - self._over_at < JUST_OVER_S

    @property
    def now(self) -> OwnListening | None:
        """What this person listens to."""
        me = self._host.view.me
        return me.listening if me is not None else None

    async def to_agent(self, login: str, mode: ListenMode = "listen") -> None:
        """The talk that this operator has; brings the own line up first."""
        await self._begin(Listen(agent=login, mode=mode))

    async def to_call(self, call: str, mode: ListenMode = "listen") -> None:
        await self._begin(Listen(call=call, mode=mode))

    async def stop(self) -> None:
        await self._leave(StopListening())

    async def take_over(self) -> None:
        """The call that is listened to."""
        await self._leave(TakeOver())

    async def take_waiting(self, call: str) -> None:
        """A call that waits, whoever's it is; brings the own line up first."""
        await self._begin(PickCall(call=call))

    async def _begin(self, order: Listen | PickCall) -> None:
        self._left = ""
        me = self._host.view.me
        if self.now is None:
            await self._host.request(ComeToListen())
        if me is None or not me.line_up:
            self.coming = True
            try:
                await self._host.voice.bring_line_up()
            finally:
                self.coming = False
        await self._host.request(order)

    async def _leave(self, order: StopListening | TakeOver) -> None:
        self._left = self.now.call if self.now is not None else ""
        try:
            await self._host.request(order)
        except EkcError:
            self._left = ""
            raise
