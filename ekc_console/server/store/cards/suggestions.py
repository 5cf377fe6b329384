"""The register of suggestions on the centre's work."""

from __future__ import annotations

import sqlite3
from typing import Any

from ekc_console.errors import WordsError
from ekc_console.wire.side_work import Suggestion, SuggestionSource, SuggestionStatus

MAX_TEXT = 2000
_COLUMNS = "id, at, author, source, body, call, status, answer, decided_at, decided_by"


class SuggestionError(WordsError):
    """The suggestion cannot be stored so, or there is none."""


def add(
    conn: sqlite3.Connection,
    *,
    at: float,
    author: str,
    source: SuggestionSource,
    text: str,
    call: str = "",
) -> Suggestion:
    """Register one; returned as stored. Raises SuggestionError for an empty or too long text."""
    body = text.strip()
    if not body:
        raise SuggestionError("suggestion.empty")
    if len(body) > MAX_TEXT:
        raise SuggestionError("suggestion.too_long", have=len(body), most=MAX_TEXT)
    done = conn.execute(
        "INSERT INTO suggestions (at, author, source, body, call, status, answer, decided_by)"
        " VALUES (?, ?, ?, ?, ?, 'new', '', '')",
        (at, author, source, body, call),
    )
    return get(conn, done.lastrowid or 0)


def decide(
    conn: sqlite3.Connection,
    suggestion: int,
    *,
    status: SuggestionStatus,
    answer: str,
    at: float,
    by: str,
) -> Suggestion:
    """Set status and answer; returned as stored. Raises SuggestionError."""
    if status == "declined" and not answer.strip():
        raise SuggestionError("suggestion.say_why")
    get(conn, suggestion)
    conn.execute(
        "UPDATE suggestions SET status = ?, answer = ?, decided_at = ?, decided_by = ?"
        " WHERE id = ?",
        (status, answer.strip(), at, by, suggestion),
    )
    return get(conn, suggestion)


def get(conn: sqlite3.Connection, suggestion: int) -> Suggestion:
    """``author_name`` and ``decided_by`` are logins: names are not this table's. Raises
    SuggestionError."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM suggestions WHERE id = ?", (suggestion,)).fetchone()
    if row is None:
        raise SuggestionError("suggestion.none", number=suggestion)
    return _suggestion(row)


def listed(
    conn: sqlite3.Connection, *, author: str = "", status: str = "", limit: int = 200
) -> list[Suggestion]:
    """Newest first; of one author or of all (``author`` empty), of one status or of all."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM suggestions WHERE (? = '' OR author = ?)"
        " AND (? = '' OR status = ?) ORDER BY id DESC LIMIT ?",
        (author, author, status, status, limit),
    )
    return [_suggestion(row) for row in rows]


def _suggestion(row: tuple[Any, ...]) -> Suggestion:
    number, at, author, source, body, call, status, answer, decided_at, decided_by = row
    return Suggestion(
        id=number,
        at=at,
        author_name=author,
        source=source,
        text=body,
        call=call,
        status=status,
        answer=answer,
        decided_at=decided_at,
        decided_by=decided_by,
    )
