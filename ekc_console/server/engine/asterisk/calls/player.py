"""Prompts and music on one node's legs.

Asterisk runs a leg's commands one after another and a prompt counts as one: what is asked for
while it plays waits for its end. So a leg's prompts are queued here, music is stopped before the
first and comes back after the last, and a leg is cut silent before it is moved.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence
from pathlib import Path

import structlog

from ekc_console.server.engine.asterisk.calls.legs import Leg, LegTable, Playing
from ekc_console.server.engine.asterisk.control.ari import Ari, AriError
from ekc_console.server.engine.protocol import EngineError, LegGone
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)
_GONE = (404, 409, 412)
RING_BACK = "425/1000,0/4000"
"""Hertz and milliseconds of the Russian network's ring-back tone, and of the silence after it."""


class Player:
    def __init__(self, ari: Ari, legs: LegTable) -> None:
        self._ari = ari
        self._legs = legs
        self._prefix = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._background = Background()

    async def play(self, leg: Leg, files: Sequence[Path]) -> str:
        playing = Playing(f"{self._prefix}-{next(self._numbers)}", tuple(files))
        self._legs.add_playback(leg, playing)
        if leg.playing[0] is playing:
            try:
                if leg.music or leg.adopted:
                    await self._silence(leg)
                await self._begin(leg, playing)
            except EngineError:
                self._legs.forget_playback(playing.id)
                raise
        return playing.id

    async def stop(self, leg: Leg) -> None:
        """Cut all; music that is wanted comes back."""
        if leg.playing:
            await self.cut(leg)
            if leg.music:
                await self._sound(leg)

    async def cut(self, leg: Leg) -> None:
        """Cut all and stay silent."""
        if not leg.playing:
            return
        everything = tuple(leg.playing)
        everything[0].cut = True
        await self._ari.delete(f"/playbacks/{everything[0].id}")
        for playing in everything:
            self._legs.end_playback(playing.id, finished=False)

    async def start_music(self, leg: Leg) -> None:
        already, leg.music = leg.music, True
        if not leg.playing and not already:
            try:
                await self._sound(leg)
            except EngineError:
                leg.music = False  # asked again, it must not be taken for sounding
                raise

    async def stop_music(self, leg: Leg) -> None:
        was, leg.music = leg.music or leg.adopted, False
        if was and not leg.playing:
            await self._silence(leg)

    async def start_ring_back(self, leg: Leg) -> None:
        if leg.ring_back or leg.playing:
            return
        leg.ring_back = True
        path = f"/channels/{leg.id}/play/{_ring_back_of(leg)}"
        try:
            await self._ari.post(path, {"media": [f"tone:{RING_BACK}"]})
        except AriError as error:
            raise gone_or(error) from None

    async def stop_ring_back(self, leg: Leg) -> None:
        was, leg.ring_back = leg.ring_back or leg.adopted, False
        if was:
            await self._ari.delete(f"/playbacks/{_ring_back_of(leg)}")

    def continue_with(self, leg: Leg) -> None:
        """The first playback is over by itself: go on with the next one, or with the music."""
        if leg.playing or leg.music:
            self._background.spawn(self._continue(leg))

    async def close(self) -> None:
        await self._background.close()

    async def _continue(self, leg: Leg) -> None:
        try:
            async with leg.lock:
                if not leg.playing:
                    if leg.music:
                        await self._sound(leg)
                elif not leg.playing[0].begun:
                    await self._begin(leg, leg.playing[0])
        except EngineError as error:
            if not isinstance(error, LegGone):
                log.warning("cannot go on playing", leg=leg.id, error=error.message)
            for playing in tuple(leg.playing):
                self._legs.end_playback(playing.id, finished=False)

    async def _begin(self, leg: Leg, playing: Playing) -> None:
        playing.begun = True
        media = ",".join(f"sound:{file.with_suffix('')}" for file in playing.files)
        await self._post(f"/channels/{leg.id}/play/{playing.id}", media=media)

    async def _sound(self, leg: Leg) -> None:
        await self._post(f"/channels/{leg.id}/moh")

    async def _silence(self, leg: Leg) -> None:
        try:
            await self._ari.delete(f"/channels/{leg.id}/moh")
            leg.adopted = False
        except AriError as error:
            raise gone_or(error) from None

    async def _post(self, path: str, **parameters: str) -> None:
        try:
            await self._ari.post(path, **parameters)
        except AriError as error:
            raise gone_or(error) from None


def _ring_back_of(leg: Leg) -> str:
    """Id of the playback, known to a server that did not begin it."""
    return f"ring-back-{leg.id}"


def gone_or(error: AriError) -> EngineError:
    """An error of a command to a leg: mostly it has just hung up."""
    if error.status in _GONE:
        return LegGone("Звонок уже завершён.")
    return error
