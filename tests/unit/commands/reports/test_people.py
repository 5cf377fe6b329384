"""``ekc report people`` on intervals of known lengths."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.commands.reports import people
from ekc_console.reports.figure_words import PEOPLE, WORDS
from tests.unit.commands.reports.conftest import at

DAY = (
    ("anna", "ready", "", "2026-11-02T09:00:00", "2026-11-02T10:00:00"),
    ("anna", "talking", "", "2026-11-02T10:00:00", "2026-11-02T10:30:00"),
    ("anna", "wrap_up", "", "2026-11-02T10:30:00", "2026-11-02T10:40:00"),
    ("anna", "break", "lunch", "2026-11-02T10:40:00", "2026-11-02T11:00:00"),
    ("boris", "dialing", "", "2026-11-01T23:50:00", "2026-11-02T00:10:00"),
)


@pytest.fixture
def lived(config: Path) -> Path:
    with sqlite3.connect(config.parent / "ekc.db") as conn:
        conn.executemany(
            "INSERT INTO agent_intervals (agent, state, reason, call, from_at, to_at)"
            " VALUES (?, ?, ?, 'c3', ?, ?)",
            [(who, state, why, at(begin), at(end)) for who, state, why, begin, end in DAY],
        )
    return config


def ekc(config: Path, *arguments: str) -> Result:
    arguments = ("report", "people", "--config", str(config), *arguments)
    result = CliRunner().invoke(main, arguments, env={"COLUMNS": "160"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_times_of_each_and_of_all(lived: Path) -> None:
    document = json.loads(ekc(lived, "02.11.2026", "--format", "json").stdout)
    anna, boris = document["rows"]
    assert anna["agent"] == "anna"
    assert [anna[name] for name in ("talking", "ready", "wrapping_up", "break")] == [
        1800, 3600, 600, 1200,
    ]  # fmt: skip
    assert anna["occupancy"] == pytest.approx(2400 / 6000)
    assert anna["utilisation"] == pytest.approx(2400 / 7200)
    assert (boris["dialling"], boris["occupancy"]) == (600, 1.0)
    assert document["whole"]["occupancy"] == pytest.approx(3000 / 6600)


def test_what_lies_across_midnight_counts_in_both_days(lived: Path) -> None:
    text = ekc(lived, "2026-11", "--every", "day", "--format", "csv").stdout.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    dialled = {(row["Период"], row["Оператор"]): row["Набор, с"] for row in rows}
    assert dialled["01.11.2026", "boris"] == dialled["02.11.2026", "boris"] == "600"
    assert dialled["Всего", ""] == "1200"


def test_nobody_is_said(config: Path) -> None:
    assert "Никто не работал." in ekc(config, "2026-10").stdout


def test_every_column_has_its_words_and_no_name_is_taken_twice() -> None:
    assert list(people._COLUMNS) == list(PEOPLE)
    assert not set(PEOPLE) & set(WORDS)
