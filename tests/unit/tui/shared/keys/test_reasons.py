from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest

from ekc_console.client.link.errors import refused
from ekc_console.domain.terms.rights import ROLES
from ekc_console.tui.shared.keys.conditions import CONDITIONS, Situation, enabled
from ekc_console.tui.shared.keys.reasons import about_key, refusal, why_not
from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, keys_of
from ekc_console.tui.shared.keys.search import OTHER_NAMES, words
from ekc_console.wire.messages import Reply
from ekc_console.wire.words import words as said

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
        ("f2", dataclasses.replace(READY, me="wrap_up", last_call=True), "сохраните карточку: F9"),
        ("f2", dataclasses.replace(READY, me="wrap_up", shift=False, last_call=True), "F9"),
        ("f12", dataclasses.replace(READY, session_over=True), "Экран входа — F2"),
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


IN_CONSULTATION = dataclasses.replace(TALK, call="consult", consult="ringing")


@pytest.mark.parametrize("emergency", [False, True])
@pytest.mark.parametrize("pressed", ["f4", "f6", "f11"])
def test_a_key_of_the_talk_says_that_somebody_is_still_called(
    pressed: str, emergency: bool
) -> None:
    rings = dataclasses.replace(IN_CONSULTATION, emergency=emergency)
    assert "ещё не ответил" in about_key(pressed, rings)
    assert "F8" in about_key(pressed, rings)


def test_a_key_of_the_talk_says_that_it_is_one_of_three() -> None:
    there = dataclasses.replace(IN_CONSULTATION, consult="all", emergency=True)
    assert "соединить — F4" in about_key("f11", there)


def test_no_ready_is_offered_after_a_last_call_and_its_card_has_its_key() -> None:
    for state in ("wrap_up", "ready", "break"):
        for line in ("up", "failed"):
            s = dataclasses.replace(READY, me=state, line=line, last_call=True)  # type: ignore[arg-type]
            assert not enabled(BY_ID["state.ready"], s)
    assert enabled(
        BY_ID["card.save"], dataclasses.replace(READY, me="wrap_up", card_open=True, last_call=True)
    )


def test_a_card_to_be_saved_first_is_told_with_the_key_that_saves() -> None:
    error = refused(Reply(id="1", ok=False, code="wrong_state", words=said("card.not_saved")))
    assert "Выберите итог" in refusal(error)
    assert refusal(error).endswith("Сохранить — F9.")
    other = refused(Reply(id="1", ok=False, code="wrong_state", words=said("card.none")))
    assert refusal(other) == other.in_one_line


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
