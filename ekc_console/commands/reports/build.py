"""A report's sheet: the sums read, put in order and named."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import cast

from ekc_console.client.words.reports.figures import WORDS
from ekc_console.commands.reports.asked import Asked
from ekc_console.commands.reports.names import TITLES, Names, names
from ekc_console.commands.reports.sheet import Cell, Column, Sheet
from ekc_console.config import Config
from ekc_console.domain.insight.tally import Figure, Tally, total
from ekc_console.domain.terms.localtime import said
from ekc_console.domain.terms.spans import Every, Span, cut
from ekc_console.i18n import N_, _
from ekc_console.server.store.figures.by_calls import By, Only, Rules
from ekc_console.server.store.figures.sums import Row, sums
from ekc_console.server.store.people import accounts

_BEGINS: Mapping[Every, str] = {
    "half_hour": "%d.%m %H:%M",
    "hour": "%d.%m %H:%M",
    "day": "%d.%m.%Y",
    "week": N_("с %d.%m.%Y"),
    "month": "%m.%Y",
}


def sheet(config: Config, conn: sqlite3.Connection, asked: Asked) -> Sheet:
    """Raises StoreError."""
    known = names(config, conn)
    rows = list(_read(config, conn, asked, asked.by))
    whole = total(row.tally for row in rows)
    if asked.by == "team":
        rows = list(_by_team(config, accounts.in_teams(conn), rows))
    return Sheet(
        title=title_of(asked, known),
        columns=[*_named_columns(asked), *map(_column, asked.figures)],
        rows=[
            [*_named(row, asked, known, config.zone), *_cells(row.tally, asked)]
            for row in sorted(
                rows, key=lambda row: (row.span.since, *known.place(asked.by, row.key))
            )
        ],
        whole=[_("Всего"), *[""] * (len(_named_columns(asked)) - 1), *_cells(whole, asked)],
        notes=list(_notes(asked, known, whole)),
    )


def parts_of(asked: Asked, zone: tzinfo) -> tuple[Span, ...]:
    return cut(asked.span, asked.every, zone) if asked.every else (asked.span,)


def _read(config: Config, conn: sqlite3.Connection, asked: Asked, by: str | None) -> Iterator[Row]:
    parts = parts_of(asked, config.zone)
    rules = Rules.of(config.zone, config.queues)
    told_apart = cast(By | None, "agent" if by == "team" else by)
    return sums(conn, parts, rules, told_apart, cast(Only, asked.only))


def _by_team(
    config: Config, by_account: Mapping[str, Sequence[str]], rows: list[Row]
) -> Iterator[Row]:
    """Of each team the rows of its members, by the settings or by their account; who is in no team
    comes under none."""
    teams: dict[str, list[str]] = defaultdict(list)
    for team in config.teams:
        for login in dict.fromkeys((*team.members, *by_account.get(team.id, ()))):
            teams[login].append(team.id)
    found: dict[tuple[Span, str], Tally] = defaultdict(Tally)
    for row in rows:
        for team_id in teams.get(row.key, [""]):
            found[row.span, team_id] += row.tally
    return (Row(span, key, tally) for (span, key), tally in found.items())


def _column(figure: Figure) -> Column:
    words = WORDS[figure.id]
    return Column(figure.id, _(words.title), _(words.short), figure.unit, _(words.formula))


def _cells(tally: Tally, asked: Asked) -> list[Cell]:
    return [figure.of(tally) for figure in asked.figures]


def _named_columns(asked: Asked) -> list[Column]:
    columns = []
    if asked.every or not asked.by:
        columns.append(Column("from", _("Период"), _("Период"), None))
    if asked.by:
        columns.append(Column(asked.by, _(TITLES[asked.by]), _(TITLES[asked.by]), None))
    return columns


def _named(row: Row, asked: Asked, known: Names, zone: tzinfo) -> list[Cell]:
    cells: list[Cell] = []
    if asked.every:
        cells.append(begin_of(row.span, asked.every, zone))
    elif not asked.by:
        cells.append(days_of(asked))
    if asked.by:
        cells.append(known.of(asked.by, row.key))
    return cells


def begin_of(span: Span, every: Every, zone: tzinfo) -> str:
    return said(span.since, zone, _(_BEGINS[every]))


def days_of(asked: Asked) -> str:
    first, last = asked.period.first, asked.period.last
    return f"{first:%d.%m.%Y}" if first == last else f"{first:%d.%m.%Y}–{last:%d.%m.%Y}"


def title_of(asked: Asked, known: Names) -> str:
    filters = [
        f"{_(TITLES[by])}: {', '.join(known.of(by, key) for key in wanted)}"
        for by, wanted in asked.only.items()
    ]
    return ". ".join([_("Отчёт за {days}").format(days=days_of(asked)), *filters])


def _notes(asked: Asked, known: Names, whole: Tally) -> Iterator[str]:
    if not asked.period.complete:
        yield _("Период ещё идёт: посчитано то, что уже было.")
    if not whole.calls:
        yield _("Таких вызовов за период не было.")
    for by, wanted in asked.only.items():
        for key in known.unknown(by, wanted):
            yield known.missing(by, key)
    if asked.by == "team":
        yield _("Вызов того, кто в двух командах, посчитан в обеих; в строке «Всего» — один раз.")
    if asked.by == "agent":
        yield _("Переведённый вызов — у того, кто говорил последним.")
