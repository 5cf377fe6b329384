"""A caller who was cut off in an emergency and calls again is marked before all else."""

from __future__ import annotations

import pytest

from ekc_console.tui.shell.app import EkcApp
from tests.support.desk import CALL, NOW
from tests.tui.steps import READY, be_ready, desk_of, end_call, replace, settle, shown, talk

MARK = "СРОЧНО: оборвалось при вызове скорой"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_offer_says_that_the_caller_was_cut_off_in_an_emergency(
    app: EkcApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await be_ready(pilot)
        me = replace(READY, state="offered", since=NOW - 3, until=NOW + 12)
        desk_of(pilot).put(me, replace(CALL, urgent=True))
        await settle(pilot)
        assert MARK in shown(pilot, "#call-about")


async def test_in_the_talk_it_stays_and_goes_with_the_person(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot, urgent=True)
        assert MARK in shown(pilot, "#call-about")
        end_call(pilot)
        await settle(pilot)
        assert MARK not in shown(pilot, "#call-about")
