"""Cards, visits and people of others: who may read and close them, and the trace of it."""

from __future__ import annotations

from pathlib import Path

from ekc_console.server.store.audit import entries
from ekc_console.wire import card_work, messages
from tests.support.cards import (
    OTHER_NUMBER,
    visit_ordered,
)
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

# -- visits --------------------------------------------------------------------------


def test_a_stranger_does_not_cancel_a_doctor(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        card = await visit_ordered(centre, anna)
        cancel = card_work.CloseVisit(card=card.id, state="cancelled")
        for login, role, queues in (
            ("vera", "volunteer", ("vaccination",)),
            ("zoya", "volunteer", ("home_visit",)),
            ("boris", "operator", ("vaccination",)),
        ):
            stranger = await centre.ready(login, role=role, queues=queues)
            refusal = await stranger.refused(cancel)
            assert refusal.code == "not_allowed", login
            await stranger.done(messages.GoBreak(reason="lunch"))
        colleague = await centre.ready("olga", queues=("home_visit",))
        await colleague.done(cancel)

    run(tmp_path, story)


def test_a_volunteer_closes_the_visit_of_the_caller_in_hand(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        card = await visit_ordered(centre, anna)
        vera = await centre.ready("vera", role="volunteer", queues=("vaccination",))
        done = card_work.CloseVisit(card=card.id, state="done")
        assert (await vera.refused(done)).code == "not_allowed"
        await centre.in_queue(key="3")
        await vera.takes()
        await centre.until(lambda: bool(vera.call and vera.call.caller.home_visits), "visits")
        await vera.done(done)

    run(tmp_path, story)


# -- reading -------------------------------------------------------------------------


def test_cards_of_others_are_read_by_right(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        card = await visit_ordered(centre, anna)
        reading = messages.OpenCard(card=card.id)
        vera = await centre.ready("vera", role="volunteer", queues=("home_visit", "vaccination"))
        boris = await centre.ready("boris", queues=("vaccination",))
        for stranger in (vera, boris):
            assert (await stranger.refused(reading)).code == "not_allowed"
        await vera.done(messages.GoBreak(reason="lunch"))
        await centre.in_queue(key="3")  # the same caller: the history is on the screen
        await boris.takes()
        await centre.until(lambda: bool(boris.call and boris.call.history), "history")
        await boris.done(reading)
        colleague = await centre.ready("olga", queues=("home_visit",))
        await colleague.done(reading)

    run(tmp_path, story)


def test_a_search_is_bounded_by_right(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        mine = await visit_ordered(centre, anna, NUMBER)
        zoya = await centre.ready("zoya", role="volunteer")
        theirs = await visit_ordered(centre, zoya, OTHER_NUMBER)
        boris = await centre.operator("boris", queues=("vaccination",))
        await boris.come()
        nina = await centre.operator("nina", role="supervisor", queues=())

        async def found(who: Operator, text: str = "иванова") -> list[str]:
            result: messages.Contacts = await who.done(messages.FindContacts(text=text))
            return [contact.card for contact in result.contacts]

        assert await found(nina) == await found(anna) == [theirs.id, mine.id]
        assert await found(nina, NUMBER) == [mine.id]
        assert await found(boris) == await found(boris, NUMBER) == []
        assert await found(zoya) == [theirs.id]
        for letters in ("и", "ив", " и  в "):
            refusal = await nina.refused(messages.FindContacts(text=letters))
            assert refusal.code == "bad_value"
            assert "трёх" in refusal.message

    run(tmp_path, story)


# -- people --------------------------------------------------------------------------


def test_only_a_person_who_was_shown_is_linked(tmp_path: Path) -> None:
    """By counting numbers nobody walks through the register."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        theirs = await visit_ordered(centre, anna)
        added: messages.Card = await anna.done(
            card_work.AddPerson(card=theirs.id, name="Иванова Анна", snils="112-233-445 95")
        )
        assert added.person is not None
        vera = await centre.ready("vera", role="volunteer")
        mine = await visit_ordered(centre, vera, OTHER_NUMBER, fio="Петрова Вера")
        link = card_work.LinkPerson(card=mine.id, person=added.person.id)
        refusal = await vera.refused(link)
        assert (refusal.code, "Найдите" in refusal.message) == ("not_allowed", True)
        assert (await vera.refused(card_work.LinkPerson(card=mine.id, person=99))).message == (
            refusal.message
        )
        taken = card_work.AddPerson(card=mine.id, name="Петрова Вера", snils="112-233-445 95")
        refusal = await vera.refused(taken)
        assert "уже записан" in refusal.message
        assert "Иванова" not in refusal.message
        assert "Иванова" in (await anna.refused(
            card_work.AddPerson(card=theirs.id, name="Петрова Вера", snils="112-233-445 95")
        )).message  # fmt: skip
        await vera.done(card_work.FindPersons(card=mine.id, text="иванова"))
        linked: messages.Card = await vera.done(link)
        assert linked.person is not None

    run(tmp_path, story)


# -- traces --------------------------------------------------------------------------


def test_reading_what_is_others_leaves_a_trace(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        card = await visit_ordered(centre, anna)
        olga = await centre.ready("olga")
        await anna.done(messages.OpenCard(card=card.id))
        await anna.done(card_work.FindPersons(card=card.id, text="иванова"))
        await olga.done(messages.OpenCard(card=card.id))
        await olga.done(messages.FindContacts(text=" ИВАНОВА  анна"))
        await olga.done(messages.FindContacts(text=NUMBER))

        def kept(**of: str) -> list[entries.Kept]:
            return centre.server.database.read_now(
                lambda conn: entries.of(conn, entries.Wanted(**of))
            )

        assert [(a.action, a.about, a.found) for a in kept(who="anna")] == [("persons", card.id, 0)]
        assert [(a.action, a.about, a.found) for a in kept(who="olga")] == [
            ("contacts", "", 1),
            ("contacts", "", 1),
            ("card", card.id, 1),
        ]
        assert [a.who for a in kept(search=NUMBER)] == ["olga"]
        assert [a.who for a in kept(search="иванова анна")] == ["olga"]
        assert kept(search="петрова") == []
        assert {a.who for a in kept(about=card.id)} == {"anna", "olga"}
        everything = str(kept())
        assert "ванова" not in everything.casefold()
        assert NUMBER not in everything

    run(tmp_path, story)
