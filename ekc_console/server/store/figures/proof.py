"""Figures against the journal: the read models are made anew from it, beside those in use, and both
are compared, and with them what was kept of days."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ekc_console.domain.insight.tally import Tally
from ekc_console.domain.router import SNAPSHOT_VERSION
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures import by_calls, day_sums
from ekc_console.server.store.figures.by_calls import COLUMNS, Rules
from ekc_console.server.store.journal import journal, rebuild

_KEYS = {
    "calls": ("id", "arrived_at"),
    "offers": ("offer", "made_at"),
    "callbacks": ("id", "since"),
    "agent_intervals": ("agent", "from_at"),
    "listenings": ("call", "from_at"),
    "call_path": ("call", "at"),
}
"""By what a row is named to people, and when it began. Numbers of rows (seq) are the store's own
and not compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    table: str
    rows: int
    """So many rows are in one of the two only."""
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    facts: int
    calls: int
    differences: tuple[Difference, ...]
    other_rules: int
    """So many rows of the time of an earlier version would be others by the rules of today: no
    fault, they were right by the rules of then."""
    rules_since: float
    """Until then an earlier version kept the books (seconds since the epoch); 0: none did."""
    days: int
    """Kept days that were compared with the calls."""
    wrong_days: tuple[Span, ...]

    @property
    def holds(self) -> bool:
        return not self.differences and not self.wrong_days


def prove(
    conn: sqlite3.Connection, rules: Rules, folder: Path, progress: Callable[[int], None]
) -> Proof:
    """Of the store that ``conn`` reads, in the one state that it sees. ``folder`` takes a store
    as large as the read models; ``progress`` is told how many facts are done. Raises StoreError
    when the journal has a hole or cannot be read."""
    again = folder / "again.db"
    conn.execute("ATTACH ? AS again", (f"{again.absolute().as_uri()}?mode=rwc",))
    _made_again(conn, again, progress)
    since = _rules_since(conn)
    older, newer = _differences(conn, since)
    kept = day_sums.counted(conn, rules)
    whole = set(day_sums.counted(conn, rules, around=True))
    (calls,) = conn.execute("SELECT count(*) FROM calls").fetchone()
    wrong = tuple(day for day in kept if not _right(conn, day, rules, day in whole))
    return Proof(
        journal.last_seq(conn), int(calls), tuple(newer), older, since if older else 0.0,
        len(kept), wrong,
    )  # fmt: skip


def _made_again(conn: sqlite3.Connection, path: Path, progress: Callable[[int], None]) -> None:
    with Database.open(path):
        pass  # its tables
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA synchronous = OFF")  # nobody will miss it
        rebuild.rebuild(other, progress, journal.tail(conn))
        other.commit()


def _rules_since(conn: sqlite3.Connection) -> float:
    """The last snapshot of another version was taken then; the store keeps it."""
    (at,) = conn.execute(
        f"SELECT coalesce(max(at), 0) FROM snapshot WHERE {journal.VERSION_OF} <> ?",
        (SNAPSHOT_VERSION,),
    ).fetchone()
    return float(at)


def _differences(conn: sqlite3.Connection, since: float) -> tuple[int, list[Difference]]:
    """How many rows began before ``since``, and those that began later."""
    older, newer = 0, []
    for table, (key, moment) in _KEYS.items():
        columns = ", ".join(_columns(conn, table))
        ours, theirs = (f"SELECT {columns} FROM {base}.{table}" for base in ("main", "again"))
        sql = (
            f"SELECT {key}, {moment} FROM (SELECT * FROM ({ours} EXCEPT {theirs})"
            f" UNION ALL SELECT * FROM ({theirs} EXCEPT {ours})) ORDER BY 1"
        )
        rows = conn.execute(sql).fetchall()
        found = [str(name) for name, at in rows if at >= since]
        older += len(rows) - len(found)
        if found:
            newer.append(Difference(table, len(found), tuple(dict.fromkeys(found))[:5]))
    return older, newer


def _columns(conn: sqlite3.Connection, table: str) -> Sequence[str]:
    names = [row[1] for row in conn.execute(f"PRAGMA main.table_info({table})")]
    return [f'"{name}"' for name in names if name != "seq"]


def _right(conn: sqlite3.Connection, day: Span, rules: Rules, whole: bool) -> bool:
    for by in (None, *COLUMNS):
        kept = dict(day_sums.tallies(conn, day, by, {}))
        counted = dict(by_calls.tallies(conn, day, by, {}, rules, math.inf if whole else None))
        if {k: _near(t) for k, t in kept.items()} != {k: _near(t) for k, t in counted.items()}:
            return False
    return True


def _near(tally: Tally) -> tuple[float, ...]:
    """Sums of seconds differ in their last digit by the order of adding."""
    values = (getattr(tally, name) for name in Tally.__dataclass_fields__)
    return tuple(round(value, 3) for value in values)
