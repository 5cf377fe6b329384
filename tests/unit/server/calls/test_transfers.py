"""Who hears whom in transfers, consultations and conferences, on the simulated engine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from ekc_console.server.calls.operator_lines import bridge_of
from ekc_console.server.calls.transfers import link_of
from ekc_console.server.engine.protocol import EngineError
from ekc_console.wire import messages
from tests.support.simulated_centre import Centre, Operator, run

OUTSIDE = "+79000000202"
CALLER, OPERATOR, PARTY = 700, 1100, 1500


async def in_talk(centre: Centre) -> tuple[Operator, str]:
    anna = await centre.ready("anna")
    caller = await centre.in_queue()
    await anna.takes()
    return anna, caller


async def heard(centre: Centre, leg: str, *tones: int) -> None:
    await centre.until(lambda: centre.engine.heard(leg).tones == set(tones), f"{leg} hears {tones}")


async def consult(centre: Centre, anna: Operator, caller: str) -> str:
    """An outside number is asked and has answered; its leg."""
    centre.engine.outside_party(OUTSIDE, "answer", tone=PARTY, ring_s=1)
    await anna.done(messages.StartConsult(call=caller, kind="number", target=OUTSIDE))
    await heard(centre, anna.leg, PARTY)
    (party,) = centre.engine.legs.keys() - {caller, anna.leg}
    return party


def test_a_consultation_is_switched_and_ends_with_the_caller(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        party = await consult(centre, anna, caller)
        assert centre.engine.heard(caller).music
        await heard(centre, party, OPERATOR)
        await anna.done(messages.SwitchConsult(call=caller, heard="caller"))
        await heard(centre, anna.leg, CALLER)
        assert centre.engine.heard(party).music
        await anna.done(messages.SwitchConsult(call=caller, heard="all"))
        await heard(centre, caller, OPERATOR, PARTY)
        await heard(centre, party, OPERATOR, CALLER)
        await anna.done(messages.CancelConsult(call=caller))
        await heard(centre, caller, OPERATOR)
        await centre.until(lambda: party not in centre.engine.legs, "the party is let go")

    run(tmp_path, story)


def test_caller_and_party_go_on_in_a_bridge_of_their_own(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        party = await consult(centre, anna, caller)
        await anna.done(messages.CompleteConsult(call=caller))
        await heard(centre, caller, PARTY)
        assert centre.engine.members(link_of(centre.record(caller).id)) == {caller, party}
        assert centre.engine.members(bridge_of(anna.person.login)) == {anna.leg}
        await anna.until_me("wrap_up")
        centre.engine.caller_hangs_up(party)
        await centre.ended(caller)
        assert caller not in centre.engine.legs

    run(tmp_path, story)


def test_an_operator_is_asked_and_takes_the_call_over(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        boris = await centre.ready("boris")
        await anna.done(messages.StartConsult(call=caller, kind="agent", target="boris"))
        offer = await boris.until_call("offered")
        await boris.done(messages.AcceptOffer(offer=offer.offer))
        bridge = bridge_of(anna.person.login)
        await centre.until(lambda: centre.engine.members(bridge) == {anna.leg, boris.leg}, "asked")
        await anna.done(messages.CompleteConsult(call=caller))
        own = bridge_of(boris.person.login)
        await centre.until(lambda: centre.engine.members(own) == {boris.leg, caller}, "over")
        assert centre.engine.members(bridge) == {anna.leg}

    run(tmp_path, story)


def test_an_adviser_who_leaves_stands_in_the_own_bridge_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        boris = await centre.ready("boris")
        await anna.done(messages.StartConsult(call=caller, kind="agent", target="boris"))
        offer = await boris.until_call("offered")
        await boris.done(messages.AcceptOffer(offer=offer.offer))
        await boris.until_call("talking")
        await boris.done(messages.HangUpCall(call=caller))
        own = bridge_of(boris.person.login)
        await centre.until(lambda: centre.engine.members(own) == {boris.leg}, "back home")
        await heard(centre, caller, OPERATOR)

    run(tmp_path, story)


def test_a_caller_is_handed_back_to_a_menu(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        found: messages.Targets = await anna.done(messages.GetTargets())
        menu = found.menus[0].id
        await anna.done(messages.TransferCall(call=caller, kind="menu", target=menu))
        await centre.until(lambda: centre.engine.heard(caller).file is not None, "a prompt")
        assert centre.engine.members(bridge_of(anna.person.login)) == {anna.leg}
        assert not centre.engine.heard(caller).music

    run(tmp_path, story)


def test_an_outside_number_that_fails_costs_the_caller_nothing(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        centre.engine.outside_party(OUTSIDE, "busy")
        await anna.done(messages.StartConsult(call=caller, kind="number", target=OUTSIDE))
        await centre.until(lambda: bool(anna.call and not anna.call.consult), "it is over")
        await heard(centre, caller, OPERATOR)
        assert (await anna.until_call("talking")).consult is None

    run(tmp_path, story)


def test_voice_paths_that_the_engine_cannot_make_are_told_to_the_core(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, caller = await in_talk(centre)
        party = await consult(centre, anna, caller)
        join, tried = centre.engine.join, asyncio.Event()

        async def fails(bridge: str, leg: str) -> None:
            if leg == party:
                tried.set()
                raise EngineError("Мост не отвечает.")
            await join(bridge, leg)

        engine: Any = centre.engine
        engine.join = fails
        await anna.done(messages.SwitchConsult(call=caller, heard="all"))
        engine.join = join
        await centre.server.core.runtime.settled()
        # The core decides what becomes of it; the caller is in nobody's lost and found.
        assert centre.record(caller).ended_at is None
        await centre.until(
            lambda: (
                OPERATOR in centre.engine.heard(caller).tones
                or centre.record(caller).queued_at is not None
            ),
            "the caller is kept",
        )

    run(tmp_path, story)
