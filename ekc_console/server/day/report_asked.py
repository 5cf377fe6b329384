"""What a report is asked for, read: days as moments, kinds and figures that there are, no more than
the person sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import cast

from ekc_console.domain.insight.tally import BY_ID, USUAL, Figure
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.domain.terms.spans import Span, cut
from ekc_console.errors import quoted
from ekc_console.reports import periods
from ekc_console.reports.periods import Period, PeriodError
from ekc_console.server.day.report_names import Known
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.figures.by_calls import COLUMNS, By, Only
from ekc_console.wire.day.report import ReportAsked


@dataclass(frozen=True, slots=True)
class Wanted:
    asked: ReportAsked
    period: Period
    span: Span
    """Up to now at the latest."""
    now: float
    """Until then other calls of a call's number are known."""
    only: Only
    figures: tuple[Figure, ...]
    bounded: bool = False
    """What the person does not see is not counted."""
    people: Set[str] = frozenset()
    """Whom the person sees, where that is bounded."""
    before: Period | None = None
    """What it is held against."""
    before_span: Span | None = None

    def within(self, now: Wanted) -> bool:
        """Whether who sees what ``now`` tells may see all of this, asked by the same words."""
        if not now.bounded:
            return True
        queues, reached = self.only.get("queue", ()), now.only.get("queue", ())
        return self.bounded and set(queues) <= set(reached) and self.people <= now.people

    @property
    def by(self) -> By | None:
        """Teams are told apart by their people."""
        return "agent" if self.asked.by == "team" else self.asked.by

    def parts(self, zone: tzinfo) -> tuple[Span, ...]:
        return self._cut(self.span, zone)

    def parts_before(self, zone: tzinfo) -> tuple[Span, ...]:
        return self._cut(self.before_span, zone) if self.before_span else ()

    def _cut(self, span: Span, zone: tzinfo) -> tuple[Span, ...]:
        return cut(span, self.asked.every, zone) if self.asked.every else (span,)


def wanted(
    asked: ReportAsked,
    now: float,
    zone: tzinfo,
    queues: Set[str] | None = None,
    people: Set[str] = frozenset(),
) -> Wanted:
    """``queues``: all that the person sees, "" for calls in none, and ``people`` whom; None:
    everything and everybody. Raises Refusal: ``bad_value``, ``not_allowed``."""
    period = _period(asked.period, day_of(now, zone))
    span = _span(period.first, period.last, zone)
    earlier = {"before": period.before, "year": period.year_before}.get(asked.against)
    before = earlier() if earlier else None
    return Wanted(
        asked=asked,
        period=period,
        span=Span(span.since, min(span.until, now)),
        now=now,
        only=_only(asked.only, queues),
        figures=_figures(asked.figures),
        bounded=queues is not None,
        people=people,
        before=before,
        before_span=_before(before, period, now, zone) if before else None,
    )


def unknown(what: Wanted, known: Known) -> Iterator[tuple[By, str, tuple[str, ...]]]:
    """Of each filter whatever the centre has not: kind, value, and what there is, as far as whoever
    asks may be told."""
    for by, values in what.only.items():
        if by not in what.asked.only or (ids := known.ids(by)) is None:
            continue
        told = ids
        if by == "agent" and what.bounded:
            told = tuple(login for login in ids if login in what.people)
        yield from ((by, value, told) for value in values if value and value not in ids)


def _span(first: date, last: date, zone: tzinfo) -> Span:
    return Span(start_of(first, zone), start_of(last + timedelta(days=1), zone))


def _before(before: Period, period: Period, now: float, zone: tzinfo) -> Span:
    """A day that is not over is held against the same hours."""
    whole = _span(before.first, before.last, zone)
    if period.complete:
        return whole
    gone_s = now - start_of(period.last, zone)
    return Span(whole.since, min(whole.until, start_of(before.last, zone) + gone_s))


def _period(text: str, today: date) -> Period:
    try:
        return periods.read(text, today)
    except PeriodError as error:
        why = error.fault
        raise Refusal("bad_value", "report.no_period", text=quoted(text), why=why) from error


def _only(asked: Mapping[str, Sequence[str]], queues: Set[str] | None) -> Only:
    for kind in asked:
        if kind not in COLUMNS:
            raise Refusal("bad_value", "report.no_kind", name=quoted(kind))
    only = {cast(By, kind): tuple(values) for kind, values in asked.items() if values}
    if queues is None:
        return only
    named = only.get("queue")
    if named is not None and not queues >= set(named):
        raise Refusal("not_allowed", "right.other_queues")
    return {**only, "queue": named or tuple(sorted(queues))}


def _figures(asked: Sequence[str]) -> tuple[Figure, ...]:
    if unknown := [name for name in asked if name not in BY_ID]:
        known = ", ".join(BY_ID)
        raise Refusal("bad_value", "report.no_figure", name=quoted(unknown[0]), known=known)
    return tuple(BY_ID[name] for name in dict.fromkeys(asked or USUAL))
