"""Who may give which command: holds, callbacks, cards, visits and searches of others."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from ekc_console.domain import scenario
from ekc_console.server.commands.handler import registry
from ekc_console.server.commands.rights import EVERYBODY, ROWS
from ekc_console.server.store.cards import cards
from ekc_console.server.store.people import access_log
from ekc_console.wire import card_work, messages
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

OTHER_NUMBER = "+79000000202"
DAY_S = 86400.0


async def card_in_hand(centre: Centre, operator: Operator) -> messages.Card:
    await centre.until(lambda: bool(operator.call and operator.call.card), "card")
    assert operator.call is not None
    card: messages.Card = await operator.done(messages.OpenCard(card=operator.call.card))
    return card


def saving(card: messages.Card, **changes: object) -> messages.SaveCard:
    values = {
        "card": card.id,
        "revision": card.revision + 1,
        "session": card.session,
        "disposition": "visit_ordered",
        **changes,
    }
    return messages.SaveCard(**values)  # type: ignore[arg-type]


def draft(card: messages.Card, **changes: object) -> messages.SaveDraft:
    values = {
        "card": card.id,
        "revision": card.revision + 1,
        "session": card.session,
        "disposition": card.disposition,
        **changes,
    }
    return messages.SaveDraft(**values)  # type: ignore[arg-type]


async def visit_ordered(
    centre: Centre, operator: Operator, number: str = NUMBER, fio: str = "Иванова Анна"
) -> messages.Card:
    """A call that is talked and done with; its card orders a doctor."""
    caller = await centre.in_queue(number, key="2")
    await operator.takes()
    card = await card_in_hand(centre, operator)
    fields = {**card.session["fields"], "fio": fio, "address": "Садовая, 5"}
    saved: messages.Card = await operator.done(
        saving(card, session={**card.session, "fields": fields})
    )
    centre.engine.caller_hangs_up(caller)
    await centre.ended(caller)
    await operator.until_me("wrap_up")
    await operator.done(messages.FinishWrapUp())
    await operator.done(messages.GoBreak(reason="lunch"))
    return saved


async def owed(centre: Centre, key: str = "2") -> str:
    """Somebody who gave up waiting in the queue of ``key``; the id of the callback."""
    lost = await centre.in_queue(key=key)
    centre.engine.caller_hangs_up(lost)
    await centre.ended(lost)
    (callback,) = centre.server.router.callbacks
    return callback


# -- the call in hand ----------------------------------------------------------------


def test_who_gave_a_call_away_does_not_hold_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue()
        await anna.takes()
        olga = await centre.ready("olga")
        await anna.done(messages.TransferCall(call=caller, kind="agent", target="olga"))
        await olga.takes()
        assert anna.me.state == "wrap_up"
        hold, back = messages.HoldCall(call=caller), messages.ResumeCall(call=caller)
        assert (await anna.refused(hold)).code == "wrong_state"
        assert olga.call is not None
        assert olga.call.state == "talking"
        await olga.done(hold)
        assert (await anna.refused(back)).code == "wrong_state"
        assert olga.call.state == "held"
        await olga.done(back)

    run(tmp_path, story)


# -- callbacks -----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["operator", "volunteer"])
def test_who_does_not_see_a_callback_neither_closes_nor_dials_it(
    tmp_path: Path, role: messages.Role
) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre)
        vera = await centre.ready("vera", role=role, queues=("vaccination",))
        assert centre.server.views.callbacks(vera.person) == []
        for body in (
            messages.CloseCallback(callback=callback, result="reached"),
            messages.CloseCallback(callback=callback, result="cancelled"),
            messages.DialCallback(callback=callback),
        ):
            refusal = await vera.refused(body)
            assert refusal.code == "not_allowed"
            assert "очеред" in refusal.message
        anna = await centre.ready("anna", queues=("home_visit",))
        assert [c.id for c in centre.server.views.callbacks(anna.person)] == [callback]

    run(tmp_path, story)


def test_a_supervisor_closes_a_callback_of_any_queue(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre)
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        await nina.done(messages.CloseCallback(callback=callback, result="cancelled"))
        anna = await centre.ready("anna")
        assert centre.server.views.callbacks(anna.person) == []

    run(tmp_path, story)


# -- cards ---------------------------------------------------------------------------


def test_a_saved_card_is_not_saved_anew_after_its_day(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        card = await visit_ordered(centre, anna)
        await asyncio.sleep(3 * DAY_S)
        stored = await anna.done(messages.OpenCard(card=card.id))
        refusal = await anna.refused(saving(card, note="поздно"))
        assert (refusal.code, "прошлых дней" in refusal.message) == ("not_allowed", True)
        refusal = await anna.refused(draft(card, note="поздно"))
        assert (refusal.code, "прошлых дней" in refusal.message) == ("not_allowed", True)
        assert await anna.done(messages.OpenCard(card=card.id)) == stored
        assert (stored.state, stored.saved_at) == ("saved", card.saved_at)

    run(tmp_path, story)


def test_a_draft_never_takes_back_what_is_saved(tmp_path: Path) -> None:
    """What is typed on is kept beside the saved card until it is saved as well."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        nina = await (await centre.operator("nina", role="supervisor")).come()
        caller = await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        saved: messages.Card = await anna.done(saving(card, note="первая"))
        await anna.done(draft(saved, note="первая и вто"))
        seen: messages.Card = await nina.done(messages.OpenCard(card=card.id))
        assert (seen.state, seen.note, seen.saved_at) == ("saved", "первая", saved.saved_at)
        mine: messages.Card = await anna.done(messages.OpenCard(card=card.id))
        assert (mine.state, mine.note, mine.revision) == ("draft", "первая и вто", 2)
        late = draft(saved, note="опоздал", revision=1)
        await anna.done(late)
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        assert "не сохранена" in (await anna.refused(messages.FinishWrapUp())).message
        again: messages.Card = await anna.done(saving(mine, note="первая и вторая"))
        assert (again.state, again.note, again.revision) == ("saved", "первая и вторая", 3)
        await anna.done(messages.FinishWrapUp())

    run(tmp_path, story)


