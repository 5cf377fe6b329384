"""Words of supervisors to the staff, and operators' requests for help.

Names stand as logins here; who is shown what is decided elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec

from ekc_console.wire.call_control import NotTaken
from ekc_console.wire.side_work import HelpRequest, HelpState, StaffMessage

_HELP = "seq, at, login, body, topic, call, state, answer, closed_by, medic"


def send(conn: sqlite3.Connection, *, at: float, sender: str, to: str, text: str) -> StaffMessage:
    """``to`` empty: to everybody."""
    done = conn.execute(
        "INSERT INTO staff_messages (at, sender, to_login, body) VALUES (?, ?, ?, ?)",
        (at, sender, to, text),
    )
    return StaffMessage(id=str(done.lastrowid), at=at, sender_name=sender, to=to, text=text)


def read(conn: sqlite3.Connection, message: int, login: str, at: float) -> None:
    """Once read it stays read; a message that is not there is no error."""
    conn.execute(
        "INSERT INTO staff_reads (message, login, at) SELECT seq, ?, ? FROM staff_messages"
        " WHERE seq = ? ON CONFLICT DO NOTHING",
        (login, at, message),
    )


def messages_for(
    conn: sqlite3.Connection, login: str, *, since: float = 0.0, limit: int = 100
) -> list[StaffMessage]:
    """Messages to a login and to all, newest first; one's own words to all are read already."""
    rows = conn.execute(
        "SELECT seq, m.at, sender, to_login, body,"
        " coalesce(r.at, CASE WHEN sender = ? THEN m.at END)"
        " FROM staff_messages m LEFT JOIN staff_reads r ON r.message = seq AND r.login = ?"
        " WHERE to_login IN ('', ?) AND m.at >= ? ORDER BY seq DESC LIMIT ?",
        (login, login, login, since, limit),
    )
    return [_message(row) for row in rows]


def ask_help(
    conn: sqlite3.Connection,
    *,
    at: float,
    login: str,
    text: str,
    call: str,
    topic: str,
    medic: bool = False,
) -> HelpRequest:
    done = conn.execute(
        "INSERT INTO help_requests (at, login, body, call, topic, medic, state, answer, closed_by)"
        " VALUES (?, ?, ?, ?, ?, ?, 'open', '', '')",
        (at, login, text, call, topic, medic),
    )
    text, unanswered = _read(text)
    return HelpRequest(
        id=str(done.lastrowid), at=at, login=login, name=login, text=text, call=call,
        topic_title=topic, unanswered=unanswered, medic=medic,
    )  # fmt: skip


def close_help(
    conn: sqlite3.Connection, help_id: int, *, state: HelpState, answer: str, at: float, by: str
) -> bool:
    """False: it is not open any more."""
    done = conn.execute(
        "UPDATE help_requests SET state = ?, answer = ?, closed_at = ?, closed_by = ?"
        " WHERE seq = ? AND state = 'open'",
        (state, answer, at, by, help_id),
    )
    return bool(done.rowcount)


def help_state(conn: sqlite3.Connection, help_id: int) -> HelpState | None:
    """None: there never was such a request."""
    row = conn.execute("SELECT state FROM help_requests WHERE seq = ?", (help_id,)).fetchone()
    return row[0] if row else None


def open_help(conn: sqlite3.Connection) -> list[HelpRequest]:
    """The oldest first."""
    rows = conn.execute(f"SELECT {_HELP} FROM help_requests WHERE state = 'open' ORDER BY seq")
    return [_help(row) for row in rows]


def unread(
    conn: sqlite3.Connection, logins: Iterable[str], since: float
) -> dict[str, list[StaffMessage]]:
    """Messages each login has not read, oldest first."""
    found = {}
    for login in logins:
        mine = messages_for(conn, login, since=since)
        found[login] = [message for message in reversed(mine) if message.read_at is None]
    return found


def _message(row: tuple[Any, ...]) -> StaffMessage:
    seq, at, sender, to, body, read_at = row
    return StaffMessage(id=str(seq), at=at, sender_name=sender, to=to, text=body, read_at=read_at)


def _help(row: tuple[Any, ...]) -> HelpRequest:
    seq, at, login, body, topic, call, state, answer, closed_by, medic = row
    text, unanswered = _read(body)
    return HelpRequest(
        id=str(seq), at=at, login=login, name=login, text=text, topic_title=topic, call=call,
        unanswered=unanswered, state=state, answer=answer, answered_by=closed_by,
        medic=bool(medic),
    )  # fmt: skip


_BY_ITSELF = "\n"
"""A request that was made by itself begins so; no text of a person has lines."""


def said_by_itself(unanswered: tuple[NotTaken, ...]) -> str:
    """The body of a request that nobody has written."""
    return _BY_ITSELF + msgspec.json.encode(unanswered).decode()


def _read(body: str) -> tuple[str, tuple[NotTaken, ...]]:
    """What a person has written, or who did not answer."""
    if not body.startswith(_BY_ITSELF):
        return body, ()
    return "", msgspec.json.decode(body, type=tuple[NotTaken, ...])
