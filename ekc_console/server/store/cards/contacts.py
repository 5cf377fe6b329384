"""Earlier contacts: the history of a number, and the search by number or by words of a card."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.store.cards import search_words
from ekc_console.server.store.journal.projection import NO_DIGITS, reversed_digits
from ekc_console.wire.messages import Contact

LEAST_DIGITS = 4
"""A shorter ending of a number would find half of the town."""

NATIONAL_DIGITS = 10
"""A Russian number without its prefix, which people write as +7, 7 or 8."""

_SELECT = """
SELECT calls.id, calls.arrived_at, direction, coalesce(calls.number, ''), calls.topic,
       coalesce(outcome, ''), coalesce(calls.agent, ''), talk_s,
       coalesce(cards.id, ''), coalesce(disposition, ''), coalesce(note, ''),
       coalesce((SELECT name FROM persons WHERE persons.id = person_id), ''),
       coalesce(person_id, 0)
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
    found = {row[0]: _contact(row) for row in rows}
    if person is not None:
        rows = conn.execute(
            f"{_SELECT} FROM cards JOIN calls ON calls.id = cards.call"
            " WHERE person_id = ? AND calls.id <> ? AND ended_at IS NOT NULL"
            " ORDER BY arrived_at DESC LIMIT ?",
            (person, exclude_call, limit),
        )
        found |= {row[0]: _contact(row) for row in rows}
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
    return [_contact(row) for row in rows]


def of_card(conn: sqlite3.Connection, card: str) -> Contact | None:
    row = conn.execute(
        f"{_SELECT} FROM cards JOIN calls ON calls.id = cards.call WHERE cards.id = ?", (card,)
    ).fetchone()
    return _contact(row) if row else None


def last_operator(conn: sqlite3.Connection, number: str) -> AgentId | None:
    """Who talked last with a number (E.164), in or out."""
    row = conn.execute(
        "SELECT agent FROM calls WHERE number_reversed = ? AND outcome = 'answered'"
        " AND agent IS NOT NULL ORDER BY arrived_at DESC LIMIT 1",
        (reversed_digits(number),),
    ).fetchone()
    return AgentId(row[0]) if row else None


def find(conn: sqlite3.Connection, text: str, limit: int) -> list[Contact]:
    """Contacts by a number or its last digits (4 or more), else by the beginnings of words in
    names and notes of cards; newest first. Nothing found is an empty list."""
    text = text.strip()
    if re.fullmatch(r"[\d+()\s.\-–]+", text):
        return _by_number(conn, text, limit)
    return _by_words(conn, text, limit)


def _by_number(conn: sqlite3.Connection, text: str, limit: int) -> list[Contact]:
    digits = reversed_digits(text)
    if len(digits) < LEAST_DIGITS:
        return []
    if len(digits) == NATIONAL_DIGITS + 1 and digits[-1] in "78":
        digits = digits[:NATIONAL_DIGITS]
    rows = conn.execute(
        f"{_SELECT} FROM calls LEFT JOIN cards ON cards.call = calls.id"
        # ":" is what follows "9": all numbers that begin, from the end, with these digits.
        " WHERE number_reversed >= ? AND number_reversed < ?"
        " ORDER BY arrived_at DESC LIMIT ?",
        (digits, digits + ":", limit),
    )
    return [_contact(row) for row in rows]


def _by_words(conn: sqlite3.Connection, text: str, limit: int) -> list[Contact]:
    expression = search_words.match_expression(text)
    if not expression:
        return []
    # Cards are numbered as they are made, so the newest are taken by number: no sort over all
    # that match a common name.
    rows = conn.execute(
        f"{_SELECT} FROM (SELECT rowid AS found FROM card_text WHERE card_text MATCH ?"
        " ORDER BY rowid DESC LIMIT ?)"
        " JOIN cards ON cards.seq = found JOIN calls ON calls.id = cards.call"
        " ORDER BY arrived_at DESC",
        (expression, limit),
    )
    return [_contact(row) for row in rows]


def _contact(row: tuple[Any, ...]) -> Contact:
    """``agent_name`` is the login and ``disposition`` the code: titles are not the store's."""
    (
        call, at, direction, number, topic, outcome, agent, talk_s, card, disposition, note, person,
        person_id,
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
        person=person,
        person_id=person_id,
    )
