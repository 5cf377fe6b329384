"""Scenario documents by id and version: an old card is read with the scenario it was made by."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec


def remember(
    conn: sqlite3.Connection, scenario: str, version: str, document: dict[str, Any]
) -> None:
    """Keep a document; one that is known stays as it is (the version is a hash of it)."""
    conn.execute(
        "INSERT OR IGNORE INTO scenarios (id, version, document) VALUES (?, ?, ?)",
        (scenario, version, msgspec.json.encode(document).decode()),
    )


def get(conn: sqlite3.Connection, scenario: str, version: str) -> dict[str, Any] | None:
    row = conn.execute(
        "SELECT document FROM scenarios WHERE id = ? AND version = ?", (scenario, version)
    ).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=dict[str, Any])


def dispositions(conn: sqlite3.Connection) -> dict[str, str]:
    """Labels of all documents by code; of two for one code the later document's."""
    rows = conn.execute(
        "SELECT label.key, label.value FROM scenarios,"
        " json_each(document, '$.dispositions') AS label ORDER BY scenarios.rowid"
    )
    return {str(code): str(label) for code, label in rows}
