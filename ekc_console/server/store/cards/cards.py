"""Cards: what was learned and done for a person in one contact.

One card a call, made as a draft. The agent who has the call has the card. Personal data lives
here and in no journal and no log.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec

from ekc_console.errors import WordsError
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import (
    card_changes,
    card_drafts,
    clinics,
    persons,
    search_words,
    untold,
    visits,
)
from ekc_console.wire import messages


class CardRefused(WordsError):
    """The card is not there, another agent's, or newer than what is to be stored."""


class CardChanged(CardRefused):
    """Somebody has changed the card since it was read. ``login``: the last one who did."""

    def __init__(self, login: str, at: float) -> None:
        super().__init__("card.changed")
        self.login = login
        self.at = at


@dataclass(frozen=True, slots=True)
class NewCard:
    id: str
    call: str
    number: str
    """The other party, "" when withheld."""
    topic: str
    scenario: str
    version: str
    session: dict[str, Any]
    agent: str
    created_at: float


_COLUMNS = (
    "id, call, number, topic, scenario, version, revision, session, note, disposition, state,"
    " created_at, saved_at, agent"
)
_ALL_COLUMNS = f"{_COLUMNS}, edits, person_id"


def create_draft(conn: sqlite3.Connection, card: NewCard) -> None:
    """Make the draft of a call. If the call has a card already it is handed to ``card.agent``
    and stays as it is, but for the outcome that another had chosen for the own part: how the call
    ends is for who has it now to say."""
    conn.execute(
        f"INSERT INTO cards ({_COLUMNS})"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?, '', '', 'draft', ?, NULL, ?)"
        " ON CONFLICT (call) DO UPDATE SET agent = excluded.agent, disposition ="
        " CASE WHEN state = 'draft' AND agent <> excluded.agent THEN '' ELSE disposition END",
        (
            card.id,
            card.call,
            card.number,
            card.topic,
            card.scenario,
            card.version,
            msgspec.json.encode(card.session).decode(),
            card.created_at,
            card.agent,
        ),
    )
    _index(conn, card.id)


def save_draft(
    conn: sqlite3.Connection,
    *,
    card: str,
    agent: str,
    revision: int,
    scenario: str,
    version: str,
    session: dict[str, Any],
    note: str,
    disposition: str,
    at: float,
    edits: int = 0,
) -> bool:
    """Store a draft; False if it is ignored for its lower ``revision``.

    A card that is saved stays so: the draft is kept beside it. Raises CardRefused, CardChanged
    when ``edits`` is not the card's.
    """
    stored = _own(conn, card, agent)
    _require_edits(conn, stored, edits)
    if stored.state == "saved":
        draft = card_drafts.CardDraft(
            revision=revision, base=stored.revision, at=at, scenario=scenario, version=version,
            session=session, note=note, disposition=disposition,
        )  # fmt: skip
        return card_drafts.keep(conn, stored, draft)
    if revision < stored.revision:
        return False
    _put(
        conn, card, agent, revision, scenario, version, session, note, disposition,
        state="draft", saved_at=None,
    )  # fmt: skip
    return True


def save_card(
    conn: sqlite3.Connection,
    *,
    card: str,
    agent: str,
    revision: int,
    scenario: str,
    version: str,
    session: dict[str, Any],
    note: str,
    disposition: str,
    saved_at: float,
    edits: int = 0,
) -> None:
    """Store the card as done; what was saved before goes to the history.

    The same revision again does nothing. Raises CardRefused, also for a lower revision, and
    CardChanged when ``edits`` is not the card's.
    """
    stored = _own(conn, card, agent)
    _require_edits(conn, stored, edits)
    beside = card_drafts.get(conn, card)
    if revision < max(stored.revision, beside.revision if beside else 0):
        raise CardRefused("card.changed_elsewhere")
    if stored.state == "saved" and revision == stored.revision:
        return
    before = _last_saved(conn, stored)
    _keep_saved(conn, stored)
    _put(
        conn, card, agent, revision, scenario, version, session, note, disposition,
        state="saved", saved_at=saved_at,
    )  # fmt: skip
    if before is not None:
        after = card_changes.Content(session.get("fields") or {}, note, disposition)
        parts = card_changes.between(before, after)
        card_changes.add(conn, card, saved_at, agent, parts)
    card_drafts.forget(conn, card)
    untold.keep(conn, stored, agent)
    visits.follow(conn, card, saved_at, agent)


def edit_card(
    conn: sqlite3.Connection,
    *,
    card: str,
    login: str,
    revision: int,
    session: dict[str, Any],
    note: str,
    disposition: str,
    at: float,
) -> None:
    """Change a card that is in nobody's hands; it stays its agent's, and is saved then. A draft
    beside it is over when its agent does this.

    ``revision``: the one that was read. Raises CardRefused, CardChanged for another revision.
    """
    stored = _there(conn, card)
    if stored.revision != revision:
        raise _changed(conn, stored)
    before = _last_saved(conn, stored)
    _keep_saved(conn, stored)
    _put(
        conn, card, stored.agent_name, revision + 1, stored.scenario, stored.version, session,
        note, disposition, state="saved", saved_at=at,
    )  # fmt: skip
    conn.execute("UPDATE cards SET edits = edits + 1 WHERE id = ?", (card,))
    if login == stored.agent_name:
        card_drafts.forget(conn, card)
    after = card_changes.Content(session.get("fields") or {}, note, disposition)
    before = before or card_changes.Content({}, "", "")
    card_changes.add(conn, card, at, login, card_changes.between(before, after))
    untold.keep(conn, stored, login)
    visits.follow(conn, card, at, login)


