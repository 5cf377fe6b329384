"""A journal read from the store and from exported files; explained and replayed by commands."""

from __future__ import annotations

import itertools
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.server.store.base.database import Database, StoreError
from ekc_console.server.store.journal import journal, journal_file
from tests.unit.server.store.facts import Day

STEPS = 400


@pytest.fixture
def day() -> Day:
    return Day(seed=5)


@pytest.fixture
def store(tmp_path: Path, day: Day) -> Path:
    def live(conn: sqlite3.Connection) -> None:
        for seq, (fact, at, _) in enumerate(itertools.islice(day.steps(STEPS), STEPS), start=1):
            journal.append(conn, [journal.Entry(seq, at, fact)])
            if seq % 150 == 0:
                still = day.router.still()
                journal.save_snapshot(conn, seq, at, still.digest(), "".join(still.pieces()))

    path = tmp_path / "ekc.db"
    with Database.open(path) as database:
        database.write_now(live)
    return path


def exported(store: Path, to: Path, from_seq: int) -> Path:
    with sqlite3.connect(store) as conn:
        (at,) = conn.execute("SELECT at FROM journal WHERE seq = ?", (from_seq,)).fetchone()
    with journal_file.opened(store) as source:
        journal_file.export(source, to, at if from_seq > 1 else None, None)
    return to


@pytest.mark.parametrize("from_seq", [1, 200])
def test_an_exported_part_leads_to_the_same_state(
    store: Path, day: Day, tmp_path: Path, from_seq: int
) -> None:
    file = exported(store, tmp_path / "part.jsonl", from_seq)
    assert file.stat().st_mode & 0o777 == 0o600
    with journal_file.opened(file) as source:
        for entry in source.entries:
            journal_file.handle(source.start, entry)
        assert source.start.state_hash() == day.router.state_hash()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "пуст"),
        ("{\n", "part.jsonl:1"),
        ('{"seq":1,"at":0.0,"fact":"Nothing","body":{}}\n', "неизвестный факт"),
        ('{"seq":2,"at":0.0,"fact":"TimePassed","body":{}}\n', "ожидалась запись 1"),
        ('{"snapshot":2,"hash":"","dump":{}}\n', "контрольная сумма"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "part.jsonl"
    file.write_text(text)
    with pytest.raises(StoreError, match=said), journal_file.opened(file) as source:
        list(source.entries)


def test_replay_says_that_all_is_as_it_was(store: Path, day: Day) -> None:
    result = CliRunner().invoke(main, ["replay", str(store), "--against", str(store)])
    assert result.exit_code == 0, result.output
    assert "Сверено снимков: 2, не совпало: 0" in result.output
    assert day.router.state_hash() in result.output
    assert "одинаковы" in result.output


def test_replay_finds_a_snapshot_that_is_not_the_journals(store: Path) -> None:
    with sqlite3.connect(store) as conn:
        conn.execute("UPDATE snapshot SET hash = 'wrong' WHERE seq = 300")
    result = CliRunner().invoke(main, ["replay", str(store)])
    assert result.exit_code == 1
    assert "Снимок после записи 300" in result.output


def test_replay_names_the_first_other_decision(store: Path, tmp_path: Path) -> None:
    file = exported(store, tmp_path / "other.jsonl", 1)
    lines = file.read_text().splitlines()
    settings = json.loads(lines[0])
    for queue in settings["body"]["queues"]:
        queue["offer_timeout_s"] = 7.0
    file.write_text("\n".join([json.dumps(settings), *lines[1:]]) + "\n")
    result = CliRunner().invoke(main, ["replay", str(store), "--against", str(file)])
    assert result.exit_code == 1
    assert "Первое расхождение" in result.output or "не принимает" in result.output


def test_a_call_is_explained_with_every_offer_that_was_made(store: Path) -> None:
    with journal_file.opened(store) as source:
        offers = [
            (entry.seq, effect)
            for entry in source.entries
            for effect in journal_file.handle(source.start, entry)
            if type(effect).__name__ == "OfferCall"
        ]
    call = offers[0][1].call
    told = CliRunner().invoke(main, ["explain", "--journal", str(store), "--json", call])
    assert told.exit_code == 0, told.output
    moments = json.loads(told.output)
    decided = [(m["seq"], who) for m in moments for d in m["decisions"] for who in d["chosen"]]
    assert decided == [(seq, e.agent) for seq, e in offers if e.call == call]
    for decision in (d for m in moments for d in m["decisions"]):
        free = {c["agent"] for c in decision["candidates"] if c["obstacle"] is None}
        assert set(decision["chosen"]) <= free
    text = CliRunner().invoke(main, ["explain", "--journal", str(store), call]).output
    assert "решение" in text
    assert "+7900" not in text.replace(" ", "")


def test_an_unknown_call_is_told(store: Path) -> None:
    result = CliRunner().invoke(main, ["explain", "--journal", str(store), "nobody"])
    assert result.exit_code == 1
    assert "nobody" in result.output
