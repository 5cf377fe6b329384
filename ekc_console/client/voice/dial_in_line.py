"""A leg for each call: the softphone calls in when a call is taken and hangs up at its end.

For links that are paid by traffic. The way is proved once by a leg that the server lets go at
once; from then on the server waits for the leg of each call that it connects.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from ekc_console.client.voice.leg import Leg, LegFailed
from ekc_console.client.voice.line import Line
from sip.link import protocol
from sip.link.client import Phone
from sip.link.protocol import EndReason, Event


class DialInLine(Line):
    """``stand_by`` tells the server that the legs come with the calls from now on."""

    def __init__(
        self, stand_by: Callable[[], Awaitable[object]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._stand_by = stand_by
        self._needed = False
        self._wake = asyncio.Event()
        self.state = dataclasses.replace(self.state, per_call=True)

    def set_needed(self, on: bool) -> None:
        if on == self._needed:
            return
        self._needed = on
        if on:
            self._wake.set()
        elif self._leg and self.phone:
            self.phone.send(protocol.HangUp(call=self._leg.name))

    def redial(self) -> None:
        """The server counts on us no longer: prove the way anew."""
        super().redial()
        self._wake.set()

    async def look_at_network(self) -> None:
        await super().look_at_network()
        if self.phone is None:
            self._wake.set()

    async def _answered(self, leg: Leg) -> None:
        try:
            await super()._answered(leg)
        except LegFailed:
            reason = leg.ended.result() if leg.ended.done() else "failed"
            # Else the call was over before our leg was there, or while it came.
            if reason != "cancelled" and not (reason == "normal" and leg.answered.is_set()):
                raise

    async def _on_answer(self) -> None:
        await super()._on_answer()
        await self._stand_by()

    async def _rested(self, reason: EndReason) -> bool:
        if self.phone is None or reason not in ("normal", "cancelled"):
            return False
        self._leg = None
        if not self._needed:
            self._wake.clear()
            self._set("up")
            await self._wake.wait()
        return self.phone is not None

    def _on_event(self, phone: Phone, event: Event) -> None:
        super()._on_event(phone, event)
        if self.phone is None:
            self._wake.set()  # it died, and the next one has to prove the way
