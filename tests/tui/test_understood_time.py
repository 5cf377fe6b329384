"""Under a field for a time it stands what the words in it are taken to mean."""

from __future__ import annotations

import pytest

from ekc_console.tui.shell.app import EkcApp
from tests.support.desk import SCENARIO, ScriptedDesk
from tests.tui.steps import press, settle, shown, until
from tests.tui.test_typed_sign import ask_freely


async def test_the_time_that_is_meant_stands_under_the_field_of_the_script_and_of_the_card(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCENARIO, "needs", {"waiting_list": "clinic"})
    monkeypatch.setitem(SCENARIO, "unsettled", {"waiting_list": "later"})
    async with app.run_test() as pilot:
        await ask_freely(pilot)
        await press(pilot, "через два")
        assert shown(pilot, "#script-remark") == ""
        await press(pilot, " часа")
        assert shown(pilot, "#script-remark") == "понято как сегодня 12:24"
        await press(pilot, "enter")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["clinic"] == "12.03 в 12:24"
        app.cards.correct("clinic")
        await until(pilot, lambda: bool(app.screen.query("Panel Input")))
        await settle(pilot)
        assert shown(pilot, "#prompt-note") == "понято как сегодня 12:24"
