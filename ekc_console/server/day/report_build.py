"""A report read from the store, part by part: its rows come in the order of the time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest

from ekc_console.domain.insight.tally import Tally, total
from ekc_console.domain.terms.spans import Span
from ekc_console.reports.periods import Period
from ekc_console.server.day.report_asked import Wanted, unknown
from ekc_console.server.day.report_names import Known
from ekc_console.server.store.figures import day_sums
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.figures.sums import by_parts
from ekc_console.server.store.journal import holes
from ekc_console.wire.day.report import JournalHole, Report, ReportNote, ReportRow

Tallies = Mapping[str, Tally]


class ReportBuilder:
    """``rows`` are those so far, ``done`` how far it is, 0 … 1."""

    def __init__(self, wanted: Wanted, known: Known, most: int | None = None) -> None:
        """``most``: so many rows are kept; None: all."""
        self.wanted = self._wanted = wanted
        self._known = known
        self._most = most
        self._read_s = 0.0
        self.rows: list[ReportRow] = []
        self.found = 0

    @property
    def _around(self) -> bool:
        return any(figure.around for figure in self._wanted.figures)

    @property
    def done(self) -> float:
        spans = (self._wanted.span, self._wanted.before_span)
        whole = sum(span.until - span.since for span in spans if span)
        return min(1.0, self._read_s / whole) if whole > 0 else 0.0

    def build(self, conn: sqlite3.Connection, on: Callable[[], None] = lambda: None) -> Report:
        """``on`` is called now and then, and may raise to end it. Raises sqlite3.Error."""
        wanted, zone = self._wanted, self._known.rules.zone
        around = wanted.now if self._around else None
        names = frozenset({"calls"}).union(*(figure.sums for figure in wanted.figures))

        def read(seconds: float) -> None:
            self._read_s += seconds
            on()

        def sums(spans: tuple[Span, ...]) -> Iterator[tuple[Span, Tallies]]:
            rules, by, only = self._known.rules, wanted.by, wanted.only
            return by_parts(conn, spans, rules, by, only, read, around=around, names=names)

        whole, whole_before = Tally(), Tally()
        both = zip_longest(sums(wanted.parts(zone)), sums(wanted.parts_before(zone)))
        for now, earlier in both:
            before = earlier[1] if earlier else {}
            whole_before += total(before.values())
            if now is None:  # what it is held against has a part more
                continue
            span, tallies = now
            whole += total(tallies.values())
            self._add(span, self._by_team(tallies), self._by_team(before))
        return self._report(conn, whole, whole_before)

    def _by_team(self, tallies: Tallies) -> Tallies:
        """Of each team those of its members; who is in none comes under none."""
        if self._wanted.asked.by != "team":
            return tallies
        found: dict[str, Tally] = defaultdict(Tally)
        for login, tally in tallies.items():
            for team in self._known.teams_of(login) or [""]:
                found[team] += tally
        return found

    def _add(self, span: Span, tallies: Tallies, before: Tallies) -> None:
        by = self._wanted.asked.by
        keys = sorted(tallies.keys() | before.keys(), key=lambda key: self._known.place(by, key))
        self.found += len(keys)
        room = len(keys) if self._most is None else max(0, self._most - len(self.rows))
        for key in keys[:room]:
            self.rows.append(self._row(span, key, tallies.get(key), before.get(key)))

    def _row(self, span: Span, key: str, tally: Tally | None, before: Tally | None) -> ReportRow:
        by = self._wanted.asked.by or ""
        return ReportRow(
            since=span.since,
            until=span.until,
            key=key,
            title=self._known.title(by, key),
            gone=self._known.gone(by, key),
            values=self._values(tally or Tally()),
            before=self._values(before or Tally()) if self._wanted.before else (),
        )

    def _values(self, tally: Tally) -> tuple[float | None, ...]:
        return tuple(figure.of(tally) for figure in self._wanted.figures)

    def _report(self, conn: sqlite3.Connection, whole: Tally, before: Tally) -> Report:
        wanted = self._wanted
        asked = wanted.asked
        held_against = _days(wanted.before) if wanted.before else ("", "")
        return Report(
            asked=asked,
            figures=tuple(figure.id for figure in wanted.figures),
            first=str(wanted.period.first),
            last=str(wanted.period.last),
            since=wanted.span.since,
            until=wanted.span.until,
            only={
                kind: tuple((value, self._known.title(kind, value)) for value in values)
                for kind, values in asked.only.items()
            },
            whole=self._values(whole),
            before=self._values(before) if wanted.before else (),
            before_first=held_against[0],
            before_last=held_against[1],
            notes=tuple(self._notes(conn, whole)),
        )

    def _notes(self, conn: sqlite3.Connection, whole: Tally) -> Iterator[ReportNote]:
        wanted, asked = self._wanted, self._wanted.asked
        if not wanted.period.complete:
            yield ReportNote(kind="running")
        if wanted.bounded:
            yield ReportNote(kind="own_queues")
        if not whole.calls:
            yield ReportNote(kind="none")
        for by, value, known in unknown(wanted, self._known):
            yield ReportNote(kind="no_such", by=by, id=value, known=known)
        if asked.by == "team":
            yield ReportNote(kind="two_teams")
        if asked.by == "agent":
            yield ReportNote(kind="last_talked")
        if wanted.before_span and not _reaches(conn, wanted.before_span):
            yield ReportNote(kind="no_before")
        for hole in holes_in(conn, self._wanted, self._known.rules):
            yield ReportNote(kind="hole", hole=hole)
        after_s = self._known.rules.windows.after_s
        if self._around and wanted.span.until + after_s > wanted.now:
            yield ReportNote(kind="window_open")
        if self.found > len(self.rows):
            yield ReportNote(kind="first_rows", rows=self.found)


def holes_in(conn: sqlite3.Connection, wanted: Wanted, rules: Rules) -> Iterator[JournalHole]:
    """That touch the figures of the report, each with those that it touches."""
    windows = rules.windows
    before_s = max(windows.repeat_s, windows.reached_s)
    around = tuple(figure.id for figure in wanted.figures if figure.around)
    for span in filter(None, (wanted.span, wanted.before_span)):
        own = set(holes.within(conn, span.since, span.until))
        near = holes.within(conn, span.since - before_s, span.until + windows.after_s)
        for one in near if around else [hole for hole in near if hole in own]:
            touched = () if one in own else around
            yield JournalHole(
                first=one.first, last=one.last, since=one.since, until=one.until, figures=touched
            )


def _days(period: Period) -> tuple[str, str]:
    return str(period.first), str(period.last)


def _reaches(conn: sqlite3.Connection, span: Span) -> bool:
    first = day_sums.first_call(conn)
    return first is not None and first < span.until
