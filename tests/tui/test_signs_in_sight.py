"""The signs of an emergency beside the first question, as they are shipped, on a small terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.containers import VerticalScroll

from ekc_console.config import shipped_scripts
from ekc_console.scenario_files import check_knowledge
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import side_work
from tests.support.desk import DIRECTORY, SCENARIO, ScriptedDesk
from tests.tui.steps import press, replace, settle, talk, until
from tests.tui.test_typed_sign import ask_freely
from tests.unit.server.knowledge.test_signs import TODAY

OPTIONS = [
    {"key": str(n), "label": f"Ответ {n}", "next": "fio" if n % 2 else "handed_over"}
    for n in range(1, 7)
]
FIRST: dict[str, Any] = {
    "title": "Признаки угрозы жизни",
    "choose": "Здравствуйте! Служба 122, оператор на линии. Что случилось?",
    "signs": True,
    "deliberate": True,
    "options": OPTIONS,
}
"""As long as the first step of the scripts that are shipped."""


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """What each sign looks like, as it is on the screen."""
    signs = check_knowledge(shipped_scripts(), None, TODAY).knowledge.signs
    infos = tuple(side_work.SignInfo(title=s.title, looks=s.looks, call=s.call) for s in signs)
    monkeypatch.setattr("tests.support.desk.DIRECTORY", replace(DIRECTORY, signs=infos))
    monkeypatch.setitem(SCENARIO["steps"], "emergency", FIRST)
    return tuple(sign.looks for sign in signs)


async def test_all_signs_are_in_sight_beside_the_first_question(
    app: EkcApp, shipped: tuple[str, ...]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        scroll = app.screen.query_one("#script-scroll", VerticalScroll)
        assert scroll.max_scroll_y == 0
        assert scroll.region.bottom <= app.screen.query_one("#script-choices").region.y
        seen = " ".join(app.screen.query_one("#script-text", Painted).shown.plain.split())
        assert [looks for looks in shipped if looks not in seen] == []


@pytest.mark.long
async def test_signs_are_no_grey_text_and_each_begins_in_bold(
    app: EkcApp, shipped: tuple[str, ...]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        text = app.screen.query_one("#script-text", Painted).shown
        bold = [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]
        grey = [text.plain[span.start : span.end] for span in text.spans if span.style == "$muted"]
        assert {looks.split(",")[0] for looks in shipped} <= set(bold)
        assert not any(looks in words for looks in shipped for words in grey)


@pytest.mark.parametrize(
    "look",
    [
        "ekc-dark",
        pytest.param("ekc-light", marks=pytest.mark.long),
        pytest.param("no-colours", marks=pytest.mark.long),
    ],
)
def test_signs_look_readable(
    look: str, tmp_path: Path, snap_compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if look == "no-colours":
        monkeypatch.setenv("NO_COLOR", "1")
    theme = "ekc-dark" if look == "no-colours" else look
    app = EkcApp(ScriptedDesk(tmp_path), server="127.0.0.1", state_dir=tmp_path, theme=theme)
    assert snap_compare(app, run_before=talk, terminal_size=(80, 24))


async def test_the_hint_under_the_note_is_in_sight_below_many_outcomes(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"other_{n}": f"Ещё итог {n}" for n in range(7)}
    monkeypatch.setitem(SCENARIO, "dispositions", {**SCENARIO["dispositions"], **many})
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        app.to_pane("card")
        await settle(pilot)
        note, sign = (app.screen.query_one(name) for name in ("#card-note", "#card-sign"))
        note.focus()
        await press(pilot, "мама не дышит")
        await until(pilot, lambda: sign.display)
        await press(pilot, ".")
        pane = app.screen.query_one("#pane-card").region
        assert sign.region.height >= 3
        assert pane.y <= note.region.y
        assert sign.region.bottom <= pane.bottom


async def test_a_sign_in_twenty_pasted_lines_is_in_sight_above_the_text_as_it_is_written(
    app: EkcApp,
) -> None:
    lines = ["Голова болит третий день, температура держится"] * 20
    lines[14:] = ["мама не дышит", *["ждём"] * 5]
    async with app.run_test(size=(80, 24)) as pilot:
        await ask_freely(pilot)
        await press(pilot, "\n".join(lines))
        sign = app.screen.query_one("#script-sign")
        await until(pilot, lambda: sign.display)
        await settle(pilot)
        pane, preview = app.screen.query_one("#pane-script"), app.screen.query_one("#script-remark")
        assert preview.display
        assert sign.region in pane.content_region
        assert app.screen.query_one("#script-input").region in pane.content_region
        assert sign.region.bottom <= preview.region.y
