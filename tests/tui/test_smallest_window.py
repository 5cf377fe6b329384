"""A window of 40×10: what the script says and its answers are read there, whatever else is not."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from ekc_console.tui.shell.app import EkcApp
from tests.support.desk import SCENARIO
from tests.tui.steps import press, resize, settle, talk
from tests.tui.test_signs_in_sight import FIRST


def seen(pilot: Pilot[Any]) -> str:
    """All that the screen shows, as one text."""
    strips = pilot.app.screen._compositor.render_strips()
    return " ".join(" ".join(strip.text for strip in strips).split())


async def test_in_a_window_of_40_by_10_the_question_and_its_answers_are_read(app: EkcApp) -> None:
    async with app.run_test(size=(40, 10)) as pilot:
        await talk(pilot)
        step: dict[str, Any] = SCENARIO["steps"]["emergency"]
        assert step["choose"] in seen(pilot)
        assert [o["label"] for o in step["options"] if o["label"] not in seen(pilot)] == []
        await press(pilot, "1")
        step = SCENARIO["steps"]["fio"]
        assert step["text"] in seen(pilot)
        assert SCENARIO["fields"]["fio"]["label"] in seen(pilot)
        await press(pilot, "сидорова елена")
        assert "сидорова елена" in seen(pilot)


@pytest.mark.long
async def test_of_many_answers_to_a_long_question_the_text_has_half_and_both_scroll(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCENARIO["steps"], "emergency", FIRST)
    async with app.run_test(size=(40, 10)) as pilot:
        await talk(pilot)
        assert "Здравствуйте! Служба 122, оператор на" in seen(pilot)
        assert "2 Ответ 2" in seen(pilot)
        await press(pilot, *["down"] * 6)
        assert "6 Ответ 6" in seen(pilot)
        assert "Здравствуйте! Служба 122, оператор на" in seen(pilot)


@pytest.mark.long
async def test_a_window_made_larger_has_its_tabs_again(app: EkcApp) -> None:
    async with app.run_test(size=(40, 10)) as pilot:
        await talk(pilot)
        assert "Звонящий" not in seen(pilot)
        await resize(pilot, 80, 24)
        await settle(pilot)
        assert "Звонящий" in seen(pilot)
        assert "шаг 1 из" in seen(pilot)
