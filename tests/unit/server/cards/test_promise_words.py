"""Whoever saves a card by which somebody is to be called is told what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.localtime import local
from ekc_console.wire import card_work, messages
from tests.support.cards import saving
from tests.support.simulated_centre import NUMBER, Centre, Operator, run
from tests.support.told import told
from tests.unit.server.cards.test_promises import filled, hangs_up, owed

OTHER = "+79005556677"


async def called(centre: Centre, number: str | None = NUMBER) -> tuple[Operator, messages.Card]:
    """Somebody calls and talks; the card of it."""
    anna = await centre.ready()
    await centre.in_queue(number, key="3")
    call = await anna.takes()
    return anna, await anna.done(messages.OpenCard(card=call.card))


async def corrected(anna: Operator, card: messages.Card, when: str) -> None:
    card = await anna.done(messages.OpenCard(card=card.id))
    await anna.done(
        card_work.EditCard(
            card=card.id,
            revision=card.revision,
            fields={"when_to_call": when},
            disposition="call_later",
        )
    )


def clock(centre: Centre) -> str:
    """When the one callback is due."""
    [callback] = centre.server.core.router.callbacks.values()
    assert isinstance(callback.state, cb.Open)
    return f"{local(callback.state.not_before, centre.server.core.router.centre.zone):%H:%M}"


def test_who_hides_the_number_and_names_none_is_promised_nothing_and_it_is_said(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called(centre, None)
        heard = told(centre, anna)
        await anna.done(filled(card, "call_later"))
        assert "не назначен: номер скрыт" in heard()
        assert not owed(centre, anna)

    run(tmp_path, story)


def test_who_hides_the_number_is_called_by_the_one_in_the_card(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called(centre, None)
        heard = told(centre, anna)
        for revision, phone in ((5, NUMBER), (9, OTHER)):  # corrected: the first is not called
            fields = {**card.session["fields"], "phone": phone, "when_to_call": "завтра в 10:00"}
            session = {**card.session, "fields": fields}
            save = saving(card, session=session, disposition="call_later", revision=revision)
            await anna.done(save)
            callbacks = centre.server.core.router.callbacks.values()
            assert [callback.number for callback in callbacks] == [phone]
        assert heard().count("Обратный вызов назначен: не раньше") == 2
        await anna.done(filled(card, "informed", revision=12))
        assert not owed(centre, anna)

    run(tmp_path, story)


def test_a_corrected_time_that_is_not_understood_is_said_to_leave_the_old_one(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called(centre)
        heard = told(centre, anna)
        await anna.done(filled(card, "call_later", when_to_call="завтра в 10:00"))
        await anna.done(filled(card, "call_later", when_to_call="после работы", revision=9))
        assert clock(centre) == "10:00"
        last = heard().split("Время ")[1]
        assert "«после работы» не понято: обратный вызов не раньше" in last
        assert "10:00" in last

    run(tmp_path, story)


def test_a_time_corrected_after_the_callback_was_closed_is_promised_anew_and_said(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called(centre)
        heard = told(centre, anna)
        await anna.done(filled(card, "call_later", when_to_call="через 2 часа"))
        await hangs_up(anna)
        runtime = centre.server.core.runtime
        for callback in list(runtime.router.callbacks):
            runtime.submit(f.CallbackClosed(callback, "cancelled", anna.person.login))
        await corrected(anna, card, "завтра в 12:00")
        assert len(owed(centre, anna)) == 1
        assert heard().endswith("12:00.")

    run(tmp_path, story)


@pytest.mark.parametrize("promised_before", [False, True])
def test_a_number_that_is_owed_a_call_by_a_later_one_keeps_it_and_it_is_said(
    tmp_path: Path, promised_before: bool
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called(centre)
        heard = told(centre, anna)
        if promised_before:
            await anna.done(filled(card, "call_later", when_to_call="через 2 часа"))
        await hangs_up(anna)
        await anna.done(messages.GoBreak(reason="lunch"))
        lost = await centre.in_queue(NUMBER, key="3")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        await corrected(anna, card, "завтра в 12:00")
        assert len(owed(centre, anna)) == 1
        assert "уже назначен по другому звонку" in heard()

    run(tmp_path, story)
