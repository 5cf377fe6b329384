"""Recordings older than a site wants to keep are deleted, a day's folder at a time."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from functools import partial
from pathlib import Path

import structlog

from ekc_console.domain.terms.ids import CallId
from ekc_console.errors import reason
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.calls import recordings as rows
from ekc_console.server.tasks import essential

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 3600.0


class Retention:
    """``start``, ``stop`` at the end. Files are found by the names that the recorder gives:
    ``<directory>/<day>/<call>…``; anything else is left alone."""

    def __init__(
        self,
        directory: Path,
        database: Database,
        keep_days: int,
        today: Callable[[], datetime.date],
        date_is_sure: Callable[[], bool],
    ) -> None:
        """``keep_days``: whole days after that of the call; 0: for ever. Nothing is deleted while
        ``date_is_sure`` says no: a clock in the future would make every recording old."""
        self._directory = directory
        self._database = database
        self._keep_days = keep_days
        self._today = today
        self._date_is_sure = date_is_sure
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._keep_days:
            self._task = essential.start(self._keep_looking(), "retention")

    async def stop(self) -> None:
        await essential.stop(self._task)

    async def delete_old(self) -> int:
        """How many recordings went. The row goes first: what a crash leaves is deleted later.
        Raises OSError, StoreError."""
        if not self._date_is_sure():
            log.warning("old recordings are kept: the date is doubtful")
            return 0
        oldest = self._today() - datetime.timedelta(days=self._keep_days)
        deleted = 0
        for folder in await asyncio.to_thread(_older, self._directory, oldest):
            calls = await asyncio.to_thread(_calls, folder)
            await self._database.write(partial(rows.delete, calls=calls))
            await asyncio.to_thread(_remove, folder)
            deleted += len(calls)
        return deleted

    async def _keep_looking(self) -> None:
        while True:
            try:
                if deleted := await self.delete_old():
                    log.info("old recordings deleted", recordings=deleted, days=self._keep_days)
            except (OSError, StoreError) as error:
                log.error("old recordings not deleted", error=reason(error))
            except Exception:
                log.exception("old recordings not deleted")
            await asyncio.sleep(LOOK_EVERY_S)


def _older(directory: Path, oldest: datetime.date) -> list[Path]:
    if not directory.is_dir():
        return []
    return sorted(f for f in directory.iterdir() if f.is_dir() and (_day(f) or oldest) < oldest)


def _day(folder: Path) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(folder.name)
    except ValueError:
        return None


def _calls(folder: Path) -> list[CallId]:
    """Of the joined files: parts that wait to be joined become such first."""
    return [CallId(file.name.removesuffix(".flac")) for file in folder.glob("*.flac")]


def _remove(folder: Path) -> None:
    for pattern in ("*.flac", "*.lost"):
        for file in folder.glob(pattern):
            file.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
