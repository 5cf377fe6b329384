"""Calls ended, people logged out, calls taken: by a supervisor, in good time and too late."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from ekc_console.config.teams import Team
from ekc_console.wire import messages, steering, supervision
from tests.support.simulated_centre import Centre, run
from tests.unit.server.commands.steering.test_duty import chief, heard, journalled

TEAMS = (
    Team(id="day", title="День", leads=("nina",), members=("anna",), queues=("appointments",)),
    Team(id="night", title="Ночь", leads=("oleg",), members=("boris",), queues=("general",)),
)


def cut(call: str, *, sure: bool = True, why: str = "хулиган") -> steering.EndCall:
    return steering.EndCall(call=call, why=why, talk=True, sure=sure)


def test_a_talk_is_ended_after_a_question_and_the_operator_is_told_why(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready()
        call = await centre.in_queue()
        await anna.takes()
        told = heard(centre)
        assert (await nina.refused(cut(call, why=" "))).code == "bad_value"
        question = await nina.refused(cut(call, sure=False))
        assert (question.code, "Оператор anna" in question.message) == ("conflict", True)
        assert anna.me.state == "talking"
        await nina.done(cut(call))
        await centre.ended(call)
        await anna.until_me("wrap_up")
        assert told == [("Оператор chief завершает ваш разговор: хулиган.", ["anna"])]
        (fact,) = await journalled(centre, "CallCut")
        assert (fact.call, fact.by, fact.why) == (call, "chief", "хулиган")

    run(tmp_path, story)


def test_an_order_to_end_a_waiting_call_does_not_cut_the_talk_it_has_become(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready()
        call = await centre.in_queue()
        order = steering.EndCall(call=call, why="хулиган")
        assert (await nina.refused(order)).code == "conflict"
        await anna.takes()
        for late in (order, replace(order, sure=True)):
            refusal = await nina.refused(late)
            assert refusal.code == "wrong_state"
            assert refusal.message == "Вызов уже отвечен: разговор не прерывается."
        assert anna.me.state == "talking"

    run(tmp_path, story)


def test_a_waiting_caller_whose_call_is_ended_is_owed_a_callback(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await chief(centre)
        call = await centre.in_queue()
        await nina.done(cut(call))
        assert (await centre.ended(call)).callback in centre.server.core.router.callbacks

    run(tmp_path, story)


def test_an_order_to_a_call_that_has_just_ended_is_refused_in_words(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina, oleg = await chief(centre, "nina"), await chief(centre, "oleg")
        await centre.ready("anna", queues=("other",))
        call = await centre.in_queue()
        await nina.done(cut(call))
        for again in range(2):
            late = await oleg.refused(cut(call))
            assert late.message == "Вызов уже закончен."
            for order in (
                supervision.MoveCall(call=call, queue="general"),
                supervision.AssignCall(call=call, agent="anna"),
                supervision.ReorderCall(call=call, priority=1),
            ):
                refusal = await oleg.refused(order)
                assert "уже не ждёт" in refusal.message
            assert (centre.record(call).queue, centre.record(call).assigned) == (
                "appointments",
                None,
            )
            if not again:
                await centre.ended(call)

    run(tmp_path, story)


def test_two_supervisors_who_move_the_same_call_do_not_move_it_twice(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina, oleg = await chief(centre, "nina"), await chief(centre, "oleg")
        call = await centre.in_queue()
        seen = "appointments"
        await nina.done(supervision.MoveCall(call=call, queue="general", seen=seen))
        late = await oleg.refused(supervision.MoveCall(call=call, queue="other", seen=seen))
        assert late.code == "wrong_state"
        assert "уже переставлен: он в очереди «Общая линия»" in late.message
        same = await oleg.refused(supervision.MoveCall(call=call, queue="general", seen=seen))
        assert "уже стоит в этой очереди" in same.message
        assert centre.record(call).queue == "general"
        await oleg.done(supervision.MoveCall(call=call, queue="other", seen="general"))

    run(tmp_path, story)


def test_talks_and_callers_of_other_teams_are_not_ended(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina, oleg = await chief(centre, "nina"), await chief(centre, "oleg")
        waiting = await centre.in_queue()
        assert "не из ваших очередей" in (await oleg.refused(cut(waiting))).message
        anna = await centre.ready("anna")
        await anna.takes()
        assert "не из ваших команд" in (await oleg.refused(cut(waiting))).message
        assert anna.me.state == "talking"
        await nina.done(cut(waiting))

    run(tmp_path, story, teams=TEAMS)


def test_a_person_is_logged_out_after_the_talk_with_a_word_and_a_second_order_comes_too_late(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready()
        call = await centre.in_queue()
        await anna.takes()
        told = heard(centre)
        out = supervision.ForceAgent(agent="anna", state="offline", why="ночь")
        await nina.done(out)
        words = "Оператор chief заканчивает вашу смену; идущий вызов закончите: ночь."
        assert told == [(words, ["anna"])]
        assert anna.me.state == "talking"
        await anna.done(messages.HangUpCall(call=call))
        await anna.until_me("wrap_up")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await anna.until_me("offline")
        before = centre.server.core.router.state_hash()
        for late in (out, steering.ChangeDuty(agent="anna", add=("other",))):
            assert (await nina.refused(late)).message == "Оператор не на смене."
        assert centre.server.core.router.state_hash() == before

    run(tmp_path, story)


def test_a_person_without_a_talk_is_logged_out_at_once(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina, anna = await chief(centre), await centre.ready()
        await nina.done(supervision.ForceAgent(agent="anna", state="offline"))
        assert anna.me.state == "offline"

    run(tmp_path, story)


def test_a_supervisor_on_shift_takes_a_waiting_call_of_a_queue_that_others_serve(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        nina = await centre.ready("nina", role="supervisor", queues=("appointments",))
        await nina.done(messages.GoBreak(reason="rest"))
        call = await centre.in_queue(key="2")
        await nina.done(supervision.PickCall(call=call))
        assert (await nina.until_call("talking")).id == call

    run(tmp_path, story)
