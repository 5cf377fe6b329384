"""Cards: one draft a call, saved with a disposition, found again, kept with its own script."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from ekc_console.wire import messages
from tests.support.simulated_centre import NUMBER, Centre, Operator, run


async def open_card(centre: Centre, operator: Operator) -> messages.Card:
    await centre.until(lambda: bool(operator.call and operator.call.card), "card")
    assert operator.call is not None
    card: messages.Card = await operator.done(messages.OpenCard(card=operator.call.card))
    return card


def saving(card: messages.Card, **changes: Any) -> messages.SaveCard:
    fields = {"card": card.id, "revision": card.revision + 1, "session": card.session}
    return messages.SaveCard(**{**fields, "disposition": "", **changes})


def test_a_card_begins_with_what_is_known(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="3")
        await anna.takes()
        card = await open_card(centre, anna)
        assert (card.scenario, card.topic, card.state) == ("vaccination", "Вакцинация", "draft")
        assert card.number == "+7 900 000-01-01"
        assert card.session["fields"]["number"] == NUMBER
        assert card.agent_name == "Оператор anna"

    run(tmp_path, story)


@pytest.mark.parametrize(("key", "topic"), [("3", "vaccination"), ("0", None)])
def test_a_callback_begins_with_who_calls_and_knows_its_topic(
    tmp_path: Path, key: str, topic: str | None
) -> None:
    async def story(centre: Centre) -> None:
        lost = await centre.in_queue(key=key)
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        anna = await centre.ready()
        (owed,) = centre.server.live.views.callbacks(anna.person)
        centre.engine.outside_party(NUMBER, "answer", tone=1500, ring_s=2)
        await anna.done(messages.DialCallback(callback=owed.id))
        await anna.until_call("talking")
        card = await open_card(centre, anna)
        assert card.scenario == "callback"
        fields = card.session["fields"]
        assert (fields.get("topic"), fields["urgent"]) == (topic, "no")

    run(tmp_path, story)


def test_whom_the_operator_calls_himself_is_not_greeted_as_who_has_called(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        centre.engine.outside_party(NUMBER, "answer", tone=1500, ring_s=2)
        await anna.done(messages.Dial(number=NUMBER))
        await anna.until_call("talking")
        card = await open_card(centre, anna)
        assert (card.scenario, card.session["step"]) == ("outgoing", "who_answers")

    run(tmp_path, story)


def test_a_card_needs_a_disposition_of_its_script(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue()
        await anna.takes()
        card = await open_card(centre, anna)
        for wrong in ("", "made_up"):
            refusal = await anna.refused(saving(card, disposition=wrong))
            assert "Не выбран итог обращения." in refusal.message
            assert "Выберите один из:" in refusal.message
        unknown = {**card.session, "scenario": "gone"}
        refusal = await anna.refused(saving(card, session=unknown, disposition="x"))
        assert "Сценария «gone» больше нет." in refusal.message
        saved = await anna.save_card()
        assert saved.state == "saved"
        assert saved.disposition_title

    run(tmp_path, story)


def test_a_draft_is_kept_and_a_late_one_ignored(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue()
        await anna.takes()
        card = await open_card(centre, anna)

        def draft(revision: int, note: str) -> messages.SaveDraft:
            return messages.SaveDraft(
                card=card.id, revision=revision, session=card.session, note=note
            )

        await anna.done(draft(5, "пятая"))
        await anna.done(draft(4, "четвёртая"))
        stored: messages.Card = await anna.done(messages.OpenCard(card=card.id))
        assert (stored.note, stored.revision) == ("пятая", 5)

    run(tmp_path, story)


def test_somebody_elses_card_can_be_read_and_not_changed(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await centre.in_queue()
        await anna.takes()
        card = await open_card(centre, anna)
        boris = await centre.ready("boris")
        read: messages.Card = await boris.done(messages.OpenCard(card=card.id))
        assert (read.id, read.session) == (card.id, card.session)
        assert not read.may_edit
        refusal = await boris.refused(saving(card, disposition="x"))
        assert refusal.code == "not_allowed"

    run(tmp_path, story)


def test_earlier_contacts_are_shown_with_the_next_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        first = await centre.in_queue()
        await anna.takes()
        saved = await anna.save_card()
        centre.engine.caller_hangs_up(first)
        await centre.ended(first)
        await anna.done(messages.FinishWrapUp())

        await centre.in_queue(key="4")
        await anna.until_call("offered")
        await centre.until(lambda: bool(anna.call and anna.call.history), "history")
        assert anna.call is not None
        (earlier,) = anna.call.history
        assert (earlier.call, earlier.outcome, earlier.card) == (first, "answered", saved.id)
        assert earlier.agent_name == "Оператор anna"
        assert earlier.disposition == saved.disposition_title

        for text in ("0101", NUMBER):
            found = await anna.done(messages.FindContacts(text=text))
            assert first in [contact.call for contact in found.contacts]
        assert (await anna.done(messages.FindContacts(text="9999"))).contacts == ()

    run(tmp_path, story)


def test_a_card_of_a_caller_who_comes_back_from_a_lost_line_stays_one(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await centre.in_queue()
        await anna.takes()
        card = await open_card(centre, anna)
        await anna.done(
            messages.SaveDraft(card=card.id, revision=1, session=card.session, note="начато")
        )
        centre.engine.caller_hangs_up(anna.leg)
        boris = await centre.ready("boris")
        await boris.takes()
        mine = await open_card(centre, boris)
        assert (mine.id, mine.note) == (card.id, "начато")
        assert (await boris.save_card()).state == "saved"

    run(tmp_path, story)


def test_the_script_of_an_old_card_stays_readable(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        script: messages.ScenarioText = await anna.done(
            messages.GetScenario(scenario="vaccination")
        )
        cards = centre.server.cards
        cards._scripts = {
            **cards._scripts,
            "vaccination": dataclasses.replace(cards._scripts["vaccination"], version="new"),
        }
        old = await anna.done(messages.GetScenario(scenario="vaccination", version=script.version))
        assert old.document == script.document
        assert (await anna.done(messages.GetScenario(scenario="vaccination"))).version == "new"

    run(tmp_path, story)


def test_a_volunteer_sees_no_number_and_does_not_spoil_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        olga = await centre.ready("olga", role="volunteer")
        await centre.in_queue(key="3")
        await olga.takes()
        card = await open_card(centre, olga)
        masked = "+7********01"
        assert card.session["fields"]["number"] == masked
        assert card.session["fields"]["phone"] == masked
        assert NUMBER not in str(card)
        draft = messages.SaveDraft(card=card.id, revision=1, session=card.session, note="n")
        await olga.done(draft)
        saved = await olga.save_card()
        assert NUMBER not in str(saved)
        anna = await (await centre.operator("anna")).come()
        seen: messages.Card = await anna.done(messages.OpenCard(card=card.id))
        assert seen.session["fields"]["number"] == NUMBER
        assert seen.session["fields"]["phone"] == NUMBER

    run(tmp_path, story)


@pytest.mark.parametrize(
    ("disposition", "tries"), [("call_later", 0), ("no_conversation", 1), ("already_solved", None)]
)
def test_who_was_called_back_in_vain_or_at_a_bad_time_stays_on_the_list(
    tmp_path: Path, disposition: str, tries: int | None
) -> None:
    async def story(centre: Centre) -> None:
        lost = await centre.in_queue(key="3")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        anna = await centre.ready()
        (owed,) = centre.server.live.views.callbacks(anna.person)
        centre.engine.outside_party(NUMBER, "answer", tone=1500, ring_s=2)
        await anna.done(messages.DialCallback(callback=owed.id))
        await anna.until_call("talking")
        assert not centre.server.live.views.callbacks(anna.person)
        card = await open_card(centre, anna)
        fields = {**card.session["fields"], "when_to_call": "завтра утром"}
        session = {**card.session, "fields": fields}
        await anna.done(saving(card, disposition=disposition, session=session))
        await anna.done(saving(card, disposition=disposition, session=session, revision=9))
        again = centre.server.live.views.callbacks(anna.person)
        assert [c.attempts for c in again] == ([] if tries is None else [tries])

    run(tmp_path, story)
