"""The desk of a clinic sees the cards, visits and people of its clinics, and nothing besides."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people import session_watch
from ekc_console.server.people.person import Person
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import accounts
from ekc_console.wire import card_work, messages
from ekc_console.wire.words import words
from tests.support.cards import OTHER_NUMBER, card_in_hand, put_visit, saving, visit_ordered
from tests.support.simulated_centre import NUMBER, Centre, Operator, run
from tests.unit.commands.shared.test_remote import ekc
from tests.unit.server.test_api import MakeConsole, add, centre, console
from tests.unit.server.test_changed_rights import change

__all__ = ["centre", "console"]

FIRST = "Городская поликлиника № 1"
SECOND = "Городская поликлиника № 2"
THIRD_NUMBER = "+79000000303"


async def desks(centre: Centre) -> tuple[Operator, Operator]:
    """Of the first clinic and of the second one."""
    one = await centre.operator("desk1", role="clinic", queues=(), clinics=("city_1",))
    two = await centre.operator("desk2", role="clinic", queues=(), clinics=("city_2",))
    return one, two


async def ordered(
    centre: Centre, operator: Operator, number: str = NUMBER, clinic: str = ""
) -> messages.Card:
    if operator.me.state == "break":
        await operator.done(messages.GoReady())
    return await visit_ordered(centre, operator, number, clinic=clinic)


async def started_anew(centre: Centre, titles: dict[str, str]) -> None:
    """With another directory of clinics."""
    centre.server.cards._clinics = titles
    await centre.server.cards.remember_scripts()


async def found(who: Operator, text: str = "иванова") -> list[str]:
    result: messages.Contacts = await who.done(messages.FindContacts(text=text))
    return [contact.card for contact in result.contacts]


async def visits(who: Operator, text: str = "") -> list[str]:
    result: card_work.Visits = await who.done(card_work.ListVisits(text=text))
    assert result.total == len(result.visits)
    return [item.visit.card for item in result.visits]


def test_each_clinic_sees_its_own_and_nothing_of_the_other(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        first = await ordered(centre, anna, NUMBER, clinic=FIRST)
        second = await ordered(centre, anna, OTHER_NUMBER, clinic=SECOND.upper())
        for clinic in ("", "Медпункт"):
            await ordered(centre, anna, THIRD_NUMBER, clinic=clinic)
        one, two = await desks(centre)
        for who, number, own, other in (
            (one, NUMBER, first, second),
            (two, OTHER_NUMBER, second, first),
        ):
            assert await found(who) == await found(who, number) == [own.id]
            for strange in (OTHER_NUMBER if who is one else NUMBER, THIRD_NUMBER, "0303"):
                assert await found(who, strange) == []
            assert await visits(who) == await visits(who, "садовая") == [own.id]
            assert await visits(who, other.id) == []
            card: messages.Card = await who.done(messages.OpenCard(card=own.id))
            assert card.visit is not None
            gone = messages.OpenCard(card="card-nobody")
            for body in (
                messages.OpenCard(card=other.id),
                card_work.OpenPerson(card=other.id),
                card_work.CloseVisit(card=other.id, state="done"),
            ):
                assert str(await who.refused(body)) == str(await who.refused(gone))
            await who.done(card_work.CloseVisit(card=own.id, state="done"))
            assert await visits(who) == []

    run(tmp_path, story)


async def unseen(who: Operator) -> list[str]:
    """Cards of the visits that no clinic sees."""
    result: card_work.Visits = await who.done(card_work.ListVisits())
    return [item.visit.card for item in result.visits if item.visit.unseen]


def test_a_visit_that_no_clinic_sees_is_said_and_is_nobodys_until_it_is_given_to_one(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        cards = {
            clinic: await ordered(centre, anna, clinic=clinic) for clinic in ("", "Медпункт", FIRST)
        }
        told = {clinic: card.visit.unseen for clinic, card in cards.items() if card.visit}
        assert told == {"": True, "Медпункт": True, FIRST: False}
        one, _two = await desks(centre)
        far = await ordered(centre, anna, clinic="Городская поликлиника № 3")
        lost = [cards[""].id, cards["Медпункт"].id]
        assert await unseen(nina) == [*lost, far.id]
        for card in lost:
            at = (await nina.done(messages.OpenCard(card=card))).revision
            given: messages.Card = await nina.done(
                card_work.EditCard(card=card, revision=at, fields={"clinic": FIRST})
            )
            assert given.visit is not None
            assert not given.visit.unseen
        assert await unseen(nina) == [far.id]
        assert set(lost) < set(await visits(one))

    run(tmp_path, story)


async def traced(centre: Centre) -> list[tuple[str, int]]:
    """What the desk of the first clinic has read, by the audit trail."""
    found = await centre.server.database.read(
        lambda conn: conn.execute(
            "SELECT action, found FROM audit WHERE who = 'desk1' AND action <> 'login' ORDER BY seq"
        ).fetchall()
    )
    return [tuple(row) for row in found]


def test_a_clinic_lists_its_newest_cards_without_a_search(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        first = await ordered(centre, anna, clinic=FIRST)
        await ordered(centre, anna, OTHER_NUMBER, clinic=SECOND)
        later = await ordered(centre, anna, THIRD_NUMBER, clinic=FIRST)
        one, _two = await desks(centre)
        assert await found(one, "") == await found(one, "и") == [later.id, first.id]
        assert (await anna.refused(messages.FindContacts(text=""))).code == "bad_value"

    run(tmp_path, story)


def test_of_several_clinics_one_is_looked_at_however_old_its_cards(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        old = await ordered(centre, anna, clinic=SECOND)
        new = await ordered(centre, anna, OTHER_NUMBER, clinic=FIRST)
        both = await centre.operator("desk", role="clinic", queues=(), clinics=("city_1", "city_2"))

        async def newest(clinic: str) -> messages.Contacts:
            body = messages.FindContacts(text="", limit=1, clinic=clinic)
            return await both.done(body)

        assert [one.card for one in (await newest("")).contacts] == [new.id]
        assert [one.card for one in (await newest(SECOND)).contacts] == [old.id]
        assert set((await newest(SECOND)).clinics) == {FIRST, SECOND}
        assert (await newest("Городская поликлиника № 3")).contacts == ()

    run(tmp_path, story)


def test_a_list_read_again_with_nothing_new_in_it_is_one_reading(tmp_path: Path) -> None:
    """The screen of a clinic reads it every minute."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        first = await ordered(centre, anna, clinic=FIRST)
        one, _two = await desks(centre)
        for _ in range(3):
            await visits(one)
            await found(one, "")
        assert await traced(centre) == [("visits", 1), ("contacts", 1)]
        await visits(one, "садовая")
        await ordered(centre, anna, THIRD_NUMBER, clinic=FIRST)
        await visits(one)
        assert (await traced(centre))[2:] == [("visits", 1), ("visits", 2)]
        await anna.done(card_work.CloseVisit(card=first.id, state="done"))
        await visits(one)
        assert len(await traced(centre)) == 4
        await asyncio.sleep(3601.0)
        await visits(one)
        assert len(await traced(centre)) == 5

    run(tmp_path, story)


