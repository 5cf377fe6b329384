"""What the menu learned about calls that live: kept so that a restarted server knows it too."""

from __future__ import annotations

import sqlite3

import msgspec
import structlog

from ekc_console.json_faults import NOT_JSON

log = structlog.get_logger(__name__)


class MenuResult(msgspec.Struct, kw_only=True):
    """What the menu learned: goes into the operator's script and onto the screen."""

    script: str = ""
    fields: dict[str, str] = {}
    choices: list[str] = []
    """Labels of the options taken."""


def put(conn: sqlite3.Connection, call: str, result: MenuResult) -> None:
    conn.execute(
        "INSERT INTO menu_results (call, body) VALUES (?, ?)"
        " ON CONFLICT (call) DO UPDATE SET body = excluded.body",
        (call, msgspec.json.encode(result).decode()),
    )


def forget(conn: sqlite3.Connection, call: str) -> None:
    """The call is over: its card has what was learned."""
    conn.execute("DELETE FROM menu_results WHERE call = ?", (call,))


def of_calls(conn: sqlite3.Connection) -> dict[str, MenuResult]:
    """One that is damaged is left out: the call goes on without it."""
    results: dict[str, MenuResult] = {}
    for call, body in conn.execute("SELECT call, body FROM menu_results"):
        try:
            results[call] = msgspec.json.decode(body, type=MenuResult)
        except NOT_JSON as error:
            log.error("menu result is damaged", call=call, error=type(error).__name__)
    return results
