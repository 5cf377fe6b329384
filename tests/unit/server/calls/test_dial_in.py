"""Operators whose leg comes with each call."""

from __future__ import annotations

from pathlib import Path

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.calls.operator_lines import SOFTPHONE_COMES_S
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, Operator, run

DESK_PHONE = "+79000000303"
ANNA = AgentId("anna")


async def standing_by(centre: Centre) -> Operator:
    """The way is proved and its leg let go."""
    anna = await centre.ready()
    await anna.done(messages.StandBy())
    await centre.until(lambda: anna.leg not in centre.engine.legs, "the leg is let go")
    assert anna.me.line_up
    return anna


async def accepts(anna: Operator) -> messages.MyCall:
    call = await anna.until_call("offered")
    await anna.done(messages.AcceptOffer(offer=call.offer))
    return await anna.until_call("connecting")


def calls_in(centre: Centre) -> str:
    line = centre.server.calls.lines
    leg = centre.engine.operator_calls_in("op-anna", line._passwords[ANNA], tone=1100)
    assert leg
    return leg


def test_the_call_waits_for_the_leg_and_the_leg_ends_with_the_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await standing_by(centre)
        caller = await centre.in_queue()
        await accepts(anna)
        assert not centre.engine.heard(caller).tones, "no leg is there yet"
        leg = calls_in(centre)
        await anna.until_call("talking")
        assert centre.engine.heard(caller).tones == {1100}
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        await centre.until(lambda: leg not in centre.engine.legs, "the leg is let go")
        assert anna.me.line_up

    run(tmp_path, story)


def test_a_leg_that_does_not_come_leaves_the_caller_in_the_place(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await standing_by(centre)
        boris = await centre.ready("boris")
        await boris.done(messages.GoBreak(reason="rest"))
        caller = await centre.in_queue()
        queued_at = centre.record(caller).queued_at
        await accepts(anna)
        began = centre.server.core.clock.now()
        await anna.until_me("not_responding")
        assert centre.server.core.clock.now() - began < SOFTPHONE_COMES_S + 0.5
        assert not anna.me.line_up
        assert centre.record(caller).queued_at == queued_at
        await boris.done(messages.GoReady())
        await boris.takes()
        await anna.open_line()
        await anna.done(messages.StandBy())
        await anna.until_me("ready")

    run(tmp_path, story)


def test_a_caller_who_hangs_up_while_the_leg_comes(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await standing_by(centre)
        caller = await centre.in_queue()
        await accepts(anna)
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        late = calls_in(centre)
        await centre.until(lambda: late not in centre.engine.legs, "the late leg is let go")
        assert anna.me.line_up

    run(tmp_path, story)


def test_an_operator_who_hangs_up_while_the_leg_comes(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        """The caller was not spoken with: the place is kept, and the next operator is asked."""
        anna = await standing_by(centre)
        boris = await centre.ready("boris")
        await boris.done(messages.GoBreak(reason="rest"))
        caller = await centre.in_queue()
        queued_at = centre.record(caller).queued_at
        call = await accepts(anna)
        began = centre.server.core.clock.now()
        await anna.done(messages.HangUpCall(call=call.id))
        await centre.until(lambda: centre.engine.heard(caller).music, "the caller waits")
        assert centre.server.core.clock.now() - began < SOFTPHONE_COMES_S / 2
        assert centre.record(caller).queued_at == queued_at
        await boris.done(messages.GoReady())
        await boris.takes()
        assert centre.engine.heard(caller).tones

    run(tmp_path, story)


def test_a_caller_given_back_while_the_leg_comes_is_owed_when_giving_up(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await standing_by(centre)
        caller = await centre.in_queue()
        call = await accepts(anna)
        await anna.done(messages.HangUpCall(call=call.id))
        await anna.until_me("ready")
        centre.engine.caller_hangs_up(caller)
        record = await centre.ended(caller)
        assert record.outcome in ("abandoned_queue", "short_abandoned")
        assert record.callback in centre.server.core.router.callbacks

    run(tmp_path, story)


def test_a_number_is_called_for_each_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(DESK_PHONE, "answer", tone=1100)
        anna = await (await centre.operator()).come()
        await anna.done(messages.StandBy(number=DESK_PHONE))
        await anna.done(messages.GoReady())
        assert anna.me.line_up
        for _ in range(2):
            caller = await centre.in_queue()
            assert not [leg for leg in centre.engine.legs if leg.startswith("phone-")]
            await anna.takes()
            assert centre.engine.heard(caller).tones == {1100}
            await centre.until(lambda: bool(anna.call and anna.call.card), "card")
            centre.engine.caller_hangs_up(caller)
            await anna.until_me("wrap_up")
            await anna.save_card()
            await anna.done(messages.FinishWrapUp())

    run(tmp_path, story)


def test_a_busy_number_gives_the_caller_back_at_once(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(DESK_PHONE, "busy")
        anna = await (await centre.operator()).come()
        await anna.done(messages.StandBy(number=DESK_PHONE))
        await anna.done(messages.GoReady())
        caller = await centre.in_queue()
        await accepts(anna)
        await anna.until_me("not_responding")
        assert centre.record(caller).queued_at is not None
        assert not anna.me.line_up

    run(tmp_path, story)


def test_a_restarted_engine_wants_the_way_proved_anew(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await standing_by(centre)
        centre.engine.crash()
        await centre.until(lambda: not anna.me.line_up, "not counted on")

    run(tmp_path, story)


def test_what_is_refused(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        vera = await (await centre.operator("vera", "volunteer")).come()
        assert (await vera.refused(messages.StandBy(number=DESK_PHONE))).code == "not_allowed"
        await vera.done(messages.StandBy())
        anna = await (await centre.operator()).come()
        assert (await anna.refused(messages.StandBy(number="звони"))).code == "bad_value"

    run(tmp_path, story)


def test_an_adviser_comes_in_for_the_consultation(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boris = await centre.ready("boris")
        caller = await centre.in_queue()
        call = await boris.takes()
        anna = await standing_by(centre)
        await anna.until_me("ready")
        await boris.done(messages.StartConsult(call=call.id, kind="agent", target="anna"))
        asked = await anna.until_call("offered")
        await anna.done(messages.AcceptOffer(offer=asked.offer))
        await anna.until_me("consulting")
        leg = calls_in(centre)
        await centre.until(
            lambda: leg in centre.engine.members("agent-boris"), "the adviser is heard"
        )
        await boris.done(messages.CancelConsult(call=call.id))
        await centre.until(lambda: leg not in centre.engine.legs, "the leg is let go")
        assert caller in centre.engine.legs
        assert anna.me.line_up

    run(tmp_path, story)
