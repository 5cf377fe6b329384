"""Workplaces that consoles have told of, and the sums of their lines day by day."""

from __future__ import annotations

import sqlite3
from collections import defaultdict

from ekc_console.wire.admin.workplace_work import LineDay, LineSums, TellWorkplace, Workplace

MOST_PLACES = 1000
"""Those that were seen last are kept, when one more comes."""


def told(
    conn: sqlite3.Connection, place: TellWorkplace, login: str, at: float, day: str, oldest: str
) -> None:
    """``day`` is today's, days before ``oldest`` are forgotten; both ISO dates."""
    known = conn.execute("SELECT 1 FROM workplaces WHERE machine = ?", (place.machine,)).fetchone()
    conn.execute(
        "INSERT OR REPLACE INTO workplaces (machine, login, seen_at, version, system, headset,"
        " doctor, doctor_at, doctor_checks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            place.machine, login, at, place.version, place.system, place.headset, place.doctor,
            place.doctor_at, place.doctor_checks,
        ),
    )  # fmt: skip
    if place.line.looks:
        _add(conn, place.machine, day, place.line)
    conn.execute("DELETE FROM workplace_days WHERE day < ?", (oldest,))
    if not known:
        conn.execute(
            "DELETE FROM workplaces WHERE machine NOT IN"
            " (SELECT machine FROM workplaces ORDER BY seen_at DESC LIMIT ?)",
            (MOST_PLACES,),
        )


def _add(conn: sqlite3.Connection, machine: str, day: str, line: LineSums) -> None:
    conn.execute(
        "INSERT INTO workplace_days (machine, day, looks, bad, mos, loss, jitter_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (machine, day) DO UPDATE SET"
        " looks = looks + excluded.looks, bad = bad + excluded.bad, mos = mos + excluded.mos,"
        " loss = loss + excluded.loss, jitter_ms = jitter_ms + excluded.jitter_ms",
        (machine, day, line.looks, line.bad, line.mos, line.loss, line.jitter_ms),
    )


def everywhere(conn: sqlite3.Connection, since: str, newest: str) -> tuple[Workplace, ...]:
    """Each as it told last, in the order of machines, with the days of its line from the ISO date
    ``since`` on. ``newest``: the version that is not outdated."""
    days = _lines(conn, since)
    rows = conn.execute(
        "SELECT machine, workplaces.login, coalesce(users.name, workplaces.login), seen_at,"
        " version, system, headset, doctor, doctor_at, doctor_checks FROM workplaces"
        " LEFT JOIN users ON users.login = workplaces.login ORDER BY machine"
    )
    return tuple(
        Workplace(
            machine=machine, login=login, name=name, seen_at=seen_at, version=version,
            outdated=version != newest, system=system, headset=headset, doctor=doctor,
            doctor_at=doctor_at, doctor_checks=checks, line=tuple(days[machine]),
        )
        for machine, login, name, seen_at, version, system, headset, doctor, doctor_at, checks
        in rows
    )  # fmt: skip


def _lines(conn: sqlite3.Connection, since: str) -> dict[str, list[LineDay]]:
    """By machine, the newest first."""
    found: dict[str, list[LineDay]] = defaultdict(list)
    rows = conn.execute(
        "SELECT machine, day, looks, bad, mos, loss, jitter_ms FROM workplace_days"
        " WHERE day >= ? ORDER BY day DESC",
        (since,),
    )
    for machine, day, looks, bad, mos, loss, jitter in rows:
        one = LineDay(day=day, looks=looks, bad=bad, mos=mos, loss=loss, jitter_ms=jitter)
        found[machine].append(one)
    return found
