"""Earlier contacts: the history of a number, and the search by number or by words of a card."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.store.base.digits import NO_DIGITS, reversed_digits
from ekc_console.server.store.cards import clinics, search_words
from ekc_console.server.store.cards.typed_values import Names
from ekc_console.wire.messages import Contact

LEAST_DIGITS = 4
"""A shorter ending of a number would find half of the town."""

NATIONAL_DIGITS = 10
"""A Russian number without its prefix, which people write as +7, 7 or 8."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The contacts that somebody may find: the agent's own, and beside them these; with
    ``clinics`` none but those whose card names one of them, by id."""

    agent: str
    queues: tuple[str, ...] = ()
    unqueued: bool = False
    """Those that stood in no queue."""
    calls: tuple[str, ...] = ()
    clinics: tuple[str, ...] | None = None


_SELECT = """
SELECT calls.id, calls.arrived_at, direction, coalesce(calls.number, ''), calls.topic,
       coalesce(outcome, ''), coalesce(calls.agent, ''), talk_s,
       coalesce(cards.id, ''), coalesce(disposition, ''), coalesce(note, ''),
       coalesce((SELECT name FROM persons WHERE persons.id = person_id), ''),
       coalesce(person_id, 0),
       coalesce(cards.state = 'draft' AND ended_at IS NOT NULL
                AND (outcome = 'answered' OR cards.revision > 0), 0) AS unfinished,
       coalesce(cards.clinic_id, ''), cards.scenario, cards.version,
       CASE WHEN person_id IS NULL THEN session END
"""


def history(
    conn: sqlite3.Connection,
    number: str,
    limit: int,
    exclude_call: str = "",
    person: int | None = None,
) -> list[Contact]:
    """Ended contacts with a number (E.164, "" when withheld) and, from whatever number, those
    whose card is about ``person``; newest first."""
    rows = conn.execute(
        f"{_SELECT} FROM calls LEFT JOIN cards ON cards.call = calls.id"
        " WHERE number_reversed = ? AND calls.id <> ? AND ended_at IS NOT NULL"
        " ORDER BY arrived_at DESC LIMIT ?",
        (reversed_digits(number) or NO_DIGITS, exclude_call, limit),
    )
    names = Names(conn)
    found = {row[0]: _contact(row, names) for row in rows}
    if person is not None:
        rows = conn.execute(
            f"{_SELECT} FROM cards JOIN calls ON calls.id = cards.call"
            " WHERE person_id = ? AND calls.id <> ? AND ended_at IS NOT NULL"
            " ORDER BY arrived_at DESC LIMIT ?",
            (person, exclude_call, limit),
        )
        found |= {row[0]: _contact(row, names) for row in rows}
    return sorted(found.values(), key=lambda contact: contact.at, reverse=True)[:limit]


def own(conn: sqlite3.Connection, agent: str, since: float, limit: int) -> list[Contact]:
    """Contacts since a moment that this agent had last or whose card is this agent's; newest
    first."""
    rows = conn.execute(
        f"{_SELECT} FROM calls LEFT JOIN cards ON cards.call = calls.id"
        " WHERE arrived_at >= ? AND (calls.agent = ? OR cards.agent = ?)"
        " ORDER BY arrived_at DESC LIMIT ?",
        (since, agent, agent, limit),
    )
    return _contacts(conn, rows)


def unfinished(conn: sqlite3.Connection, agent: str, limit: int) -> list[Contact]:
    """This agent's contacts whose card waits for its disposition; newest first."""
    rows = conn.execute(
        f"{_SELECT} FROM cards JOIN calls ON calls.id = cards.call"
        " WHERE cards.state = 'draft' AND cards.agent = ? AND unfinished"
        " ORDER BY arrived_at DESC LIMIT ?",
        (agent, limit),
    )
    return _contacts(conn, rows)


def of_card(conn: sqlite3.Connection, card: str) -> Contact | None:
    row = conn.execute(
        f"{_SELECT} FROM cards JOIN calls ON calls.id = cards.call WHERE cards.id = ?", (card,)
    ).fetchone()
    return _contact(row, Names(conn)) if row else None


def last_operator(conn: sqlite3.Connection, number: str) -> AgentId | None:
    """Who talked last with a number (E.164), in or out."""
    row = conn.execute(
        "SELECT agent FROM calls WHERE number_reversed = ? AND outcome = 'answered'"
        " AND agent IS NOT NULL ORDER BY arrived_at DESC LIMIT 1",
        (reversed_digits(number),),
    ).fetchone()
    return AgentId(row[0]) if row else None


def talked_since(conn: sqlite3.Connection, call: str) -> tuple[float, str] | None:
    """The last talk with the number of a call that began after that call, and who had it; None:
    there was none."""
    row: tuple[float, str] | None = conn.execute(
        "SELECT later.answered_at, coalesce(later.agent, '') FROM calls"
        " JOIN calls AS later ON later.number_reversed = calls.number_reversed"
        " AND later.arrived_at > coalesce(calls.ended_at, calls.arrived_at)"
        " WHERE calls.id = ? AND later.outcome = 'answered' AND later.answered_at IS NOT NULL"
        " AND calls.number_reversed <> ''"
        " ORDER BY later.arrived_at DESC LIMIT 1",
        (call,),
    ).fetchone()
    return row


