"""Commands of an operator: what is refused, and in which words."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.server.rights.outgoing import seen_by
from ekc_console.wire import card_work, codec, messages, side_work, way_in
from ekc_console.wire.card_work import ListOwnContacts
from tests.support import shown
from tests.support.simulated_centre import NUMBER, Centre, run

OUTSIDE = "+79000000202"

ANY_TIME = [
    (messages.GoBreak(reason="holiday"), "bad_value", "Нет такой причины перерыва: «holiday»."),
    (messages.AcceptOffer(offer="o1"), "wrong_state", "Этого предложения уже нет"),
    (messages.RejectOffer(offer="o99"), "wrong_state", "Сейчас это невозможно"),
    (messages.HangUpCall(call="c9"), "wrong_state", "Этого вызова у вас уже нет."),
    (messages.HoldCall(call="c9"), "wrong_state", "Этого вызова у вас уже нет."),
    (messages.ResumeCall(call="c9"), "wrong_state", "Этого вызова у вас уже нет."),
    (messages.Dial(number="позвони"), "bad_value", "«позвони» — не номер телефона."),
    (messages.DialCallback(callback="k9"), "unknown", "Этого обратного вызова уже нет в списке."),
    (
        messages.CloseCallback(callback="k9", result="reached"),
        "unknown",
        "Этого обратного вызова уже нет в списке.",
    ),
    (messages.OpenCard(card="card-9"), "unknown", "Такой карточки нет."),
    (messages.GetScenario(scenario="nothing"), "bad_value", "Сценария «nothing» больше нет."),
    (
        messages.SaveDraft(card="card-9", revision=1, session={"scenario": 5}),
        "unknown",
        "Такой карточки нет.",
    ),
]


def test_refusals_that_need_no_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        for body, code, message in ANY_TIME:
            refusal = await anna.refused(body)
            assert (refusal.code, message in refusal.message) == (code, True), refusal
        assert anna.me.state == "ready"
        await anna.done(messages.FinishWrapUp())  # comes late after a wrap-up that ended by itself

    run(tmp_path, story)


def test_a_text_too_long_to_be_searched_for_numbers_is_refused_but_a_file_of_settings_is_not(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        long = "9 " * (codec.TEXT_LIMIT // 2)
        for body in (
            side_work.AskHelp(text=long + "9"),
            messages.CloseCallback(callback="k9", result="reached", why=long + "9"),
            messages.SaveDraft(card="card-9", revision=1, session={"fields": {"a": long + "9"}}),
        ):
            refusal = await anna.refused(body)
            assert refusal.code == "bad_value"
            assert f"Текст длиннее {codec.TEXT_LIMIT} знаков." in refusal.message
        chief = await centre.operator("chief", role="admin", queues=())
        text = "# " + long
        await chief.done(way_in.CompareSettings(name="a.yaml", text=text))

    run(tmp_path, story)


def test_somebody_who_never_came_and_somebody_who_left(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.operator()
        assert (await anna.refused(messages.GoReady())).code == "wrong_state"
        await anna.work()
        leg = anna.leg
        await anna.done(messages.LogOut())
        await centre.until(lambda: leg not in centre.engine.legs, "the line is dropped")
        assert anna.me.state == "offline"
        for body in (messages.GoReady(), messages.OpenLine(), messages.Dial(number=OUTSIDE)):
            assert (await anna.refused(body)).code == "wrong_state"
        await anna.work()
        assert anna.me.state == "ready"

    run(tmp_path, story)


def test_a_shift_does_not_end_in_a_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await centre.in_queue()
        await anna.takes()
        assert "Сначала закончите вызов" in (await anna.refused(messages.LogOut())).message
        assert (
            "Сначала закончите текущий"
            in (await anna.refused(messages.Dial(number=OUTSIDE))).message
        )

    run(tmp_path, story)


def test_no_call_out_without_a_line(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await (await centre.operator()).come()
        assert "Линия ещё не готова" in (await anna.refused(messages.Dial(number=OUTSIDE))).message

    run(tmp_path, story)


def test_a_break_asked_for_in_a_talk_begins_after_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        await anna.done(messages.GoBreak(reason="lunch"))
        assert (anna.me.state, anna.me.pending_break) == ("talking", "lunch")
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        assert (anna.me.state, anna.me.reason) == ("break", "lunch")
        began = centre.server.core.clock.now()
        await centre.until(lambda: centre.server.core.clock.now() > began + 60, "a minute")
        await anna.done(messages.GoReady())
        await centre.server.core.runtime.settled()
        assert anna.me.break_s_today == pytest.approx(60, abs=2)

    run(tmp_path, story)


def test_calling_a_lost_caller_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        lost = await centre.in_queue()
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        anna = await centre.ready("anna")
        boris = await centre.ready("boris")
        (owed,) = centre.server.live.views.callbacks(anna.person)
        assert (owed.number, owed.where, owed.calls) == ("+7 900 000-01-01", "queue", 1)
        centre.engine.outside_party(NUMBER, "answer", tone=1500, ring_s=2)
        await anna.done(messages.DialCallback(callback=owed.id))
        (taken,) = centre.server.live.views.callbacks(boris.person)
        assert taken.taken_by == "Оператор anna"
        for body in (
            messages.DialCallback(callback=owed.id),
            messages.CloseCallback(callback=owed.id, result="reached"),
        ):
            assert (await boris.refused(body)).code == "wrong_state"
        assert (await anna.until_call("talking")).callback == owed.id
        assert centre.server.live.views.callbacks(boris.person) == []

    run(tmp_path, story)


def test_a_callback_is_settled_by_hand(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        lost = await centre.in_menu()
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        anna = await centre.ready()
        (owed,) = centre.server.live.views.callbacks(anna.person)
        assert owed.where == "menu"
        await anna.done(messages.CloseCallback(callback=owed.id, result="cancelled"))
        assert centre.server.live.views.callbacks(anna.person) == []

    run(tmp_path, story)


def test_a_volunteer_sees_no_numbers_and_dials_none(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera = await centre.ready("vera", role="volunteer")
        refusal = await vera.refused(messages.Dial(number=OUTSIDE))
        assert refusal.code == "not_allowed"
        caller = await centre.in_queue()
        assert (await vera.until_call("offered")).number == "+7 *** ***-**-01"
        centre.server.live.views.refresh()
        (waiting,) = shown.waiting(centre.server.live.views, vera.person)
        assert seen_by(waiting, vera.person).number == "+7 *** ***-**-01"
        await vera.takes()
        await centre.until(lambda: bool(vera.call and vera.call.card), "card")
        assert vera.call is not None
        card = await vera.done(messages.OpenCard(card=vera.call.card))
        assert card.number == "+7 *** ***-**-01"
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        for guess in (NUMBER, "8 900 000 01 01", "0101", "иванова 0101", "900", "7"):
            refusal = await vera.refused(messages.FindContacts(text=guess))
            assert refusal.code == "not_allowed"
            assert "ищите по имени" in refusal.message
        found = await vera.done(ListOwnContacts())
        assert [contact.number for contact in found.contacts] == ["+7 *** ***-**-01"]

    run(tmp_path, story)


def test_a_request_is_done_once(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        centre.engine.outside_party(OUTSIDE, "ring")
        first = await anna.do(messages.Dial(number=OUTSIDE), "r")
        again = await anna.do(messages.Dial(number=OUTSIDE), "r")
        assert first is again
        assert first.ok
        assert len(centre.server.core.router.calls) == 1

    run(tmp_path, story)


def test_what_nobody_waits_for_any_more_is_not_begun_and_what_was_done_is_answered(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        now = centre.server.core.clock.steady()
        execute = centre.server.door.commands.execute
        pause = messages.GoBreak(reason="lunch")
        late = await execute(anna.person, messages.Request(id="r", body=pause, by=now - 0.1))
        assert (late.ok, late.code) == (False, "too_late")
        assert anna.me.state == "ready"
        in_time = messages.Request(id="r", body=pause, by=now + 0.1)
        assert (await execute(anna.person, in_time)).ok
        await asyncio.sleep(0.2)
        assert (await execute(anna.person, in_time)).ok
        assert anna.me.state == "break"

    run(tmp_path, story)


def test_a_fault_of_ours_is_told_without_a_traceback(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()

        async def breaks(*_: object) -> None:
            raise RuntimeError("secret detail")

        centre.server.cards.find = breaks  # type: ignore[assignment, method-assign]
        refusal = await anna.refused(messages.FindContacts(text="0101"))
        assert refusal.code == "server_busy"
        assert "secret" not in refusal.message

    run(tmp_path, story)


def test_who_leaves_in_a_wrap_up_is_ready_for_nobody(tmp_path: Path) -> None:
    """The card stays a draft that can be finished in the next shift."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        call = await centre.in_queue()
        await anna.takes()
        await anna.done(messages.HangUpCall(call=call))
        await anna.until_me("wrap_up")
        assert "не сохранена" in (await anna.refused(messages.GoReady())).message
        await anna.done(messages.LogOut())
        assert anna.me.state == "offline"
        await anna.work()
        edits = await anna.done(card_work.ListEdits())
        assert edits.unfinished == 1

    run(tmp_path, story)
