"""What is kept: room for recordings, for how long; what was counted of days that are over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ekc_console.server.archive.day_counter import DayCounter
from ekc_console.server.archive.free_space import FreeSpace, Limits
from ekc_console.server.archive.hole_watch import HoleWatch
from ekc_console.server.archive.retention import Retention
from ekc_console.server.build.core import Core
from ekc_console.server.build.given import Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    free_space: FreeSpace
    retention: Retention
    days: DayCounter
    holes: HoleWatch


def build_archive(
    given: Given, core: Core, *, on_free_space: Callable[[FreeSpace], None]
) -> Archive:
    disk = given.config.disk
    return Archive(
        free_space=FreeSpace(
            given.config.data_dir,
            given.recordings,
            Limits.of_mb(disk.warn_below_mb, disk.pause_recording_below_mb),
            on_free_space,
        ),
        retention=Retention(
            given.recordings,
            given.database,
            disk.keep_recordings_days,
            core.today,
            core.clock_keeper.date_is_sure,
        ),
        days=DayCounter(given.database, core.figure_rules, core.clock.now),
        holes=HoleWatch(given.database),
    )
