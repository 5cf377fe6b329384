"""Figures of any time, made beside the calls: asked for, looked at while they come, ended."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.day.calls import DayCall
from ekc_console.wire.words import Words

ReportBy = Literal[
    "queue", "topic", "agent", "team", "called", "trunk", "direction", "outcome", "clinic",
    "disposition",
]  # fmt: skip
ReportEvery = Literal["half_hour", "hour", "day", "week", "month"]
Against = Literal["", "before", "year"]
"""The time just before, or the same days of the year before."""
ReportStatus = Literal["running", "done", "stopped", "failed"]
PAGE = 500
"""Rows of an answer at most."""


class ReportAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is of; kept so by whoever looks at it again."""

    period: str
    """As people write it: ``ekc_console.reports.periods``, by the days of the centre."""
    every: ReportEvery | None = None
    by: ReportBy | None = None
    only: dict[str, tuple[str, ...]] = {}
    """By kind (``ReportBy`` but the team) the values that count; "" is "has none"."""
    figures: tuple[str, ...] = ()
    """Ids of ``domain.insight.tally``; none: the usual ones."""
    against: Against = ""


# -- commands --------------------------------------------------------------------


class StartReport(Message, frozen=True, kw_only=True):
    """Begin; one that the same person has running ends. Refused (``bad_value``) for a period, kind
    or figure that is none; (``not_allowed``) for queues beyond the right ``watch``, by which all is
    counted that the person sees; (``server_busy``) when too many run.
    Result: ``ReportState``, of a quick report with its first rows."""

    asked: ReportAsked
    program: bool = False
    """Asked by a program of theirs: what their console shows goes on."""


class GetReport(Message, frozen=True, kw_only=True):
    """How far it is, and its rows from ``first`` on. Refused (``unknown``) for one that is not
    kept any more. Result: ``ReportState``."""

    report: str
    first: int = 0


class StopReport(Message, frozen=True, kw_only=True):
    """End it; nothing happens to one that is done. Result: ``ReportState``."""

    report: str


class GetReportCalls(Message, frozen=True, kw_only=True):
    """Those behind a row, the newest first. Result: ``ReportCalls``. Leaves a trace."""

    asked: ReportAsked
    since: float
    until: float
    key: str | None = None
    """None: of all rows."""


ReportCommand = StartReport | GetReport | StopReport | GetReportCalls


# -- results ---------------------------------------------------------------------


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """Of a part of the time, of the calls with this key."""

    since: float
    until: float
    key: str = ""
    title: str = ""
    """In the centre's words; empty: of a code that consoles have the word for, and of none."""
    gone: bool = False
    """The settings have no such queue, topic or team any more."""
    values: tuple[float | None, ...] = ()
    """In the order of the figures; None: nothing to count from."""
    before: tuple[float | None, ...] = ()
    """Of what it is held against; empty: of nothing."""


class ReportNote(msgspec.Struct, frozen=True, kw_only=True):
    """What must not be overlooked."""

    kind: Literal[
        "running", "none", "no_such", "two_teams", "last_talked", "first_rows", "own_queues",
        "no_before", "window_open", "hole",
    ]  # fmt: skip
    """The period is not over; no calls; ``by`` has no ``id``; a call of who is in two teams counts
    in both; a transferred call is of who talked last; ``rows`` there are and not all are given;
    only what the person sees is counted; the store does not go back to what it is held against; of
    some calls it is not known yet whether they come again, or are reached; the journal has not all
    of its entries of a ``hole``."""
    by: str = ""
    id: str = ""
    known: tuple[str, ...] = ()
    rows: int = 0
    hole: JournalHole | None = None


class JournalHole(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that the journal has not: nothing proves what is counted of their time."""

    first: int
    last: int
    since: float
    """0: from the begin of the journal."""
    until: float
    figures: tuple[str, ...] = ()
    """Those of the report that it touches; none: all of them."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Its rows apart from it."""

    asked: ReportAsked
    figures: tuple[str, ...]
    first: str
    """Days of the centre, ISO 8601; both are in it."""
    last: str
    since: float
    until: float
    """Seconds since the epoch; now, of a period that is not over."""
    only: dict[str, tuple[tuple[str, str], ...]] = {}
    """What was asked for, each with its title."""
    whole: tuple[float | None, ...] = ()
    before: tuple[float | None, ...] = ()
    before_first: str = ""
    before_last: str = ""
    notes: tuple[ReportNote, ...] = ()


class ReportState(Message, frozen=True, kw_only=True):
    report: str
    """Its id."""
    status: ReportStatus
    done: float = 0.0
    """Of the time that it is about, 0 … 1."""
    found: int = 0
    """Rows so far, or all of them."""
    rows: tuple[ReportRow, ...] = ()
    """From the asked one on, no more than ``PAGE``."""
    result: Report | None = None
    """When it is done."""
    trouble: Words | None = None
    """Why it failed."""


class ReportCalls(Message, frozen=True, kw_only=True):
    calls: tuple[DayCall, ...]
    more: bool
    """There are earlier ones."""


ReportResult = ReportState | ReportCalls
