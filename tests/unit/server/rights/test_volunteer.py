"""What a volunteer's console is sent of a call, a card and a visit, through a whole server
(hostile H1, H2, M6, review B3, B4)."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ekc_console.server.rights.outgoing import seen_by
from ekc_console.wire import card_work, messages
from tests.support.cards import OTHER_NUMBER, card_in_hand, draft, saving, visit_ordered
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

HIDDEN = re.compile(r"0{3}\D{0,3}0?1\D{0,3}0?1")
"""The end of NUMBER, however it is written."""
SAID = "тел. 8 (900) 765-43-21, +375 29 123-45-67; СНИЛС 112-233-445 95; 1234567"


def sent(message: msgspec.Struct, who: Operator) -> str:
    return msgspec.json.encode(seen_by(message, who.person)).decode()


def test_a_mask_as_address_or_name_brings_no_number_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera = await centre.ready("vera", role="volunteer")
        anna = await (await centre.operator("anna")).come()
        await centre.in_queue(NUMBER, key="2")
        await vera.takes()
        card = await card_in_hand(centre, vera)
        shown = card.session["fields"]["number"]
        assert shown == "+7********01"
        fields = {**card.session["fields"], "fio": shown, "address": f"Садовая, {shown}"}
        session = {**card.session, "fields": fields}
        await vera.done(draft(card, session=session, note=f"{shown} {card.number}"))
        again = await card_in_hand(centre, vera)
        real = await anna.done(messages.OpenCard(card=card.id))
        for one in (again, real):
            assert not HIDDEN.search(str((one.session["fields"]["fio"], one.note, one.visit)))
            assert not HIDDEN.search(one.session["fields"]["address"])
        assert real.session["fields"]["number"] == NUMBER

    run(tmp_path, story)


def test_a_card_that_was_filled_by_others_shows_no_number_to_a_volunteer(tmp_path: Path) -> None:
    """Also once the card is the volunteer's own by a transfer."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await visit_ordered(centre, anna, NUMBER, fio="Петрова Ольга")
        await anna.done(messages.GoReady())
        caller = await centre.in_queue(NUMBER, key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        fields = {**card.session["fields"], "fio": "Иванова Анна", "address": f"Садовая, {SAID}"}
        saved = await anna.done(
            saving(card, session={**card.session, "fields": fields}, note=f"{NUMBER}: {SAID}")
        )
        await anna.done(
            card_work.AddPerson(card=card.id, name="Иванова Анна", snils="112-233-445 95")
        )
        vera = await centre.ready("vera", role="volunteer")
        await anna.done(messages.TransferCall(call=caller, kind="agent", target="vera"))
        await vera.takes()
        await centre.until(lambda: bool(vera.call and vera.call.caller.known), "what is known")
        assert vera.call is not None
        mine = await vera.done(messages.OpenCard(card=card.id))
        person = await vera.done(card_work.OpenPerson(card=card.id))
        seen = (vera.call, mine, person)
        for message in seen:
            text = sent(message, vera)
            assert not HIDDEN.search(text), text
            for part in ("765", "43-21", "233", "445", "123-45", "12345"):
                assert part not in text.replace(saved.id, "").replace(caller, ""), (part, text)
        assert "snils" not in {item.type for item in vera.call.caller.known}
        # Typed on: what was hidden is still there.
        await vera.done(saving(mine, session=mine.session, note=f"{mine.note}; перезвонить"))
        real = await (await centre.operator("nina", role="supervisor")).done(
            messages.OpenCard(card=card.id)
        )
        assert real.note == f"{NUMBER}: {SAID}; перезвонить"
        assert real.session["fields"]["address"] == f"Садовая, {SAID}"

    run(tmp_path, story)


def test_lists_and_searches_of_a_volunteer_hold_no_number(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera = await centre.ready("vera", role="volunteer")
        await visit_ordered(centre, vera, NUMBER, fio="Петрова Ольга")
        await vera.done(messages.GoReady())
        await visit_ordered(centre, vera, OTHER_NUMBER, fio="Иванова Анна")
        for body in (
            messages.FindContacts(text="Петрова"),
            card_work.ListVisits(),
            card_work.ListOwnContacts(),
            card_work.ListEdits(),
        ):
            assert not HIDDEN.search(sent(await vera.do(body), vera)), body
        for digits in ("001", "90", "²", "٣"):
            for body in (
                messages.FindContacts(text=f"Петрова {digits}"),
                card_work.ListVisits(text=digits),
            ):
                assert (await vera.refused(body)).code == "not_allowed"

    run(tmp_path, story)


def test_an_unsaved_edit_goes_to_and_fro_without_losing_a_number(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera = await centre.ready("vera", role="volunteer")
        card = await visit_ordered(centre, vera, NUMBER)
        edit = card_work.UnsavedEdit(
            card=card.id, revision=1, base=card.revision, at=1.0, note=SAID,
            fields={"address": f"Лесная, {SAID}"},
        )  # fmt: skip
        await vera.done(card_work.KeepEdit(edit=edit))
        (shown,) = (await vera.done(card_work.ListEdits())).edits
        assert "43-21" not in str(shown)
        assert "12345" not in str(shown)
        more = msgspec.structs.replace(shown.edit, revision=2, note=f"{shown.edit.note}!")
        await vera.done(card_work.KeepEdit(edit=more))
        await vera.done(
            card_work.EditCard(
                card=card.id, revision=card.revision, fields=more.fields, note=more.note, edit=2
            )
        )
        nina = await centre.operator("nina", role="supervisor")
        real = await nina.done(messages.OpenCard(card=card.id))
        assert real.note == f"{SAID}!"
        assert real.session["fields"]["address"] == f"Лесная, {SAID}"

    run(tmp_path, story)