def test_commands_about_one_card_are_done_in_their_order(tmp_path: Path) -> None:
    """A save and the drafts around it, sent without waiting for answers."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        for first in range(1, 40, 3):
            replies = await asyncio.gather(
                anna.do(draft(card, revision=first, note="а")),
                anna.do(saving(card, revision=first + 1, note="аб")),
                anna.do(draft(card, revision=first + 2, note="абв")),
            )
            assert [reply.ok for reply in replies] == [True] * 3
            assert isinstance(replies[1].result, messages.Card)
            assert (replies[1].result.state, replies[1].result.note) == ("saved", "аб")
            filled: messages.Card = await anna.done(messages.OpenCard(card=card.id))
            assert (filled.state, filled.revision, filled.note) == ("draft", first + 2, "абв")
            kept = centre.server.database.read_now(lambda conn: cards.card(conn, card.id))
            assert kept is not None
            assert (kept.state, kept.revision, kept.note) == ("saved", first + 1, "аб")

    run(tmp_path, story)


def test_what_was_typed_into_a_saved_card_is_offered_after_the_wrap_up(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        card = await visit_ordered(centre, anna)
        fields = {**card.session["fields"], "address": "Лесная, 7"}
        await anna.done(
            draft(card, session={**card.session, "fields": fields}, note="ещё", revision=7)
        )
        stored: messages.Card = await anna.done(messages.OpenCard(card=card.id))
        assert (stored.state, stored.note, stored.revision) == ("saved", card.note, card.revision)
        assert stored.unsaved is not None
        assert stored.unsaved.fields == {"address": "Лесная, 7"}
        assert (stored.unsaved.note, stored.unsaved.disposition) == ("ещё", None)
        assert stored.unsaved.base == stored.revision
        listed: card_work.Edits = await anna.done(card_work.ListEdits())
        assert [item.edit for item in listed.edits] == [stored.unsaved]
        done: messages.Card = await anna.done(
            card_work.EditCard(
                card=card.id,
                revision=stored.revision,
                fields=stored.unsaved.fields,
                note=stored.unsaved.note,
                edit=stored.unsaved.revision,
            )
        )
        assert (done.note, done.session["fields"]["address"]) == ("ещё", "Лесная, 7")
        assert done.unsaved is None or done.unsaved.empty
        assert (await anna.done(card_work.ListEdits())).edits == ()

    run(tmp_path, story)


def test_a_card_in_anothers_hands_is_not_written_over(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        await anna.done(saving(card))
        olga = await centre.ready("olga")
        await anna.done(messages.TransferCall(call=caller, kind="agent", target="olga"))
        await olga.takes()
        theirs = await card_in_hand(centre, olga)
        for body in (saving(theirs, note="моя"), draft(theirs, note="моя")):
            assert (await anna.refused(body)).code == "not_allowed"
        edit = card_work.EditCard(card=card.id, revision=theirs.revision, note="моя")
        nina = await (await centre.operator("nina", role="supervisor")).come()
        for who in (anna, nina):
            refusal = await who.refused(edit)
            assert (refusal.code, "у него этот вызов" in refusal.message) == ("not_allowed", True)
        await olga.done(saving(theirs, note="наша"))

    run(tmp_path, story)


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


# -- every door ----------------------------------------------------------------------


def test_every_command_has_a_row_and_a_handler(tmp_path: Path) -> None:
    commands = set(get_args(messages.Command))
    assert commands == set(ROWS)
    assert {row.about == "card" for row in ROWS.values() if row.act} == {True}
    assert all(row.act for row in ROWS.values() if row.about == "card")
    assert all(row.why_not for row in ROWS.values() if row.roles != EVERYBODY)

    async def story(centre: Centre) -> None:
        assert set(centre.server.commands._handlers) == commands

    run(tmp_path, story)


def test_a_server_with_a_missing_or_a_second_handler_is_not_built() -> None:
    async def nothing(person: object, body: object) -> None:
        return None

    whole = dict.fromkeys(get_args(messages.Command), nothing)
    assert registry(whole) == whole
    for sets, said in (
        (({c: h for c, h in whole.items() if c is not messages.Dial},), "no handler: Dial"),
        ((whole, {messages.Dial: nothing}), "two handlers: Dial"),
        ((whole, {messages.Hello: nothing}), "no command: Hello"),
    ):
        with pytest.raises(TypeError, match=said):
            registry(*sets)


def test_a_role_is_asked_before_anything_else(tmp_path: Path) -> None:
    """By made-up ids: whoever lacks the role does not even learn that they are made up."""

    async def story(centre: Centre) -> None:
        roles: dict[messages.Role, Operator] = {
            "operator": await centre.ready("anna"),
            "volunteer": await centre.ready("vera", role="volunteer"),
            "supervisor": await (await centre.operator("nina", role="supervisor")).come(),
        }
        denied = 0
        for kind, row in ROWS.items():
            for role, who in roles.items():
                if role in row.roles:
                    continue
                refusal = await who.refused(_made_up(kind))
                assert (refusal.code, refusal.message) == ("not_allowed", row.why_not), kind
                denied += 1
        assert denied > 40

    run(tmp_path, story)


def test_nobody_acts_on_what_is_anothers(tmp_path: Path) -> None:
    """Every command that names a call, an offer, a card or a callback, by somebody who has nothing
    to do with it."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna", queues=("home_visit",))
        ordered = await visit_ordered(centre, anna)
        callback = await owed(centre)
        boris = await centre.ready("boris", queues=("vaccination",))
        await anna.done(messages.GoReady())
        caller = await centre.in_queue(OTHER_NUMBER, key="2")
        offered = await anna.until_call("offered")
        asked: set[type] = set()

        async def refused(kind: type, **named: object) -> None:
            refusal = await boris.refused(_made_up(kind, **named))
            assert refusal.code in ("not_allowed", "wrong_state"), (kind, refusal)
            assert refusal.message
            asked.add(kind)

        for kind in (messages.AcceptOffer, messages.RejectOffer):
            await refused(kind, offer=offered.offer)
        await anna.takes()
        for kind, row in ROWS.items():
            names = {field.name for field in msgspec.structs.fields(kind)}
            if row.about == "card":
                await refused(kind, card=ordered.id)
            elif row.about == "callback":
                await refused(kind, callback=callback)
            elif row.about == "own" and "call" in names:
                await refused(kind, call=caller)
        assert len(asked) > 18
        assert anna.call is not None
        assert anna.call.state == "talking"

    run(tmp_path, story)


