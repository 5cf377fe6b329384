"""``ekc call list`` at a terminal of 80 columns, in the chosen language."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from ekc_console import i18n
from ekc_console.client.link.errors import Refused
from ekc_console.commands.centre import call
from ekc_console.commands.shared import remote
from ekc_console.wire import steering, supervision

CALLS = supervision.QueuedCalls(
    calls=(
        supervision.QueuedCall(
            id="1773300240.1234",
            queue="appointments",
            topic_title="Appointment",
            number="+7 912 345-67-89",
            queued_at=0.0,
            position=0,
            priority=10,
            skills=("children", "tatar"),
            offered_to=("ivanova",),
        ),
    )
)


@pytest.mark.parametrize(("language", "heading"), [("ru", "ВЫЗОВ"), ("en", "CALL")])
def test_a_waiting_call_is_listed_whole_in_the_chosen_language(
    monkeypatch: pytest.MonkeyPatch, language: str, heading: str
) -> None:
    monkeypatch.setattr(call, "ask", lambda *_asked, **_server: CALLS)
    monkeypatch.setattr(call, "centre_clock", lambda **_server: SimpleNamespace(now=61.0))
    i18n.use(language)
    try:
        result = CliRunner(env={"COLUMNS": "80"}).invoke(call.command, ["list", *ACCESS])
    finally:
        i18n.use("ru")
    lines = result.output.splitlines()
    assert result.exit_code == 0, result.output
    assert max(map(len, lines)) <= 80
    assert any(re.fullmatch(rf"{heading} +1773300240\.1234", line) for line in lines)
    assert any(line.endswith("+7 912 345-67-89") for line in lines)
    assert language == "ru" or not re.search("[А-Яа-яЁё]", result.output)


ACCESS = ["--login", "boss", "--password", "secret"]


@pytest.mark.parametrize(("answer", "sent"), [("y\n", [False, True]), ("n\n", [False])])
def test_a_call_is_ended_with_a_reason_after_a_yes(
    monkeypatch: pytest.MonkeyPatch, answer: str, sent: list[bool]
) -> None:
    asked: list[Any] = []

    def do(body: Any, **_server: Any) -> None:
        asked.append(body)
        if not body.sure:
            raise Refused("conflict", "Вызов оборвётся у Анны.")

    monkeypatch.setattr(remote, "do", do)
    assert CliRunner().invoke(call.command, ["end", "c1", *ACCESS]).exit_code == 2
    order = ["end", "c1", "--why", "хулиган", *ACCESS]
    result = CliRunner().invoke(call.command, order, input=answer)
    assert "Вызов оборвётся у Анны. Всё равно сделать?" in result.output
    assert asked == [steering.EndCall(call="c1", why="хулиган", sure=sure) for sure in sent]
    assert (result.exit_code == 0) is (len(sent) == 2)
    asked.clear()
    CliRunner().invoke(call.command, [*order, "--talk"], input=answer)
    assert {body.talk for body in asked} == {True}
