from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest

from ekc_console.domain.terms.rights import ROLES
from ekc_console.tui.shared.keys.conditions import CONDITIONS, Situation, enabled
from ekc_console.tui.shared.keys.reasons import about_key, why_not
from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, keys_of
from ekc_console.tui.shared.keys.search import OTHER_NAMES, words

READY = Situation(logged_in=True, me="ready", line="up", on_desk=True)
TALK = dataclasses.replace(READY, me="talking", call="talking", card_open=True, script_open=True)


@pytest.mark.parametrize(
    ("key", "situation", "words"),
    [
        ("f2", READY, "Вы уже готовы"),
        (
            "f2",
            dataclasses.replace(READY, me="offered", call="offered"),
            "Вам уже предлагают вызов: F5",
        ),
        ("f2", TALK, "Сначала закончите вызов"),
        ("f5", READY, "не предлагают"),
        ("f5", dataclasses.replace(READY, me="not_responding"), "пока вы не готовы: F2"),
        ("f5", dataclasses.replace(READY, me="wrap_up", call="wrap_up"), "сейчас не предлагают"),
        ("f5", TALK, "Вы уже в разговоре"),
        ("f6", READY, "Разговора сейчас нет"),
        ("f7", READY, "Разговора сейчас нет"),
        ("f8", READY, "Разговора сейчас нет"),
        ("f9", READY, "Карточка не открыта"),
        ("f9", dataclasses.replace(READY, old_card=True), "Карточка сохранена, изменений нет"),
        (
            "f9",
            dataclasses.replace(READY, old_card=True, old_card_unfinished=True),
            "не выбран итог",
        ),
        ("f11", READY, "Разговора сейчас нет"),
        ("f4", dataclasses.replace(READY, me="not_responding"), "между вызовами"),
        ("f12", dataclasses.replace(READY, modal=True), "ответьте на вопрос"),
        ("f5", dataclasses.replace(READY, session_over=True), "Сеанс закончен"),
        (
            "ctrl+z",
            dataclasses.replace(READY, role="supervisor", watching=True),
            "Отменять нечего",
        ),
        ("f3", dataclasses.replace(TALK, last_call=True), "кончается вместе с этим разговором"),
        ("f12", dataclasses.replace(TALK, last_call=True), "кончается вместе с этим разговором"),
        ("ctrl+z", dataclasses.replace(TALK, last_call=True), ""),
        ("f9", dataclasses.replace(TALK, last_call=True), ""),
        ("f8", TALK, ""),
        ("f1", READY, ""),
        ("f5", Situation(), ""),
    ],
)
def test_a_function_key_that_does_not_apply_says_why(
    key: str, situation: Situation, words: str
) -> None:
    reason = about_key(key, situation)
    assert words in reason
    assert bool(words) == bool(reason)


def test_every_action_that_is_off_has_a_reason() -> None:
    for action in ACTIONS:
        for situation in (READY, TALK, dataclasses.replace(READY, modal=True)):
            assert bool(why_not(action, situation)) != enabled(action, situation), action.id
    assert {action.when for action in ACTIONS} <= CONDITIONS.keys()


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("готов", "state.ready"),
        ("выход", "app.quit"),
        ("тема", "view.theme"),
        ("помощь", "help.ask"),
        ("справк", "app.help"),
        ("перевести", "call.transfer"),
        ("несохранённые", "card.edits"),
        ("f12", "state.break"),
    ],
)
def test_an_action_is_found_by_the_word_on_its_key_and_by_what_people_say(
    typed: str, action: str
) -> None:
    assert typed in words(BY_ID[action]).casefold()


def test_other_names_are_of_actions() -> None:
    assert OTHER_NAMES.keys() <= BY_ID.keys()


DESKS = ("watching", "keeping", "auditing", "configuring", "at_clinic", "reporting")


@pytest.mark.parametrize("desk", DESKS)
def test_every_key_of_every_desk_and_role_has_something_to_say(desk: str) -> None:
    keys = {key for action in ACTIONS for key in keys_of(action)}
    for role, key, modal in itertools.product(ROLES, keys, (False, True)):
        here: dict[str, Any] = {desk: True, "watching": desk in ("watching", "reporting")}
        situation = dataclasses.replace(READY, role=role, modal=modal, **here)
        assert isinstance(about_key(key, situation), str)
