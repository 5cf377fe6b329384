"""A panel is open on a desk without calls: keys and help are of it, and none acts behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.tui.shared.keys.conditions import enabled
from ekc_console.tui.shared.keys.registry import ACTIONS
from ekc_console.tui.shared.widgets.fields import TextField
from ekc_console.tui.shell.help import HelpScreen
from tests.tui.steps import log_in, press, shown
from tests.tui.test_changed_role import made

STAYS = {
    "app.help", "app.log", "app.quit", "panel.accept", "view.close", "view.repaint",
    "view.settings", "view.theme",
}  # fmt: skip
"""Also above a panel, which is there again afterwards."""


@pytest.mark.parametrize(
    ("workplace", "opens"),
    [
        ("supervisor", "o"),
        pytest.param("admin", "/", marks=pytest.mark.long),
        pytest.param("clinic", "/", marks=pytest.mark.long),
    ],
)
async def test_while_one_types_in_a_panel_no_key_of_an_operator_is_named_or_acts(
    workplace: str, opens: str, tmp_path: Path
) -> None:
    app = made(workplace, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot)
        await press(pilot, opens, "о")
        assert {a.id for a in ACTIONS if enabled(a, app.situation())} == STAYS
        assert shown(pilot, "#keys").split() == ["F1", "Справка", "F10", "Выход", "Esc", "Закрыть"]
        screen, field = app.screen, app.focused
        assert isinstance(field, TextField)
        await press(pilot, "ctrl+a", "f3", "ctrl+f", "ctrl+k", "ctrl+r", "ctrl+n", "ctrl+o")
        assert (app.screen, app.focused) == (screen, field)
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        told = shown(pilot, "#help-text")
        assert "Принять то, что введено" in told
        for strange in ("сценари", "звонящего", "Звук", "очереди самому", "F3", "Ctrl+N"):
            assert strange not in told.replace("среди всех клавиш", "")
        await press(pilot, "escape")
        assert app.focused is field
        await press(pilot, "escape")
        assert not app.panel_open
