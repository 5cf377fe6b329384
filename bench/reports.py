"""How long reports over a year of calls take: ``python -m bench.reports [calls]``.

Fills a store in a temporary folder with a year of calls, counts its days as a server does beside
the calls, then prints each report from the kept days, and beside it the same report summed from
the single calls in the same run; then as the server makes it for a console, beside its event loop.
Times are of this process (CPU) and by the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from ekc_console.domain.insight.tally import BY_ID, USUAL
from ekc_console.domain.terms.localtime import DAY_S, start_of, zone_named
from ekc_console.domain.terms.spans import Every, Span, cut
from ekc_console.reports.periods import Period
from ekc_console.server.day.report_asked import Wanted
from ekc_console.server.day.report_desk import ReportDesk
from ekc_console.server.day.report_names import Known
from ekc_console.server.store.base import read_only
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures import day_sums
from ekc_console.server.store.figures.by_calls import By, Only, Rules
from ekc_console.server.store.figures.call_list import latest
from ekc_console.server.store.figures.sums import by_parts
from ekc_console.wire.day.report import ReportAsked

ZONE = zone_named("Europe/Moscow")
QUEUES = ("doctor", "home", "vaccination", "reference", "feedback", "social", "chemist", "other")
RULES = Rules(ZONE, dict.fromkeys(QUEUES, 20.0))
OTHER_RULES = Rules(ZONE, dict.fromkeys(QUEUES, 20.5))
"""By which no day is kept: everything is summed from the calls."""
BEGIN = start_of(date(2025, 1, 1), ZONE)
YEAR = Span(BEGIN, start_of(date(2026, 1, 1), ZONE))
MONTH = Span(start_of(date(2025, 10, 1), ZONE), start_of(date(2025, 11, 1), ZONE))
DAY = Span(MONTH.since, MONTH.since + DAY_S)

NAMES = frozenset({"calls"}).union(*(BY_ID[name].sums for name in USUAL))
"""Of the sums that a report of the usual figures asks for."""

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
        db.write_now(partial(day_sums.begin, day=day, rules=RULES, around=True))
        found = db.read_now(partial(day_sums.count, day=day, rules=RULES, around=True))
        begun = time.perf_counter()
        db.write_now(partial(day_sums.finish, day=day, rules=RULES, found=found))
        yield time.perf_counter() - begun


def timed(conn: sqlite3.Connection, rules: Rules, report: Report) -> tuple[int, float, float]:
    """Rows, seconds of CPU, seconds."""
    cpu, clock = time.process_time(), time.perf_counter()
    parts = cut(report.span, report.every, ZONE) if report.every else (report.span,)
    found = by_parts(conn, parts, rules, report.by, report.only, names=NAMES)
    rows = sum(len(tallies) for _span, tallies in found)
    return rows, time.process_time() - cpu, time.perf_counter() - clock


KNOWN = Known(RULES, {}, {})
LISTS: tuple[tuple[str, Only], ...] = (
    ("all calls of the year", {}),
    ("of one queue", {"queue": ("doctor",)}),
    ("of one operator", {"agent": ("op7",)}),
    ("lost ones of one topic", {"topic": ("t3",), "outcome": ("abandoned_queue",)}),
)


def asked_for(report: Report) -> Wanted:
    asked = ReportAsked(period="2025", every=report.every, by=report.by)
    first = date(2025, 1, 1)
    return Wanted(
        asked=asked,
        period=Period(first, first, True, first),
        span=report.span,
        now=YEAR.until + 60 * DAY_S,
        only=report.only,
        figures=tuple(BY_ID[name] for name in USUAL),
    )


async def served(desk: ReportDesk, report: Report) -> tuple[int, float, float]:
    """Rows, seconds, and the longest that the event loop was held, in ms."""
    job = desk.start("somebody", asked_for(report), KNOWN)
    begun = time.perf_counter()
    held = await held_ms(job.over.is_set)
    return job.builder.found, time.perf_counter() - begun, held


async def held_ms(over: Callable[[], bool]) -> float:
    """The longest that the loop came late to a timer of a millisecond."""
    held, last = 0.0, time.perf_counter()
    while not over():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        held, last = max(held, now - last - 0.001), now
    return held * 1000


async def through_the_server(path: Path) -> None:
    desk = ReportDesk(path)
    await served(desk, REPORTS[0])
    head = f"{'through the server':36}{'rows':>7}{'kept days':>12}"
    print(f"\n{head}{'loop held':>14}{'idle as long':>16}")
    for report in REPORTS:
        rows, clock, held = await served(desk, report)
        idle = await idle_ms(clock)
        print(f"{report.name:36}{rows:7}{clock:10.2f} s{held:11.1f} ms{idle:13.1f} ms")
    await desk.close()


async def idle_ms(seconds: float) -> float:
    """The longest that the loop is late by itself: what the machine's other work costs it."""
    begun = time.perf_counter()
    return await held_ms(lambda: time.perf_counter() - begun > seconds)


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
            print("\nfirst 500 calls of a list")
            for name, only in LISTS:
                begun = time.perf_counter()
                found = len(latest(conn, YEAR, only, 500))
                print(f"{name:36}{found:7}{(time.perf_counter() - begun) * 1000:10.1f} ms")
        asyncio.run(through_the_server(db.path))
    print(f"\nmemory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
