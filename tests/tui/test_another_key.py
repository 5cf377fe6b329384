"""Another key pressed in between tells that the one before was let go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from ekc_console.tui.operator.panes.script import ScriptPane
from ekc_console.tui.shared.keys import held
from ekc_console.tui.shared.keys.held import Unread
from ekc_console.tui.shell.app import EkcApp
from tests.support.desk import ScriptedDesk
from tests.tui.steps import press, settle, talk

WIDE = (140, 40)


@pytest.fixture(autouse=True)
def _nothing_tells_but_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "SAME_KEY_S", 0.2)


@asynccontextmanager
async def talking(app: EkcApp) -> AsyncIterator[tuple[Pilot[Any], list[float]]]:
    """With the script's clock, which stands still."""
    async with app.run_test(size=WIDE) as pilot:
        await talk(pilot)
        at = [0.0]
        app.screen.query_one(ScriptPane).unread = Unread(lambda: at[0])
        yield pilot, at


@pytest.mark.parametrize("typed", ["letters", "pasted"])
async def test_enter_behind_what_was_typed_behind_enter_is_taken_however_soon(
    app: EkcApp, desk: ScriptedDesk, typed: str
) -> None:
    async with talking(app) as (pilot, _at):
        await press(pilot, "1", "иванова анна", "enter")
        if typed == "letters":
            await press(pilot, *"12.03.85")
        else:
            app.post_message(events.Paste("12.03.85"))  # as a terminal says it
            await settle(pilot)
        await press(pilot, "enter")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["birth_date"] == "1985-03-12"
