"""What a card says of a person who is to be called: the list of callbacks follows it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.client.words import zone
from ekc_console.domain import facts as f
from ekc_console.domain.rules.still_owed import LATER_S
from ekc_console.domain.state import centre as core
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.commands.cards.promises import Promises
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.cards import contacts, untold
from ekc_console.wire import card_work, messages
from tests.support.cards import saving
from tests.support.simulated_centre import NUMBER, Centre, Operator, run
from tests.support.told import told

WRAP_UP_S = 400.0
"""Longer than any queue allows."""
WHEN = {"when_to_call": "завтра утром"}


async def called_back(centre: Centre) -> tuple[Operator, messages.Card]:
    """Who gave up is called back and talks; the card of it."""
    lost = await centre.in_queue(key="3")
    centre.engine.caller_hangs_up(lost)
    await centre.ended(lost)
    anna = await centre.ready()
    (callback,) = owed(centre, anna)
    centre.engine.outside_party(NUMBER, "answer", tone=1500, ring_s=2)
    await anna.done(messages.DialCallback(callback=callback.id))
    await anna.until_call("talking")
    await centre.until(lambda: bool(anna.call and anna.call.card), "card")
    assert anna.call is not None
    return anna, await anna.done(messages.OpenCard(card=anna.call.card))


async def hangs_up(anna: Operator) -> None:
    """Work after the call ends by itself where a card that is not saved forbids to end it."""
    assert anna.call is not None
    await anna.done(messages.HangUpCall(call=anna.call.id))
    await anna.until_me("wrap_up")
    if not (await anna.do(messages.FinishWrapUp())).ok:
        await asyncio.sleep(WRAP_UP_S)


def owed(centre: Centre, operator: Operator) -> list[messages.Callback]:
    return list(centre.server.live.views.callbacks(operator.person))


def filled(card: messages.Card, disposition: str, **changes: object) -> messages.SaveCard:
    when = {"when_to_call": changes.pop("when_to_call", WHEN["when_to_call"])}
    session = {**card.session, "fields": {**card.session["fields"], **when}}
    return saving(card, session=session, disposition=disposition, **changes)


async def edited(anna: Operator, card: messages.Card, disposition: str) -> None:
    card = await anna.done(messages.OpenCard(card=card.id))
    body = card_work.EditCard(
        card=card.id, revision=card.revision, fields=WHEN, disposition=disposition
    )
    await anna.done(body)


@pytest.mark.parametrize("saved_before", [False, True])
def test_a_card_finished_or_corrected_after_the_call_promises_as_one_saved_in_it(
    tmp_path: Path, saved_before: bool
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        if saved_before:
            await anna.done(saving(card, disposition="already_solved"))
        await hangs_up(anna)
        await edited(anna, card, "call_later")
        [again] = owed(centre, anna)
        assert again.attempts == 0

    run(tmp_path, story)


@pytest.mark.parametrize("by_edit", [False, True])
def test_a_promise_that_is_corrected_to_solved_is_withdrawn(tmp_path: Path, by_edit: bool) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await anna.done(filled(card, "call_later"))
        assert owed(centre, anna)
        if by_edit:
            await hangs_up(anna)
            await edited(anna, card, "already_solved")
        else:
            await anna.done(filled(card, "already_solved", revision=9))
        assert not owed(centre, anna)

    run(tmp_path, story)


@pytest.mark.parametrize("forgotten", [False, True])
def test_who_called_us_and_asked_to_be_called_later_comes_onto_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: bool
) -> None:
    monkeypatch.setattr(core, "KEPT", 3)

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue(key="3")
        call = await anna.takes()
        card = await anna.done(messages.OpenCard(card=call.card))
        if forgotten:
            await hangs_up(anna)
            await forget(centre, card.call)
            await edited(anna, card, "call_later")
        else:
            await anna.done(filled(card, "call_later"))
        [promised] = owed(centre, anna)
        assert promised.topic_title == "Вакцинация"
        if not forgotten:
            await anna.done(filled(card, "informed", revision=9))
            assert not owed(centre, anna)

    run(tmp_path, story)


async def forget(centre: Centre, call: str) -> None:
    runtime = centre.server.core.runtime
    for i in range(4):
        runtime.submit(f.CallArrived(CallId(f"x{i}"), None, "122"))
        runtime.submit(f.CallEnded(CallId(f"x{i}"), "caller"))
    await runtime.settled()
    assert CallId(call) not in centre.server.core.router.recently_ended


def test_an_old_card_with_another_note_promises_nothing_anew_to_who_was_served_since(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await anna.done(filled(card, "call_later"))
        await hangs_up(anna)
        await anna.done(messages.GoBreak(reason="lunch"))
        lost = await centre.in_queue(key="3")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        assert len(owed(centre, anna)) == 1
        await anna.done(messages.GoReady())
        await centre.in_queue(key="3")
        await anna.takes()
        await anna.save_card()
        await hangs_up(anna)
        assert not owed(centre, anna)
        old = await anna.done(messages.OpenCard(card=card.id))
        await anna.done(filled(old, "call_later", revision=99, note="опечатка"))
        assert not owed(centre, anna)

    run(tmp_path, story)


def test_who_has_called_again_since_stays_on_the_list_when_the_old_card_is_corrected(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await anna.done(filled(card, "call_later"))
        await hangs_up(anna)
        await anna.done(messages.GoBreak(reason="lunch"))
        lost = await centre.in_queue(key="3")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        await edited(anna, card, "already_solved")
        assert len(owed(centre, anna)) == 1

    run(tmp_path, story)


@pytest.mark.parametrize("by_edit", [False, True])
def test_the_time_that_was_chosen_is_the_time_the_callback_is_due(
    tmp_path: Path, by_edit: bool
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        heard = told(centre, anna)
        wish = {"when_to_call": "через 2 часа"}
        now = centre.server.core.clock.now()
        if by_edit:
            await hangs_up(anna)
            card = await anna.done(messages.OpenCard(card=card.id))
            now = centre.server.core.clock.now()
            await anna.done(
                card_work.EditCard(
                    card=card.id, revision=card.revision, fields=wish, disposition="call_later"
                )
            )
        else:
            await anna.done(filled(card, "call_later", **wish))
        [again] = owed(centre, anna)
        assert 7200 - 60 <= again.not_before - now <= 7200
        assert again.postponed
        clock = zone.moment(again.not_before)
        assert clock in heard()

    run(tmp_path, story)


def test_another_time_in_a_corrected_card_moves_the_callback(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await anna.done(filled(card, "call_later", when_to_call="через час"))
        await hangs_up(anna)
        [first] = owed(centre, anna)
        card = await anna.done(messages.OpenCard(card=card.id))
        later = {"when_to_call": "через 3 часа"}
        await anna.done(card_work.EditCard(card=card.id, revision=card.revision, fields=later))
        [again] = owed(centre, anna)
        assert again.not_before - first.not_before > 6600

    run(tmp_path, story)


@pytest.mark.parametrize("result", ["cancelled", "failed"])
def test_another_time_in_a_card_whose_callback_was_closed_promises_anew(
    tmp_path: Path, result: str
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await anna.done(filled(card, "call_later"))
        [promised] = owed(centre, anna)
        await hangs_up(anna)
        await anna.done(messages.CloseCallback(callback=promised.id, result=result))
        assert not owed(centre, anna)
        card = await anna.done(messages.OpenCard(card=card.id))
        noted = card_work.EditCard(card=card.id, revision=card.revision, note="ждёт дома")
        card = await anna.done(noted)
        assert not owed(centre, anna)
        heard = told(centre, anna)
        later = {"when_to_call": "завтра в 19:00"}
        edit = card_work.EditCard(card=card.id, revision=card.revision, fields=later)
        await anna.done(edit)
        [again] = owed(centre, anna)
        assert again.postponed
        assert (again.id, again.not_before) != (promised.id, promised.not_before)
        assert "Обратный вызов назначен: не раньше" in heard()

    run(tmp_path, story)


@pytest.mark.parametrize(
    ("result", "wish"),
    [
        ("reached", "завтра утром."),
        pytest.param("reached", "Завтра утром", marks=pytest.mark.long),
        pytest.param("reached", "завтра утром, спросить Анну", marks=pytest.mark.long),
        pytest.param("reached", "завтра в 8:30", marks=pytest.mark.long),
        pytest.param("cancelled", "", marks=pytest.mark.long),
        pytest.param("cancelled", "завтра в 9:00", marks=pytest.mark.long),
        pytest.param("cancelled", "когда-нибудь", marks=pytest.mark.long),
        ("cancelled", "вчера"),
    ],
)
def test_a_time_in_other_words_or_none_promises_nothing_anew(
    tmp_path: Path, result: str, wish: str
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await anna.done(filled(card, "call_later"))
        [promised] = owed(centre, anna)
        await hangs_up(anna)
        await anna.done(messages.CloseCallback(callback=promised.id, result=result))
        card = await anna.done(messages.OpenCard(card=card.id))
        edit = card_work.EditCard(
            card=card.id,
            revision=card.revision,
            fields={"when_to_call": wish},
            disposition="call_later",
        )
        await anna.do(edit)  # an outcome may demand a time
        assert not owed(centre, anna)

    run(tmp_path, story)


@pytest.mark.long
def test_a_later_time_promises_anew_to_who_was_reached(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await anna.done(filled(card, "call_later"))
        [promised] = owed(centre, anna)
        await hangs_up(anna)
        await anna.done(messages.CloseCallback(callback=promised.id, result="reached"))
        card = await anna.done(messages.OpenCard(card=card.id))
        later = {"when_to_call": "завтра в 19:00"}
        await anna.done(card_work.EditCard(card=card.id, revision=card.revision, fields=later))
        assert owed(centre, anna)

    run(tmp_path, story)


def test_a_time_that_is_not_understood_is_said_to_be(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        heard = told(centre, anna)
        now = centre.server.core.clock.now()
        await anna.done(filled(card, "call_later", when_to_call="как-нибудь потом"))
        [again] = owed(centre, anna)
        assert again.not_before - now == pytest.approx(LATER_S, abs=60)
        assert "«как-нибудь потом» не понято" in heard()

    run(tmp_path, story)


def test_a_card_first_saved_after_the_person_was_served_promises_nothing_and_says_so(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await hangs_up(anna)
        await centre.in_queue(key="3")
        await anna.takes()
        await anna.save_card()
        await hangs_up(anna)
        old = await anna.done(messages.OpenCard(card=card.id))
        assert old.state == "draft"
        heard = told(centre, anna)
        await edited(anna, card, "call_later")
        assert not owed(centre, anna)
        assert "говорили уже после этого вызова" in heard()

    run(tmp_path, story)


def test_a_promise_of_a_call_that_is_forgotten_by_then_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "KEPT", 3)

    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        await hangs_up(anna)
        await forget(centre, card.call)
        await edited(anna, card, "call_later")
        (again,) = centre.server.core.router.callbacks.values()
        assert (again.number, again.queue, again.topic) == (NUMBER, "vaccination", "vaccination")
        assert len(owed(centre, anna)) == 1

    run(tmp_path, story)


@pytest.mark.parametrize("by_edit", [False, True])
def test_a_promise_survives_that_the_store_refuses_once_right_after_the_card_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_edit: bool
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        if by_edit:
            await hangs_up(anna)
        with monkeypatch.context() as m:
            m.setattr(contacts, "talked_since", _refuses)
            if by_edit:
                await edited(anna, card, "call_later")
            else:
                await anna.done(filled(card, "call_later"))
            assert not owed(centre, anna)
        await centre.until(lambda: len(owed(centre, anna)) == 1, "promised after all")

    run(tmp_path, story)


def _refuses(conn: object, call: str) -> None:
    raise StoreError("диск", "не отвечает")


def test_a_promise_survives_that_the_server_ends_right_after_the_card_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        with monkeypatch.context() as m:
            m.setattr(Promises, "saved", _ends)
            await anna.done(filled(card, "call_later"))
        await centre.start_again()
        await centre.until(lambda: bool(centre.server.core.router.callbacks), "promised after all")
        await centre.server.core.runtime.settled()
        await asyncio.sleep(1)
        assert not await centre.server.database.read(untold.cards)

    run(tmp_path, story)


async def _ends(self: Promises, card: str) -> None:
    """Nothing is told any more."""


def test_a_saved_card_that_cannot_be_read_keeps_no_other_promise_from_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        anna, card = await called_back(centre)
        real = untold.cards
        with monkeypatch.context() as m:
            m.setattr(Promises, "saved", _ends)
            await anna.done(filled(card, "call_later"))
        monkeypatch.setattr(untold, "cards", lambda conn: ["damaged", *real(conn)])
        get = untold.get
        monkeypatch.setattr(
            untold, "get", lambda conn, id: _refuses(conn, id) if id == "damaged" else get(conn, id)
        )
        centre.server.door.promises.take_up()
        await centre.until(lambda: len(owed(centre, anna)) == 1, "promised all the same")

    run(tmp_path, story)
