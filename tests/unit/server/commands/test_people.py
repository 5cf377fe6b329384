"""Records of people by role: corrected, merged, merges undone; over a whole server."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.client.words.saying import said
from ekc_console.wire import messages
from ekc_console.wire.card_work import (
    AddPerson,
    CorrectPerson,
    FindPersons,
    LinkPerson,
    MergePersons,
    OpenPerson,
    Person,
    UndoMerge,
)
from tests.support.cards import OTHER_NUMBER, card_in_hand, visit_ordered
from tests.support.simulated_centre import NUMBER, Centre, Operator, run

SNILS, OMS = "112-233-445 95", "1234567890123452"


async def linked(centre: Centre, operator: Operator, number: str, **known: str) -> messages.Card:
    card = await visit_ordered(centre, operator, number)
    found: messages.Card = await operator.done(AddPerson(card=card.id, **known))
    await operator.done(messages.GoReady())
    return found


async def read(operator: Operator, card: messages.Card) -> Person:
    found: Person = await operator.done(OpenPerson(card=card.id))
    return found


def correction(card: messages.Card, known: Person, **fields: str) -> CorrectPerson:
    return CorrectPerson(
        card=card.id,
        person=known.record.id,
        revision=known.record.revision,
        fields=fields,  # type: ignore[arg-type]
    )


def merging(card: messages.Card, kept: Person, gone: Person, *take: str) -> MergePersons:
    return MergePersons(
        card=card.id,
        person=kept.record.id,
        revision=kept.record.revision,
        other=gone.record.id,
        other_revision=gone.record.revision,
        take=take,  # type: ignore[arg-type]
    )


def test_an_operator_corrects_the_person_of_an_own_card(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        boris = await (await centre.operator("boris")).come()
        card = await linked(centre, anna, NUMBER, name="Иванова Ана", birth_date="12.03.1985")
        known = await read(anna, card)
        assert (known.may_correct, known.may_merge, known.why_not) == (True, False, None)
        assert [(c.agent_name, c.event) for c in known.changes] == [("Оператор anna", "created")]
        fixed: Person = await anna.done(
            correction(card, known, name="иванова анна", snils=SNILS, birth_date="")
        )
        assert (fixed.record.name, fixed.record.birth_date, fixed.record.snils) == (
            "Иванова Анна", "", SNILS,
        )  # fmt: skip
        assert fixed.changes[0].parts == (
            ("name", "Иванова Ана", "Иванова Анна"),
            ("birth_date", "1985-03-12", ""),
            ("snils", "", SNILS),
        )
        # Who serves the queue may read of it, and change nothing.
        seen = await read(boris, card)
        assert not seen.may_correct
        assert "руководитель" in said(seen.why_not)
        refusal = await boris.refused(correction(card, seen, name="Иная Анна"))
        assert (refusal.code, "руководитель" in refusal.message) == ("not_allowed", True)

    run(tmp_path, story)


def test_what_is_refused_of_a_correction_is_told_in_words(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", role="supervisor")).come()
        first = await linked(centre, anna, NUMBER, name="Иванова Анна", snils=SNILS)
        second = await linked(centre, anna, OTHER_NUMBER, name="Петрова Инна")
        unlinked = await visit_ordered(centre, anna, "+79000000303")
        known = await read(anna, second)
        for wrong in ({"name": ""}, {"name": "1"}, {"birth_date": "никогда"}, {"snils": "12"}):
            assert (await anna.refused(correction(second, known, **wrong))).code == "bad_value"
        taken = await anna.refused(correction(second, known, snils=SNILS))
        assert (taken.code, "Иванова Анна" in taken.message) == ("bad_value", True)
        await nina.done(correction(second, known, name="Петрова Инна Львовна"))
        late = await anna.refused(correction(second, known, name="Петрова Нина"))
        assert (late.code, "Оператор nina" in late.message) == ("conflict", True)
        await anna.done(LinkPerson(card=second.id, person=0))
        gone = await anna.refused(correction(second, known, name="Петрова Нина"))
        assert (gone.code, "другом человеке" in gone.message) == ("conflict", True)
        nobody = await anna.refused(OpenPerson(card=unlinked.id))
        assert (nobody.code, "выберите человека" in nobody.message) == ("unknown", True)
        assert (await read(anna, first)).record.name == "Иванова Анна"

    run(tmp_path, story)


def test_a_volunteer_corrects_a_name_and_sees_no_digits(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await linked(centre, anna, OTHER_NUMBER, name="Петрова Инна", oms=OMS)
        await anna.done(messages.GoBreak(reason="lunch"))
        vera = await centre.ready("vera", role="volunteer")
        card = await linked(centre, vera, NUMBER, name="Иванова Ана", snils=SNILS)
        known = await read(vera, card)
        assert known.record.snils == ""
        fixed: Person = await vera.done(correction(card, known, name="Иванова Анна"))
        assert SNILS not in str(fixed)
        assert (await read(anna, card)).record.snils == SNILS
        taken = await vera.refused(correction(card, fixed, oms=OMS))
        assert "Петрова" not in taken.message
        cleared: Person = await vera.done(correction(card, fixed, snils=""))
        assert cleared.changes[0].parts == (("snils", "***", ""),)
        other = await vera.refused(merging(card, known, known))
        assert (other.code, "руководитель" in other.message) == ("not_allowed", True)

    run(tmp_path, story)


@pytest.mark.parametrize("role", ["supervisor", "admin"])
def test_people_are_merged_and_the_merge_is_undone(tmp_path: Path, role: messages.Role) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", role=role, queues=())).come()
        first = await linked(
            centre, anna, NUMBER, name="Иванова Анна", birth_date="12.03.1985", snils=SNILS
        )
        second = await linked(
            centre, anna, OTHER_NUMBER,
            name="Иванова Анна Петровна", birth_date="12.03.1985", oms=OMS,
        )  # fmt: skip
        kept, gone = await read(nina, first), await read(nina, second)
        assert [p.id for p in kept.duplicates] == [gone.record.id]
        assert (await read(anna, first)).duplicates == ()
        order = merging(first, kept, gone, "name", "oms")
        refusal = await anna.refused(order)
        assert (refusal.code, "руководитель" in refusal.message) == ("not_allowed", True)
        merged: Person = await nina.done(order)
        assert (merged.record.name, merged.record.birth_date) == (
            "Иванова Анна Петровна", "1985-03-12",
        )  # fmt: skip
        assert (merged.record.snils, merged.record.oms, merged.record.contacts) == (SNILS, OMS, 2)
        assert merged.changes[0].other == "Иванова Анна Петровна"
        assert (merged.merged, merged.duplicates) == ("Иванова Анна Петровна", ())
        assert (await read(nina, second)).record == merged.record
        undo = UndoMerge(card=second.id, merge=merged.merge)
        assert (await anna.refused(undo)).code == "not_allowed"
        back: Person = await nina.done(undo)
        assert back.record.name == "Иванова Анна Петровна"
        assert (back.record.snils, back.record.oms, back.record.contacts) == ("", OMS, 1)
        again = await read(nina, first)
        assert (again.record.name, again.record.snils, again.record.contacts) == (
            "Иванова Анна", SNILS, 1,
        )  # fmt: skip
        late = await nina.refused(undo)
        assert (late.code, "уже отменили" in late.message) == ("conflict", True)

    run(tmp_path, story)


def test_a_merge_cannot_be_undone_after_a_correction_and_says_so(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", role="supervisor")).come()
        first = await linked(centre, anna, NUMBER, name="Иванова Анна")
        second = await linked(centre, anna, OTHER_NUMBER, name="Иванова Анна Петровна")
        kept, gone = await read(nina, first), await read(nina, second)
        merged: Person = await nina.done(merging(first, kept, gone))
        stale = await nina.refused(merging(first, kept, gone))
        assert (stale.code, "Оператор nina" in stale.message) == ("conflict", True)
        await anna.done(correction(second, merged, birth_date="12.03.1985"))
        late = await nina.refused(UndoMerge(card=first.id, merge=merged.merge))
        assert (late.code, "меняли" in late.message) == ("conflict", True)
        assert (await read(nina, first)).merge == 0

    run(tmp_path, story)


def test_a_console_goes_on_while_its_person_is_merged(tmp_path: Path) -> None:
    """The caller's pane follows at once; a link by the old id and the saving go through."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        nina = await (await centre.operator("nina", role="supervisor")).come()
        first = await linked(centre, anna, NUMBER, name="Иванова Анна")
        second = await linked(centre, anna, OTHER_NUMBER, name="Иванова Анна Петровна")
        kept, gone = await read(nina, first), await read(nina, second)

        await centre.in_queue(OTHER_NUMBER, key="2")
        await anna.takes()
        card = await card_in_hand(centre, anna)
        await anna.done(FindPersons(card=card.id))
        await anna.done(LinkPerson(card=card.id, person=gone.record.id))
        assert anna.call
        assert anna.call.caller.person is not None
        assert anna.call.caller.person.id == gone.record.id

        await nina.done(merging(first, kept, await read(nina, second)))
        assert anna.call.caller.person is not None
        assert (anna.call.caller.person.id, anna.call.caller.person.name) == (
            kept.record.id, "Иванова Анна",
        )  # fmt: skip
        assert [p.id for p in anna.call.caller.persons] == [kept.record.id]
        assert {c.person for c in anna.call.history} == {"Иванова Анна"}

        again: messages.Card = await anna.done(LinkPerson(card=card.id, person=gone.record.id))
        assert again.person is not None
        assert again.person.id == kept.record.id
        saved = await anna.save_card()
        assert saved.person is not None
        assert saved.person.name == "Иванова Анна"

        fixed: Person = await nina.done(correction(first, await read(nina, first), name="Ива Анна"))
        assert fixed.record.contacts == 3
        assert anna.call.caller.name == "Ива Анна"

    run(tmp_path, story)
