from __future__ import annotations

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import suggestions
from ekc_console.server.store.cards.suggestions import SuggestionError


async def test_the_register(db: Database) -> None:
    add = suggestions.add
    first = db.write_now(
        lambda c: add(c, at=1.0, author="anna", source="caller", text=" а ", call="c1")
    )
    db.write_now(lambda c: add(c, at=2.0, author="olga", source="colleague", text="б"))
    assert (first.id, first.text, first.call, first.status) == (1, "а", "c1", "new")
    mine = db.read_now(lambda c: suggestions.listed(c, author="anna"))
    assert [item.text for item in mine] == ["а"]
    assert [s.id for s in db.read_now(lambda c: suggestions.listed(c))] == [2, 1]
    decided = db.write_now(
        lambda c: suggestions.decide(c, 1, status="accepted", answer=" да ", at=3.0, by="boss")
    )
    assert (decided.status, decided.answer, decided.decided_by) == ("accepted", "да", "boss")
    assert [s.id for s in db.read_now(lambda c: suggestions.listed(c, status="new"))] == [2]


@pytest.mark.parametrize(("text", "message"), [(" ", "empty"), ("а" * 2001, "too_long")])
async def test_what_cannot_be_registered(db: Database, text: str, message: str) -> None:
    with pytest.raises(SuggestionError, match=message):
        db.write_now(lambda c: suggestions.add(c, at=1.0, author="a", source="own", text=text))


async def test_an_unknown_one_and_a_refusal_without_a_reason(db: Database) -> None:
    with pytest.raises(SuggestionError, match=r"suggestion\.none number=7"):
        db.write_now(
            lambda c: suggestions.decide(c, 7, status="accepted", answer="", at=1.0, by="b")
        )
    with pytest.raises(SuggestionError, match="say_why"):
        db.write_now(
            lambda c: suggestions.decide(c, 7, status="declined", answer=" ", at=1.0, by="b")
        )
