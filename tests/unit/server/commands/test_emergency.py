"""103 by one command: the caller talks on, the next number is called by itself, and when nobody
answers every supervisor is alarmed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ekc_console.server.calls.transfers import link_of
from ekc_console.wire import call_control, messages, side_work, way_in
from tests.support import shown
from tests.support.simulated_centre import NUMBER, Centre, Operator, run
from tests.support.told import told

CALLER, OPERATOR, FIRST, SECOND = 700, 1100, 1500, 1900


async def in_talk(centre: Centre, **fields: object) -> tuple[Operator, str]:
    anna = await centre.ready("anna", **fields)
    caller = await centre.in_queue()
    await anna.takes()
    return anna, caller


async def heard(centre: Centre, leg: str, *tones: int) -> None:
    await centre.until(lambda: centre.engine.heard(leg).tones == set(tones), f"{leg} hears {tones}")


def party(centre: Centre, anna: Operator, caller: str) -> str:
    (leg,) = centre.engine.legs.keys() - {caller, anna.leg}
    return leg


async def reached(centre: Centre, anna: Operator, caller: str) -> str:
    centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=3)
    await anna.done(call_control.CallEmergency(call=caller))
    await heard(centre, anna.leg, CALLER, FIRST)
    return party(centre, anna, caller)


def test_the_caller_talks_with_the_operator_while_103_rings_and_then_all_three(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=5)
        await anna.done(call_control.CallEmergency(call=caller))
        info = (await anna.until_call("consult")).consult
        assert info is not None
        assert (info.who, info.open, info.heard, info.emergency) == ("103", False, "caller", True)
        await heard(centre, caller, OPERATOR)
        assert not centre.engine.heard(caller).music
        await heard(centre, caller, OPERATOR, FIRST)
        await heard(centre, anna.leg, CALLER, FIRST)
        await heard(centre, party(centre, anna, caller), CALLER, OPERATOR)

    run(tmp_path, story)


def test_the_operator_leaves_and_caller_and_103_go_on(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        other = await reached(centre, anna, caller)
        await anna.done(messages.CompleteConsult(call=caller))
        await heard(centre, caller, FIRST)
        assert centre.engine.members(link_of(centre.record(caller).id)) == {caller, other}
        await anna.until_me("wrap_up")

    run(tmp_path, story)


def test_the_operator_in_the_wrap_up_knows_to_which_service_the_caller_was_handed(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        other = await reached(centre, anna, caller)
        assert anna.call
        assert [one.handed_at for one in anna.call.services] == [None]
        await anna.done(messages.CompleteConsult(call=caller))
        await anna.until_me("wrap_up")
        handed_at = anna.call.services[0].handed_at
        assert handed_at is not None
        centre.engine.caller_hangs_up(other)
        await centre.until(lambda: anna.call.services[0].ended_by == "service", "its end")
        saved = await anna.save_card()
        (one,) = saved.services
        assert (one.handed_at, one.ended_by, one.ended_at is None) == (handed_at, "service", False)

    run(tmp_path, story)


def test_from_hold_the_caller_hears_the_operator_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        centre.engine.outside_party("103", "ring")
        await anna.done(call_control.CallEmergency(call=caller))
        await heard(centre, caller, OPERATOR)
        assert not centre.engine.heard(caller).music

    run(tmp_path, story)


def test_in_the_midst_of_a_consultation_103_takes_its_place(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        olga = await centre.ready("olga")
        await anna.done(messages.StartConsult(call=caller, kind="agent", target="olga"))
        await olga.takes()
        centre.engine.outside_party("103", "answer", tone=FIRST)
        await anna.done(call_control.CallEmergency(call=caller))
        await heard(centre, caller, OPERATOR, FIRST)
        await olga.until_me("ready")

    run(tmp_path, story)


def test_103_is_busy_and_112_is_called_by_itself_and_it_is_said(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        said = told(centre, anna)
        centre.engine.outside_party("103", "busy")
        centre.engine.outside_party("112", "answer", tone=SECOND, ring_s=3)
        await anna.done(call_control.CallEmergency(call=caller))
        await centre.until(lambda: bool(anna.call and anna.call.not_taken), "103 is told")
        assert anna.call is not None
        assert anna.call.not_taken == (call_control.NotTaken(who="103", why="busy"),)
        assert anna.call.consult is not None
        assert anna.call.consult.who == "112"
        await heard(centre, caller, OPERATOR, SECOND)
        assert anna.call is not None
        assert anna.call.not_taken == ()
        assert "103 занята: вызывается 112." in said()

    run(tmp_path, story)


def test_nobody_answers_they_talk_on_and_every_supervisor_is_alarmed_until_one_answers(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        boss = await (await centre.operator("boss", role="supervisor")).come()
        said, seen = told(centre, anna), told(centre, boss)
        centre.engine.outside_party("103", "busy")
        centre.engine.outside_party("112", "busy")
        await anna.done(call_control.CallEmergency(call=caller))
        await anna.until_call("talking")
        await heard(centre, caller, OPERATOR)
        await heard(centre, anna.leg, CALLER)
        assert anna.call is not None
        assert [(n.who, n.why) for n in anna.call.not_taken] == [("103", "busy"), ("112", "busy")]
        words = "103 занята, 112 занята."
        assert words in said()
        assert words in seen()

        def alarms() -> tuple[side_work.HelpRequest, ...]:
            return centre.server.people.staff.help_list(boss.person).requests

        await centre.until(lambda: bool(alarms()), "the alarm is kept")
        (alarm,) = alarms()
        assert (alarm.login, alarm.text, alarm.call) == ("anna", "", caller)
        assert [one.who for one in alarm.unanswered] == ["103", "112"]
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        assert alarms() == (alarm,)
        await boss.done(side_work.AnswerHelp(help=alarm.id, text="Звоню сам"))
        assert alarms() == ()

    run(tmp_path, story)


def test_a_dead_trunk_is_as_nobody_who_answers(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "congested")
        centre.engine.outside_party("112", "congested")
        await anna.done(call_control.CallEmergency(call=caller))
        await centre.until(lambda: bool(anna.call and len(anna.call.not_taken) == 2), "both tried")
        await anna.until_call("talking")
        await heard(centre, caller, OPERATOR)

    run(tmp_path, story)


def test_the_caller_hangs_up_while_103_rings_and_the_operator_calls_103_alone(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        said = told(centre, anna)
        centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=5)
        await anna.done(call_control.CallEmergency(call=caller))
        await anna.until_call("consult")
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        await centre.until(lambda: centre.engine.legs.keys() == {anna.leg}, "103 is let go")
        assert "вызов экстренной службы прекращён" in said()
        await anna.done(call_control.CallEmergency())
        await heard(centre, anna.leg, FIRST)

    run(tmp_path, story)


def test_the_operator_s_line_is_lost_while_103_rings_and_103_has_the_caller(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=5)
        await anna.done(call_control.CallEmergency(call=caller))
        await anna.until_call("consult")
        centre.engine.caller_hangs_up(anna.leg)
        await centre.until(lambda: centre.engine.heard(caller).file is not None, "a word")
        await heard(centre, caller, FIRST)

    run(tmp_path, story)


def test_the_operator_comes_back_while_103_rings_and_has_the_caller_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=20)
        await anna.done(call_control.CallEmergency(call=caller))
        await anna.until_call("consult")
        for _ in range(2):
            centre.engine.caller_hangs_up(anna.leg)
            await centre.until(lambda: centre.engine.heard(caller).music, "music")
            await anna.open_line()
            await heard(centre, caller, OPERATOR)
            assert not centre.engine.heard(caller).music
        info = (await anna.until_call("consult")).consult
        assert info is not None
        assert (info.who, info.open, info.emergency) == ("103", False, True)
        await heard(centre, caller, OPERATOR, FIRST)
        await heard(centre, anna.leg, CALLER, FIRST)

    run(tmp_path, story)


def test_a_volunteer_is_not_refused_and_sees_which_number(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera, caller = await in_talk(centre, role="volunteer")
        centre.engine.outside_party("103", "ring")
        await vera.done(call_control.CallEmergency(call=caller))
        info = (await vera.until_call("consult")).consult
        assert info is not None
        assert info.who == "103"

    run(tmp_path, story)


def test_what_cannot_be_done_says_why(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        other = await anna.refused(call_control.CallEmergency(call="c9"))
        assert "разговора у вас уже нет" in other.message
        alone = await anna.refused(call_control.CallEmergency())
        assert "Сначала закончите" in alone.message
        await reached(centre, anna, caller)
        again = await anna.refused(call_control.CallEmergency(call=caller))
        assert "103 уже вызвана" in again.message
        wrong = await anna.refused(call_control.CallEmergency(call=caller, first="911"))
        assert wrong.code == "bad_value"
        aside = await anna.refused(messages.SwitchConsult(call=caller, heard="party"))
        assert "абонента не отключают" in aside.message

    run(tmp_path, story)


def test_after_103_comes_112_on_the_same_line_and_103_is_let_go(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        first = await reached(centre, anna, caller)
        centre.engine.outside_party("112", "answer", tone=SECOND, ring_s=2)
        await anna.done(call_control.CallEmergency(call=caller, first="112"))
        await heard(centre, caller, OPERATOR)
        await heard(centre, caller, OPERATOR, SECOND)
        assert first not in centre.engine.legs

    run(tmp_path, story)


def test_112_first_and_103_if_it_does_not_answer(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("112", "busy")
        centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=2)
        await anna.done(call_control.CallEmergency(call=caller, first="112"))
        await heard(centre, caller, OPERATOR, FIRST)

    run(tmp_path, story)


def test_a_server_that_restarts_while_103_rings_loses_nobody(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=10)
        await anna.done(call_control.CallEmergency(call=caller))
        await anna.until_call("consult")
        await centre.start_again()
        await heard(centre, caller, OPERATOR, FIRST)

    run(tmp_path, story)


def test_a_transfer_is_told_as_done_when_the_other_side_answers_and_comes_back_with_a_mark(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        said = told(centre, anna)
        centre.engine.outside_party("103", "busy")
        await anna.done(messages.TransferCall(call=caller, kind="number", target="103"))
        offered = await anna.until_call("offered")
        assert offered.not_taken == (call_control.NotTaken(who="103", why="busy"),)
        assert (await anna.takes()).not_taken == offered.not_taken
        assert "Вызов передан" not in said()
        centre.engine.outside_party("103", "answer", tone=FIRST)
        await anna.done(messages.TransferCall(call=caller, kind="number", target="103"))
        await heard(centre, caller, FIRST)
        assert "Вызов передан: 103 на линии." in said()

    run(tmp_path, story)


def test_after_103_has_answered_nobody_is_told_that_the_caller_waits_for_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        boss = await (await centre.operator("boss", role="supervisor")).come()
        seen = told(centre, boss)
        await reached(centre, anna, caller)
        centre.engine.outside_party("112", "busy")
        await anna.done(call_control.CallEmergency(call=caller, first="112"))
        # 103 is next on the list.
        centre.engine.outside_party("103", "busy")
        await centre.until(lambda: "112 занята" in seen(), "the alarm")
        assert "Абонент ждёт скорую" not in seen()
        assert "103 абоненту уже ответила" in seen()

    run(tmp_path, story)


def test_telephony_dies_while_103_rings_and_the_operator_reads_just_that(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        said = told(centre, anna)
        centre.engine.outside_party("103", "ring")
        await anna.done(call_control.CallEmergency(call=caller))
        await anna.until_call("consult")
        centre.engine.crash()
        await centre.ended(caller)
        await centre.until(lambda: "Телефония отказала" in said(), "the word")
        assert "положил трубку" not in said()
        (owed,) = centre.server.live.views.callbacks(anna.person)
        assert owed.urgent
        assert owed.not_before <= centre.server.core.clock.now()

    run(tmp_path, story)


def test_an_emergency_s_caller_is_the_first_of_the_callback_list(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        other = await centre.in_queue("+79000000102")
        centre.engine.outside_party("103", "ring")
        await anna.done(call_control.CallEmergency(call=caller))
        centre.engine.caller_hangs_up(other)
        await centre.ended(other)
        centre.engine.crash()
        await centre.ended(caller)
        owed = centre.server.live.views.callbacks(anna.person)
        assert [item.urgent for item in owed] == [True, False]

    run(tmp_path, story)


def test_103_called_alone_in_the_wrap_up_keeps_the_card_and_the_number_of_the_caller(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        await centre.until(lambda: bool(anna.call and anna.call.card), "the card")
        assert anna.call is not None
        card, number = anna.call.card, anna.call.number
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        centre.engine.outside_party("103", "answer", tone=FIRST)
        await anna.done(call_control.CallEmergency())
        await heard(centre, anna.leg, FIRST)
        await centre.until(lambda: bool(anna.call and anna.call.card), "a card")
        assert anna.call is not None
        assert (anna.call.number, anna.call.about, anna.call.card) == ("103", number, card)
        assert anna.call.caller_gone
        await anna.done(messages.HangUpCall(call=anna.call.id))
        await anna.until_me("wrap_up")
        assert anna.call is not None
        assert (anna.call.id, anna.call.card) == (caller, card)
        await anna.save_card()

    run(tmp_path, story)


def test_the_console_knows_by_the_journal_whom_was_called_and_who_rings_or_answered(
    tmp_path: Path,
) -> None:
    def seen(anna: Operator) -> list[tuple[str, bool, bool]]:
        called = anna.call.services if anna.call else ()
        return [(one.number, one.rings, one.answered_at is not None) for one in called]

    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "busy", ring_s=2)
        centre.engine.outside_party("112", "answer", tone=SECOND, ring_s=3)
        assert seen(anna) == []
        await anna.done(call_control.CallEmergency(call=caller))
        await centre.until(lambda: seen(anna) == [("103", True, False)], "103 rings")
        both = [("103", False, False), ("112", True, False)]
        await centre.until(lambda: seen(anna) == both, "112 rings")
        answered = [("103", False, False), ("112", False, True)]
        await centre.until(lambda: seen(anna) == answered, "112 has answered")
        await anna.done(messages.CompleteConsult(call=caller))
        await anna.until_me("wrap_up")
        assert seen(anna) == answered

    run(tmp_path, story)


def test_103_that_is_called_alone_stands_with_the_caller_s_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        centre.engine.outside_party("103", "answer", tone=FIRST, ring_s=2)
        await anna.done(call_control.CallEmergency())
        await centre.until(
            lambda: bool(anna.call and [one.rings for one in anna.call.services] == [True]),
            "103 rings",
        )
        await heard(centre, anna.leg, FIRST)
        await centre.until(
            lambda: bool(anna.call and anna.call.services[0].answered_at), "103 has answered"
        )

    run(tmp_path, story)


def test_the_card_says_by_the_journal_which_service_answered(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        await centre.until(lambda: bool(anna.call and anna.call.card), "the card")
        centre.engine.outside_party("103", "busy")
        centre.engine.outside_party("112", "answer", tone=SECOND, ring_s=3)
        await anna.done(call_control.CallEmergency(call=caller))
        await heard(centre, caller, OPERATOR, SECOND)
        answered_at = centre.record(caller).services[1].answered_at
        await anna.done(messages.CompleteConsult(call=caller))
        saved = await anna.save_card()
        assert answered_at is not None
        assert [(one.number, one.answered_at) for one in saved.services] == [
            ("103", None),
            ("112", answered_at),
        ]

    run(tmp_path, story)


def test_the_card_says_that_the_operator_called_103_off(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        await centre.until(lambda: bool(anna.call and anna.call.card), "the card")
        centre.engine.outside_party("103", "answer", tone=SECOND, ring_s=60)
        await anna.done(call_control.CallEmergency(call=caller))
        await anna.done(messages.CancelConsult(call=caller))
        (called,) = centre.record(caller).services
        saved = await anna.save_card()
        assert called.cancelled_at is not None
        assert [(one.number, one.cancelled_at) for one in saved.services] == [
            ("103", called.cancelled_at)
        ]

    run(tmp_path, story)


def test_who_was_cut_off_and_calls_again_is_marked_in_the_queue_on_the_offer_and_in_the_talk(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        number = centre.record(caller).number
        assert number is not None
        centre.engine.outside_party("103", "ring")
        await anna.done(call_control.CallEmergency(call=caller))
        centre.engine.crash()
        await centre.ended(caller)
        centre.engine.recover()
        await centre.until(lambda: centre.server.live.views.engine.up, "engine up")
        again, views = await centre.in_queue(number), centre.server.live.views
        views.refresh()
        assert {call.id: call.urgent for call in shown.waiting(views, anna.person)}[again]
        boris = await centre.ready("boris")
        await centre.until(lambda: bool(boris.call and boris.call.state == "offered"), "offer")
        assert boris.call is not None
        assert (boris.call.id, boris.call.urgent) == (again, True)
        assert (await boris.takes()).urgent
        assert views.callbacks(anna.person) == []

    run(tmp_path, story)


def test_an_urgent_callback_is_closed_with_a_reason_only_and_is_important_until_then(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "ring")
        await anna.done(call_control.CallEmergency(call=caller))
        centre.engine.crash()
        await centre.ended(caller)
        (owed,) = centre.server.live.views.callbacks(anna.person)
        close = messages.CloseCallback(callback=owed.id, result="cancelled")
        refused = await anna.refused(close)
        assert (refused.code, "почему" in refused.message) == ("bad_value", True)
        assert [item.id for item in centre.server.live.views.callbacks(anna.person)] == [owed.id]
        await anna.done(msgspec.structs.replace(close, why="скорая у больного"))
        assert centre.server.live.views.callbacks(anna.person) == []

    run(tmp_path, story)


def test_the_number_of_an_emergency_is_not_blocked_until_the_urgent_callback_is_settled(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        anna, caller = await in_talk(centre)
        centre.engine.outside_party("103", "ring")
        await anna.done(call_control.CallEmergency(call=caller))
        block = way_in.BlockNumber(number=NUMBER)
        assert (await chief.refused(block)).code == "wrong_state", "the call is still there"
        centre.engine.crash()
        await centre.ended(caller)
        refusal = await chief.refused(block)
        assert (refusal.code, "срочный перезвон" in refusal.message) == ("wrong_state", True)
        (owed,) = centre.server.core.router.callbacks.values()
        assert owed.urgent
        await chief.done(messages.CloseCallback(callback=owed.id, result="reached", why="дошли"))
        await chief.done(block)
        assert NUMBER in centre.server.core.router.blocked

    run(tmp_path, story)
