"""From the caller's word to the service that rings: the keys, and what has to be read and said on
the way, as for somebody who has it for the first time.

Time is that of the keystroke-level model (Card, Moran, Newell): an average typist's key, a mental
act before every decision, and the reading and speaking of an unhurried person.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from ekc_console.config import shipped_scripts
from ekc_console.scenario_files import check_knowledge
from ekc_console.tui.operator.panes.script import StepChoices
from ekc_console.tui.shared.keys import held
from ekc_console.tui.shared.widgets import emergency as emergency_panel
from ekc_console.tui.shared.widgets.emergency import BOUNCE_S, EmergencyPanel
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import call_control, messages, side_work
from tests.support import desk as desks
from tests.support.desk import DIRECTORY, ScriptedDesk
from tests.tui.steps import (
    TALK,
    app_of,
    be_ready,
    commands,
    desk_of,
    end_call,
    focused,
    press,
    replace,
    settle,
    show_call,
    shown,
    talk,
)
from tests.tui.test_emergency import emergency, later
from tests.unit.domain.scenario_data import SHIPPED, TODAY, scenarios

SCENARIOS = scenarios(SHIPPED)
LONG = pytest.mark.long
KEY_S = 0.28
MENTAL_S = 1.35
READ_S = 60 / 180
"""A word that is read; one that is said takes longer."""
SAY_S = 60 / 130
LIMIT_S = 15.0
MOST_KEYS = 3
MOST_WORDS = 40


class ShippedDesk(ScriptedDesk):
    """With the scripts as they are shipped."""

    async def _send(self, body: messages.Command, limit_s: float | None = None) -> Any:
        if isinstance(body, messages.GetScenario):
            found = SCENARIOS[body.scenario]
            return messages.ScenarioText(
                scenario=found.id, version=found.version, document=dict(found.document)
            )
        return await super()._send(body, limit_s)


class Effort:
    def __init__(self) -> None:
        self.keys = 0
        self.words = 0
        self.seconds = 0.0

    def read(self, text: str) -> None:
        self.words += len(text.split())
        self.seconds += len(text.split()) * READ_S

    def say(self, text: str) -> None:
        self.words += len(text.split())
        self.seconds += len(text.split()) * SAY_S

    def press(self, keys: int) -> None:
        self.keys += keys
        self.seconds += MENTAL_S + keys * KEY_S


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EkcApp:
    signs = check_knowledge(shipped_scripts(), None, TODAY).knowledge.signs
    infos = tuple(side_work.SignInfo(title=s.title, looks=s.looks, call=s.call) for s in signs)
    monkeypatch.setattr(desks, "DIRECTORY", replace(DIRECTORY, signs=infos))
    app = EkcApp(ShippedDesk(tmp_path), server="127.0.0.1", state_dir=tmp_path)
    monkeypatch.setattr(desks, "SCENARIO", dict(SCENARIOS["general"].document))
    return app


def leads_up_to(pilot: Pilot[Any], sign: str) -> str:
    """The beginnings of the signs on the screen, which are bold, down to the one wanted."""
    text = pilot.app.screen.query_one("#script-text", Painted).shown
    bold = [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]
    return " ".join(bold[1 : bold.index(sign) + 1])


def answers_up_to(pilot: Pilot[Any], key: str) -> str:
    choices = pilot.app.screen.query_one(StepChoices).choices
    place = [choice.value for choice in choices].index(key)
    return " ".join(choice.label for choice in choices[: place + 1])


async def call(pilot: Pilot[Any], spent: Effort, service: str) -> None:
    """Enter in the question that is open, where it stands first, for the service that is asked
    about; else the digit."""
    panel = pilot.app.screen.query_one(EmergencyPanel)
    question = shown(pilot, "#emergency-question")
    if question.startswith("Enter") and service in question.split(",")[0]:
        key, upto = "enter", "Enter"
    else:
        key, upto = {"103": "1", "112": "2"}[service], service
    spent.read(f"{panel.border_title} {question[: question.index(upto) + len(upto)]}")
    spent.press(1)
    spent.seconds += BOUNCE_S
    await later(pilot)
    await press(pilot, key)
    [asked] = commands(pilot, call_control.CallEmergency)
    assert asked.first == service


async def by_the_script(
    pilot: Pilot[Any], keys: tuple[str, ...], sign: str, service: str
) -> Effort:
    spent = Effort()
    spent.read(leads_up_to(pilot, sign) if sign else "")
    for number, key in enumerate(keys):
        if number:
            spent.say(shown(pilot, "#script-text").split("\n")[0])
        spent.read(answers_up_to(pilot, key))
        spent.press(1)
        await press(pilot, key)
    await call(pilot, spent, service)
    return spent


@pytest.mark.parametrize(
    ("word", "keys", "sign", "service"),
    [
        ("задыхается", ("2",), "не дышит", "103"),
        pytest.param("не может дышать", ("2",), "не дышит", "103", marks=LONG),
        pytest.param("упал и не отвечает", ("2",), "без сознания", "103", marks=LONG),
        pytest.param(
            "болит в груди и отдаёт в руку", ("2",), "боль или давление в груди", "103",
            marks=LONG,
        ),
        ("хочет умереть", ("4", "2"), "", "112"),
    ],
)  # fmt: skip
async def test_from_the_word_to_the_service_that_rings_in_time(
    app: EkcApp, word: str, keys: tuple[str, ...], sign: str, service: str
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        spent = await by_the_script(pilot, keys, sign, service)
    print(f"\n{word}: {spent.keys} keys, {spent.words} words, {spent.seconds:.1f} s")
    assert spent.keys <= MOST_KEYS
    assert spent.words <= MOST_WORDS
    assert spent.seconds <= LIMIT_S


async def test_who_knows_the_key_needs_a_third_of_it(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        spent = Effort()
        spent.press(2)
        await press(pilot, "ctrl+z")
        await call(pilot, spent, "103")
    print(f"\nby the key alone: {spent.keys} keys, {spent.words} words, {spent.seconds:.1f} s")
    assert spent.keys == 3
    assert spent.seconds <= LIMIT_S / 2


# -- the question that opens by itself ------------------------------------------------------


def question(pilot: Pilot[Any]) -> str:
    panels = pilot.app.screen.query(EmergencyPanel)
    return str(panels.first().border_title) if panels else ""


@pytest.mark.parametrize(("key", "title"), [("2", "Вызвать скорую?"), ("3", "Вызвать 112?")])
async def test_the_answer_that_calls_for_help_opens_its_question_and_enter_calls(
    app: EkcApp, key: str, title: str
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, key)
        assert question(pilot) == title
        await later(pilot)
        await press(pilot, "enter")
        [asked] = commands(pilot, call_control.CallEmergency)
        assert asked.first == {"2": "103", "3": "112"}[key]


async def dial_out(pilot: Pilot[Any]) -> None:
    """A callback that rings, with its script open."""
    await be_ready(pilot)
    call = replace(TALK, state="dialing", direction="out", answered_at=None)
    show_call(pilot, "dialing", call)
    await settle(pilot)
    app_of(pilot).to_pane("script")
    await settle(pilot)


async def test_103_wanted_while_the_caller_is_dialled_is_asked_about_as_soon_as_he_answers(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await dial_out(pilot)
        await press(pilot, "2")
        assert question(pilot) == ""
        assert "вопрос о 103 откроется, когда он ответит" in shown(pilot, "#message")
        show_call(pilot, "talking", replace(TALK, direction="out"))
        await settle(pilot)
        assert question(pilot) == "Вызвать скорую?"
        assert not app.screen.query_one("#message").display


@pytest.mark.long
async def test_who_has_gone_back_before_the_caller_answered_is_not_asked(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await dial_out(pilot)
        await press(pilot, "2", "ctrl+b")
        show_call(pilot, "talking", replace(TALK, direction="out"))
        await settle(pilot)
        assert question(pilot) == ""


@pytest.mark.long
async def test_the_answer_held_down_calls_nobody_in_the_question_that_it_opened(
    app: EkcApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the same digit is another service."""
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        monkeypatch.setattr(held, "SAME_KEY_S", 0.2)
        monkeypatch.setattr(emergency_panel, "BOUNCE_S", 0.0)
        for since in (0.0, 0.5, 0.533, 0.566):
            event = events.Key("2", "2")
            event.time = 1e6 + since
            app.post_message(event)
            await settle(pilot)
        assert question(pilot) == "Вызвать скорую?"
        assert commands(pilot, call_control.CallEmergency) == []


