"""A data folder as a centre of some months has it, written straight through the store."""

from __future__ import annotations

import sqlite3
import time
import wave
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path

from ekc_console.config import Config, centre_settings
from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, CallId, OfferId, QueueId
from ekc_console.domain.terms.localtime import DAY_S, day_of
from ekc_console.server.core.runtime import SNAPSHOT_EVERY
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import recordings
from ekc_console.server.store.journal import journal, projection

CALL_S = 35.0
"""From one call to the next."""
LIVED = 2_000
"""The last calls are lived by a router: its state is what the snapshot holds."""
AT_ONCE = 10_000
"""Calls in one transaction."""
TALK_S = 30.0
SOUND_S = 1.0

Step = tuple[float, f.Fact]


class OldFolder:
    """``write`` into a store that has its people; ``login`` serves all calls in ``queue``."""

    def __init__(self, config: Config, login: str, queue: str) -> None:
        self._config = config
        self._login = AgentId(login)
        self._queue = QueueId(queue)
        self._seq = 0
        self._router = Router()

    def write(self, database: Database, facts: int) -> None:
        """A journal of ``facts`` facts (a few more) that ends some minutes ago, with one snapshot:
        as far from its end as a snapshot can be."""
        calls = facts // len(list(self._call(0, 0.0)))
        began = time.time() - 300.0 - calls * CALL_S
        head = list(self._head(began))
        database.write_now(lambda conn: self._live(conn, head))
        lived_from = max(0, calls - LIVED)
        for first in range(0, lived_from, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, lived_from))
            database.write_now(lambda conn, n=numbers: self._copy(conn, n, began))  # type: ignore[misc]
        self._step_over(lived_from, began)
        steps = [s for n in range(lived_from, calls) for s in self._call(n, began)]
        steps.append((began + calls * CALL_S, f.AgentLoggedOut(self._login)))
        cut = max(0, len(steps) - (SNAPSHOT_EVERY - 10))
        database.write_now(lambda conn: self._live(conn, steps[:cut]))
        database.write_now(self._snapshot)
        database.write_now(lambda conn: self._live(conn, steps[cut:]))

    def _head(self, began: float) -> Iterator[Step]:
        queues = tuple(queue.settings() for queue in self._config.queues)
        yield began, f.QueuesConfigured(queues, centre_settings(self._config))
        yield began, f.AgentLoggedIn(self._login, (self._queue,))
        yield began, f.AgentLegUp(self._login)
        yield began, f.AgentReady(self._login)

    def _call(self, number: int, began: float) -> Iterator[Step]:
        call, at = CallId(f"ekc-old.{number}"), began + number * CALL_S
        yield at, f.CallArrived(call, f"+7900{number % 10_000_000:07d}", "122")
        yield at, f.CallStepEntered(call, "main_menu", "0123456789ab", "greeting")
        yield at + 1, f.CallStepEntered(call, "main_menu", "0123456789ab", "to_general")
        yield at + 1, f.CallQueued(call, self._queue, "general")
        yield at + 2, f.OfferAccepted(OfferId(f"o{number + 1}"), self._login)
        yield at + 2, f.CallBridged(call)
        yield at + 2 + TALK_S, f.CallEnded(call, "caller")

    def _live(self, conn: sqlite3.Connection, steps: list[Step]) -> None:
        """With all that follows from each fact."""
        for at, fact in steps:
            effects = self._router.handle(fact, at)
            self._seq += 1
            journal.append(conn, [journal.Entry(self._seq, at, fact)])
            projection.apply(conn, projection.project(fact, at, effects, self._router))

    def _copy(self, conn: sqlite3.Connection, numbers: range, began: float) -> None:
        """The facts alone, and a row of each call."""
        entries = []
        for number in numbers:
            for at, fact in self._call(number, began):
                self._seq += 1
                entries.append(journal.Entry(self._seq, at, fact))
        journal.append(conn, entries)
        conn.executemany(
            "INSERT INTO calls (id, direction, number, number_reversed, called, topic, queue,"
            " skills, priority, state, arrived_at, queued_at, answered_at, ended_at, ended_by,"
            " cause, agent, wait_s, talk_s, held_s, wrap_up_s, outcome) VALUES (?, 'in', ?, ?,"
            " '122', 'general', ?, '[]', 0, 'ended', ?, ?, ?, ?, 'caller', '', ?, 1, ?, 0, 0,"
            " 'answered')",
            (self._row(number, began) for number in numbers),
        )

    def _row(self, number: int, began: float) -> tuple[object, ...]:
        at, digits = began + number * CALL_S, f"7900{number % 10_000_000:07d}"
        return (
            f"ekc-old.{number}", f"+{digits}", digits[::-1], self._queue, at, at + 1, at + 2,
            at + 2 + TALK_S, self._login, TALK_S,
        )  # fmt: skip

    def _step_over(self, calls: int, began: float) -> None:
        """The router's state as if it had lived so many calls."""
        dump = self._router.dump()
        dump |= {"arrivals": calls, "offers_made": calls, "now": began + calls * CALL_S}
        self._router = Router.load(dump)

    def _snapshot(self, conn: sqlite3.Connection) -> None:
        still = self._router.still()
        text = "".join(still.pieces())
        journal.save_snapshot(conn, self._seq, self._router.latest, still.digest(), text)


def leave_recordings(database: Database, folder: Path, count: int, zone: tzinfo) -> None:
    """So many recordings of yesterday in their two sides, as killed engines leave them: every
    other pair was created and holds no sound. ``zone``: the centre's."""
    yesterday = time.time() - DAY_S
    day = folder / day_of(yesterday, zone).isoformat()
    day.mkdir(parents=True, mode=0o700)
    empty, sound = _wav(day / "empty.wav", 0.0), _wav(day / "sound.wav", SOUND_S)
    for number in range(count):
        stem = day / f"ekc-left.{number}"
        for side in ("in", "out"):
            stem.with_name(f"{stem.name}-{side}.wav").write_bytes(sound if number % 2 else empty)

    def note(conn: sqlite3.Connection) -> None:
        for number in range(count):
            call = f"ekc-left.{number}"
            recordings.begin(conn, call, str(day / call), yesterday)

    database.write_now(note)


def _wav(path: Path, seconds: float) -> bytes:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x10\x00" * round(8000 * seconds))
    data = path.read_bytes()
    path.unlink()
    return data
