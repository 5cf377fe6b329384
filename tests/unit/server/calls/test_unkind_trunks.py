"""Calls out at a whole server whose trunks refuse, redirect, speak or only ring."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.config import Queue
from ekc_console.domain.state import callback as cb
from ekc_console.server.engine.simulated.outside import TRUNKS, Behaviour
from ekc_console.server.engine.simulated.sound import RING_BACK_HZ
from ekc_console.wire import messages
from tests.support.simulated_centre import NUMBER, Centre, Operator, run
from tests.support.told import told
from tests.unit.server.calls.test_guaranteed_reach import queues

OTHER = "+79000000404"
SHORT_PAUSE: tuple[Queue, ...] = queues(callback_after_s=5.0)


def trunks_do(centre: Centre, does: Behaviour, number: str = NUMBER) -> None:
    for trunk in TRUNKS:
        centre.engine.outside_party(number, does, trunk=trunk)


async def lost_and_offered(centre: Centre) -> Operator:
    """A caller gave up; an operator is asked to call back."""
    caller = await centre.in_queue()
    centre.engine.caller_hangs_up(caller)
    await centre.ended(caller)
    anna = await centre.ready()
    await anna.until_call("offered")
    return anna


async def calls_back(anna: Operator) -> str:
    offered = await anna.until_call("offered")
    await anna.done(messages.AcceptOffer(offer=offered.offer))
    return offered.id


@pytest.mark.parametrize(("does", "code"), [("forbidden", "SIP 403"), ("congested", "SIP 503")])
def test_a_callback_outlives_an_outage_with_its_tries_and_all_is_told(
    tmp_path: Path, does: Behaviour, code: str
) -> None:
    async def story(centre: Centre) -> None:
        trunks_do(centre, does)
        anna = await lost_and_offered(centre)
        words = told(centre, anna)
        for _ in range(6):
            call = await calls_back(anna)
            record = await centre.ended(call)
            assert record.outcome == "no_way"
            assert record.state.cause == f"no_way {code}"
        said = words()
        assert f"Не дозвонились до +7 900 000-01-01: линия связи не приняла вызов ({code})." in said
        assert said.count("Исходящие вызовы не проходят") == 1
        (callback,) = centre.server.core.router.callbacks.values()
        assert callback.attempts == 0
        centre.server.live.views.refresh()
        (shown,) = centre.server.live.views.callbacks(anna.person)
        assert (shown.no_way, shown.attempts) == (True, 0)
        assert "попытки не расходуются" in told(centre, await centre.ready("boris"))()

        trunks_do(centre, "answer")
        await calls_back(anna)
        await anna.until_call("talking")
        assert not centre.server.core.router.callbacks
        assert "Исходящие вызовы снова проходят." in words()

    run(tmp_path, story, queues=SHORT_PAUSE)


def test_the_outage_is_told_after_a_restart(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        trunks_do(centre, "forbidden")
        await calls_back(await lost_and_offered(centre))
        await centre.until(lambda: centre.server.core.router.no_way is not None, "the outage")
        await centre.start_again()
        assert centre.server.core.router.no_way is not None
        assert "попытки не расходуются" in told(centre, await centre.ready("boris"))()

    run(tmp_path, story, queues=SHORT_PAUSE)


def test_an_engine_that_dies_while_it_rings_uses_up_no_try(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        trunks_do(centre, "ring")
        call = await calls_back(await lost_and_offered(centre))
        await centre.until(lambda: call in centre.engine.legs, "the line")
        centre.engine.crash()
        assert (await centre.ended(call)).outcome == "no_way"
        (callback,) = centre.server.core.router.callbacks.values()
        assert callback.attempts == 0

    run(tmp_path, story, queues=SHORT_PAUSE)


def test_a_redirected_number_is_a_try_and_no_new_caller(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        trunks_do(centre, "moved")
        anna = await lost_and_offered(centre)
        words = told(centre, anna)
        call = await calls_back(anna)
        assert (await centre.ended(call)).outcome == "moved"
        (callback,) = centre.server.core.router.callbacks.values()
        assert (callback.attempts, type(callback.state)) == (1, cb.Open)
        assert "номер переадресован" in words()
        assert "(SIP 302)" in words()
        assert not centre.server.core.router.calls

    run(tmp_path, story, queues=SHORT_PAUSE)


def test_who_dials_hears_the_tone_of_a_telephone_that_rings_until_the_answer(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OTHER, "answer", tone=1500, ring_s=6)
        anna = await centre.ready()
        await anna.done(messages.Dial(number=OTHER))
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {RING_BACK_HZ}, "tone")
        await anna.until_call("talking")
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {1500}, "the talk")

    run(tmp_path, story)


@pytest.mark.parametrize("how", ["nobody answers", "hung up"])
def test_the_tone_ends_with_the_call(tmp_path: Path, how: str) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OTHER, "ring")
        anna = await centre.ready()
        await anna.done(messages.Dial(number=OTHER))
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {RING_BACK_HZ}, "tone")
        if how == "hung up":
            await anna.done(messages.HangUpCall(call=anna.call.id))
        await anna.until_me("ready")
        await centre.until(lambda: not centre.engine.heard(anna.leg).tones, "silence")

    run(tmp_path, story)


def test_the_tone_of_a_server_before_ends_with_the_answer(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OTHER, "ring", tone=1500)
        anna = await centre.ready()
        await anna.done(messages.Dial(number=OTHER))
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {RING_BACK_HZ}, "tone")
        call = anna.call.id
        await centre.start_again()
        centre.engine.outside_answers(call)
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {1500}, "the talk")

    run(tmp_path, story)


def test_who_dials_hears_the_networks_announcement(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OTHER, "speak", tone=1700)
        anna = await centre.ready()
        await anna.done(messages.Dial(number=OTHER))
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {1700}, "the network")
        assert anna.call.state == "dialing"
        centre.engine.outside_answers(anna.call.id)
        await anna.until_call("talking")
        assert centre.engine.heard(anna.leg).tones == {1700}

    run(tmp_path, story)


def test_who_consults_an_outside_number_hears_it_ring(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OTHER, "answer", tone=1500, ring_s=6)
        anna = await centre.ready()
        await centre.in_queue()
        await anna.takes()
        await anna.done(messages.StartConsult(call=anna.call.id, kind="number", target=OTHER))
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {RING_BACK_HZ}, "tone")
        await centre.until(lambda: centre.engine.heard(anna.leg).tones == {1500}, "the other")

    run(tmp_path, story)
