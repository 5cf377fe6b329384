"""Home visits: a doctor called by a card, until somebody says that he has come or will not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ekc_console.errors import WordsError
from ekc_console.server.store.base.digits import NO_DIGITS, reversed_digits
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import contacts
from ekc_console.server.store.cards.search_words import fold
from ekc_console.server.store.cards.typed_values import first_values
from ekc_console.wire.entities import Contact
from ekc_console.wire.side_work import HomeVisit

VISIT = "visit_ordered"
"""Disposition of a card that orders a doctor."""
TAKEN_BACK = "итог карточки исправлен"
"""Note of a visit whose card orders none any more."""
SHOWN = 10

_DESKS = (
    "SELECT 1 FROM users, json_each(iif(json_valid(users.clinics), users.clinics, '[]')) AS desk"
    " WHERE NOT disabled"
)
_UNSEEN = (
    "(SELECT of_visit.clinic_id = '' OR"
    f" (EXISTS ({_DESKS}) AND NOT EXISTS ({_DESKS} AND desk.value = of_visit.clinic_id))"
    " FROM cards AS of_visit WHERE of_visit.id = home_visits.card)"
)
"""No clinic is known, or no account is of it where other clinics have theirs."""
_COLUMNS = (
    "home_visits.ordered_at, home_visits.card, person, address, home_visits.state, ordered_by,"
    f" closed_at, closed_by, home_visits.note, {_UNSEEN}"
)


class VisitRefused(WordsError):
    """There is no such open visit."""


def follow(conn: sqlite3.Connection, card: str, at: float, by: str) -> None:
    """Bring the visit of a card that was saved just now in line with its disposition.

    A visit that somebody has closed stays closed while the card goes on ordering it.
    """
    row = conn.execute(
        "SELECT disposition, scenario, version, session FROM cards WHERE id = ?", (card,)
    ).fetchone()
    disposition, scenario, version, session = row
    known = get(conn, card)
    if disposition != VISIT:
        if known and known.state == "open":
            close(conn, card, state="cancelled", at=at, by=by, note=TAKEN_BACK)
        return
    values = first_values(scenarios.get(conn, scenario, version) or {}, session)
    person, address = values.get("person", ""), values.get("address", "")
    if known is None or known.note == TAKEN_BACK:
        conn.execute(
            "INSERT OR REPLACE INTO home_visits (card, ordered_at, ordered_by, person, address,"
            " state, note, closed_at, closed_by) VALUES (?, ?, ?, ?, ?, 'open', '', NULL, '')",
            (card, at, by, person, address),
        )
    else:
        conn.execute(
            "UPDATE home_visits SET person = ?, address = ? WHERE card = ?", (person, address, card)
        )


def close(
    conn: sqlite3.Connection,
    card: str,
    *,
    state: Literal["done", "cancelled"],
    at: float,
    by: str,
    note: str,
) -> None:
    """Raises VisitRefused when the card has no open visit."""
    done = conn.execute(
        "UPDATE home_visits SET state = ?, closed_at = ?, closed_by = ?, note = ?"
        " WHERE card = ? AND state = 'open'",
        (state, at, by, note, card),
    )
    if not done.rowcount:
        raise VisitRefused("visit.not_open")


def get(conn: sqlite3.Connection, card: str) -> HomeVisit | None:
    """``ordered_by`` and ``closed_by`` are logins: names are not the store's."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM home_visits WHERE card = ?", (card,)).fetchone()
    return _visit(row) if row else None


def open_ones(
    conn: sqlite3.Connection, number: str, person: int | None, exclude_call: str = ""
) -> tuple[HomeVisit, ...]:
    """Open visits of a number (E.164, "" for none) and of a person, the newest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM calls JOIN cards ON cards.call = calls.id"
        " JOIN home_visits ON home_visits.card = cards.id"
        " WHERE number_reversed = ? AND home_visits.state = 'open' AND calls.id <> ?"
        f" UNION SELECT {_COLUMNS} FROM cards JOIN home_visits ON home_visits.card = cards.id"
        " WHERE person_id = ? AND home_visits.state = 'open' AND cards.call <> ?"
        " ORDER BY 1 DESC LIMIT ?",
        (reversed_digits(number) or NO_DIGITS, exclude_call, person, exclude_call, SHOWN),
    )
    return tuple(_visit(row) for row in rows)


@dataclass(frozen=True, slots=True)
class OpenVisits:
    visits: tuple[tuple[HomeVisit, Contact], ...]
    """The oldest first."""
    total: int
    """Of them, and of those beyond the limit."""


def listed(
    conn: sqlite3.Connection,
    scope: contacts.Scope | None,
    text: str,
    limit: int,
    *,
    by_number: bool = True,
) -> OpenVisits:
    """Open visits of the contacts in ``scope`` (None: all) that hold every word of ``text`` in a
    name, the address or the id of the card; its digits in the number too if ``by_number``."""
    found = list(_matching(conn, scope, text, by_number))
    visits = ((get(conn, card), contacts.of_card(conn, card)) for card in found[:limit])
    return OpenVisits(tuple((v, c) for v, c in visits if v and c), len(found))


def _matching(
    conn: sqlite3.Connection, scope: contacts.Scope | None, text: str, by_number: bool
) -> Iterator[str]:
    within, values = contacts.scope_condition(scope)
    words = fold(text).split()
    digits = reversed_digits(text) if by_number else ""
    rows = conn.execute(
        "SELECT home_visits.card, home_visits.person, home_visits.address,"
        " coalesce((SELECT name FROM persons WHERE persons.id = person_id), ''),"
        " coalesce(number_reversed, '')"
        " FROM home_visits JOIN cards ON cards.id = home_visits.card"
        " JOIN calls ON calls.id = cards.call"
        f" WHERE home_visits.state = 'open' AND {within} ORDER BY ordered_at",
        values,
    )
    for card, person, address, name, number in rows:
        written = fold(f"{card} {person} {name} {address}")
        dialled = len(digits) >= contacts.LEAST_DIGITS and digits in number
        if dialled or all(word in written for word in words):
            yield card


def _visit(row: tuple[Any, ...]) -> HomeVisit:
    at, card, person, address, state, ordered_by, closed_at, closed_by, note, unseen = row
    return HomeVisit(
        at=at,
        card=card,
        person=person,
        address=address,
        state=state,
        ordered_by=ordered_by,
        closed_at=closed_at,
        closed_by=closed_by,
        note=note,
        unseen=bool(unseen),
    )
