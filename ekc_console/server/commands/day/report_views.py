"""A person's own views of reports: kept, given, dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import msgspec
import structlog

from ekc_console.json_faults import NOT_JSON
from ekc_console.server.commands.handler import Handler
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import report_views
from ekc_console.wire.day.report import ReportAsked
from ekc_console.wire.day.report_views import (
    LONGEST_NAME,
    MOST_VIEWS,
    DeleteReportView,
    GetReportViews,
    ReportView,
    ReportViews,
    SaveReportView,
)

log = structlog.get_logger(__name__)

_asked = msgspec.json.Decoder(ReportAsked)


class ReportViewCommands:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.handlers: dict[type, Handler] = {
            GetReportViews: self._get,
            SaveReportView: self._save,
            DeleteReportView: self._delete,
        }

    async def _get(self, person: Person, body: GetReportViews) -> ReportViews:
        return _told(await self._database.read(lambda conn: report_views.of(conn, person.login)))

    async def _save(self, person: Person, body: SaveReportView) -> ReportViews:
        name = " ".join(body.name.split())
        if not 0 < len(name) <= LONGEST_NAME:
            raise Refusal("bad_value", "report.view_name", most=LONGEST_NAME)
        text = msgspec.json.encode(body.asked).decode()

        def write(conn: sqlite3.Connection) -> None:
            report_views.keep(conn, person.login, name, text)
            if len(report_views.of(conn, person.login)) > MOST_VIEWS:
                raise Refusal("bad_value", "report.many_views", most=MOST_VIEWS)

        return await self._changed(person, write)

    async def _delete(self, person: Person, body: DeleteReportView) -> ReportViews:
        return await self._changed(
            person, lambda conn: report_views.drop(conn, person.login, body.name)
        )

    async def _changed(
        self, person: Person, write: Callable[[sqlite3.Connection], None]
    ) -> ReportViews:
        def changed(conn: sqlite3.Connection) -> list[tuple[str, str]]:
            write(conn)
            return report_views.of(conn, person.login)

        return _told(await self._database.write(changed))


def _told(rows: list[tuple[str, str]]) -> ReportViews:
    """One that this version cannot read is not given, and stays kept."""
    views = []
    for name, body in rows:
        try:
            views.append(ReportView(name=name, asked=_asked.decode(body)))
        except NOT_JSON as error:
            log.warning("a view of a report cannot be read", error=type(error).__name__)
    return ReportViews(views=tuple(views))