def queue_of(conn: sqlite3.Connection, call: str) -> str | None:
    """In which queue a call stood last."""
    row = conn.execute("SELECT queue FROM calls WHERE id = ?", (call,)).fetchone()
    return row[0] if row else None


def kept_of(conn: sqlite3.Connection, call: str) -> tuple[str, str | None, str | None] | None:
    """Direction of a call, its queue, and the callback that it served."""
    row: tuple[str, str | None, str | None] | None = conn.execute(
        "SELECT direction, queue, callback FROM calls WHERE id = ?", (call,)
    ).fetchone()
    return row


def find(
    conn: sqlite3.Connection, text: str, limit: int, scope: Scope | None = None
) -> list[Contact]:
    """Contacts by a number or its last digits (4 or more), else by the beginnings of words in
    names and notes of cards; newest first. Nothing found is an empty list. ``scope`` None: all."""
    text = text.strip()
    if re.fullmatch(r"[\d+()\s.\-–]+", text):
        return _by_number(conn, text, limit, scope)
    return _by_words(conn, text, limit, scope)


def listed(
    conn: sqlite3.Connection, text: str, limit: int, scope: Scope | None = None
) -> list[Contact]:
    """As ``find``; without a text as ``newest``."""
    return find(conn, text, limit, scope) if text else newest(conn, limit, scope)


def newest(conn: sqlite3.Connection, limit: int, scope: Scope | None) -> list[Contact]:
    """Those that have a card."""
    within, values = scope_condition(scope)
    rows = conn.execute(
        f"{_SELECT} FROM cards JOIN calls ON calls.id = cards.call WHERE {within}"
        # Cards are numbered as they are made.
        " ORDER BY cards.seq DESC LIMIT ?",
        (*values, limit),
    )
    return _contacts(conn, rows)


def _by_number(
    conn: sqlite3.Connection, text: str, limit: int, scope: Scope | None
) -> list[Contact]:
    digits = reversed_digits(text)
    if len(digits) < LEAST_DIGITS:
        return []
    if len(digits) == NATIONAL_DIGITS + 1 and digits[-1] in "78":
        digits = digits[:NATIONAL_DIGITS]
    within, values = scope_condition(scope)
    rows = conn.execute(
        f"{_SELECT} FROM calls LEFT JOIN cards ON cards.call = calls.id"
        # ":" is what follows "9": all numbers that begin, from the end, with these digits.
        f" WHERE number_reversed >= ? AND number_reversed < ? AND {within}"
        " ORDER BY arrived_at DESC LIMIT ?",
        (digits, digits + ":", *values, limit),
    )
    return _contacts(conn, rows)


def _by_words(
    conn: sqlite3.Connection, text: str, limit: int, scope: Scope | None
) -> list[Contact]:
    expression = search_words.match_expression(text)
    if not expression:
        return []
    within, values = scope_condition(scope)
    # Cards are numbered as they are made, so the newest are taken by number: no sort over all
    # that match a common name. CROSS JOIN keeps the index of words in front.
    rows = conn.execute(
        f"{_SELECT} FROM (SELECT card_text.rowid AS found FROM card_text"
        " CROSS JOIN cards ON cards.seq = card_text.rowid"
        " CROSS JOIN calls ON calls.id = cards.call"
        f" WHERE card_text MATCH ? AND {within} ORDER BY card_text.rowid DESC LIMIT ?)"
        " JOIN cards ON cards.seq = found JOIN calls ON calls.id = cards.call"
        " ORDER BY arrived_at DESC",
        (expression, *values, limit),
    )
    return _contacts(conn, rows)


def scope_condition(scope: Scope | None) -> tuple[str, tuple[object, ...]]:
    """A condition on ``calls`` and ``cards``, and its values."""
    if scope is None:
        return "1", ()
    if scope.clinics is not None:
        return clinics.condition(scope.clinics)
    queues, calls = ("?, " * len(some) + "NULL" for some in (scope.queues, scope.calls))
    condition = (
        f"(calls.agent = ? OR cards.agent = ? OR calls.queue IN ({queues})"
        f" OR (? AND calls.queue IS NULL) OR calls.id IN ({calls}))"
    )
    return condition, (scope.agent, scope.agent, *scope.queues, scope.unqueued, *scope.calls)


def _contacts(conn: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> list[Contact]:
    names = Names(conn)
    return [_contact(row, names) for row in rows]


def _contact(row: tuple[Any, ...], names: Names) -> Contact:
    """``agent_name`` is the login, ``disposition`` the code and ``clinic`` the id: titles are not
    the store's."""
    (
        call, at, direction, number, topic, outcome, agent, talk_s, card, disposition, note, person,
        person_id, unfinished, clinic, scenario, version, session,
    ) = row  # fmt: skip
    return Contact(
        call=call,
        at=at,
        direction=direction,
        number=number,
        topic=topic,
        outcome=outcome,
        agent_name=agent,
        talk_s=talk_s,
        card=card,
        disposition=disposition,
        note=note,
        person=person or (names.of(scenario, version, session) if session else ""),
        person_id=person_id,
        unfinished=bool(unfinished),
        clinic=clinic,
    )