def test_a_list_that_was_refused_for_want_of_a_trace_is_not_a_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*args: object, **values: object) -> None:
        raise StoreError("disk full")

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        first = await ordered(centre, anna, clinic=FIRST)
        one, _two = await desks(centre)
        with monkeypatch.context() as store:
            store.setattr(centre.server.cards.access._trail, "kept", fails)
            await one.refused(messages.FindContacts(text=""))
        assert await found(one, "") == [first.id]
        assert await traced(centre) == [("contacts", 1)]

    run(tmp_path, story)


def test_why_a_clinic_changes_nothing_in_a_card_is_said_of_its_role(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        own = await ordered(centre, anna, clinic=FIRST)
        one, _two = await desks(centre)
        card: messages.Card = await one.done(messages.OpenCard(card=own.id))
        assert not card.may_edit
        assert card.why_not == words("card.read_only")

    run(tmp_path, story)


def test_a_card_goes_over_to_the_clinic_that_it_names_now(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        card = await ordered(centre, anna, clinic=FIRST)
        one, two = await desks(centre)
        edit = card_work.EditCard(card=card.id, revision=card.revision, fields={"clinic": SECOND})
        await anna.done(edit)
        assert (await found(one), await visits(one)) == ([], [])
        assert (await found(two), await visits(two)) == ([card.id], [card.id])

    run(tmp_path, story)


def test_a_clinic_that_is_called_otherwise_keeps_its_cards(tmp_path: Path) -> None:
    """The directory has another title at the next start."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        card = await ordered(centre, anna, clinic="Больница")
        one, _two = await desks(centre)
        for titles, seen in (
            ({"city_1": FIRST}, []),
            ({"city_1": "Больница"}, [card.id]),
            ({"city_1": FIRST}, [card.id]),
        ):
            await started_anew(centre, titles)
            assert await visits(one) == seen

    run(tmp_path, story)


def test_a_title_given_to_another_clinic_takes_no_earlier_cards_along(tmp_path: Path) -> None:
    """Cards are of the clinic that they named when they were filled, whatever it is called now."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        first = await ordered(centre, anna, NUMBER, clinic=FIRST)
        second = await ordered(centre, anna, OTHER_NUMBER, clinic=SECOND)
        one, two = await desks(centre)
        for titles in ({"city_2": FIRST}, {"city_1": SECOND, "city_2": FIRST}):
            await started_anew(centre, titles)
            assert await visits(one) == await found(one) == [first.id]
            assert await visits(two) == await found(two) == [second.id]
        noted = card_work.EditCard(card=first.id, revision=first.revision, note="Домофон 12")
        await anna.done(noted)
        assert await visits(one) == [first.id]
        later = await ordered(centre, anna, THIRD_NUMBER, clinic=FIRST)
        assert await visits(one) == [first.id]
        assert await visits(two) == [second.id, later.id]

    run(tmp_path, story)


def test_merging_people_shows_nothing_of_another_clinic(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        chief = await centre.operator("chief", role="admin", queues=())
        one, two = await desks(centre)
        cards, people = [], []
        for who, clinic, name in ((one, FIRST, "Иванова Анна"), (two, SECOND, "Иванова Аня")):
            card = await ordered(centre, anna, clinic=clinic)
            linked = await anna.done(card_work.AddPerson(card=card.id, name=name))
            cards.append(card.id)
            people.append(linked.person)
            shown: card_work.Person = await who.done(card_work.OpenPerson(card=card.id))
            assert (shown.record.name, shown.record.contacts) == (name, 1)

        async def nothing_more(name: str) -> None:
            for who, own, called in ((one, cards[0], "Иванова Анна"), (two, cards[1], name)):
                shown: card_work.Person = await who.done(card_work.OpenPerson(card=own))
                card: messages.Card = await who.done(messages.OpenCard(card=own))
                assert card.person == shown.record
                assert (shown.record.name, shown.record.contacts) == (called, 1)
                assert shown.record.last_at == card.created_at
                assert (shown.changes, shown.duplicates, shown.merged) == ((), (), "")
                assert await found(who) == [own]

        merged: card_work.Person = await chief.done(
            card_work.MergePersons(
                card=cards[0], person=people[0].id, revision=0, other=people[1].id,
                other_revision=0, take=(),
            )
        )  # fmt: skip
        assert merged.record.contacts == 2
        await nothing_more("Иванова Анна")
        await chief.done(card_work.UndoMerge(card=cards[0], merge=merged.merge))
        await nothing_more("Иванова Аня")

    run(tmp_path, story)


def test_whom_a_card_was_taken_to_be_about_is_not_told(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        own = await ordered(centre, anna, clinic=FIRST)
        other = await ordered(centre, anna, clinic=SECOND)
        strange = await anna.done(card_work.AddPerson(card=other.id, name="Петрова Вера"))
        await anna.done(card_work.FindPersons(card=own.id, text="петрова"))
        await anna.done(card_work.LinkPerson(card=own.id, person=strange.person.id))
        await anna.done(card_work.AddPerson(card=own.id, name="Иванова Анна"))
        now: messages.Card = await anna.done(messages.OpenCard(card=own.id))
        assert "Петрова" in str(now.changes)
        edit = card_work.EditCard(card=own.id, revision=now.revision, fields={"fio": "Иванова А"})
        await anna.done(edit)
        one, _two = await desks(centre)
        card: messages.Card = await one.done(messages.OpenCard(card=own.id))
        assert "Петрова" not in str(card)
        assert "Иванова А" in str(card.changes)

    run(tmp_path, story)


def test_who_was_an_operator_before_sees_no_more_of_the_own_cards(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        own = await ordered(centre, anna, clinic=FIRST)
        other = await ordered(centre, anna, OTHER_NUMBER, clinic=SECOND)
        keep = card_work.UnsavedEdit(card=other.id, revision=1, base=other.revision, at=1.0)
        await anna.done(card_work.KeepEdit(edit=keep))
        await anna.done(messages.GoReady())
        await centre.in_queue(OTHER_NUMBER, key="2")
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.history), "history")
        anna.person = Person(anna.person.login, "Анна", "clinic", clinics=("city_1",))
        assert await found(anna) == await visits(anna) == [own.id]
        assert (await anna.refused(messages.OpenCard(card=other.id))).code == "unknown"
        assert (await anna.done(card_work.ListEdits())).edits == ()
        assert (await anna.done(card_work.ListOwnContacts())).contacts == ()
        views = centre.server.live.views
        in_hand = views.my_call(anna.person)
        assert in_hand
        assert not in_hand.history
        assert not any(shelf.entities for shelf in views.shelves(anna.person).values())
        assert not views.callbacks(anna.person)

    run(tmp_path, story)


def test_an_account_of_before_without_a_clinic_sees_nothing(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        for clinic in (FIRST, ""):
            await ordered(centre, anna, clinic=clinic)

        def without(conn: sqlite3.Connection) -> Any:
            conn.execute("UPDATE users SET role = 'clinic' WHERE login = 'anna'")
            return accounts.known(conn, "anna")

        anna.person = Person.of(await centre.server.database.write(without))
        assert await found(anna) == await visits(anna) == []

    run(tmp_path, story)


@pytest.fixture
async def two_visits(centre: Centre) -> tuple[str, str]:
    """Of the first clinic and of the second one."""

    def put(conn: sqlite3.Connection) -> tuple[str, str]:
        return put_visit(conn, "c1", FIRST), put_visit(conn, "c2", SECOND, OTHER_NUMBER)

    return await centre.server.database.write(put)


async def test_the_command_lists_the_visits_of_the_own_clinic(
    centre: Centre, two_visits: tuple[str, str]
) -> None:
    for login, own in (("city_1", two_visits[0]), ("city_2", two_visits[1])):
        await add(centre, login, role="clinic", queues=(), clinics=(login,))

        async def said(*arguments: str, login: str = login) -> str:
            result = await asyncio.to_thread(
                ekc, "visits", *arguments, url=centre.server.url, login=login
            )
            return str(result.output)

        (listed,) = json.loads(await said("list", "--json"))
        assert listed["visit"]["card"] == own
        other = next(card for card in two_visits if card != own)
        assert other not in await said("list")
        assert "закрыт" not in await said("close", other, "done")
    assert "закрыт" in await said("close", own, "done")


async def test_other_clinics_count_from_the_next_command_and_on_the_open_console(
    centre: Centre,
    console: MakeConsole,
    two_visits: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 60.0)
    await add(centre, "desk", role="clinic", queues=(), clinics=("city_1",))
    desk = console()
    await desk.join(await desk.log_in("desk"))
    for request, clinics, seen in (
        ("a", ("city_1",), [two_visits[0]]),
        ("b", ("city_2",), [two_visits[1]]),
        ("b", ("city_1", "city_2"), [*two_visits]),
    ):
        await change(centre, "desk", clinics=clinics)
        reply = await desk.ask(card_work.ListVisits(), request)
        assert isinstance(reply.result, card_work.Visits)
        assert [item.visit.card for item in reply.result.visits] == seen


async def test_an_open_console_hears_nothing_of_cards_that_are_none_of_its_clinic(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of those that are filled meanwhile, nor of other calls than that which the person
    has still in hand who has just been made the desk of a clinic."""
    monkeypatch.setattr(session_watch, "LOOK_S", 0.02)
    heard: list[str] = []
    await add(centre, "desk", role="clinic", queues=(), clinics=("city_1",))
    desk, galya = console(), console()
    await desk.join(await desk.log_in("desk"))
    operator = await centre.operator("galya", queues=("home_visit",))
    await change(centre, "galya", password_hash=accounts_hash(centre))
    token = await galya.log_in("galya")
    await galya.join(token)
    await operator.open_line()
    await operator.done(messages.GoReady())
    caller = await centre.in_queue(OTHER_NUMBER, key="2")
    await operator.takes()
    card = await card_in_hand(centre, operator)
    fields = {**card.session["fields"], "fio": "Иванова Анна", "clinic": SECOND}
    await operator.done(saving(card, session={**card.session, "fields": fields}))
    await change(centre, "galya", role="clinic", clinics=("city_1",))
    assert (await galya.goodbye()).code == "changed"
    again = console()
    await again.join(token)
    centre.engine.caller_hangs_up(caller)
    await centre.ended(caller)
    await centre.in_queue(NUMBER, key="2")
    await operator_closes(centre, card.id)
    for each in (desk, again):
        for number, body in enumerate(
            (card_work.ListOwnContacts(), card_work.ListEdits(), card_work.ListVisits())
        ):
            await each.send(messages.Request(id=f"r{number}", body=body))
        replies = 0
        while replies < 3:
            message = await each.ws.receive(5.0)
            heard.append(beside_the_call_in_hand(message.data))
            replies += '"type":"Reply"' in message.data
    assert heard
    assert not [text for text in heard if card.id in text or OTHER_NUMBER[-7:] in text]
    assert centre.server.core.router.agents[AgentId("galya")]


def beside_the_call_in_hand(text: str) -> str:
    message = json.loads(text)
    for shown in ("entities", "put"):
        message[shown] = [one for one in message.get(shown, ()) if one["type"] != "MyCall"]
    return json.dumps(message, ensure_ascii=False)


def accounts_hash(centre: Centre) -> str:
    """Of the password with which consoles of tests log in."""
    found = centre.server.database.read_now(lambda conn: accounts.known(conn, "anna"))
    return found.password_hash


async def operator_closes(centre: Centre, card: str) -> None:
    chief = await centre.operator("chief", role="admin", queues=())
    await chief.done(card_work.CloseVisit(card=card, state="done"))
