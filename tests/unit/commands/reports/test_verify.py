"""``ekc report verify``: what does not follow from the journal is found and named."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.domain.terms.localtime import DAY_S, day_of, start_of, zone_named
from ekc_console.domain.terms.spans import Span
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.figures import day_sums
from ekc_console.server.store.figures.by_calls import Rules
from ekc_console.server.store.journal import journal, projection
from tests.unit.server.store.facts import T0, Day

ZONE = zone_named("Europe/Moscow")
RULES = Rules(ZONE, {"main": 20.0})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A store with a day's journal, its read models and the sums of the day."""
    day = Day(seed=5)
    begin = start_of(day_of(T0, ZONE), ZONE)
    span = Span(begin, begin + DAY_S)

    def live(conn: sqlite3.Connection) -> None:
        steps = itertools.islice(day.listened_to(400), 400)
        for seq, (fact, at, effects) in enumerate(steps, 1):
            journal.append(conn, [journal.Entry(seq, at, fact)])
            projection.apply(conn, projection.project(fact, at, effects, day.router))
        day_sums.begin(conn, span, RULES, around=True)
        assert day_sums.finish(conn, span, RULES, day_sums.count(conn, span, RULES, around=True))

    with Database.open(tmp_path / "ekc.db") as database:
        database.write_now(live)
    file = tmp_path / "config.yaml"
    file.write_text(
        f"server: {{data_dir: {tmp_path}}}\nqueues: [{{id: main, title: Г, service_level_s: 20}}]\n"
        "topics: []\n",
        encoding="utf-8",
    )
    return file


def verify(config: Path) -> Result:
    result = CliRunner().invoke(main, ["report", "verify", "--config", str(config)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def change(config: Path, *orders: str) -> None:
    with sqlite3.connect(config.parent / "ekc.db") as conn:
        for order in orders:
            conn.execute(order)


def test_what_follows_from_the_journal_is_said_with_how_much_it_was(config: Path) -> None:
    result = verify(config)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Сошлось: записей журнала 400, вызовов " in result.stdout
    assert "посчитанных дней 1." in result.stdout
    assert not list(config.parent.glob("verify-*"))


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ("UPDATE calls SET talk_s = talk_s + 1 WHERE rowid = 3", "вызовы: строк"),
        ("DELETE FROM agent_intervals WHERE seq = 5", "состояния операторов: строк"),
        ("UPDATE callbacks SET state = 'x'", "обратные вызовы: строк"),
    ],
)
def test_a_row_that_is_another_one_is_found(config: Path, order: str, says: str) -> None:
    change(config, order)
    result = verify(config)
    assert result.exit_code == 1
    assert says in result.stderr
    assert "ekc store rebuild" in result.stderr


@pytest.mark.parametrize("figure", ["answered", "repeats", "given_up", "predicted_s"])
def test_sums_of_a_day_that_are_others_are_found(config: Path, figure: str) -> None:
    change(config, f"UPDATE day_sums SET {figure} = {figure} + 1 WHERE kind = ''")
    result = verify(config)
    assert "Суммы дней не те: 15.06.2025." in result.stderr


def test_a_hole_in_the_journal_is_named(config: Path) -> None:
    change(config, "DELETE FROM journal WHERE seq = 200")
    result = verify(config)
    assert result.exit_code == 1
    assert "нет записи 200" in result.stderr
    assert not list(config.parent.glob("verify-*"))


def test_what_an_earlier_version_wrote_by_its_own_rules_is_no_fault(config: Path) -> None:
    change(
        config,
        "INSERT INTO snapshot (seq, at, hash, dump)"
        " SELECT 300, max(arrived_at) - 100, '', '{\"version\": 1}' FROM calls",
        "UPDATE calls SET predicted_s = 99 WHERE rowid = 3",
    )
    result = verify(config)
    assert result.exit_code == 0
    assert "вела записи прежняя версия программы" in result.stdout
    assert "были бы другими, 2. Это не ошибка." in result.stdout
    change(
        config,
        "UPDATE calls SET predicted_s = 99 WHERE arrived_at = (SELECT max(arrived_at) FROM calls)",
    )
    assert verify(config).exit_code == 1


def test_without_room_nothing_is_begun(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda path: full)
    result = verify(config)
    assert "МБ места рядом с базой, есть 0 МБ." in result.stderr
    assert not list(config.parent.glob("verify-*"))


def test_one_that_is_ended_leaves_nothing(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_given: object) -> None:
        assert list(config.parent.glob("verify-*"))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("ekc_console.server.store.figures.proof.prove", ended)
    assert verify(config).exit_code == 143
    assert not list(config.parent.glob("verify-*"))


def test_a_store_of_before_is_told_to_be_opened_by_the_server_first(config: Path) -> None:
    change(config, "PRAGMA user_version = 20")
    for report in ("verify", "show", "people", "calls"):
        asked = ["report", report, "--config", str(config)]
        result = CliRunner().invoke(main, asked)
        assert "когда его откроет сервер этой версии" in result.stderr