def _made_up(kind: type, **named: object) -> messages.Command:
    """A command of the kind with ``named``, and some value in every field that needs one."""
    some: dict[object, object] = {str: "12", int: 1, dict[str, Any]: {}}
    if kind is card_work.KeepEdit:
        edit = card_work.UnsavedEdit(card=str(named.get("card", "x")), revision=1, base=1, at=1.0)
        return card_work.KeepEdit(edit=edit)
    values = {
        field.name: some[field.type] if field.type in some else get_args(field.type)[0]
        for field in msgspec.structs.fields(kind)
        if field.required and field.name not in named
    }
    command: messages.Command = kind(**values, **named)
    return command


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

        def kept(**of: str) -> list[access_log.Access]:
            return centre.server.database.read_now(lambda conn: access_log.of(conn, **of))

        assert [(a.reading, a.card, a.found) for a in kept(login="anna")] == [
            ("persons", card.id, 0)
        ]
        assert [(a.reading, a.card, a.found) for a in kept(login="olga")] == [
            ("contacts", "", 1),
            ("contacts", "", 1),
            ("card", card.id, 1),
        ]
        assert [a.login for a in kept(search=NUMBER)] == ["olga"]
        assert [a.login for a in kept(search="иванова анна")] == ["olga"]
        assert kept(search="петрова") == []
        assert {a.login for a in kept(card=card.id)} == {"anna", "olga"}
        everything = str(kept())
        assert "ванова" not in everything.casefold()
        assert NUMBER not in everything

    run(tmp_path, story)


