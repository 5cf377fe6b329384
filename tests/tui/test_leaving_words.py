"""What is asked on the way out is true of who is on no shift."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import messages
from ekc_console.wire.listening import OwnListening
from tests.support.desk import NOW
from tests.tui.steps import TALK, commands, log_in, press, settle, shown
from tests.tui.test_changed_role import become, made


def asked(pilot: Pilot[Any]) -> tuple[str, str]:
    assert isinstance(pilot.app.screen, Confirm)
    question, consequence = (
        str(pilot.app.screen.query_one(f"#confirm-{part}", Static).content)
        for part in ("question", "consequence")
    )
    return question, consequence


@pytest.mark.parametrize(
    ("workplace", "role", "changes", "question", "consequence"),
    [
        ("supervisor", "supervisor", {}, "Выйти?", "Консоль закроется"),
        (
            "supervisor",
            "supervisor",
            {"listening": OwnListening(call="c-7", mode="listen", since=NOW, agent="anna")},
            "Выйти?",
            "Прослушивание закончится",
        ),
        pytest.param(
            "operator", "analyst", {}, "Выйти?", "Консоль закроется", marks=pytest.mark.long
        ),
        pytest.param("clinic", "clinic", {}, "Выйти?", "Консоль", marks=pytest.mark.long),
        pytest.param(
            "operator",
            "operator",
            {"state": "ready"},
            "Закончить смену и выйти?",
            "Вызовы больше не",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "operator",
            "operator",
            {"state": "break"},
            "Закончить смену и выйти?",
            "Вызовы вам и сейчас не",
            marks=pytest.mark.long,
        ),
    ],
)
async def test_the_question_speaks_of_a_shift_to_who_is_on_one(
    tmp_path: Path,
    workplace: str,
    role: messages.Role,
    changes: dict[str, Any],
    question: str,
    consequence: str,
) -> None:
    app = made(workplace, tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await log_in(pilot)
        become(app.desk, role, **changes)
        await settle(pilot)
        await press(pilot, "f10")
        heading, text = asked(pilot)
        assert heading == question
        assert text.startswith(consequence)


async def test_a_supervisor_in_a_call_leaves_after_it_without_a_break_or_staying_ready(
    tmp_path: Path,
) -> None:
    app = made("supervisor", tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await log_in(pilot)
        become(app.desk, "supervisor", TALK, state="talking")
        await settle(pilot)
        await press(pilot, "f10")
        assert asked(pilot)[0] == "Выйти после вызова?"
        await press(pilot, "right", "enter", "f10")
        assert "Вы остаётесь." in shown(pilot, "#message")
        await press(pilot, "f10", "right", "enter")
        assert not commands(pilot, messages.GoBreak)
        assert not commands(pilot, messages.GoReady)
        assert not app._leaving
        become(app.desk, "supervisor")
        await settle(pilot)
        assert app._leaving
