"""``ekc call list`` at a terminal of 80 columns, in the chosen language."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from ekc_console import i18n
from ekc_console.commands.centre import call
from ekc_console.wire import supervision

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
