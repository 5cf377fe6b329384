"""``ekc board add``, ``list``, ``remove``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import boards


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "ekc.yaml"
    file.write_text(f'server: {{data_dir: "{tmp_path}/data", host: 0.0.0.0}}\n', encoding="utf-8")
    return file


def ekc(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--config", str(config)])


def token_in(text: str) -> str:
    found = re.search(r"^http://[\w.-]+:8122/board#([\w-]{43})$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_a_board_is_made_listed_and_withdrawn_and_its_key_is_shown_once(config: Path) -> None:
    made = ekc(config, "board", "add", "зал", "--queue", "vaccination", "--queue", "general")
    assert made.exit_code == 0, made.output
    token = token_in(made.output)
    database = config.parent / "data" / "ekc.db"
    with Database.open(database, shared=True) as db:
        found = db.read_now(lambda conn: boards.of(conn, token))
    assert found is not None
    assert found.queues == ("vaccination", "general")
    listed = ekc(config, "board", "list").output
    assert re.search(r"зал\s+vaccination, general\s+\d\d\.\d\d\.\d{4}", listed)
    assert token not in listed
    assert ekc(config, "board", "remove", "зал").exit_code == 0
    assert "Табло нет." in ekc(config, "board", "list").output
    audit = ekc(config, "audit", "list").output
    assert re.findall(r"табло\s+зал\s+0\s+(\w+)", audit) == ["remove", "add"]  # the newest first
    assert token not in audit


def test_the_address_of_six_is_written_as_one(config: Path) -> None:
    config.write_text(config.read_text("utf-8").replace("0.0.0.0", '"::1"'), encoding="utf-8")
    assert "http://[::1]:8122/board#" in ekc(config, "board", "add", "hall").output


def test_a_board_of_all_queues(config: Path) -> None:
    token_in(ekc(config, "board", "add", "hall").output)
    assert re.search(r"hall\s+все", ekc(config, "board", "list").output)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "hall", "--queue", "nowhere"), "Очереди «nowhere» нет. Есть: appointments"),
        (("add", "hall\n"), "Табло нельзя назвать"),
        (("add", "known"), "Табло «known» уже есть."),
        (("remove", "hall"), "Табло «hall» нет."),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    config: Path, arguments: tuple[str, ...], said: str
) -> None:
    ekc(config, "board", "add", "known")
    result = ekc(config, "board", *arguments)
    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())


def test_the_screen_needs_a_terminal(config: Path) -> None:
    result = CliRunner().invoke(main, ["board", "--every", "5"])
    assert result.exit_code == 1
    assert "Табло нужен терминал" in result.stderr