@pytest.mark.long
async def test_a_question_that_was_closed_is_not_put_again_and_the_field_is_typed_in(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, "2", "escape")
        assert question(pilot) == ""
        await press(pilot, "хрипит", "enter")
        assert desk_of(pilot).card_desk.session.fields["complaint"] == "хрипит"
        assert question(pilot) == ""


@pytest.mark.long
async def test_who_has_called_103_already_is_not_asked(app: EkcApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        rings = call_control.ServiceCalled(number="103", rings=True)
        await emergency(pilot)
        call = desk_of(pilot).view.call
        show_call(pilot, "consulting", replace(call, services=(rings,)))
        await press(pilot, "2")
        assert desk_of(pilot).card_desk.session.scenario.id == "emergency"
        assert question(pilot) == ""


async def test_103_that_the_script_came_to_is_asked_about_before_the_outcome_that_is_missing(
    app: EkcApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        desk = desk_of(pilot)
        await talk(pilot)
        await press(pilot, "2", "escape")
        end_call(pilot)
        await settle(pilot)
        assert desk.card_desk.disposition == ""
        await press(pilot, "f9")
        assert question(pilot) == "103 не вызвана. Вызвать сейчас?"
        await later(pilot)
        await press(pilot, "0")
        assert focused(pilot) == "card-dispositions"
        assert commands(pilot, messages.SaveCard) == []


async def test_103_by_another_telephone_is_said_by_the_script_and_until_then_f8_cuts_nobody_off(
    app: EkcApp,
) -> None:
    """And where nothing was dialled, the answer «Вызов пошёл» says so."""
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, "2", "escape")
        assert "103 НЕ вызвана" in shown(pilot, "#message")
        await press(pilot, "f8")
        assert isinstance(app.screen, Confirm)
        asked = app.screen.query_one("#confirm-question", Static).content
        assert asked == "103 не вызвана: положить трубку?"
        await press(pilot, "enter")
        assert commands(pilot, messages.HangUpCall) == []
        await press(pilot, "хрипит", "enter", "1")
        why = "Программа ещё никого не набирала. Вызвать 103 — Ctrl+Z, затем 1."
        assert why in shown(pilot, "#script-error")
        await press(pilot, "2", "0", "1", "3")
        card = desk_of(pilot).card_desk
        assert card.session.step.id == "done_103"
        assert not app.screen.query_one("#message").display
        await press(pilot, "f9")
        assert question(pilot) == ""
        [saved] = commands(pilot, messages.SaveCard)
        assert saved.session["fields"]["accepted_by"] == "ambulance"
        await press(pilot, "f8")
        assert len(commands(pilot, messages.HangUpCall)) == 1
