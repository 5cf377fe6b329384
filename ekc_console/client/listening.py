"""Listening to talks from this console, by the own line."""

from __future__ import annotations

from typing import Protocol

from ekc_console.client.link.view import View
from ekc_console.client.operator_voice import OperatorVoice
from ekc_console.domain.terms.ids import ListenMode
from ekc_console.wire import messages
from ekc_console.wire.listening import (
    ComeToListen,
    Listen,
    OwnListening,
    StopListening,
    TakeOver,
)


class ListeningHost(Protocol):
    """The desk."""

    view: View
    voice: OperatorVoice

    async def request(self, body: messages.Command) -> messages.Result | None: ...


class Listening:
    """Commands raise Refused with the server's reason, and Offline without a link."""

    def __init__(self, host: ListeningHost) -> None:
        self._host = host

    @property
    def now(self) -> OwnListening | None:
        """What this person listens to."""
        me = self._host.view.me
        return me.listening if me is not None else None

    async def to_agent(self, login: str, mode: ListenMode = "listen") -> None:
        """The talk that this operator has; brings the own line up first."""
        await self._come()
        await self._host.request(Listen(agent=login, mode=mode))

    async def to_call(self, call: str, mode: ListenMode = "listen") -> None:
        await self._come()
        await self._host.request(Listen(call=call, mode=mode))

    async def stop(self) -> None:
        await self._host.request(StopListening())

    async def take_over(self) -> None:
        """The call that is listened to."""
        await self._host.request(TakeOver())

    async def _come(self) -> None:
        me = self._host.view.me
        if self.now is None:
            await self._host.request(ComeToListen())
        if me is None or not me.line_up:
            await self._host.voice.bring_line_up()