def link_person(
    conn: sqlite3.Connection, card: str, person: int | None, at: float, login: str
) -> None:
    """Say whom a card is about, None: nobody known. Raises CardRefused, PersonRefused."""
    stored = _there(conn, card)
    chosen = persons.get(conn, person)
    if person is not None and chosen is None:
        raise persons.PersonRefused("person.none")
    linked = chosen.id if chosen else None
    conn.execute("UPDATE cards SET person_id = ? WHERE id = ?", (linked, card))
    before = stored.person.name if stored.person else ""
    after = chosen.name if chosen else ""
    if (stored.person.id if stored.person else None) != linked:
        part = (card_changes.PERSON, before, after)
        card_changes.add(conn, card, at, login, (part,))


def card(conn: sqlite3.Connection, card_id: str) -> messages.Card | None:
    """``agent_name`` is the login, ``disposition_title`` empty: titles are not the store's."""
    return _card(conn, "id = ?", card_id)


def card_by_call(conn: sqlite3.Connection, call: str) -> messages.Card | None:
    return _card(conn, "call = ?", call)


def without_answers(conn: sqlite3.Connection, card_id: str) -> messages.Card | None:
    """What else is known of a card whose answers cannot be read."""
    return _card(conn, "id = ?", card_id, session="{}")


def _card(
    conn: sqlite3.Connection, where: str, value: str, session: str | None = None
) -> messages.Card | None:
    """``session``: in place of the one that is stored."""
    row = conn.execute(f"SELECT {_ALL_COLUMNS} FROM cards WHERE {where}", (value,)).fetchone()
    if row is None:
        return None
    (
        card_id, call, number, topic, scenario, version, revision, stored, note, disposition,
        state, created_at, saved_at, agent, edits, person_id,
    ) = row  # fmt: skip
    return messages.Card(
        id=card_id,
        call=call,
        number=number,
        topic=topic,
        scenario=scenario,
        version=version,
        revision=revision,
        session=msgspec.json.decode(session or stored, type=dict[str, Any]),
        note=note,
        disposition=disposition,
        disposition_title="",
        state=state,
        created_at=created_at,
        saved_at=saved_at,
        agent_name=agent,
        edits=edits,
        person=persons.get(conn, person_id),
    )


def _there(conn: sqlite3.Connection, card_id: str) -> messages.Card:
    stored = card(conn, card_id)
    if stored is None:
        raise CardRefused("card.none")
    return stored


def _own(conn: sqlite3.Connection, card_id: str, agent: str) -> messages.Card:
    stored = _there(conn, card_id)
    if stored.agent_name != agent:
        raise CardRefused("card.another_has_it")
    return stored


def _require_edits(conn: sqlite3.Connection, stored: messages.Card, edits: int) -> None:
    if stored.edits != edits:
        raise _changed(conn, stored)


def _changed(conn: sqlite3.Connection, stored: messages.Card) -> CardChanged:
    last = next(iter(card_changes.of(conn, stored.id)), None)
    login, at = (last.login, last.at) if last else (stored.agent_name, stored.created_at)
    return CardChanged(login, at)


def _last_saved(conn: sqlite3.Connection, stored: messages.Card) -> card_changes.Content | None:
    """What was saved before; None for a card that was not saved yet."""
    if stored.state == "saved":
        fields = stored.session.get("fields") or {}
        return card_changes.Content(fields, stored.note, stored.disposition)
    row = conn.execute(
        "SELECT session, note, disposition FROM card_history WHERE card = ?"
        " ORDER BY seq DESC LIMIT 1",
        (stored.id,),
    ).fetchone()
    if row is None:
        return None
    session, note, disposition = row
    return card_changes.Content(msgspec.json.decode(session)["fields"], note, disposition)


def _keep_saved(conn: sqlite3.Connection, stored: messages.Card) -> None:
    if stored.state != "saved":
        return
    conn.execute(
        "INSERT INTO card_history (card, scenario, version, revision, session, note,"
        " disposition, saved_at, agent)"
        " SELECT id, scenario, version, revision, session, note, disposition, saved_at, agent"
        " FROM cards WHERE id = ?",
        (stored.id,),
    )


def _put(
    conn: sqlite3.Connection,
    card_id: str,
    agent: str,
    revision: int,
    scenario: str,
    version: str,
    session: dict[str, Any],
    note: str,
    disposition: str,
    *,
    state: str,
    saved_at: float | None,
) -> None:
    conn.execute(
        "UPDATE cards SET agent = ?, revision = ?, scenario = ?, version = ?, session = ?,"
        " note = ?, disposition = ?, state = ?, saved_at = ? WHERE id = ?",
        (
            agent,
            revision,
            scenario,
            version,
            msgspec.json.encode(session).decode(),
            note,
            disposition,
            state,
            saved_at,
            card_id,
        ),
    )
    _index(conn, card_id)


def _index(conn: sqlite3.Connection, card_id: str) -> None:
    """Bring the words by which the card is found up to date, and the clinic whose it is."""
    seq, scenario, version, session, note = conn.execute(
        "SELECT seq, scenario, version, session, note FROM cards WHERE id = ?", (card_id,)
    ).fetchone()
    document = scenarios.get(conn, scenario, version)
    filled = msgspec.json.decode(session)
    clinics.keep(conn, seq, clinics.named(filled, document))
    body = search_words.card_body(filled, note, document)
    conn.execute("DELETE FROM card_text WHERE rowid = ?", (seq,))
    conn.execute("INSERT INTO card_text (rowid, body) VALUES (?, ?)", (seq, body))
