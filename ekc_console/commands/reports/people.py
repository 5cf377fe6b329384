"""``ekc report people``: how people spent the time of a period."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ekc_console.commands.reports import asked as asking
from ekc_console.commands.reports import output as way_out
from ekc_console.commands.reports.names import known, said
from ekc_console.commands.reports.output import Format
from ekc_console.commands.reports.reading import opened
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.domain.insight.metrics import AgentTimes, occupancy, utilisation
from ekc_console.domain.insight.tally import Unit
from ekc_console.i18n import _
from ekc_console.reports import notes
from ekc_console.reports.figure_words import PEOPLE
from ekc_console.reports.sheet import Cell, Column, Sheet
from ekc_console.reports.table import begin_of, days_of
from ekc_console.server.day.report_asked import Wanted
from ekc_console.wire.day.report import JournalHole

if TYPE_CHECKING:
    from ekc_console.config import Config
    from ekc_console.server.store.calls.report import AgentFigures


@click.command("people")
@config_option
@asking.period
@asking.parts
@way_out.options
def command(config_file: Path | None, form: Format, output: Path | None, **given: Any) -> None:
    """Показать, как люди провели рабочее время за ПЕРИОД (пишется, как в ekc report show).

    \b
    ekc report people вчера
    ekc report people "прошлый месяц" --every day --format csv -o люди.csv
    """

    way_out.check(form, output)
    config = read_config(config_file)
    asked = asking.read(time.time(), config.zone, **given)
    with opened(config) as conn:
        made = sheet(config, conn, asked)
    way_out.put(made, form, output)


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds, and calls, of one person or of several together."""

    calls: float = 0.0
    talk_s: float = 0.0
    held_s: float = 0.0
    wrap_up_s: float = 0.0
    dial_s: float = 0.0
    ready_s: float = 0.0
    break_s: float = 0.0
    unpaid_s: float = 0.0
    not_ready_s: float = 0.0

    def __add__(self, other: _Spent) -> _Spent:
        names = (field.name for field in fields(self))
        return _Spent(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def times(self) -> AgentTimes:
        """Dialling is part of the handling."""
        talk_s = self.talk_s + self.dial_s
        return AgentTimes(talk_s, self.held_s, self.wrap_up_s, self.ready_s, self.break_s)


_COLUMNS: Mapping[str, tuple[Unit, Callable[[_Spent], float | None]]] = {
    "handled_by": ("count", lambda s: s.calls),
    "talking": ("seconds", lambda s: s.talk_s),
    "holding": ("seconds", lambda s: s.held_s),
    "wrapping_up": ("seconds", lambda s: s.wrap_up_s),
    "dialling": ("seconds", lambda s: s.dial_s),
    "ready": ("seconds", lambda s: s.ready_s),
    "break": ("seconds", lambda s: s.break_s),
    "unpaid": ("seconds", lambda s: s.unpaid_s),
    "not_ready": ("seconds", lambda s: s.not_ready_s),
    "occupancy": ("share", lambda s: occupancy([s.times])),
    "utilisation": ("share", lambda s: utilisation([s.times])),
}


def sheet(config: Config, conn: sqlite3.Connection, asked: Wanted) -> Sheet:
    """Raises StoreError."""
    from ekc_console.server.store.calls.report import agents

    people_names = known(config, conn)
    unpaid = {reason.code for reason in config.breaks if not reason.paid}
    days = days_of(str(asked.period.first), str(asked.period.last))
    rows: list[Sequence[Cell]] = []
    whole = _Spent()
    for span in asked.parts(config.zone):
        every = asked.asked.every
        begin = [begin_of(span.since, every, config.zone, full=True)] if every else []
        people = [
            (said(people_names, "agent", f.agent), _spent(f, unpaid))
            for f in agents(conn, span.since, span.until)
        ]
        for name, spent in sorted(people, key=lambda person: person[0]):
            rows.append([*begin, name, *_cells(spent)])
            whole += spent
    named = [Column("from", _("Период"), _("Период"), None)] if asked.asked.every else []
    return Sheet(
        title=_("Отчёт за {days}").format(days=days),
        columns=[*named, Column("agent", _("Оператор"), _("Оператор"), None), *_columns()],
        rows=rows,
        whole=[_("Всего"), *[""] * len(named), *_cells(whole)],
        notes=[*_notes(asked, rows), *(holes := _holes(conn, asked, config.zone))],
        warnings=holes,
    )


def _spent(figures: AgentFigures, unpaid: Collection[str]) -> _Spent:
    return _Spent(
        calls=figures.calls,
        talk_s=figures.talk_s,
        held_s=figures.held_s,
        wrap_up_s=figures.wrap_up_s,
        dial_s=figures.dial_s,
        ready_s=figures.ready_s,
        break_s=figures.break_s,
        unpaid_s=sum(seconds for reason, seconds in figures.breaks if reason in unpaid),
        not_ready_s=figures.not_ready_s,
    )


def _columns() -> list[Column]:
    return [
        Column(name, _(PEOPLE[name].title), _(PEOPLE[name].short), unit, _(PEOPLE[name].formula))
        for name, (unit, _of) in _COLUMNS.items()
    ]


def _cells(spent: _Spent) -> list[Cell]:
    return [of(spent) for _unit, of in _COLUMNS.values()]


def _holes(conn: sqlite3.Connection, asked: Wanted, zone: tzinfo) -> list[str]:
    from ekc_console.server.store.journal import holes

    found = holes.within(conn, asked.span.since, asked.span.until)
    return [
        notes.hole(
            JournalHole(first=one.first, last=one.last, since=one.since, until=one.until), zone
        )
        for one in found
    ]


def _notes(asked: Wanted, rows: Sequence[object]) -> list[str]:
    told = [] if asked.period.complete else [_("Период ещё идёт: посчитано то, что уже было.")]
    return told if rows else [*told, _("Никто не работал.")]
