"""How long reports over a year of calls take: ``python -m bench.reports [calls]``.

Fills a store in a temporary folder with a year of calls, counts its days as a server does beside
the calls, then prints each report from the kept days, and beside it the same report summed from
the single calls in the same run. Times are of this process (CPU) and by the clock.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from ekc_console.domain.terms.localtime import DAY_S, start_of, zone_named
from ekc_console.domain.terms.spans import Every, Span, cut
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures import day_sums
from ekc_console.server.store.figures.by_calls import By, Only, Rules
from ekc_console.server.store.figures.sums import sums

ZONE = zone_named("Europe/Moscow")
QUEUES = ("doctor", "home", "vaccination", "reference", "feedback", "social", "chemist", "other")
RULES = Rules(ZONE, dict.fromkeys(QUEUES, 20.0))
OTHER_RULES = Rules(ZONE, dict.fromkeys(QUEUES, 20.5))
"""By which no day is kept: everything is summed from the calls."""
BEGIN = start_of(date(2025, 1, 1), ZONE)
YEAR = Span(BEGIN, start_of(date(2026, 1, 1), ZONE))
MONTH = Span(start_of(date(2025, 10, 1), ZONE), start_of(date(2025, 11, 1), ZONE))
DAY = Span(MONTH.since, MONTH.since + DAY_S)

FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :calls),
drawn AS (SELECT n, abs(random()) AS a, abs(random()) AS b, abs(random()) AS c FROM numbers)
INSERT INTO calls (id, direction, number, called, topic, queue, skills, priority, state,
  arrived_at, queued_at, answered_at, ended_at, agent, wait_s, talk_s, held_s, wrap_up_s, outcome)
SELECT 'c' || n, iif(a % 10, 'in', 'out'), '+7900' || (b % 300000), '122', 't' || (a % 12),
  json_extract(:queues, '$[' || (b % 8) || ']'), '[]', 0, 'ended', at, at + 5,
  iif(answered, at + 5 + c % 60, NULL), at + 200, iif(answered, 'op' || (c % 60), NULL),
  c % 60 + 0.5, iif(answered, 60.0 + c % 240, 0), 0, iif(answered, 20.0, 0), outcome
FROM (SELECT *, outcome = 'answered' AS answered FROM (
  SELECT *, :begin + n * :step AS at,
    CASE WHEN b % 100 < 78 THEN 'answered' WHEN b % 100 < 86 THEN 'abandoned_queue'
      WHEN b % 100 < 90 THEN 'short_abandoned' ELSE 'served_by_menu' END AS outcome
  FROM drawn))
"""


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    span: Span
    every: Every | None = None
    by: By | None = None
    only: Only = field(default_factory=dict)


REPORTS = (
    Report("a year by months", YEAR, every="month"),
    Report("a year by queues", YEAR, by="queue"),
    Report("a year by operators", YEAR, by="agent"),
    Report("a year by days and queues", YEAR, every="day", by="queue"),
    Report("a year of one queue by operators", YEAR, by="agent", only={"queue": ("doctor",)}),
    Report("a month by days and outcomes", MONTH, every="day", by="outcome"),
    Report("a month by half-hours", MONTH, every="half_hour"),
    Report("a month of one topic by operators", MONTH, by="agent", only={"topic": ("t3",)}),
    Report("a day by half-hours and queues", DAY, every="half_hour", by="queue"),
)


def fill(db: Database, calls: int) -> None:
    values = {
        "calls": calls,
        "queues": json.dumps(QUEUES),
        "begin": BEGIN,
        "step": (YEAR.until - YEAR.since) / calls,
    }
    db.write_now(lambda conn: conn.execute(FILL, values).rowcount)


def count_days(db: Database) -> Iterator[float]:
    """Each day's seconds in the writer."""
    for day in cut(YEAR, "day", ZONE):
        db.write_now(partial(day_sums.begin, day=day, rules=RULES))
        found = db.read_now(partial(day_sums.count, day=day, rules=RULES))
        begun = time.perf_counter()
        db.write_now(partial(day_sums.finish, day=day, rules=RULES, found=found))
        yield time.perf_counter() - begun


def timed(conn: sqlite3.Connection, rules: Rules, report: Report) -> tuple[int, float, float]:
    """Rows, seconds of CPU, seconds."""
    cpu, clock = time.process_time(), time.perf_counter()
    parts = cut(report.span, report.every, ZONE) if report.every else (report.span,)
    rows = len(list(sums(conn, parts, rules, report.by, report.only)))
    return rows, time.process_time() - cpu, time.perf_counter() - clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", nargs="?", type=int, default=2_000_000)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as folder, Database.open(Path(folder) / "ekc.db") as db:
        begun = time.perf_counter()
        fill(db, calls)
        print(f"{calls:,} calls of a year, made in {time.perf_counter() - begun:.0f} s")
        cpu, begun = time.process_time(), time.perf_counter()
        writes = sorted(count_days(db))
        print(
            f"{len(writes)} days counted: {time.process_time() - cpu:.0f} s of CPU,"
            f" {time.perf_counter() - begun:.0f} s; the writer was held {writes[-1] * 1000:.0f} ms"
            f" at most, {writes[len(writes) // 2] * 1000:.0f} ms in the middle"
        )
        print(f"\n{'report':36}{'rows':>7}{'kept days':>20}{'single calls':>20}")
        with read_only.opened(db.path) as conn:
            for report in REPORTS:
                rows, cpu, clock = timed(conn, RULES, report)
                _, peer_cpu, peer_clock = timed(conn, OTHER_RULES, report)
                print(
                    f"{report.name:36}{rows:7}{cpu:8.2f} CPU {clock:6.2f} s"
                    f"{peer_cpu:8.2f} CPU {peer_clock:6.2f} s"
                )
    print(f"\nmemory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
