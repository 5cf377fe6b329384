"""Taking turns on a call: say a phrase, then listen until the other side has finished."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from ekc_console.demo.people.hearing import Hearing
from ekc_console.server.services.wav import RATE_HZ, read_wav
from sip.link.protocol import Command, Play, Record

LISTEN_EVERY_S = 0.1
GONE_S = 3.0
"""The softphone writes what it hears every half second; when it has not for so long, the call is
over."""


class Talk:
    """One side of a call that is up, from :meth:`begin` to :meth:`end`."""

    def __init__(self, send: Callable[[Command], int], call: str, heard: Path) -> None:
        self._send = send
        self._call = call
        self._heard = heard
        self.hearing = Hearing(heard)

    def begin(self) -> None:
        """Keep what is heard from now on, for :attr:`hearing`."""
        self._heard.unlink(missing_ok=True)
        self._send(Record(call=self._call, file=str(self._heard)))

    def end(self, *, call_goes_on: bool = False) -> None:
        """Stop listening and delete what was heard; its measures stay."""
        if call_goes_on:
            self._send(Record(call=self._call, file=""))
        self.hearing.listen()
        self._heard.unlink(missing_ok=True)

    async def say(self, phrase: Path) -> None:
        """Play a phrase; returns when it is spoken."""
        wav = await asyncio.to_thread(read_wav, phrase)
        self._send(Play(call=self._call, file=str(phrase)))
        await asyncio.sleep(len(wav.samples) / RATE_HZ)
        self.hearing.listen()

    async def pause(self) -> None:
        """Let a moment pass and listen."""
        await asyncio.sleep(LISTEN_EVERY_S)
        self.hearing.listen()

    async def their_turn(self, turn_s: float, reply_within_s: float) -> bool:
        """Wait until the other side has said something and is silent for ``turn_s``, or has hung
        up on its last word. False when nothing was said within ``reply_within_s``."""
        mark = position = self.hearing.position
        loop = asyncio.get_running_loop()
        grown_at = loop.time()
        deadline = grown_at + reply_within_s
        while True:
            await self.pause()
            if self.hearing.position > position:
                position, grown_at = self.hearing.position, loop.time()
            if self.hearing.sound_since(mark):
                if self.hearing.silent_for_s() >= turn_s or loop.time() - grown_at >= GONE_S:
                    return True
            elif loop.time() >= deadline:
                return False
