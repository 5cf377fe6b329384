"""A link to the engine that is away for a while costs nobody the talk or the place."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.wire import messages
from tests.support.simulated_centre import NUMBER, Centre, run

OUTSIDE = "+79000000202"


async def _lose(centre: Centre) -> None:
    centre.engine.out_of_sight()
    await centre.until(lambda: centre.server.live.views.engine.out_of_sight, "out of sight")


async def _find(centre: Centre) -> None:
    centre.engine.in_sight()
    await centre.until(lambda: centre.server.live.views.engine.up, "in sight")


@pytest.mark.parametrize("away_s", [3, 30, 300])
def test_talk_and_place_live_through_it(tmp_path: Path, away_s: int) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        talking = await centre.in_queue()
        await anna.takes()
        waiting = await centre.in_queue("+79000000303")
        await centre.until(lambda: centre.engine.heard(waiting).music, "music")
        since = centre.record(waiting).queued_at
        boris = await centre.ready("boris")
        await boris.takes()
        await boris.done(messages.HangUpCall(call=waiting))
        await centre.ended(waiting)
        await boris.save_card()
        await boris.done(messages.FinishWrapUp())
        await boris.until_me("ready")
        await boris.done(messages.GoBreak(reason="lunch"))
        waiting = await centre.in_queue("+79000000304")
        since = centre.record(waiting).queued_at

        await _lose(centre)
        assert not centre.server.live.views.engine.up
        assert centre.server.health.report()["engine"] == "out_of_sight"
        assert anna.me.line_up
        assert not boris.me.line_up
        await boris.done(messages.GoReady())
        await asyncio.sleep(away_s)
        assert boris.call is None
        assert isinstance(centre.record(talking).state, cl.Talking)
        assert isinstance(centre.record(waiting).state, cl.Waiting)
        assert centre.engine.heard(talking).tones == {1100}
        refused = await anna.refused(messages.HoldCall(call=talking))
        assert refused.code == "engine_down"

        await _find(centre)
        assert centre.server.health.report()["engine"] == "up"
        await boris.takes()
        assert boris.call is not None
        assert boris.call.id == waiting
        assert boris.call.queued_at == since
        assert centre.engine.heard(waiting).tones == {1100}
        assert centre.engine.heard(talking).tones == {1100}
        await anna.done(messages.HoldCall(call=talking))
        await centre.until(lambda: centre.engine.heard(talking).music, "held")
        assert not centre.server.core.router.callbacks

    run(tmp_path, story)


def test_what_ended_meanwhile_ends_in_the_books(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        talking = await centre.in_queue()
        await anna.takes()
        waiting = await centre.in_queue("+79000000303")
        in_menu = await centre.in_menu("+79000000404")
        await asyncio.sleep(10)  # no short abandon
        await _lose(centre)
        for leg in (talking, waiting, in_menu):
            centre.engine.caller_hangs_up(leg)
        await asyncio.sleep(30)
        assert centre.record(talking).ended_at is None
        await _find(centre)
        outcomes = [(await centre.ended(leg)).outcome for leg in (talking, waiting, in_menu)]
        assert outcomes == ["answered", "abandoned_queue", "abandoned_menu"]
        assert centre.record(talking).state.by == "caller"
        owed = {callback.number for callback in centre.server.core.router.callbacks.values()}
        assert owed == {"+79000000303", "+79000000404"}
        await anna.until_me("wrap_up")

    run(tmp_path, story)


def test_a_talk_whose_end_is_unknown_is_owed(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.notes_ends = False
        anna = await centre.ready("anna")
        talking = await centre.in_queue()
        await anna.takes()
        await _lose(centre)
        centre.engine.caller_hangs_up(talking)
        await _find(centre)
        record = await centre.ended(talking)
        assert (record.state.by, record.outcome) == ("engine", "answered")
        assert [c.number for c in centre.server.core.router.callbacks.values()] == [NUMBER]

    run(tmp_path, story)


def test_who_came_meanwhile_is_served(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await centre.ready("anna")
        await _lose(centre)
        leg = centre.engine.caller_calls("+79000000404", tone=700)
        await asyncio.sleep(20)
        assert leg not in centre.server.core.router.calls
        await _find(centre)
        await centre.until(lambda: centre.engine.heard(leg).file is not None, "the menu")

    run(tmp_path, story)


def test_a_menu_says_its_step_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        caller = await centre.in_menu()
        await _lose(centre)
        centre.engine.caller_presses(caller, "1")
        await asyncio.sleep(60)
        assert isinstance(centre.record(caller).state, cl.InMenu)
        await _find(centre)
        await centre.until(lambda: centre.engine.heard(caller).file is not None, "said again")
        centre.engine.caller_presses(caller, "1")
        await centre.until(lambda: centre.record(caller).queued_at is not None, "in a queue")

    run(tmp_path, story)


def test_an_end_that_was_asked_for_comes_when_the_link_is_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        talking = await centre.in_queue()
        await anna.takes()
        waiting = await centre.in_queue("+79000000303")
        await _lose(centre)
        await anna.done(messages.HangUpCall(call=talking))
        await asyncio.sleep(10)
        assert talking in centre.engine.legs
        await _find(centre)
        record = await centre.ended(talking)
        assert (record.state.by, record.outcome) == ("agent", "answered")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await anna.takes()
        assert centre.engine.heard(waiting).tones == {1100}

    run(tmp_path, story)


def test_a_line_that_ended_or_came_meanwhile(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        boris = await centre.ready("boris")
        line = await boris.done(messages.OpenLine())
        await _lose(centre)
        for operator in (anna, boris):
            centre.engine.caller_hangs_up(operator.leg)
        boris.leg = centre.engine.operator_calls_in(line.user, line.password, tone=1300) or ""
        await asyncio.sleep(10)
        await _find(centre)
        await centre.until(lambda: boris.me.line_up, "boris is on the line")
        assert not anna.me.line_up
        caller = await centre.in_queue()
        await boris.takes()
        assert centre.engine.heard(caller).tones == {1300}

    run(tmp_path, story)


def test_a_talk_whose_operators_line_ended_meanwhile(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue()
        await anna.takes()
        await _lose(centre)
        centre.engine.caller_hangs_up(anna.leg)
        await asyncio.sleep(10)
        await _find(centre)
        await centre.until(lambda: centre.engine.heard(caller).music, "music")
        assert isinstance(centre.record(caller).state, cl.Waiting)
        boris = await centre.ready("boris")
        await boris.takes()
        assert centre.engine.heard(caller).tones == {1100}

    run(tmp_path, story)


def test_a_called_party_that_answers_meanwhile(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "ring", tone=1500)
        anna = await centre.ready("anna")
        await anna.done(messages.Dial(number=OUTSIDE))
        call = (await anna.until_call("dialing")).id
        await centre.until(lambda: call in centre.engine.legs, "it rings")
        await _lose(centre)
        centre.engine.outside_answers(call)
        await asyncio.sleep(1)
        await _find(centre)
        await anna.until_call("talking")
        assert centre.engine.heard(anna.leg).tones == {1500}

    run(tmp_path, story)


def test_an_engine_that_died_out_of_sight_is_told_by_its_empty_list(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        talking = await centre.in_queue()
        await anna.takes()
        await _lose(centre)
        centre.engine.crash()
        await asyncio.sleep(10)
        assert centre.record(talking).ended_at is None
        centre.engine._up = True
        await _find(centre)
        assert (await centre.ended(talking)).state.by == "engine"
        assert not anna.me.line_up
        assert isinstance(centre.server.core.router.agents[anna.person.login].state, ag.WrapUp)

    run(tmp_path, story)


def test_accounts_are_put_again_though_one_is_refused(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        from ekc_console.server.engine.protocol import Account, EngineError

        anna, boris = await centre.ready("anna"), await centre.ready("boris")
        assert boris.me.line_up
        put = centre.engine.put_account

        async def refuses_anna(account: Account) -> None:
            if account.name == "op-anna":
                raise EngineError("нет")
            await put(account)

        centre.engine.put_account = refuses_anna  # type: ignore[method-assign]
        centre.engine.crash()
        centre.engine.recover()
        await centre.until(lambda: "op-boris" in centre.engine._accounts, "the other's account")
        assert anna.login == "anna"

    run(tmp_path, story)


def test_who_went_home_meanwhile_is_let_go(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boris = await centre.ready("boris")
        await _lose(centre)
        await boris.done(messages.LogOut())
        await asyncio.sleep(10)
        assert "op-boris" in centre.engine._accounts
        await _find(centre)
        await centre.until(lambda: boris.leg not in centre.engine.legs, "the line is let go")
        await centre.until(lambda: "op-boris" not in centre.engine._accounts, "the account too")

    run(tmp_path, story)
