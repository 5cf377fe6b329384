"""A report's sheet: the sums read, put in order and named."""

from __future__ import annotations

import sqlite3

from ekc_console.commands.reports.names import known
from ekc_console.config import Config
from ekc_console.reports import table
from ekc_console.reports.sheet import Sheet
from ekc_console.server.day.report_asked import Wanted
from ekc_console.server.day.report_build import ReportBuilder


def sheet(config: Config, conn: sqlite3.Connection, asked: Wanted) -> Sheet:
    """Raises StoreError."""
    builder = ReportBuilder(asked, known(config, conn))
    return table.sheet(builder.build(conn), builder.rows, config.zone)
