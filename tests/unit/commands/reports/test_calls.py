"""``ekc report calls`` names the calls that a report counts, and no caller's number untold."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.server.store.figures import call_list


def ekc(config: Path, *arguments: str) -> Result:
    arguments = ("report", "calls", "--config", str(config), *arguments)
    result = CliRunner().invoke(main, arguments, env={"COLUMNS": "250"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def names(result: Result) -> list[str]:
    return [line.split()[0] for line in result.stdout.splitlines()[1:]]


def trail(config: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(config.parent / "ekc.db") as conn:
        return conn.execute(
            "SELECT action, about, reason FROM audit WHERE action <> 'begun'"
        ).fetchall()


def test_the_latest_first_and_how_to_see_more(config: Path) -> None:
    result = ekc(config, "2026-11", "--limit", "2")
    assert names(result) == ["c6", "c5"]
    assert "показаны последние 2, больше — --limit" in result.stderr
    assert names(ekc(config, "2026-10")) == ["c1"]


def test_filters_are_those_of_the_report(config: Path) -> None:
    assert names(ekc(config, "2026-11", "--queue", "doctor", "--outcome", "answered")) == ["c2"]
    assert names(ekc(config, "2026-11", "--direction", "out")) == ["c6"]
    result = ekc(config, "2026-11", "--agent", "nobody")
    assert result.stdout == "Таких вызовов за период не было.\n"


def test_numbers_are_hidden_and_shown_only_with_a_trace(config: Path) -> None:
    assert "+7 *** ***-**-67" in ekc(config, "2026-10").stdout
    assert trail(config) == []
    assert "+79001234567" in ekc(config, "2026-10", "--numbers", "--why", "жалоба").stdout
    assert trail(config) == [("export", "calls", "жалоба")]


def test_whom_we_dialled_is_a_persons_number_too(config: Path, tmp_path: Path) -> None:
    shown = ekc(config, "2026-11", "--direction", "out").stdout
    assert "+7 *** ***-**-43" in shown
    assert "9009876543" not in shown
    assert "+79009876543" in ekc(config, "2026-11", "--direction", "out", "--numbers").stdout


def test_the_file_has_all_of_them_and_is_its_owners_alone(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    result = ekc(config, "2026-11", "--limit", "1", "-o", str(file))
    assert f"{file}: строк 5." in result.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    assert [row["Вызов"] for row in rows] == ["c6", "c5", "c4", "c3", "c2"]
    assert rows[1]["Очередь"] == "old (нет в настройках)"
    assert (rows[3]["Разговор, с"], rows[0]["Ожидание, с"]) == ("100", "")
    assert rows[0]["Номер"] == "'+7 *** ***-**-67"


def test_rows_go_to_the_file_as_they_are_read(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million of them are never in memory together: what breaks half-way was not read on."""
    read: list[str] = []

    def breaking(*asked: object) -> object:
        for line in found(*asked):  # type: ignore[arg-type]
            read.append(line.id)
            if len(read) == 3:
                raise OSError(28, "No space left on device")
            yield line

    found = call_list.calls
    monkeypatch.setattr(call_list, "calls", breaking)
    file = tmp_path / "calls.csv"
    assert "файл не записан" in ekc(config, "2026-11", "-o", str(file)).stderr
    assert read == ["c6", "c5", "c4"]
    assert not file.exists()


def test_the_queue_log_is_a_file_of_its_owner_with_numbers_hidden(
    config: Path, tmp_path: Path
) -> None:
    file = tmp_path / "queue_log"
    asked = ["report", "queue-log", "--config", str(config), "2026-11", "-o", str(file)]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0
    text = file.read_text()
    assert f"{file}: строк {len(text.splitlines())}." in result.stderr
    assert "|home|NONE|ENTERQUEUE||+7 *** ***-**-67|1\n" in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert trail(config) == []
    CliRunner().invoke(main, [*asked, "--numbers", "--why", "сверка"])
    assert "+79001234567" in file.read_text()
    assert trail(config) == [("export", "calls", "сверка")]
