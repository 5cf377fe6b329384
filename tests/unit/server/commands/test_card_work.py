"""Reopening cards, the people they are about, home visits: over a whole server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from ekc_console.wire import messages, side_work
from ekc_console.wire.card_work import (
    AddPerson,
    CloseVisit,
    EditCard,
    Edits,
    FindPersons,
    KeepEdit,
    LinkPerson,
    ListEdits,
    ListOwnContacts,
    Persons,
    UnsavedEdit,
)
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

OTHER_NUMBER = "+79000000202"


async def contact(centre: Centre, operator: Operator, number: str = NUMBER) -> messages.Card:
    """A call that is talked, filled in for a home visit, saved and done with."""
    caller = await centre.in_queue(number, key="2")
    await operator.takes()
    await centre.until(lambda: bool(operator.call and operator.call.card), "card")
    assert operator.call
    card: messages.Card = await operator.done(messages.OpenCard(card=operator.call.card))
    assert card.scenario == "home_visit"
    fields = {**card.session["fields"], "fio": "Иванова Анна", "address": "Садовая, 5"}
    session = {**card.session, "fields": fields}
    saved: messages.Card = await operator.done(
        messages.SaveCard(
            card=card.id, revision=1, session=session, note="первая", disposition="visit_ordered"
        )
    )
    centre.engine.caller_hangs_up(caller)
    await centre.ended(caller)
    await operator.until_me("wrap_up")
    await operator.done(messages.FinishWrapUp())
    return saved


async def read(operator: Operator, card: str) -> messages.Card:
    found: messages.Card = await operator.done(messages.OpenCard(card=card))
    return found


def test_an_own_card_is_mended_and_every_change_is_kept(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        card = await contact(centre, anna)
        card = await read(anna, card.id)
        assert (card.may_edit, card.may_link, card.changes) == (True, True, ())
        edited: messages.Card = await anna.done(
            EditCard(
                card=card.id,
                revision=card.revision,
                fields={"fio": "петрова анна", "birth_date": "12.03.1985"},
                note="вторая",
                disposition="advised_clinic",
            )
        )
        assert edited.session["fields"]["fio"] == "Петрова Анна"
        assert edited.session["fields"]["birth_date"] == "1985-03-12"
        assert (edited.state, edited.revision, edited.edits) == ("saved", 2, 1)
        (change,) = edited.changes
        assert change.agent_name == "Оператор anna"
        assert change.parts == (
            ("@disposition", "Врач вызван на дом", "Рекомендован приём в поликлинике"),
            ("@note", "первая", "вторая"),
            ("ФИО пациента", "Иванова Анна", "Петрова Анна"),
            ("Дата рождения", "", "12.03.1985"),
        )
        assert edited.visit is not None
        assert edited.visit.state == "cancelled"

    run(tmp_path, story)


def test_an_unsaved_edit_is_kept_for_its_author(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        vera = await centre.ready("vera", role="volunteer")
        nina = await (await centre.operator("nina", role="supervisor")).come()
        await vera.done(messages.GoBreak(reason="lunch"))
        card = await contact(centre, anna)
        edit = UnsavedEdit(
            card=card.id, revision=1, base=card.revision, at=5.0, fields={"fio": "Петрова Анна"}
        )
        await anna.done(KeepEdit(edit=edit))
        assert (await vera.refused(KeepEdit(edit=edit))).code == "not_allowed"
        await nina.done(KeepEdit(edit=msgspec.structs.replace(edit, note="от руководителя")))
        assert (await read(anna, card.id)).unsaved == edit
        assert (await read(anna, card.id)).session["fields"]["fio"] == "Иванова Анна"
        assert (await vera.refused(messages.OpenCard(card=card.id))).code == "not_allowed"
        mine: Edits = await anna.done(ListEdits())
        assert [(e.contact.card, e.contact.topic, e.edit) for e in mine.edits] == [
            (card.id, "Вызов врача на дом", edit)
        ]
        assert (await vera.done(ListEdits())).edits == ()
        other = msgspec.structs.replace(edit, note="старое")
        assert (await anna.refused(KeepEdit(edit=other))).code == "conflict"
        missing = msgspec.structs.replace(edit, card="nothing")
        assert (await anna.refused(KeepEdit(edit=missing))).code == "unknown"

        await nina.done(EditCard(card=card.id, revision=card.revision, note="вторая", edit=1))
        assert (await nina.done(ListEdits())).edits == ()
        now = await read(anna, card.id)
        assert (now.unsaved, now.revision > card.revision) == (edit, True)
        await anna.done(
            EditCard(card=card.id, revision=now.revision, fields=edit.fields, edit=edit.revision)
        )
        assert (await anna.done(ListEdits())).edits == ()
        late = await anna.refused(KeepEdit(edit=edit))
        assert late.code == "conflict"

    run(tmp_path, story)


@pytest.mark.usefixtures("days_pass")
def test_an_edit_begun_before_midnight_is_kept_after_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        card = await contact(centre, anna)
        await anna.done(messages.GoBreak(reason="lunch"))
        await asyncio.sleep(86400.0)
        edit = UnsavedEdit(card=card.id, revision=1, base=card.revision, at=5.0, note="вторая")
        await anna.done(KeepEdit(edit=edit))
        now = await read(anna, card.id)
        assert (now.may_edit, now.unsaved) == (False, edit)
        late = EditCard(card=card.id, revision=now.revision, note="вторая", edit=1)
        assert (await anna.refused(late)).code == "not_allowed"
        assert len((await anna.done(ListEdits())).edits) == 1

    run(tmp_path, story)


def test_a_card_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        nina = await (await centre.operator("nina", role="supervisor")).come()
        card = await contact(centre, anna)
        await nina.done(EditCard(card=card.id, revision=card.revision, note="от руководителя"))
        late = EditCard(card=card.id, revision=card.revision, note="от оператора")
        refusal = await anna.refused(late)
        assert refusal.code == "conflict"
        assert "Оператор nina" in refusal.message
        again = messages.SaveCard(
            card=card.id, revision=9, session=card.session, disposition="visit_ordered"
        )
        assert (await anna.refused(again)).code == "conflict"
        now = await read(anna, card.id)
        assert now.note == "от руководителя"
        assert now.agent_name == "Оператор anna"
        await anna.done(EditCard(card=card.id, revision=now.revision, note="вместе"))
        assert [c.agent_name for c in (await read(anna, card.id)).changes] == [
            "Оператор anna",
            "Оператор nina",
        ]

    run(tmp_path, story)


def test_what_is_refused(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        boris = await centre.ready("boris")
        card = await contact(centre, anna)
        await boris.done(messages.GoBreak(reason="lunch"))
        base = {"card": card.id, "revision": card.revision}
        assert (await boris.refused(EditCard(**base, note="чужое"))).code == "not_allowed"
        assert (await boris.refused(LinkPerson(card=card.id, person=0))).code == "not_allowed"
        assert (await anna.refused(EditCard(card="nothing", revision=1))).code == "unknown"
        for wrong in (
            EditCard(**base, fields={"birth_date": "никогда"}),
            EditCard(**base, fields={"fio": ""}),
            EditCard(**base, fields={"nothing": "1"}),
            EditCard(**base, disposition="made_up"),
            AddPerson(card=card.id, name="1"),
            AddPerson(card=card.id, name="Иванова Анна", snils="111-111-111 11"),
        ):
            assert (await anna.refused(wrong)).code == "bad_value", wrong
        nobody = LinkPerson(card=card.id, person=99)
        assert (await anna.refused(nobody)).code == "not_allowed"
        assert (await read(anna, card.id)).changes == ()
        # In the wrap-up of its call the card is changed on the desk only.
        caller = await centre.in_queue()
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        assert anna.call
        mine = await read(anna, anna.call.card)
        assert (mine.may_edit, mine.may_link) == (False, True)
        refusal = await anna.refused(EditCard(card=mine.id, revision=0, note="x"))
        assert refusal.code == "not_allowed"
        centre.engine.caller_hangs_up(caller)

    run(tmp_path, story)


def test_a_family_at_one_telephone(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        first = await contact(centre, anna)
        mother: messages.Card = await anna.done(
            AddPerson(card=first.id, name="иванова анна", birth_date="120385")
        )
        assert mother.person is not None
        assert (mother.person.name, mother.person.birth_date) == ("Иванова Анна", "1985-03-12")
        assert mother.changes[0].parts == (("@person", "", "Иванова Анна"),)
        second = await contact(centre, anna, OTHER_NUMBER)
        found: Persons = await anna.done(FindPersons(card=second.id))
        assert [person.id for person in found.persons] == [mother.person.id]  # by the name in it
        assert (await anna.done(FindPersons(card=second.id, text="иван ан"))) == found
        await anna.done(LinkPerson(card=second.id, person=mother.person.id))

        # The next call from the first number: her contact from the other one is known too.
        await centre.in_queue(key="2")
        await anna.until_call("offered")
        await centre.until(lambda: bool(anna.call and anna.call.history), "history")
        assert anna.call
        assert [c.call for c in anna.call.history] == [first.call]
        assert [p.name for p in anna.call.caller.persons] == ["Иванова Анна"]
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        linked: messages.Card = await anna.done(
            LinkPerson(card=anna.call.card, person=mother.person.id)
        )
        assert linked.person is not None
        assert anna.call.caller.person is not None
        assert (anna.call.caller.name, anna.call.caller.person.contacts) == ("Иванова Анна", 3)
        assert {c.call for c in anna.call.history} == {first.call, second.call}
        assert {c.person for c in anna.call.history} == {"Иванова Анна"}
        assert len(anna.call.caller.home_visits) == 2
        unlinked: messages.Card = await anna.done(LinkPerson(card=linked.id, person=0))
        assert unlinked.person is None
        assert [c.call for c in anna.call.history] == [first.call]

    run(tmp_path, story)


def test_a_visit_is_closed_from_the_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        ordered = await contact(centre, anna)
        assert ordered.visit == side_work.HomeVisit(
            at=ordered.visit.at if ordered.visit else 0.0,
            card=ordered.id,
            person="Иванова Анна",
            address="Садовая, 5",
            ordered_by="Оператор anna",
            unseen=True,
        )
        await centre.in_queue()
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.caller.home_visits), "visits")
        await anna.done(CloseVisit(card=ordered.id, state="done", note=" врач был "))
        assert anna.call
        assert anna.call.caller.home_visits == ()
        closed = (await read(anna, ordered.id)).visit
        assert closed is not None
        assert (closed.state, closed.closed_by, closed.note) == (
            "done", "Оператор anna", "врач был",
        )  # fmt: skip
        refusal = await anna.refused(CloseVisit(card=ordered.id, state="cancelled"))
        assert refusal.code == "wrong_state"

    run(tmp_path, story)


def test_a_volunteer_mends_an_own_card_and_learns_no_numbers(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera = await centre.ready("vera", role="volunteer")
        anna = await (await centre.operator("anna")).come()
        card = await contact(centre, vera)
        await vera.done(AddPerson(card=card.id, name="Иванова Анна", snils="112-233-445 95"))
        edited: messages.Card = await vera.done(
            EditCard(
                card=card.id,
                revision=card.revision,
                note="звонить 8 900 000-02-02",
                fields={"phone": card.session["fields"]["phone"]},
            )
        )
        assert NUMBER not in str(edited)
        assert edited.person is not None
        assert edited.person.snils == ""
        assert "02-02" not in str(edited.changes)
        assert edited.note == "звонить +7 *** ***-**-02"
        real = await read(anna, card.id)
        assert real.session["fields"]["phone"] == NUMBER
        again: messages.Card = await vera.done(
            EditCard(card=card.id, revision=edited.revision, note=f"{edited.note}, вечером")
        )
        assert again.note == "звонить +7 *** ***-**-02, вечером"
        assert (await read(anna, card.id)).note == "звонить 8 900 000-02-02, вечером"
        refusal = await vera.refused(FindPersons(card=card.id, text="112-233-445 95"))
        assert refusal.code == "not_allowed"

    run(tmp_path, story)


def test_the_own_contacts_of_the_day(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        cards = [await contact(centre, anna), await contact(centre, anna, OTHER_NUMBER)]
        boris = await centre.operator("boris")
        mine: messages.Contacts = await anna.done(ListOwnContacts())
        assert [c.card for c in mine.contacts] == [card.id for card in reversed(cards)]
        assert (await boris.done(ListOwnContacts())).contacts == ()

    run(tmp_path, story)


async def left_open(centre: Centre, operator: Operator, number: str = NUMBER) -> str:
    """A talk whose card nobody saves; the card's id."""
    caller = await centre.in_queue(number)
    await operator.takes()
    await centre.until(lambda: bool(operator.call and operator.call.card), "card")
    assert operator.call
    card = operator.call.card
    centre.engine.caller_hangs_up(caller)
    await operator.until_me("wrap_up")
    return card


