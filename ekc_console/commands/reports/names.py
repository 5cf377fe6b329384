"""What the settings and the store call the things that calls are told apart by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ekc_console.config import Config
from ekc_console.reports import kinds, notes
from ekc_console.server.day import report_asked as asked
from ekc_console.server.day.report_asked import Wanted
from ekc_console.server.day.report_names import Known, titles
from ekc_console.server.store.calls.scenarios import dispositions
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.people import accounts


def known(config: Config, conn: sqlite3.Connection) -> Known:
    by_account = accounts.in_teams(conn)
    return Known(
        Rules.of(config.zone, config.queues, config.figures.windows()),
        {
            "queue": titles(config.queues),
            "topic": {topic.code: topic.title for topic in config.topics},
            "team": titles(config.teams),
            "agent": {person.login: person.name for person in accounts.everybody(conn)},
            "disposition": dispositions(conn),
        },
        {
            team.id: tuple(dict.fromkeys((*team.members, *by_account.get(team.id, ()))))
            for team in config.teams
        },
    )


def said(names: Known, by: str, key: str) -> str:
    return kinds.said(by, key, names.title(by, key), names.gone(by, key))


def unknown(names: Known, wanted: Wanted) -> Iterator[str]:
    """Of each filter that nothing is called."""
    for by, value, known in asked.unknown(wanted, names):
        yield notes.missing(by, value, known)
