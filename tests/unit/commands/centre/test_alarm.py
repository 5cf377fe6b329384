"""``ekc alarm list | log | ack | snooze``."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from ekc_console import i18n
from ekc_console.commands.centre import alarm
from ekc_console.wire.centre import alarms

ACCESS = ["--login", "boss", "--password", "secret"]
STANDING = alarms.Alarms(
    alarms=(
        alarms.WatchAlarm(
            id="a1", about="queue", thing="vacc", title="Vaccination", figure="wait_s", level=2,
            at=10.0, value=60.0, limit=60.0, since=1.0, told=("Boris",),
        ),
        alarms.WatchAlarm(
            id="a2", about="queue", thing="vacc", title="Vaccination", figure="level", level=1,
            at=20.0, value=0.54, limit=0.7, seen_by="Sonya", snoozed_until=900.0,
        ),
    )
)  # fmt: skip
LOG = alarms.AlarmLog(
    entries=(
        alarms.AlarmEntry(
            at=12.0, alarm="a1", about="person", thing="anna", title="Anna", figure="break_s",
            reason="Lunch", event="acknowledged", level=1, value=2700.0, who="Sonya",
        ),
    )
)  # fmt: skip
SAID = {
    ("list", "ru"): ("13:19", "сказано: Boris", "54 %", "принято: Sonya, отложено до @900"),
    ("list", "en"): ("13:19", "told: Boris", "acknowledged: Sonya, snoozed until @900"),
    ("log", "ru"): ("@12", "перерыв: Lunch", "45:00", "принял", "Sonya"),
    ("log", "en"): ("@12", "break: Lunch", "45:00", "acknowledged", "Sonya"),
}


@pytest.mark.parametrize(("what", "language"), SAID)
def test_what_stands_and_what_was_is_told_in_lines(
    monkeypatch: pytest.MonkeyPatch, what: str, language: str
) -> None:
    answer = STANDING if what == "list" else LOG
    monkeypatch.setattr(alarm, "ask", lambda *_asked, **_server: answer)
    clock = SimpleNamespace(now=800.0, said=lambda at: f"@{at:.0f}")
    monkeypatch.setattr(alarm, "centre_clock", lambda **_server: clock)
    i18n.use(language)
    try:
        result = CliRunner(env={"COLUMNS": "200"}).invoke(alarm.command, [what, *ACCESS])
    finally:
        i18n.use("ru")
    assert result.exit_code == 0, result.output
    for words in SAID[what, language]:
        assert words in result.output
    assert language == "ru" or not re.search("[А-Яа-яЁё]", result.output)


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["ack", "a1"], alarms.AcknowledgeAlarm(alarm="a1")),
        (["ack", "a1", "--withdraw"], alarms.AcknowledgeAlarm(alarm="a1", withdraw=True)),
        (["snooze", "a1"], alarms.SnoozeAlarm(alarm="a1", for_s=900.0)),
        (["snooze", "a1", "5"], alarms.SnoozeAlarm(alarm="a1", for_s=300.0)),
        (["snooze", "a1", "0"], alarms.SnoozeAlarm(alarm="a1", for_s=0.0)),
    ],
)
def test_orders_are_sent_as_they_are_meant(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], command: Any
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(alarm, "do", lambda body, **_server: sent.append(body))
    result = CliRunner().invoke(alarm.command, [*arguments, *ACCESS])
    assert result.exit_code == 0, result.output
    assert sent == [command]
