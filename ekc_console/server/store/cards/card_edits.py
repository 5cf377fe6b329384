"""Edits of saved cards that are not saved yet: one a card and person.

An edit that is saved or dropped leaves its revision behind, so that a copy of it that comes late
does not bring it back.
"""

from __future__ import annotations

import sqlite3

import msgspec

from ekc_console.errors import WordsError
from ekc_console.json_faults import NOT_JSON
from ekc_console.server.store.cards import card_drafts, cards
from ekc_console.wire.card_work import UnsavedEdit


class EditRefused(WordsError):
    """A newer edit is known already."""


def keep(conn: sqlite3.Connection, login: str, edit: UnsavedEdit) -> None:
    """The same again does nothing. Raises EditRefused when a newer edit that says something else
    is known: this one comes from a console that was away."""
    known = get(conn, edit.card, login)
    if known is not None and known.revision >= edit.revision:
        if _content(known) == _content(edit):
            return
        raise EditRefused("card.edited_elsewhere")
    if card_drafts.taken_up(known, edit) and edit.card in card_drafts.cards_of(conn, login):
        card_drafts.forget(conn, edit.card)
    _put(conn, login, edit)


def finish(conn: sqlite3.Connection, card: str, login: str, revision: int, at: float) -> None:
    """The edit of this ``revision`` is saved; 0: there was none. A newer one stays."""
    known = get(conn, card, login)
    if revision and (known is None or known.revision <= revision):
        _put(conn, login, UnsavedEdit(card=card, revision=revision, base=0, at=at))


def get(conn: sqlite3.Connection, card: str, login: str) -> UnsavedEdit | None:
    """An empty one when it is over; None also for what cannot be read."""
    row = conn.execute(
        "SELECT body FROM card_edits WHERE card = ? AND login = ?", (card, login)
    ).fetchone()
    return _read(row[0]) if row else None


def of(conn: sqlite3.Connection, login: str) -> list[UnsavedEdit]:
    """A person's edits that are not over, the last changed first."""
    rows = conn.execute("SELECT body FROM card_edits WHERE login = ? ORDER BY at DESC", (login,))
    edits = (_read(body) for (body,) in rows)
    return [edit for edit in edits if edit and not edit.empty]


def beside(conn: sqlite3.Connection, card: str, login: str) -> UnsavedEdit | None:
    """The draft beside a saved card, as an edit of it. Of a card whose answers cannot be read all
    of the draft; None for a draft that cannot: neither takes another edit along."""
    try:
        draft = card_drafts.get(conn, card)
    except NOT_JSON:
        return None
    if draft is None:
        return None
    try:
        stored = cards.card(conn, card)
    except NOT_JSON:
        stored = cards.without_answers(conn, card)
    return card_drafts.as_edit(stored, draft, get(conn, card, login)) if stored else None


def _read(body: str) -> UnsavedEdit | None:
    """None: it is damaged, and takes no other with it."""
    try:
        return msgspec.json.decode(body, type=UnsavedEdit)
    except NOT_JSON:
        return None


def _put(conn: sqlite3.Connection, login: str, edit: UnsavedEdit) -> None:
    conn.execute(
        "INSERT OR REPLACE INTO card_edits (card, login, revision, at, body)"
        " VALUES (?, ?, ?, ?, ?)",
        (edit.card, login, edit.revision, edit.at, msgspec.json.encode(edit).decode()),
    )


def _content(edit: UnsavedEdit) -> tuple[object, ...]:
    return edit.fields, edit.note, edit.disposition
