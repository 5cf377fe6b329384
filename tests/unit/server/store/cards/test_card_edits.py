"""Unsaved edits of saved cards: the newest stays, what is over does not come back."""

from __future__ import annotations

import msgspec
import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import card_edits
from ekc_console.server.store.cards.card_edits import EditRefused
from ekc_console.wire.card_work import UnsavedEdit

CARD = "card-c1"
EDIT = UnsavedEdit(card=CARD, revision=2, base=1, at=100.0, fields={"fio": "Петрова Анна"})


def keep(db: Database, edit: UnsavedEdit, login: str = "anna") -> None:
    db.write_now(lambda conn: card_edits.keep(conn, login, edit))


def finish(db: Database, revision: int) -> None:
    db.write_now(lambda conn: card_edits.finish(conn, CARD, "anna", revision, 200.0))


def listed(db: Database, login: str = "anna") -> list[UnsavedEdit]:
    return db.read_now(lambda conn: card_edits.of(conn, login))


def newer(**changes: object) -> UnsavedEdit:
    return msgspec.structs.replace(EDIT, **{"revision": EDIT.revision + 1, **changes})


def test_one_a_card_and_person_the_newest(db: Database) -> None:
    keep(db, EDIT)
    keep(db, EDIT)
    keep(db, newer(note="да"))
    keep(db, newer(card="card-c2", at=300.0))
    keep(db, EDIT, "nina")
    assert [(e.card, e.note) for e in listed(db)] == [("card-c2", None), (CARD, "да")]
    assert listed(db, "nina") == [EDIT]
    assert listed(db, "boris") == []


def test_an_older_one_that_says_something_else_is_refused(db: Database) -> None:
    keep(db, newer(note="да"))
    with pytest.raises(EditRefused, match="edited_elsewhere"):
        keep(db, EDIT)
    assert listed(db)[0].note == "да"


@pytest.mark.parametrize("how", ["saved", "dropped"])
def test_what_is_over_does_not_come_back(db: Database, how: str) -> None:
    keep(db, EDIT)
    if how == "saved":
        finish(db, EDIT.revision)
    else:
        keep(db, UnsavedEdit(card=CARD, revision=3, base=1, at=101.0))
    assert listed(db) == []
    over = db.read_now(lambda conn: card_edits.get(conn, CARD, "anna"))
    assert over is not None
    assert over.empty
    with pytest.raises(EditRefused):
        keep(db, EDIT)
    keep(db, newer(revision=4))
    assert len(listed(db)) == 1


def test_a_newer_edit_outlives_the_saving_of_an_older_one(db: Database) -> None:
    keep(db, newer(note="да"))
    finish(db, EDIT.revision)
    assert listed(db)[0].note == "да"
    finish(db, 0)
    assert listed(db)[0].note == "да"


def test_an_edit_that_was_saved_before_it_was_kept_is_over(db: Database) -> None:
    """The saving overtook it on the way."""
    finish(db, EDIT.revision)
    with pytest.raises(EditRefused):
        keep(db, EDIT)
    assert listed(db) == []


def test_an_edit_that_cannot_be_read_takes_no_other_with_it(db: Database) -> None:
    keep(db, EDIT)
    keep(db, newer(card="card-c2"))
    db.write_now(
        lambda conn: conn.execute("UPDATE card_edits SET body = '{' WHERE card = ?", (CARD,))
    )
    assert [edit.card for edit in listed(db)] == ["card-c2"]
    keep(db, EDIT)
    assert len(listed(db)) == 2
