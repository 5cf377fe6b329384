"""How calls came, lasted and were given up lately, for who lives through the next minutes."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass

import msgspec

from ekc_console.domain.insight.metrics import ABANDONED
from ekc_console.domain.terms.localtime import DAY_S, HALF_HOUR_S

MOST = 20_000
"""Calls, the newest; more say nothing new."""
_CAME = """
FROM calls WHERE arrived_at >= ? AND arrived_at < ?
AND direction = 'in' AND queue IS NOT NULL AND queued_at IS NOT NULL
"""
_OFFERS = f"""
SELECT result, ended_at - made_at FROM offers
WHERE call IN (SELECT id {_CAME} ORDER BY arrived_at DESC LIMIT ?)
"""


@dataclass(frozen=True, slots=True)
class QueuedCall:
    queue: str
    skills: tuple[str, ...]
    priority: int


@dataclass(frozen=True, slots=True)
class Lately:
    """All of incoming calls that came into a queue; durations in seconds."""

    half_hour: tuple[QueuedCall, ...]
    day: tuple[QueuedCall, ...]
    """No more than ``MOST``."""
    calls_of_day: int
    talks: tuple[float, ...]
    """Holds included."""
    wrap_ups: tuple[float, ...]
    waits: tuple[float, ...]
    """Of those who were answered and those who gave up."""
    abandoned: int
    """Of these."""
    since: float = 0.0
    """When the first of these calls came, seconds since the epoch."""
    answers: tuple[float, ...] = ()
    """From an offer to the key that took it."""
    missed: int = 0
    """Offers that ran out."""
    rejected: int = 0


def lately(conn: sqlite3.Connection, now: float) -> Lately:
    """Of the 24 hours before ``now`` (seconds since the epoch)."""
    day = (now - DAY_S, now)
    (count,) = conn.execute(f"SELECT count(*) {_CAME}", day).fetchone()
    rows = conn.execute(
        "SELECT queue, skills, priority, arrived_at, wait_s, talk_s + held_s, wrap_up_s, outcome"
        f"{_CAME} ORDER BY arrived_at DESC LIMIT ?",
        (*day, MOST),
    ).fetchall()
    calls = [QueuedCall(q, _skills(skills), priority) for q, skills, priority, *_ in rows]
    half = [c for c, row in zip(calls, rows, strict=True) if row[3] >= now - HALF_HOUR_S]
    answered = [row for row in rows if row[7] == "answered"]
    given_up = [row for row in rows if row[7] in ABANDONED]
    offers = conn.execute(_OFFERS, (*day, MOST)).fetchall()
    ended = Counter(result for result, _ in offers)
    return Lately(
        half_hour=tuple(half),
        day=tuple(calls),
        calls_of_day=count,
        talks=tuple(talk for *_, talk, _, _ in answered),
        wrap_ups=tuple(wrap_up for *_, wrap_up, _ in answered),
        waits=tuple(row[4] for row in (*answered, *given_up) if row[4] is not None),
        abandoned=len(given_up),
        since=rows[-1][3] if rows else now,
        answers=tuple(after for result, after in offers if result == "accepted"),
        missed=ended["timeout"],
        rejected=ended["rejected"],
    )


def _skills(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])
