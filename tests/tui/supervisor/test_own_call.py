"""A call that a supervisor has taken: what an operator sees of it opens above the shift, one key
leads there and back, and it goes when the card is saved."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from ekc_console.tui.operator.screens.own_call import OwnCallScreen
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.wire import call_control, messages
from tests.support.desk import CALL, NOW
from tests.support.supervisor import BOSS, ScriptedSupervisor
from tests.tui.steps import log_in, press, settle, shown

SIZES = [(80, 24), (120, 40), (200, 50)]


async def takes(pilot: Pilot[Any], desk: ScriptedSupervisor, **changes: Any) -> None:
    """The talk of an operator, who has filled in nothing yet."""
    call = msgspec.structs.replace(CALL, state="talking", card="card-1", offer="", **changes)
    me = msgspec.structs.replace(BOSS, state="talking", line_up=True)
    desk.put(me, call)
    await settle(pilot)


async def ends(pilot: Pilot[Any], desk: ScriptedSupervisor) -> None:
    desk.put(BOSS)
    desk.gone(messages.MyCall, CALL.id)
    await settle(pilot)


@pytest.mark.parametrize(
    "size", [SIZES[0], *(pytest.param(s, marks=pytest.mark.long) for s in SIZES[1:])]
)
async def test_who_has_taken_a_talk_sees_its_script_until_it_is_put_away(
    app: EkcApp, desk: ScriptedSupervisor, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await log_in(pilot)
        await takes(pilot, desk)
        assert isinstance(app.screen, OwnCallScreen)
        assert "сильной боли в груди" in shown(pilot, "#script-text")
        await press(pilot, "1")
        assert "фамилию, имя и отчество" in shown(pilot, "#script-text")
        await press(pilot, "escape")
        assert isinstance(app.screen, NowScreen)
        assert "F9 К вызову" in shown(pilot, "#keys")
        desk.put(msgspec.structs.replace(CALL, state="held", card="card-1", offer=""))
        await settle(pilot)
        assert isinstance(app.screen, NowScreen), "who has closed it is not shown it again"
        await press(pilot, "f9")
        assert isinstance(app.screen, OwnCallScreen)
        assert "фамилию, имя и отчество" in shown(pilot, "#script-text")
        assert "F8" in shown(pilot, "#keys")
        await press(pilot, "f8")
        assert [type(body).__name__ for body in desk.commands][-1] == "HangUpCall"
        await ends(pilot, desk)
        assert isinstance(app.screen, OwnCallScreen), "the card is not saved"
        desk.card_desk.set_disposition("booked")
        await press(pilot, "f9")
        await settle(pilot)
        assert isinstance(app.screen, NowScreen)
        assert "F9" not in shown(pilot, "#keys")


@pytest.mark.long
@pytest.mark.parametrize(
    "changes",
    [
        {"direction": "out"},
        {
            "consult": call_control.ConsultInfo(
                role="asked", who="anna", open=True, heard="party", since=NOW
            )
        },
    ],
    ids=["dialled", "asked about it"],
)
async def test_what_was_not_taken_does_not_cover_the_shift(
    app: EkcApp, desk: ScriptedSupervisor, changes: dict[str, Any]
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await takes(pilot, desk, **changes)
        assert isinstance(app.screen, NowScreen)
        await press(pilot, "f9")
        assert isinstance(app.screen, OwnCallScreen)
