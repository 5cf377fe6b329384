"""What the centre itself has written down about the calls of a demonstration."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.store.base.errors import store_error
from ekc_console.server.store.calls import report


@dataclass(frozen=True, slots=True)
class CentreCall:
    """One incoming call in the centre's books."""

    call: str
    number: str
    outcome: str
    """As in ``domain.call.Outcome``; empty while the call lives."""
    recording: Path | None
    """The joined file; None when there is none (yet)."""
    recording_state: str
    """``ready``, ``failed``, ``recording``, ``joining`` or empty."""
    card_saved: bool
    callback: bool
    """The number stands (or stood) in the callback list."""


@dataclass(frozen=True, slots=True)
class CentreFigures:
    """Since the demonstration began. Shares are 0…1, None where there is nothing to count."""

    offered: int
    """Calls that came into a queue."""
    answered: int
    abandoned: int
    """In a queue, short ones included."""
    abandoned_menu: int
    service_level: float | None
    """Answered within the queue's time / offered."""
    asa_s: float | None
    aht_s: float | None
    recordings: int
    cards: int
    callbacks: int
    """Open ones."""
    called_back: int
    """Reached by a call of ours, or by a new one of theirs."""
    calls: tuple[CentreCall, ...]

    @property
    def settled(self) -> bool:
        """No call lives and no recording is being worked on."""
        return all(
            call.outcome and call.recording_state not in ("recording", "joining")
            for call in self.calls
        )


class Ledger(Protocol):
    async def read(self) -> CentreFigures: ...


class StoreLedger:
    """Reads the server's database beside the server. ``since``: seconds since the epoch."""

    def __init__(self, database: Path, queues: Sequence[QueueSettings], since: float) -> None:
        self._database = database
        self._queues = queues
        self._since = since

    async def read(self) -> CentreFigures:
        """Raises StoreError when the database cannot be read."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> CentreFigures:
        try:
            conn = sqlite3.connect(f"{self._database.absolute().as_uri()}?mode=ro", uri=True)
            try:
                conn.execute("BEGIN")  # all figures of one moment
                figures = report.today(conn, self._since, time.time(), self._queues)
                calls = self._calls(conn)
            finally:
                conn.close()
        except sqlite3.Error as error:
            raise store_error(self._database, error) from error
        total = figures.total
        return CentreFigures(
            offered=total.counts.offered,
            answered=total.counts.answered,
            abandoned=total.counts.abandoned,
            abandoned_menu=figures.abandoned_menu,
            service_level=total.service_level.of_offered,
            asa_s=total.asa_s,
            aht_s=total.aht_s,
            recordings=sum(call.recording is not None for call in calls),
            cards=sum(call.card_saved for call in calls),
            callbacks=total.callbacks_open,
            called_back=total.callbacks_reached,
            calls=calls,
        )

    def _calls(self, conn: sqlite3.Connection) -> tuple[CentreCall, ...]:
        rows = conn.execute(
            "SELECT calls.id, coalesce(calls.number, ''),"
            " CASE WHEN calls.ended_at IS NULL THEN '' ELSE coalesce(calls.outcome, '') END,"
            " coalesce(recordings.path, ''), coalesce(recordings.state, ''),"
            " coalesce(cards.state = 'saved', 0),"
            " EXISTS (SELECT 1 FROM callbacks WHERE callbacks.number = calls.number)"
            " FROM calls LEFT JOIN recordings ON recordings.call = calls.id"
            " LEFT JOIN cards ON cards.call = calls.id"
            " WHERE calls.direction = 'in' AND calls.arrived_at >= ? ORDER BY calls.arrived_at",
            (self._since,),
        )
        return tuple(
            CentreCall(
                call,
                number,
                outcome,
                Path(path) if state == "ready" else None,
                state,
                bool(saved),
                bool(owed),
            )
            for call, number, outcome, path, state, saved, owed in rows
        )
