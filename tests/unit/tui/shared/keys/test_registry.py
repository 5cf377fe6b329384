from __future__ import annotations

from itertools import combinations
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding

from ekc_console import i18n
from ekc_console.i18n import _
from ekc_console.tui.admin.face import AdminFace
from ekc_console.tui.clinic.face import ClinicFace
from ekc_console.tui.operator.actions.commands import Commands
from ekc_console.tui.shared.keys.bindings import bindings
from ekc_console.tui.shared.keys.conditions import CONDITIONS, Situation, enabled
from ekc_console.tui.shared.keys.registry import (
    ACTIONS,
    BY_ID,
    CYRILLIC_TWINS,
    FORBIDDEN_KEYS,
    SECTIONS,
    all_keys,
    key_name,
    shown_key,
)
from ekc_console.tui.shell.bars import key_bar
from ekc_console.tui.supervisor.face import SupervisorFace
from ekc_console.wire.messages import AgentState, CallStateName, Role

situations = st.builds(
    Situation,
    logged_in=st.booleans(),
    role=st.sampled_from(get_args(Role)),
    me=st.sampled_from(get_args(AgentState)),
    line=st.sampled_from(["off", "connecting", "up", "failed"]),
    call=st.none() | st.sampled_from(get_args(CallStateName)),
    pending_break=st.booleans(),
    card_open=st.booleans(),
    script_open=st.booleans(),
    other_scripts=st.booleans(),
    session_over=st.booleans(),
    last_call=st.booleans(),
    modal=st.booleans(),
    on_desk=st.booleans(),
    closable=st.booleans(),
    watching=st.booleans(),
    talks_in_sight=st.booleans(),
    at_talk=st.booleans(),
    listening=st.booleans(),
)


def test_ids_are_dotted_and_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)
    assert all("." in action.id for action in ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_whole(action: Any) -> None:
    assert action.section in SECTIONS
    assert action.when in CONDITIONS
    assert action.label
    assert action.help
    assert set(action.roles) <= set(get_args(Role))
    assert not FORBIDDEN_KEYS & set(action.keys)
    if any(key.startswith("f") and key[1:].isdigit() for key in action.keys):
        assert action.priority, "a function key must work while a field is typed in"


def test_every_action_with_a_key_is_done_by_a_command() -> None:
    host: Any = None
    own = (SupervisorFace(), AdminFace(), ClinicFace(host))
    faces = [name for face in own for name in face.commands(host)]
    done = {*Commands(host).by_id, *faces}
    assert {action.id for action in ACTIONS if action.keys} <= done
    assert done <= set(BY_ID)


@given(situations)
def test_no_key_means_two_things_at_once(situation: Situation) -> None:
    live = [action for action in ACTIONS if enabled(action, situation)]
    for one, other in combinations(live, 2):
        assert not set(one.keys) & set(other.keys), (one.id, other.id)


@given(situations, st.integers(80, 200))
def test_the_key_bar_fits_and_always_names_help_and_exit(situation: Situation, width: int) -> None:
    line = key_bar(situation, width)
    assert line.cell_length <= width
    for name in ("app.help", "app.quit"):
        if enabled(BY_ID[name], situation):
            assert f" {shown_key(BY_ID[name])} " in line.plain


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({"me": "ready", "line": "up"}, "app.help find.open call.dial state.break view.next"),
        ({"me": "break"}, "app.help state.ready find.open call.dial state.break"),
        ({"me": "offered", "call": "offered"}, "app.help call.answer call.reject view.next"),
        (
            {"me": "talking", "call": "talking"},
            "app.help call.transfer call.hold call.mute call.hang_up call.consult call.emergency",
        ),
        (
            {"me": "talking", "call": "held"},
            "app.help call.transfer call.resume call.mute call.hang_up call.consult call.emergency",
        ),
        (
            {"me": "talking", "call": "consult", "consult": "party"},
            "app.help consult.complete consult.switch consult.cancel consult.conference call.mute "
            "call.emergency",
        ),
        (
            {"me": "wrap_up", "call": "wrap_up"},
            "app.help state.ready card.save call.dial emergency.dial",
        ),
    ],
)
def test_the_key_bar_of_80_columns(changes: dict[str, Any], needed: str, language: str) -> None:
    i18n.use(language)
    has_card = "call" in changes
    situation = Situation(logged_in=True, on_desk=True, card_open=has_card, **changes)
    text = key_bar(situation, 80).plain
    for action in (BY_ID[name] for name in [*needed.split(), "app.quit"]):
        labels = {action.label, action.short or action.label}
        assert any(f"{shown_key(action)} {_(label)}" in text for label in labels), text


@given(situations, st.integers(12, 200))
def test_the_key_of_103_is_the_last_to_find_no_room(situation: Situation, width: int) -> None:
    if enabled(BY_ID["call.emergency"], situation):
        assert "Ctrl+Z 103" in key_bar(situation, width).plain


def test_letters_have_their_twin_on_the_russian_layout() -> None:
    assert all_keys(BY_ID["script.back"]) == ("ctrl+b", "ctrl+и")
    assert all_keys(BY_ID["call.answer"]) == ("f5",)


def test_letters_work_with_caps_lock_on_either_layout() -> None:
    assert all_keys(BY_ID["watch.pause"]) == ("p", "з", "P", "З")


def test_bindings_carry_the_ids_and_the_digits() -> None:
    made = [binding for binding in bindings() if isinstance(binding, Binding)]
    assert {binding.id for binding in made if binding.id} == {
        a.id for a in ACTIONS if not a.shown_key
    }
    # Last of their key: they say why.
    silent = {*(f"f{number}" for number in range(1, 13)), "ctrl+z,ctrl+я", "space"}
    silent |= {f"{a},{b},{a.upper()},{b.upper()}" for a, b in CYRILLIC_TWINS.items()}
    assert {binding.key for binding in made if not binding.id} == set("1234567890") | silent


@pytest.mark.parametrize(
    ("key", "name"), [("f5", "F5"), ("ctrl+b", "Ctrl+B"), ("escape", "Esc"), ("delete", "Delete")]
)
def test_keys_are_named_as_on_the_keyboard(key: str, name: str) -> None:
    assert key_name(key) == name


def test_a_key_of_a_widget_is_shown_too() -> None:
    assert shown_key(BY_ID["callback.close"]) == "Delete"


def test_the_call_can_be_answered_over_a_question() -> None:
    asked = Situation(logged_in=True, me="offered", call="offered", modal=True)
    assert enabled(BY_ID["call.answer"], asked)
    assert not enabled(BY_ID["find.open"], asked)
    assert not enabled(BY_ID["app.quit"], asked)


def test_after_the_session_only_what_needs_no_server_is_offered() -> None:
    """The card stays on the screen, the microphone can still be turned off."""
    over = Situation(
        logged_in=True, me="talking", call="talking", card_open=True, script_open=True,
        session_over=True, on_desk=True,
    )  # fmt: skip
    line = key_bar(over, 200).plain
    assert line.split()[:6] == ["F1", "Справка", "F2", "Экран", "входа", "F7"]
    for key in ("F3", "F4", "F6", "F8", "F9", "F12", "Ctrl+E", "Ctrl+F"):
        assert f" {key} " not in line
    assert enabled(BY_ID["script.back"], over)
    assert enabled(BY_ID["app.log"], over)
