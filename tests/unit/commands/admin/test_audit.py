"""``ekc audit``: who did what with whose data, and whether that is as it was written."""

from __future__ import annotations

import contextlib
import csv
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.entries import Entry
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base.database import Database
from tests.support.old_data import unpacked

AT = 1_793_000_000.0
"""26.10.2026, 12:33:20 in Yekaterinburg."""
LONG = "card-" + "0123456789" * 6
WRITTEN = (
    Entry(AT, "anna", "card", about=LONG, found=1),
    Entry(AT + 60, "olga", "contacts", search="Иванова", found=3, reason="жалоба"),
    Entry(AT + 86_400, "anna", "persons", about="card-2"),
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "ekc.yaml"
    file.write_text(
        f"server: {{data_dir: {tmp_path}/data}}\ntimezone: Asia/Yekaterinburg\n", encoding="utf-8"
    )
    return file


@pytest.fixture
def store(config: Path, tmp_path: Path) -> Path:
    path = tmp_path / "data" / "ekc.db"
    heads = Heads(path)
    with Database.open(path) as database:
        heads.keep(database.write_now(lambda conn: entries.add(conn, heads, *WRITTEN)))
    return path


def ekc(config: Path, *arguments: str) -> Result:
    command, *rest = arguments
    result = CliRunner().invoke(main, ["audit", command, "--config", str(config), *rest])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def exported(config: Path, folder: Path, *arguments: str) -> list[dict[str, object]]:
    file = folder / "out.json"
    assert ekc(config, "export", str(file), "--format", "json", *arguments).exit_code == 0
    found: list[dict[str, object]] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.mark.usefixtures("store")
def test_the_newest_first_in_the_centres_time_and_no_id_broken(config: Path) -> None:
    lines = ekc(config, "list", "--since", "2026-10-26", "--limit", "9").stdout.splitlines()
    rows = [line for line in lines if "anna" in line or "olga" in line]
    assert " ".join(rows[0].split()) == "4 27.10.2026 12:33:20 anna поиск людей card-2 0"
    assert "12:34:20" in rows[1]
    assert rows[1].rstrip().endswith("жалоба")
    assert LONG in rows[2]
    assert "Иванова" not in "".join(lines)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "seqs"),
    [
        (("--user", "anna"), [2, 4]),
        (("--user", "nobody"), []),
        (("--action", "contacts"), [3]),
        (("--about", "card-2"), [4]),
        (("--search", " ИВАНОВА"), [3]),
        (("--search", "Петрова"), []),
        (("--day", "2026-10-26"), [2, 3]),
        (("--day", "2026-10-26", "--user", "olga"), [3]),
        (("--day", "2026-10-26", "--since", "2026-10-26T12:34"), [3]),
    ],
)
def test_what_is_asked_for(
    config: Path, tmp_path: Path, arguments: tuple[str, ...], seqs: list[int]
) -> None:
    assert [row["seq"] for row in exported(config, tmp_path, *arguments)] == seqs


@pytest.mark.usefixtures("store")
def test_an_export_is_for_spreadsheets_and_for_its_owner_alone(
    config: Path, tmp_path: Path
) -> None:
    file = tmp_path / "out.csv"
    file.touch(mode=0o644)
    assert ekc(config, "export", str(file), "--user", "olga", "--why", "проверка").exit_code == 0
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfseq;at;who;")
    assert file.stat().st_mode & 0o777 == 0o600
    (row,) = csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";")
    assert (row["at"], row["reason"]) == ("2026-10-26T12:34:20.000+05:00", "жалоба")
    assert len(row["search"]) == 32
    assert "Иванова" not in str(row)


@pytest.mark.usefixtures("store")
def test_reading_the_trail_is_an_entry(config: Path, tmp_path: Path) -> None:
    ekc(config, "list", "--user", "anna", "--why", "запрос 17 от 8 900 123-45-67")
    assert ekc(config, "verify").exit_code == 0
    read, checked, saved = exported(config, tmp_path, "--since", "2026-10-28")[-3:]
    assert (read["action"], read["about"]) == ("audit", "anna")
    assert read["reason"] == "запрос 17 от +7 *** ***-**-67"
    assert str(read["who"]).startswith("os:")
    assert (checked["action"], checked["about"]) == ("audit_check", "whole")
    assert (saved["action"], saved["about"]) == ("export", "audit")


def test_what_was_changed_by_hand_is_named(config: Path, store: Path) -> None:
    whole = ekc(config, "verify")
    assert whole.exit_code == 0
    head = whole.stdout.splitlines()[-1]
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as conn:
        conn.execute("DROP TRIGGER audit_no_update")
        conn.execute("UPDATE audit SET who = 'boris' WHERE seq = 3")
    result = ekc(config, "verify")
    assert result.exit_code == 1
    assert "запись 3" in result.stderr
    assert ekc(config, "verify", "--head", head).exit_code == 1


def test_a_head_kept_elsewhere_is_asked_for(config: Path, store: Path) -> None:
    head = ekc(config, "verify").stdout.splitlines()[-1]
    assert ekc(config, "verify", "--head", head).exit_code == 0
    seq, seal = head.split(":")
    other = f"{seq}:{'0' * len(seal)}"
    assert f"запись {seq}" in ekc(config, "verify", "--head", other).stderr
    assert "--head" in ekc(config, "verify", "--head", "17").stderr
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as conn:
        conn.execute("DROP TRIGGER audit_no_delete")
        conn.execute("DELETE FROM audit WHERE seq > 2")
    assert "запись 3" in ekc(config, "verify").stderr


def test_it_is_read_and_written_beside_a_running_server(config: Path, store: Path) -> None:
    with Database.open(store) as server:
        assert "card-2" in ekc(config, "list").stdout
        heads = Heads(store)
        entry = Entry(AT, "vera", "login")
        heads.keep(server.write_now(lambda conn: entries.add(conn, heads, entry)))
        assert "vera" in ekc(config, "list").stdout
    assert ekc(config, "verify").exit_code == 0


@pytest.mark.usefixtures("store")
def test_an_export_of_the_journal_is_an_entry(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    arguments = ["store", "journal", "export", "--config", str(config), str(file)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    found = exported(config, tmp_path, "--action", "export")
    assert [row["about"] for row in found] == ["journal", "audit"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "arguments", [("--since", "вчера"), ("--day", "2026-13-01"), ("--day", "2026-10-26T12:00")]
)
def test_a_date_that_is_none_is_said(config: Path, arguments: tuple[str, str]) -> None:
    result = ekc(config, "list", *arguments)
    assert result.exit_code == 1
    assert f"{arguments[0]}: «{arguments[1]}»" in result.stderr


@pytest.mark.usefixtures("store")
def test_that_there_is_more_is_said(config: Path) -> None:
    assert "--limit" in ekc(config, "list", "--limit", "2").stderr


def test_a_file_that_is_no_store_is_said_and_left(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "data" / "ekc.db"
    file.parent.mkdir()
    file.write_bytes(b"garbage" * 999)
    result = ekc(config, "list")
    assert result.exit_code == 1
    assert str(file) in result.stderr
    assert file.read_bytes() == b"garbage" * 999


def test_numbers_of_the_store_are_explained_to_nobody_without_an_entry(
    config: Path, tmp_path: Path
) -> None:
    unpacked(tmp_path)
    explained = ["explain", "last", "--config", str(config)]
    for arguments, entered in (([], 0), (["--numbers"], 1)):
        assert CliRunner().invoke(main, [*explained, *arguments]).exit_code == 0
        assert len(exported(config, tmp_path, "--action", "contacts", "--about", "last")) == entered
