"""Who calls back knows whom to ask for, as far as the own rights let the name be seen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from ekc_console.domain.terms import rights
from ekc_console.server.live import owed_people
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire import messages
from ekc_console.wire.card_work import AddPerson, LinkPerson, OpenPerson
from tests.support.cards import visit_ordered
from tests.support.simulated_centre import NUMBER, Centre, Operator, run
from tests.unit.server.cards.test_promises import filled, hangs_up
from tests.unit.server.commands.test_people import correction


def owed(centre: Centre, operator: Operator) -> list[messages.CallbackInfo]:
    return centre.server.live.views.callbacks(operator.person)


def test_the_list_of_callbacks_names_whose_number_it_is(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        pavel = await centre.ready("pavel", role="volunteer")
        await pavel.done(messages.GoBreak(reason="lunch"))
        anna = await centre.ready()
        card = await visit_ordered(centre, anna, NUMBER)
        await anna.done(AddPerson(card=card.id, name="Иванова Анна"))
        lost = await centre.in_queue(NUMBER, key="3")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        await centre.until(lambda: any(row.people for row in owed(centre, anna)), "the name")
        [row] = owed(centre, anna)
        assert row.people == ("Иванова Анна",)
        assert [row.people for row in owed(centre, pavel)] == [()]

        known = await anna.done(OpenPerson(card=card.id))
        await anna.done(correction(card, known, name="Иванова Алла"))
        await centre.until(
            lambda: owed(centre, anna)[0].people == ("Иванова Алла",), "the name as corrected"
        )
        rows = centre.server.live.watch._rows.owed.rows(centre.server.core.clock.now())
        assert [row.people for row in rows] == [("Иванова Алла",)]

    run(tmp_path, story)


async def promised(centre: Centre, anna: Operator) -> messages.Card:
    """Who talked is to be called later; the card of it."""
    await centre.in_queue(NUMBER, key="3")
    call = await anna.takes()
    card = await anna.done(messages.OpenCard(card=call.card))
    await anna.done(filled(card, "call_later"))
    await hangs_up(anna)
    return card


async def named(centre: Centre, anna: Operator, *people: str) -> None:
    await centre.until(lambda: owed(centre, anna)[0].people == people, str(people))


def test_the_list_names_whom_a_card_is_about_when_it_is_linked_to_somebody_else(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        card = await promised(centre, anna)
        for name in ("Неверная Мария", "Верная Ольга"):
            await anna.done(AddPerson(card=card.id, name=name))
            await named(centre, anna, name)
        await anna.done(LinkPerson(card=card.id, person=0))
        await named(centre, anna)

    run(tmp_path, story)


def test_who_asked_to_be_called_is_named_apart_from_who_is_ill(tmp_path: Path) -> None:
    """In the list of the operator, of who watches, and when that number calls again."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(NUMBER, key="2")
        call = await anna.takes()
        card = await anna.done(messages.OpenCard(card=call.card))
        said = {"fio": "Иванов Петя", "caller": "Иванова Мария"}
        session = {**card.session, "fields": {**card.session["fields"], **said}}
        await anna.done(filled(replace(card, session=session), "call_later"))
        await hangs_up(anna)
        await anna.done(AddPerson(card=card.id, name="Иванов Петя"))
        await named(centre, anna, "Иванов Петя")
        [row] = owed(centre, anna)
        assert (row.callers, row.people) == (("Иванова Мария",), ("Иванов Петя",))
        [watched] = centre.server.live.watch._rows.owed.rows(centre.server.core.clock.now())
        assert (watched.callers, watched.people) == (row.callers, row.people)
        await centre.in_queue(NUMBER, key="2")
        again = await anna.takes()
        assert (again.caller.callers, again.caller.name) == (row.callers, "Иванов Петя")

    run(tmp_path, story)


def test_names_that_the_store_refused_once_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        card = await promised(centre, anna)
        with monkeypatch.context() as m:
            m.setattr(owed_people, "_names", _refuses)
            await anna.done(AddPerson(card=card.id, name="Иванова Анна"))
            await asyncio.sleep(1)
        await named(centre, anna, "Иванова Анна")

    run(tmp_path, story)


def _refuses(conn: object, numbers: object) -> None:
    raise StoreError("диск", "не отвечает")


def test_who_watches_callbacks_may_read_their_names() -> None:
    """Rows of those who watch are made once for all of them."""
    for role in rights.ROLES:
        if rights.may(role, "watch") and rights.may(role, "callbacks"):
            assert rights.may(role, "read_cards", "queues"), role
