"""What scripts keep for a medic: a word to ask one for all others; and a medic is asked by key."""

from __future__ import annotations

from typing import Any

import pytest

from ekc_console.domain.terms.ids import Role
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire.side_work import AskHelp
from tests.support.desk import SCENARIO, ScriptedDesk
from tests.tui.steps import READY, commands, press, replace, settle, shown, talk

STEP: dict[str, Any] = {
    "title": "Что ответить",
    "choose": "Одну минуту.",
    "options": [
        {"key": "1", "label": "Передам", "next": "said"},
        {"key": "2", "label": "Отвечаю сам", "only": "medic", "next": "said"},
    ],
}
SAID: dict[str, Any] = {"say": "Доза: таблетка в день.", "only": "medic", "next": "done"}
ASK = "Спросите медика: Ctrl+W"


@pytest.fixture(autouse=True)
def _steps(monkeypatch: pytest.MonkeyPatch, desk: ScriptedDesk) -> None:
    end = {"end": "booked", "card": "appointment"}
    monkeypatch.setitem(SCENARIO, "fields", {"fio": SCENARIO["fields"]["fio"]})
    monkeypatch.setitem(SCENARIO, "steps", {"emergency": STEP, "said": SAID, "done": end})


async def begin(pilot: Any, desk: ScriptedDesk, role: Role) -> list[str]:
    """The answers that are shown."""
    await talk(pilot)
    desk.put(replace(READY, state="talking", role=role))
    await settle(pilot)
    answers = pilot.app.screen.query_one("#script-choices", Choices).choices
    return [answer.label for answer in answers]


async def test_others_see_a_word_to_ask_and_cannot_choose(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        assert await begin(pilot, desk, "operator") == ["Передам", ASK]
        await press(pilot, "2")
        assert desk.card_desk.step is not None
        assert desk.card_desk.step.id == "emergency"
        assert "только медик" in shown(pilot, "#script-error")
        await press(pilot, "1")
        text = shown(pilot, "#script-text")
        assert ASK in text
        assert "таблетка" not in text
        await press(pilot, "enter")
        assert desk.card_desk.step.id == "done"


async def test_a_medic_says_and_decides(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        assert await begin(pilot, desk, "medic") == ["Передам", "Отвечаю сам"]
        await press(pilot, "2")
        assert "таблетка в день" in shown(pilot, "#script-text")


@pytest.mark.long
@pytest.mark.parametrize("key", ["ctrl+w", "ctrl+ц"])
async def test_a_medic_is_asked_by_a_key_wherever_one_types(
    app: EkcApp, desk: ScriptedDesk, key: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, desk, "operator")
        await press(pilot, key, "сколько парацетамола?", "enter")
        (asked,) = commands(pilot, AskHelp)
        assert (asked.text, asked.medic) == ("сколько парацетамола?", True)


async def test_who_becomes_a_medic_reads_the_words_in_the_card_that_is_open(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server leaves them out for others: they have to be fetched, and nothing is lost by it."""
    monkeypatch.setitem(SCENARIO["steps"], "said", {**SAID, "say": "Слова медика."})
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, desk, "operator")
        await press(pilot, "1")
        desk.card_desk.set_field("fio", "Иванов Иван")
        monkeypatch.setitem(SCENARIO["steps"], "said", SAID)
        desk.put(replace(READY, state="talking", role="medic"))
        await settle(pilot)
        assert "таблетка в день" in shown(pilot, "#script-text")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["fio"] == "Иванов Иван"
        assert desk.card_desk.session.state.step == "said"
        monkeypatch.setitem(SCENARIO["steps"], "said", {**SAID, "say": "Слова медика."})
        desk.put(replace(READY, state="talking", role="operator"))
        await settle(pilot)
        assert desk.card_desk.scenario is not None
        assert "таблетка" not in str(desk.card_desk.scenario.steps["said"])
