"""``ekc store access``: who has read what of others."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import access_log

AT = 1_793_000_000.0
"""26.10.2026, 12:33:20 in Yekaterinburg."""
LONG = "card-" + "0123456789" * 6


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
    with Database.open(path) as database:
        database.write_now(
            lambda conn: [
                access_log.add(conn, at=AT, login="anna", reading="card", card=LONG),
                access_log.add(
                    conn, at=AT + 60, login="olga", reading="contacts", search="Иванова", found=3
                ),
                access_log.add(
                    conn, at=AT + 86_400, login="anna", reading="persons", card="card-2", found=0
                ),
            ]
        )
    return path


def access(config: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["store", "access", "--config", str(config), *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.usefixtures("store")
def test_the_newest_first_in_the_centres_time_and_no_id_broken(config: Path) -> None:
    lines = access(config).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "Когда",
        "27.10.2026",
        "26.10.2026",
        "26.10.2026",
    ]
    assert lines[1].split() == ["27.10.2026", "12:33:20", "anna", "поиск", "людей", "card-2", "0"]
    assert "12:34:20" in lines[2]
    assert "поиск обращений" in lines[2]
    assert lines[3].split() == ["26.10.2026", "12:33:20", "anna", "карточка", LONG, "1"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "cards"),
    [
        (("--user", "anna"), ["card-2", LONG]),
        (("--user", "nobody"), []),
        (("--since", "2026-10-27"), ["card-2"]),
        (("--since", "2026-10-26T12:34"), ["card-2", ""]),
        (("--limit", "1"), ["card-2"]),
        (("--user", "anna", "--since", "2026-10-26", "--limit", "5"), ["card-2", LONG]),
    ],
)
def test_what_is_asked_for(config: Path, arguments: tuple[str, ...], cards: list[str]) -> None:
    rows = json.loads(access(config, "--format", "json", *arguments).stdout)
    assert [row["card"] for row in rows] == cards


@pytest.mark.usefixtures("store")
def test_for_programs_a_moment_has_its_offset_and_a_search_its_hash(config: Path) -> None:
    as_json = json.loads(access(config, "--format", "json").stdout)
    as_csv = list(csv.DictReader(access(config, "--format", "csv").stdout.splitlines()))
    assert [{key: str(value) for key, value in row.items()} for row in as_json] == as_csv
    assert as_json[1]["at"] == "2026-10-26T12:34:20+05:00"
    assert as_json[1]["login"] == "olga"
    assert as_json[1]["reading"] == "contacts"
    assert as_json[1]["found"] == 3
    assert len(as_json[1]["search"]) == 32
    assert "Иванова" not in str(as_json)


@pytest.mark.usefixtures("store")
def test_that_there_is_more_is_said(config: Path) -> None:
    assert "--limit" in access(config, "--limit", "2").stderr
    assert access(config, "--limit", "3").stderr == ""


def test_nobody_has_read_anything(config: Path, tmp_path: Path) -> None:
    Database.open(tmp_path / "data" / "ekc.db").close_now()
    assert "не читал" in access(config).stdout
    assert json.loads(access(config, "--format", "json").stdout) == []
    assert access(config, "--format", "csv").stdout.splitlines() == [
        "at,login,reading,card,found,search"
    ]


def test_without_a_store_nothing_is_made(config: Path, tmp_path: Path) -> None:
    result = access(config)
    assert result.exit_code == 1
    assert f"{tmp_path}/data/ekc.db" in result.stderr
    assert "--config" in result.stderr
    assert list(tmp_path.iterdir()) == [config]


@pytest.mark.parametrize("content", [b"", b"garbage" * 999])
def test_a_file_that_is_no_store_is_said_and_left(
    config: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "data" / "ekc.db"
    file.parent.mkdir()
    file.write_bytes(content)
    result = access(config)
    assert result.exit_code == 1
    assert str(file) in result.stderr
    assert file.read_bytes() == content


def test_it_is_read_beside_a_running_server_and_changes_nothing(config: Path, store: Path) -> None:
    with Database.open(store) as server:
        server.write_now(
            lambda conn: access_log.add(conn, at=AT, login="vera", reading="card", card="c")
        )
        assert json.loads(access(config, "--format", "json").stdout)[0]["login"] == "vera"
    before = store.read_bytes()
    access(config)
    assert store.read_bytes() == before


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("since", ["вчера", "2026-13-01"])
def test_a_date_that_is_none_is_said(config: Path, since: str) -> None:
    result = access(config, "--since", since)
    assert result.exit_code == 1
    assert f"--since: «{since}»" in result.stderr
