"""Room on the disks of the data folder and of the recordings, watched well before it is gone.

Recordings fill a disk, and the journal needs some of it to go on: below a second limit no recording
is begun, below half of it those that run are ended, so that what is left is the journal's. It is
all undone by itself when there is room again.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 10.0
AGAIN_FACTOR = 1.2
"""A level is left when so much more is free than its limit: it must not come and go."""

_MB = 1 << 20
_WARN_SHARE, _PAUSE_SHARE = 0.1, 0.02
"""Of the whole disk; a limit is no higher: a small disk is not short of room from the beginning."""
_WARN_FILES, _PAUSE_FILES = 10_000, 2_000
"""Files that can still be made, where the file system has a limit of them; shares as above."""

Level = Literal["enough", "low", "short", "spent"]
"""``low``: people are warned. ``short``: no recording is begun. ``spent``: those that run are
ended."""
_LEVELS: tuple[Level, ...] = ("enough", "low", "short", "spent")


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a file system."""

    free_bytes: int
    total_bytes: int
    free_files: int = 0
    total_files: int = 0
    """0: no limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    warn_bytes: int
    pause_bytes: int
    """0: nothing is done."""

    @classmethod
    def of_mb(cls, warn_mb: int, pause_mb: int) -> Limits:
        return cls(warn_mb * _MB, pause_mb * _MB)


def look(folder: Path) -> Room:
    """Of the file system that holds the folder, or will. Raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    found = os.statvfs(folder)
    size = found.f_frsize
    return Room(found.f_bavail * size, found.f_blocks * size, found.f_favail, found.f_files)


def level_of(room: Room, limits: Limits, before: Level = "enough") -> Level:
    """The worse of bytes and files; ``before`` is only left for a better one with some reserve."""
    now = _level(room, limits, 1.0)
    if _LEVELS.index(now) >= _LEVELS.index(before):
        return now
    return min(before, _level(room, limits, AGAIN_FACTOR), key=_LEVELS.index)


def _level(room: Room, limits: Limits, factor: float) -> Level:
    warn = min(limits.warn_bytes, room.total_bytes * _WARN_SHARE) * factor
    pause = min(limits.pause_bytes, room.total_bytes * _PAUSE_SHARE) * factor
    levels = [_of(room.free_bytes, warn, pause)]
    if room.total_files and (limits.warn_bytes or limits.pause_bytes):
        warn_files = min(_WARN_FILES, room.total_files * _WARN_SHARE) * factor
        pause_files = min(_PAUSE_FILES, room.total_files * _PAUSE_SHARE) * factor
        levels.append(_of(room.free_files, warn_files, pause_files))
    return max(levels, key=_LEVELS.index)


def _of(free: float, warn: float, pause: float) -> Level:
    if free < pause / 2:
        return "spent"
    if free < pause:
        return "short"
    return "low" if free < warn else "enough"


class FreeSpace:
    """``look_now`` once before recordings begin, then ``start``, ``stop`` at the end."""

    def __init__(
        self,
        data: Path,
        recordings: Path,
        limits: Limits,
        on_change: Callable[[FreeSpace], None],
        look: Callable[[Path], Room] | None = None,
    ) -> None:
        """``on_change`` is told when a level has changed."""
        self._folders = {"data": data, "recordings": recordings}
        self._limits = limits
        self._on_change = on_change
        self._look = look
        self._rooms: dict[str, Room] = {}
        self._levels: dict[str, Level] = {"data": "enough", "recordings": "enough"}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = essential.start(self._keep_looking(), "free space")

    async def stop(self) -> None:
        await essential.stop(self._task)

    @property
    def level(self) -> Level:
        """The worst of all."""
        return max(self._levels.values(), key=_LEVELS.index)

    @property
    def levels(self) -> Mapping[str, Level]:
        """By kind of folder."""
        return self._levels

    @property
    def recordings_level(self) -> Level:
        """Of the disk that recordings go to: another one is not helped by a pause."""
        return self._levels["recordings"]

    @property
    def may_record(self) -> bool:
        return self.recordings_level in ("enough", "low")

    @property
    def free_mb(self) -> int | None:
        """Of the disk that has the least; None before it was looked at."""
        if not self._rooms:
            return None
        return min(room.free_bytes for room in self._rooms.values()) // _MB

    @property
    def rooms(self) -> Mapping[str, Room]:
        """By kind of folder, as it was looked at last."""
        return self._rooms

    def worst_folder(self) -> Path:
        kind = max(self._levels, key=lambda kind: _LEVELS.index(self._levels[kind]))
        return self._folders[kind]

    async def look_now(self) -> None:
        """Raises nothing: a disk that cannot be looked at keeps its level."""
        before = dict(self._levels)
        for kind, folder in self._folders.items():
            try:
                room = await asyncio.to_thread(self._look or look, folder)
            except OSError as error:
                log.error("free space not known", folder=kind, error=error.strerror)
                continue
            self._rooms[kind] = room
            self._levels[kind] = level_of(room, self._limits, before[kind])
        if self._levels != before:
            self._log()
            self._on_change(self)

    def _log(self) -> None:
        free = {kind: room.free_bytes // _MB for kind, room in self._rooms.items()}
        tell = log.info if self.level == "enough" else log.error
        tell("free space", free_mb=free, level=self.level)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look_now()
            except Exception:
                log.exception("free space not watched")