# -- what a console says is in a card --------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"birth_date": "12.03.1985"}, "Дата рождения"),
        ({"birth_date": "1785-03-12"}, "Дата рождения"),
        ({"phone": "+7********01"}, "номер скрыт"),
        ({"phone": "112"}, "phone"),
        ({"fio": ""}, "обязательное поле"),
        ({"made_up": "1"}, "made_up"),
    ],
)
def test_a_card_is_parsed_here_and_not_taken_at_its_word(
    tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        session = {**card.session, "fields": {**card.session["fields"], **fields}}
        refusal = await anna.refused(saving(card, session=session))
        assert refusal.code == "bad_value"
        label = centre.server.cards._scripts["home_visit"].fields.get(said)
        assert (label.label if label else said) in refusal.message
        assert (await card_in_hand(centre, anna)).state == "draft"

    run(tmp_path, story)


def test_a_required_question_is_not_passed_without_an_answer(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        script = centre.server.cards._scripts["home_visit"]
        step = next(
            s for s in script.steps.values()
            if isinstance(s, scenario.Ask) and script.fields[s.field].required
        )  # fmt: skip
        path = [{"step": step.id, "at": 1.0}, {"step": script.start, "at": 2.0}]
        walked = {**card.session, "path": path, "position": 1, "step": script.start}
        refusal = await anna.refused(saving(card, session=walked))
        assert "обязательное поле" in refusal.message
        for broken in (
            {**walked, "position": 7},
            {**walked, "path": [{"step": "made_up", "at": 1.0}]},
        ):
            assert "повреждён" in (await anna.refused(saving(card, session=broken))).message

    run(tmp_path, story)


def test_a_card_is_checked_by_the_version_in_which_it_was_made(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        book = centre.server.cards
        newer = dataclasses.replace(
            book._scripts["home_visit"], version="newer", dispositions={"other": "Другое"}
        )
        book._scripts = {**book._scripts, "home_visit": newer}
        assert (await anna.done(saving(card))).disposition == "visit_ordered"
        for body in (
            saving(card, revision=9, session={**card.session, "version": "never"}),
            draft(card, revision=9, session={**card.session, "version": "never"}),
        ):
            assert "Версии never" in (await anna.refused(body)).message

    run(tmp_path, story)


def test_the_callers_number_is_not_the_consoles_word(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        fields = {**card.session["fields"], "number": OTHER_NUMBER}
        saved = await anna.done(saving(card, session={**card.session, "fields": fields}))
        assert saved.session["fields"]["number"] == NUMBER
        for revision in (-1, 2**63 - 1):
            refusal = await anna.refused(saving(card, revision=revision))
            assert refusal.code == "bad_value"

    run(tmp_path, story)