@pytest.mark.usefixtures("days_pass")
def test_a_card_without_a_disposition_is_listed_until_it_is_finished(tmp_path: Path) -> None:
    async def waiting() -> tuple[int, list[str]]:
        edits: Edits = await anna.done(ListEdits())
        own: messages.Contacts = await anna.done(ListOwnContacts())
        return edits.unfinished, [c.card for c in own.contacts if c.unfinished]

    async def story(centre: Centre) -> None:
        nonlocal anna
        anna = await centre.ready("anna")
        saved = await contact(centre, anna)
        card = await left_open(centre, anna, OTHER_NUMBER)
        assert await waiting() == (0, [])  # it is in hand
        await asyncio.sleep(600)  # the wrap-up has run out
        assert await waiting() == (1, [card])
        boris = await centre.operator("boris")
        assert (await boris.done(ListEdits())).unfinished == 0
        await asyncio.sleep(2 * 86400)
        assert await waiting() == (1, [card])
        own: messages.Contacts = await anna.done(ListOwnContacts())
        assert saved.id not in [c.card for c in own.contacts]
        opened = await read(anna, card)
        assert (opened.state, opened.may_edit) == ("draft", True)
        done: messages.Card = await anna.done(
            EditCard(
                card=card,
                revision=opened.revision,
                fields={"visit": "Терапевт, 12 марта в 10:20"},
                disposition="booked",
            )
        )
        assert done.state == "saved"
        assert await waiting() == (0, [])

    anna: Operator
    run(tmp_path, story)
