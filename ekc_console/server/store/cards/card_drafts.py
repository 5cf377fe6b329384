"""What is typed into a card that is saved already, until it is saved as well: one draft a card.

The saved card stays what it is. A draft goes with the card to whoever has its call; once that is
over it is an unsaved edit of the card's agent.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from ekc_console.domain.scenario import NUMBER
from ekc_console.wire.card_work import UnsavedEdit
from ekc_console.wire.messages import Card


class CardDraft(msgspec.Struct, frozen=True, kw_only=True):
    revision: int
    """In one row with the card's own: the higher one is the newer."""
    base: int
    """Revision of the saved card that was filled on."""
    at: float
    scenario: str
    version: str
    session: dict[str, Any]
    note: str
    disposition: str


def keep(conn: sqlite3.Connection, card: Card, draft: CardDraft) -> bool:
    """False if it is ignored for its ``revision``: not newer than the card, or older than what is
    kept."""
    known = get(conn, card.id)
    if draft.revision <= card.revision or (known and draft.revision < known.revision):
        return False
    conn.execute(
        "INSERT OR REPLACE INTO card_drafts (card, body) VALUES (?, ?)",
        (card.id, msgspec.json.encode(draft).decode()),
    )
    return True


def get(conn: sqlite3.Connection, card: str) -> CardDraft | None:
    row = conn.execute("SELECT body FROM card_drafts WHERE card = ?", (card,)).fetchone()
    return msgspec.json.decode(row[0], type=CardDraft) if row else None


def cards_of(conn: sqlite3.Connection, login: str) -> list[str]:
    """Ids of an agent's cards with a draft beside what is saved."""
    rows = conn.execute(
        "SELECT card FROM card_drafts JOIN cards ON cards.id = card WHERE agent = ?", (login,)
    )
    return [card for (card,) in rows]


def forget(conn: sqlite3.Connection, card: str) -> None:
    conn.execute("DELETE FROM card_drafts WHERE card = ?", (card,))


def in_hand(card: Card, draft: CardDraft) -> Card:
    """The card as it is filled in now."""
    return msgspec.structs.replace(
        card,
        state="draft",
        revision=draft.revision,
        scenario=draft.scenario,
        version=draft.version,
        session=draft.session,
        note=draft.note,
        disposition=draft.disposition,
    )


def as_edit(card: Card, draft: CardDraft, known: UnsavedEdit | None) -> UnsavedEdit:
    """The draft as an edit of the saved card, one newer than the one that is ``known``. Of another
    scenario the answers go with it, its disposition cannot."""
    before, after = card.session.get("fields") or {}, draft.session.get("fields") or {}
    same_scenario = draft.scenario == card.scenario
    disposition = draft.disposition if same_scenario else ""
    return UnsavedEdit(
        card=card.id,
        revision=(known.revision if known else 0) + 1,
        base=draft.base,
        at=draft.at,
        fields={
            name: str(after.get(name, ""))
            for name in dict.fromkeys([*before, *after] if same_scenario else after)
            if name != NUMBER and after.get(name, "") != before.get(name, "")
        },
        note=None if draft.note == card.note else draft.note,
        disposition=None if disposition in ("", card.disposition) else disposition,
    )


def taken_up(known: UnsavedEdit | None, edit: UnsavedEdit) -> bool:
    """``edit``, that follows the ``known`` one, was begun with :func:`as_edit`."""
    return edit.revision > (known.revision if known else 0) + 1
