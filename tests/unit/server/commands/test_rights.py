"""Who may give which command: every door, the call in hand, callbacks."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from ekc_console.client.words.saying import said
from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.terms.rights import ROLES, may
from ekc_console.server.cards.rights import ACTS
from ekc_console.server.commands.handler import registry
from ekc_console.server.commands.rights import ROWS, refused
from ekc_console.wire import messages
from ekc_console.wire.words import words_of
from tests.support.cards import (
    OTHER_NUMBER,
    owed,
    visit_ordered,
)
from tests.support.commands import made_up
from tests.support.simulated_centre import Centre, run

# -- the call in hand ----------------------------------------------------------------


def test_who_gave_a_call_away_does_not_hold_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue()
        await anna.takes()
        olga = await centre.ready("olga")
        await anna.done(messages.TransferCall(call=caller, kind="agent", target="olga"))
        await olga.takes()
        assert anna.me.state == "wrap_up"
        hold, back = messages.HoldCall(call=caller), messages.ResumeCall(call=caller)
        assert (await anna.refused(hold)).code == "wrong_state"
        assert olga.call is not None
        assert olga.call.state == "talking"
        await olga.done(hold)
        assert (await anna.refused(back)).code == "wrong_state"
        assert olga.call.state == "held"
        await olga.done(back)

    run(tmp_path, story)


# -- callbacks -----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["operator", "volunteer"])
def test_who_does_not_see_a_callback_neither_closes_nor_dials_it(
    tmp_path: Path, role: messages.Role
) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre)
        vera = await centre.ready("vera", role=role, queues=("vaccination",))
        assert centre.server.live.views.callbacks(vera.person) == []
        for body in (
            messages.CloseCallback(callback=callback, result="reached"),
            messages.CloseCallback(callback=callback, result="cancelled"),
            messages.DialCallback(callback=callback),
        ):
            refusal = await vera.refused(body)
            assert refusal.code == "not_allowed"
            assert "очеред" in refusal.message
        anna = await centre.ready("anna", queues=("home_visit",))
        assert [c.id for c in centre.server.live.views.callbacks(anna.person)] == [callback]

    run(tmp_path, story)


def test_a_supervisor_closes_a_callback_of_any_queue(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre)
        nina = await (await centre.operator("nina", role="supervisor", queues=())).come()
        await nina.done(messages.CloseCallback(callback=callback, result="cancelled"))
        anna = await centre.ready("anna")
        assert centre.server.live.views.callbacks(anna.person) == []

    run(tmp_path, story)


def test_a_callback_whose_queue_is_gone_drops_out_of_no_list(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        callback = await owed(centre)
        vera = await centre.ready("vera", queues=("vaccination",))
        assert centre.server.live.views.callbacks(vera.person) == []
        router = centre.server.core.router
        left = tuple(q for q in router.queues.values() if q.id != "home_visit")
        centre.server.core.runtime.submit(QueuesConfigured(left, router.centre))
        assert [c.id for c in centre.server.live.views.callbacks(vera.person)] == [callback]
        await vera.done(messages.CloseCallback(callback=callback, result="cancelled"))

    run(tmp_path, story)


# -- every door ----------------------------------------------------------------------


def test_every_command_has_a_row_and_a_handler(tmp_path: Path) -> None:
    commands = set(get_args(messages.Command))
    assert commands == set(ROWS)
    assert {kind for kind, row in ROWS.items() if row.about == "card"} == set(ACTS)

    async def story(centre: Centre) -> None:
        assert set(centre.server.door.commands._handlers) == commands

    run(tmp_path, story)


def test_a_server_with_a_missing_or_a_second_handler_is_not_built() -> None:
    async def nothing(person: object, body: object) -> None:
        return None

    whole = dict.fromkeys(get_args(messages.Command), nothing)
    assert registry(whole) == whole
    for sets, why in (
        (({c: h for c, h in whole.items() if c is not messages.Dial},), "no handler: Dial"),
        ((whole, {messages.Dial: nothing}), "two handlers: Dial"),
        ((whole, {messages.Hello: nothing}), "no command: Hello"),
    ):
        with pytest.raises(TypeError, match=why):
            registry(*sets)


def test_a_role_is_asked_before_anything_else(tmp_path: Path) -> None:
    """By made-up ids: whoever lacks the role does not even learn that they are made up."""

    async def story(centre: Centre) -> None:
        denied = 0
        for role in ROLES:
            who = await centre.operator(role, role=role)
            if may(role, "serve"):
                await who.come()
            for kind, row in ROWS.items():
                if row.right is None or may(role, row.right):
                    continue
                refusal = await who.refused(made_up(kind))
                expected = said(words_of(refused(row)))
                assert (refusal.code, refusal.message) == ("not_allowed", expected), (role, kind)
                denied += 1
        assert denied > 200

    run(tmp_path, story)


def test_nobody_acts_on_what_is_anothers(tmp_path: Path) -> None:
    """Every command that names a call, an offer, a card or a callback, by somebody who has nothing
    to do with it."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna", queues=("home_visit",))
        ordered = await visit_ordered(centre, anna)
        callback = await owed(centre)
        boris = await centre.ready("boris", queues=("vaccination",))
        await anna.done(messages.GoReady())
        caller = await centre.in_queue(OTHER_NUMBER, key="2")
        offered = await anna.until_call("offered")
        asked: set[type] = set()

        async def refused(kind: type, **named: object) -> None:
            refusal = await boris.refused(made_up(kind, **named))
            assert refusal.code in ("not_allowed", "wrong_state"), (kind, refusal)
            assert refusal.message
            asked.add(kind)

        for kind in (messages.AcceptOffer, messages.RejectOffer):
            await refused(kind, offer=offered.offer)
        await anna.takes()
        for kind, row in ROWS.items():
            names = {field.name for field in msgspec.structs.fields(kind)}
            if row.about == "card":
                await refused(kind, card=ordered.id)
            elif row.about == "callback" and "callback" in names:
                await refused(kind, callback=callback)
            elif row.about == "own" and "call" in names:
                await refused(kind, call=caller)
        assert len(asked) > 18
        assert anna.call is not None
        assert anna.call.state == "talking"

    run(tmp_path, story)
