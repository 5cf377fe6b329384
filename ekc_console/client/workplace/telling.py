"""Tells the server of this workplace: when the link comes up, and of the line while talks go on."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable
from pathlib import Path

import structlog

from ekc_console import __version__
from ekc_console.client.desk import Desk
from ekc_console.client.doctor import kept
from ekc_console.client.voice.quality import LineQuality
from ekc_console.errors import EkcError
from ekc_console.wire.admin.workplace_work import LineSums, TellWorkplace

log = structlog.get_logger(__name__)

TELL_LOOKS = 12
"""A minute of talk, at the usual pace of looks."""


def added(sums: LineSums, look: LineQuality) -> LineSums:
    return LineSums(
        looks=sums.looks + 1,
        bad=sums.bad + look.bad,
        mos=sums.mos + look.mos,
        loss=sums.loss + look.loss,
        jitter_ms=sums.jitter_ms + look.jitter_ms,
    )


class WorkplaceTeller:
    """``headset`` gives the chosen microphone. Begins with the first link of ``desk``."""

    def __init__(self, desk: Desk, state_dir: Path, headset: Callable[[], str]) -> None:
        self._desk = desk
        self._state_dir = state_dir
        self._headset = headset
        self._sums = LineSums()
        self._look: LineQuality | None = None
        self._online = False
        self._telling: asyncio.Task[None] | None = None
        desk.subscribe(self._changed)

    def _changed(self, names: set[str]) -> None:
        if "link" in names:
            came = not self._online
            self._online = self._desk.link.state == "online"
            if self._online and came:
                self._tell()
        if "line" in names:
            self._listen(self._desk.line.state.quality)

    def _listen(self, look: LineQuality | None) -> None:
        if look is self._look:
            return
        self._look = look
        if look is not None:
            self._sums = added(self._sums, look)
        if self._sums.looks >= TELL_LOOKS or (look is None and self._sums.looks):
            self._tell()

    def _tell(self) -> None:
        if self._online and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._send(), name="workplace")

    async def _send(self) -> None:
        """What may have arrived is not told twice: a minute of a line is no loss."""
        sums, self._sums = self._sums, LineSums()
        checked = await asyncio.to_thread(kept.last, self._state_dir)
        body = TellWorkplace(
            machine=(platform.node() or "?")[:100],
            version=__version__,
            system=f"{platform.system()} {platform.release()}"[:200],
            headset=self._headset()[:200],
            doctor=checked.state,
            doctor_at=checked.at,
            doctor_checks=checked.checks[:200],
            line=sums,
        )
        try:
            await self._desk.request(body)
        except EkcError as error:
            log.info("workplace not told of", error=type(error).__name__)
