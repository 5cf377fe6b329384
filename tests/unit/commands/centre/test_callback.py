"""``ekc callback list | close``."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from ekc_console import i18n
from ekc_console.commands.centre import callback
from ekc_console.wire import messages, steering

ACCESS = ["--login", "boss", "--password", "secret"]


def info(key: str, **fields: Any) -> messages.CallbackInfo:
    return messages.CallbackInfo(id=key, number="+7 912", since=0.0, where="queue", **fields)


OWED = steering.Callbacks(
    callbacks=(
        info("cb1", held="foreign"),
        info("cb2", taken_by="Anna"),
        info("cb3", not_before=90.0),
        info("cb4", no_way=True),
        info("cb5", assigned="Boris"),
        info("cb6", not_before=95.0, postponed=True),
    )
)
SAID = {
    "ru": (
        "ждёт решения человека: зарубежный",
        "перезванивает Anna",
        "не раньше @90",
        "нет выхода",
        "отложен до @95",
    ),
    "en": (
        "waits for a person's decision: foreign",
        "Anna calls back",
        "not before @90",
        "no way",
        "given to Boris",
        "put off until @95",
    ),
}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_list_says_who_has_it_or_why_nobody_is_rung(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    clock = SimpleNamespace(now=61.0, said=lambda at: f"@{at:.0f}")
    monkeypatch.setattr(callback, "ask", lambda *_asked, **_server: OWED)
    monkeypatch.setattr(callback, "centre_clock", lambda **_server: clock)
    i18n.use(language)
    try:
        result = CliRunner(env={"COLUMNS": "200"}).invoke(callback.command, ["list", *ACCESS])
    finally:
        i18n.use("ru")
    assert result.exit_code == 0, result.output
    for words in SAID[language]:
        assert words in result.output
    assert language == "ru" or not re.search("[А-Яа-яЁё]", result.output)


@pytest.mark.parametrize(("flag", "result"), [([], "cancelled"), (["--reached"], "reached")])
def test_one_is_closed_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, flag: list[str], result: Any
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(callback, "do", lambda body, **_server: asked.append(body))
    assert CliRunner().invoke(callback.command, ["close", "cb1", *ACCESS]).exit_code == 2
    order = ["close", "cb1", "--why", "дубль", *flag, *ACCESS]
    assert CliRunner().invoke(callback.command, order).exit_code == 0
    assert asked == [messages.CloseCallback(callback="cb1", result=result, why="дубль")]


@pytest.mark.parametrize("agent", [["anna"], []])
def test_one_is_given_to_a_person_or_to_anybody_again(
    monkeypatch: pytest.MonkeyPatch, agent: list[str]
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(callback, "do", lambda body, **_server: asked.append(body))
    assert CliRunner().invoke(callback.command, ["assign", "cb1", *agent, *ACCESS]).exit_code == 0
    assert asked == [steering.AssignCallback(callback="cb1", agent="".join(agent))]


@pytest.mark.parametrize(("until", "at"), [(["18:00"], 1800.0), ([], None)])
def test_one_is_put_off_by_the_clock_of_the_centre_and_brought_back(
    monkeypatch: pytest.MonkeyPatch, until: list[str], at: float | None
) -> None:
    asked: list[Any] = []
    clock = SimpleNamespace(now=0.0, said=lambda at: f"@{at:.0f}", moment=lambda _text: 1800.0)
    monkeypatch.setattr(callback, "centre_clock", lambda **_server: clock)
    monkeypatch.setattr(callback, "do", lambda body, **_server: asked.append(body))
    result = CliRunner().invoke(callback.command, ["postpone", "cb1", *until, *ACCESS])
    assert result.exit_code == 0, result.output
    assert asked == [steering.PostponeCallback(callback="cb1", until=at)]


@pytest.mark.parametrize(("flag", "released"), [([], True), (["--back"], False)])
def test_a_number_that_is_held_back_is_released_and_held_again(
    monkeypatch: pytest.MonkeyPatch, flag: list[str], released: bool
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(callback, "do", lambda body, **_server: asked.append(body))
    order = ["release", "cb1", "--why", "наш пациент", *flag, *ACCESS]
    assert CliRunner().invoke(callback.command, order).exit_code == 0
    body = steering.ReleaseCallback(callback="cb1", released=released, why="наш пациент")
    assert asked == [body]
