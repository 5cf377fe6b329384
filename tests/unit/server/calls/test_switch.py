"""Calls from offer to wrap-up on the simulated engine: who hears whom, and who ends what."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Calls, Config
from ekc_console.domain.state.call import Waiting
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.calls.operator_lines import bridge_of
from ekc_console.server.engine.protocol import EngineError
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, run

OUTSIDE = "+79000000202"


def test_queue_offer_talk_hold_hang_up_card(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        offered = await anna.until_call("offered")
        assert (offered.number, offered.menu_path) == ("+7 900 000-01-01", ("Запись к врачу",))
        assert offered.offer_expires_at == pytest.approx(centre.server.core.clock.now() + 15, abs=1)

        await anna.takes()
        assert centre.engine.heard(caller).tones == {1100}
        assert centre.engine.heard(anna.leg).tones == {700}

        await anna.done(messages.HoldCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).music, "music on hold")
        assert centre.engine.heard(anna.leg).tones == frozenset()
        assert anna.call is not None
        assert anna.call.state == "held"
        await anna.done(messages.ResumeCall(call=caller))
        await centre.until(lambda: centre.engine.heard(caller).tones == {1100}, "the talk")

        await anna.done(messages.HangUpCall(call=caller))
        record = await centre.ended(caller)
        assert (record.state.by, record.outcome) == ("agent", "answered")
        await anna.until_me("wrap_up")
        assert anna.leg in centre.engine.legs
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        assert anna.me.state == "ready"
        assert anna.me.calls_today == 1

    run(tmp_path, story)


def test_a_caller_hangs_up_while_offered_talking_and_held(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        offered = await centre.in_queue()
        await anna.until_call("offered")
        centre.engine.caller_hangs_up(offered)
        assert (await centre.ended(offered)).outcome == "short_abandoned"
        assert (anna.me.state, anna.call) == ("ready", None)

        talking = await centre.in_queue()
        await anna.takes()
        centre.engine.caller_hangs_up(talking)
        assert (await centre.ended(talking)).state.by == "caller"
        await anna.until_me("wrap_up")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())

        held = await centre.in_queue()
        await anna.takes()
        await anna.done(messages.HoldCall(call=held))
        centre.engine.caller_hangs_up(held)
        record = await centre.ended(held)
        assert (record.state.by, record.outcome) == ("caller", "answered")
        await anna.until_me("wrap_up")

    run(tmp_path, story)


def test_a_refused_offer_goes_to_the_next_operator(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        boris = await centre.ready("boris")
        caller = await centre.in_queue()
        first = await anna.until_call("offered")
        await anna.done(messages.RejectOffer(offer=first.offer))
        await boris.until_call("offered")
        late = await anna.refused(messages.AcceptOffer(offer=first.offer))
        assert late.code == "wrong_state"
        await boris.takes()
        assert centre.engine.heard(caller).tones == {1100}
        assert anna.me.state == "ready"

    run(tmp_path, story)


def test_offers_that_run_out_take_the_operator_out(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue()
        await anna.until_me("not_responding")
        assert anna.me.reason == "no_answer"
        record = centre.record(caller)
        assert [offer.result for offer in record.offers] == ["timeout", "timeout"]
        boris = await centre.ready("boris")
        assert (await boris.takes()).queued_at == record.queued_at
        await anna.done(messages.GoReady())
        assert anna.me.state == "ready"

    run(tmp_path, story)


def test_positions_are_announced_and_music_goes_on(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_queue()
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        queued_at = centre.record(caller).queued_at
        await centre.until(lambda: centre.engine.heard(caller).file is not None, "the position")
        assert centre.server.core.clock.now() - queued_at == pytest.approx(30, abs=1)
        await centre.until(lambda: centre.engine.heard(caller).music, "music again")

    run(tmp_path, story)


def test_an_outgoing_call_and_its_recording(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party("979000000202", "answer", tone=1500, ring_s=3)
        anna = await centre.ready()
        await anna.done(messages.Dial(number="8 900 000-02-02"))
        call = (await anna.until_call("dialing")).id
        assert anna.call is not None
        assert (anna.call.direction, anna.call.number) == ("out", "+7 900 000-02-02")
        await anna.until_call("talking")
        assert centre.engine.heard(anna.leg).tones == {1500}
        await centre.until(lambda: bool(anna.call and anna.call.recording), "recording shown")
        centre.engine.caller_hangs_up(call)
        record = await centre.ended(call)
        assert (record.outcome, record.state.by) == ("answered", "caller")
        stems = list((tmp_path / "data" / "recordings").glob(f"*/{call}*"))
        assert stems

    run(tmp_path, story, calls=Calls(prefix="9"))


@pytest.mark.parametrize(
    ("does", "outcome"),
    [
        ("busy", "busy"),
        ("rejected", "busy"),
        ("unreachable", "failed"),
        ("ring", "no_answer"),
    ],
)
def test_an_outgoing_call_that_nobody_takes(tmp_path: Path, does: str, outcome: str) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, does)  # type: ignore[arg-type]
        anna = await centre.ready()
        await anna.done(messages.Dial(number=OUTSIDE))
        assert anna.call is not None
        ended = await centre.ended(anna.call.id)
        assert (ended.outcome, ended.trunk) == (outcome, "town")
        assert anna.me.state in ("ready", "wrap_up")

    run(tmp_path, story)


def test_the_operator_breaks_an_outgoing_call_off(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "ring")
        anna = await centre.ready()
        await anna.done(messages.Dial(number=OUTSIDE))
        call = (await anna.until_call("dialing")).id
        await centre.until(lambda: call in centre.engine.legs, "it rings")
        await anna.done(messages.HangUpCall(call=call))
        assert (await centre.ended(call)).outcome == "cancelled"

    run(tmp_path, story)


def test_a_join_that_fails_keeps_the_callers_place(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        queued_at = centre.record(caller).queued_at
        offer = (await anna.until_call("offered")).offer
        await centre.engine.drop_bridge(bridge_of(anna.person.login))
        await anna.done(messages.AcceptOffer(offer=offer))
        await centre.until(lambda: isinstance(centre.record(caller).state, Waiting), "back")
        assert centre.record(caller).queued_at == queued_at
        await centre.engine.make_bridge(bridge_of(anna.person.login))
        await anna.takes()

    run(tmp_path, story)


def test_a_number_that_cannot_be_dialled_frees_the_operator(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        async def refuses(*_: object, **__: object) -> None:
            raise EngineError("Исходящих линий нет.")

        centre.engine.dial = refuses  # type: ignore[method-assign]
        anna = await centre.ready()
        await anna.done(messages.Dial(number=OUTSIDE))
        await anna.until_me("ready")

    run(tmp_path, story)


def test_nothing_is_recorded_when_recording_is_off(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        assert not (await anna.takes()).recording
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        assert not (tmp_path / "data" / "recordings").exists()

    run(tmp_path, story, calls=Calls(recording=False))


def queues(**fields: Any) -> tuple[QueueSettings, ...]:
    return tuple(dataclasses.replace(queue, **fields) for queue in Config().queues)


@pytest.mark.parametrize("body", [messages.FinishWrapUp(), messages.GoReady()])
def test_a_mandatory_card_cannot_be_skipped(tmp_path: Path, body: messages.Command) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("wrap_up")
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        refusal = await anna.refused(body)
        assert "Карточка не сохранена" in refusal.message
        assert anna.me.state == "wrap_up"
        await anna.save_card()
        await anna.done(body)
        assert anna.me.state == "ready"

    run(tmp_path, story, queues=queues(wrap_up="mandatory"))


@pytest.mark.parametrize(
    ("mode", "after_call", "in_the_end"),
    [
        ("none", "ready", "ready"),
        ("optional", "wrap_up", "wrap_up"),
        ("optional_timed", "wrap_up", "ready"),
        ("mandatory", "wrap_up", "wrap_up"),
        ("mandatory_timed", "wrap_up", "ready"),
    ],
)
def test_modes_of_wrap_up(tmp_path: Path, mode: str, after_call: str, in_the_end: str) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        assert anna.me.state == after_call
        ended = centre.server.core.clock.now()
        await centre.until(lambda: centre.server.core.clock.now() > ended + 65, "a minute later")
        assert anna.me.state == in_the_end
        if mode == "optional":
            await anna.done(messages.FinishWrapUp())
            assert anna.me.state == "ready"

    run(tmp_path, story, queues=queues(wrap_up=mode))
