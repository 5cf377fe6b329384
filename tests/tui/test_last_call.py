"""A call that is the last one of its session, on the screens: what is not there any more is not
said to be none."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from tests.support.desk import ME, NOW
from tests.tui.steps import TALK, desk_of, press, replace, settle, shown, talk

LISTS = ("#waiting", "#callbacks")


async def last_call(pilot: Pilot[Any], state: messages.AgentState = "talking") -> None:
    """As the server tells it: one's own state and call, and nothing of others."""
    await talk(pilot)
    me = replace(ME, state=state, since=NOW - 7, reason="", last_call="closed")
    desk = desk_of(pilot)
    call = (replace(TALK, state=state),) if state in ("talking", "wrap_up") else ()
    desk.view.apply(messages.Snapshot(seq=(desk.view.seq or 0) + 1, entities=(me, *call)))
    desk.on_view()
    await settle(pilot)


def lines(pilot: Pilot[Any], selector: str) -> str:
    table = pilot.app.screen.query_one(selector, Widget)
    return "\n".join(table.render_line(y).text for y in range(table.size.height))


async def test_lists_that_are_not_seen_any_more_are_not_called_empty(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await last_call(pilot)
        for selector in LISTS:
            assert "последний вызов" in lines(pilot, selector), selector
        assert "нет" not in lines(pilot, "#queues")
        desk_of(pilot).put(replace(ME, state="talking", last_call=""))
        await settle(pilot)
        assert "Никто не ждёт" in lines(pilot, "#waiting")
        assert "Перезванивать некому" in lines(pilot, "#callbacks")


@pytest.mark.long
async def test_the_key_that_makes_ready_says_how_the_last_call_ends(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await last_call(pilot, "wrap_up")
        assert "F2" not in shown(pilot, "#keys")
        await press(pilot, "f2")
        assert "сохраните карточку: F9" in shown(pilot, "#message")
