"""Cards at the desk: whose they are, in which order they are written, what is taken for one."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace

from ekc_console import i18n
from ekc_console.client.link.errors import refused
from ekc_console.domain import scenario
from ekc_console.server.store.cards import cards
from ekc_console.wire import card_work, messages
from tests.support.cards import (
    DAY_S,
    OTHER_NUMBER,
    card_in_hand,
    draft,
    saving,
    visit_ordered,
    without_address,
)
from tests.support.simulated_centre import NUMBER, Centre, run

# -- cards ---------------------------------------------------------------------------


@pytest.mark.usefixtures("days_pass")
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


@pytest.mark.parametrize(
    "broken", ["UPDATE cards SET session = '{'", "UPDATE card_drafts SET body = '{'"]
)
def test_a_card_that_cannot_be_read_takes_no_unsaved_edit_away(tmp_path: Path, broken: str) -> None:
    """What stands beside its answers is offered, and it says itself that it is damaged."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        card = await visit_ordered(centre, anna)
        fields = {**card.session["fields"], "address": "Лесная, 7"}
        typed = {**card.session, "fields": fields}
        await anna.done(draft(card, session=typed, note="ещё", revision=7))
        await anna.done(messages.GoReady())
        whole = await visit_ordered(centre, anna, OTHER_NUMBER)
        edit = card_work.UnsavedEdit(
            card=whole.id, revision=1, base=whole.revision, at=9.0, note="позвонить"
        )
        await anna.done(card_work.KeepEdit(edit=edit))
        centre.server.database.write_now(
            lambda conn: conn.execute(
                f"{broken} WHERE {'card' if 'drafts' in broken else 'id'} = ?", (card.id,)
            )
        )
        listed: card_work.Edits = await anna.done(card_work.ListEdits())
        kept = {item.edit.card: item.edit for item in listed.edits}
        assert kept[whole.id].note == "позвонить"
        if "drafts" not in broken:
            assert kept[card.id].fields["address"] == "Лесная, 7"
            assert kept[card.id].note == "ещё"
        refused = await anna.refused(messages.OpenCard(card=card.id))
        assert "повреждена" in refused.message

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


# -- what a console says is in a card ------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"birth_date": "12.03.1985"}, "Дата рождения"),
        ({"birth_date": "1785-03-12"}, "Дата рождения"),
        ({"phone": "+7********01"}, "phone"),
        ({"phone": "112"}, "phone"),
        ({"fio": ""}, "fio"),
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


def test_a_home_visit_is_not_saved_without_an_address(tmp_path: Path) -> None:
    """Whichever way the walk took: the outcome may be chosen by hand in the midst of it."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        reply = await anna.do(saving(card, session=without_address(card)))
        assert [(item.field, item.words.key) for item in reply.faults] == [
            ("address", "card.visit_needs_address")
        ]
        other = saving(card, session=without_address(card), disposition="caller_refused")
        await anna.done(other)
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        await anna.done(messages.FinishWrapUp())
        saved = await anna.done(messages.OpenCard(card=card.id))
        edit = card_work.EditCard(
            card=card.id, revision=saved.revision, disposition="visit_ordered"
        )
        reply = await anna.do(edit)
        assert [item.field for item in reply.faults] == ["address"]
        mended = replace(edit, fields={"address": "Лесная, 7"})
        assert (await anna.done(mended)).disposition == "visit_ordered"

    run(tmp_path, story)


@pytest.mark.parametrize(
    ("key", "disposition", "field"),
    [("1", "booked", "visit"), ("3", "exam_booked", "visit"), ("5", "complaint_taken", "essence")],
)
def test_an_outcome_is_not_saved_without_what_it_needs(
    tmp_path: Path, key: str, disposition: str, field: str
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key=key)
        await anna.takes()
        card = await card_in_hand(centre, anna)
        session = without_address(card)
        reply = await anna.do(saving(card, session=session, disposition=disposition))
        assert [(item.field, item.words.key) for item in reply.faults] == [
            (field, "field.required")
        ]
        filled = {**session, "fields": {**session["fields"], field: "Терапевт, завтра в 10:20"}}
        done = await anna.done(saving(card, session=filled, disposition=disposition))
        assert done.state == "saved"

    run(tmp_path, story)


def test_an_unfinished_home_visit_is_not_finished_without_an_address(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        await anna.done(draft(card, session=without_address(card), disposition="visit_ordered"))
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        await asyncio.sleep(600)  # the wrap-up has run out
        left = await anna.done(messages.OpenCard(card=card.id))
        edit = card_work.EditCard(card=card.id, revision=left.revision)
        assert [item.field for item in (await anna.do(edit)).faults] == ["address"]
        mended = replace(edit, fields={"address": "Лесная, 7"})
        assert (await anna.done(mended)).state == "saved"

    run(tmp_path, story)


def test_each_field_at_fault_comes_with_its_reason(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        wrong = {"fio": "", "birth_date": "1785-03-12", "temperature": "48"}
        session = {**card.session, "fields": {**card.session["fields"], **wrong}}
        reply = await anna.do(saving(card, session=session))
        assert {item.field: item.words.key for item in reply.faults} == {
            "fio": "field.required",
            "birth_date": "field.date_too_old",
            "temperature": "field.above_range",
        }
        refusal = refused(reply)
        assert "12.03.1785 слишком давно" in refusal.remedy
        assert set(refusal.fields) == {"fio", "birth_date", "temperature"}
        i18n.use("en")
        try:
            assert "12.03.1785 is too long ago" in refused(reply).remedy
        finally:
            i18n.use("ru")

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
        assert script.fields[step.field].label in refusal.message
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
