"""``ekc server metrics`` and ``ekc server dashboards``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import monitors
from ekc_console.server.store.people.sessions import hashed


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "ekc.yaml"
    file.write_text(
        f'server: {{data_dir: "{tmp_path}/data", host: 127.0.0.9, port: 8200}}\n', "utf-8"
    )
    return file


def ekc(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["server", *arguments, "--config", str(config)])


def test_a_key_is_made_listed_and_withdrawn_and_is_shown_once(config: Path) -> None:
    made = ekc(config, "metrics", "add", "prometheus")
    assert made.exit_code == 0, made.output
    assert re.fullmatch(r"[\w-]{43}\n", made.stdout)
    token = made.stdout.strip()
    with Database.open(config.parent / "data" / "ekc.db", shared=True) as db:
        assert db.read_now(monitors.hashes) == {hashed(token)}
    listed = ekc(config, "metrics", "list").output
    assert re.search(r"prometheus\s+\d\d\.\d\d\.\d{4}", listed)
    assert token not in listed
    assert ekc(config, "metrics", "remove", "prometheus").exit_code == 0
    assert "Ключей нет." in ekc(config, "metrics", "list").output
    audit = CliRunner().invoke(main, ["audit", "list", "--config", str(config)]).output
    assert re.findall(r"ключ мониторинга\s+prometheus\s+0\s+(\w+)", audit) == ["remove", "add"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "x\n"), "Ключ нельзя назвать"),
        (("add", "known"), "Ключ «known» уже есть."),
        (("remove", "nobody"), "Ключа «nobody» нет."),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    config: Path, arguments: tuple[str, ...], said: str
) -> None:
    ekc(config, "metrics", "add", "known")
    result = ekc(config, "metrics", *arguments)
    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())


def test_files_are_written_for_this_server_and_never_over_others(
    config: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "monitoring"
    assert ekc(config, "dashboards", str(folder)).exit_code == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {"ekc-dashboard.json", "ekc-alerts.yml", "prometheus.yml"}
    assert json.loads((folder / "ekc-dashboard.json").read_text("utf-8"))["panels"]
    (scraped,) = yaml.safe_load((folder / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    assert scraped["static_configs"] == [{"targets": ["127.0.0.9:8200"]}]
    assert scraped["scheme"] == "http"
    assert ekc(config, "dashboards", str(folder)).exit_code == 0  # the same again
    alerts = folder / "ekc-alerts.yml"
    alerts.write_text("mine", "utf-8")
    refused = ekc(config, "dashboards", str(folder))
    assert refused.exit_code == 1
    assert "ekc-alerts.yml уже есть и другой" in " ".join(refused.stderr.split())
    assert alerts.read_text("utf-8") == "mine"
    assert ekc(config, "dashboards", str(folder), "--force").exit_code == 0
    assert alerts.read_text("utf-8") != "mine"


def test_a_folder_that_cannot_be_made_is_said(config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    result = ekc(config, "dashboards", str(tmp_path / "file" / "inside"))
    assert result.exit_code == 1
    assert "не записаны" in result.stderr
    assert "Traceback" not in result.output


def test_an_address_of_six_is_written_as_one(config: Path, tmp_path: Path) -> None:
    config.write_text(
        f'server: {{data_dir: "{tmp_path}/data", host: "::1", port: 8122}}\n', "utf-8"
    )
    assert ekc(config, "dashboards", str(tmp_path / "m")).exit_code == 0
    (scraped,) = yaml.safe_load((tmp_path / "m/prometheus.yml").read_text("utf-8"))[
        "scrape_configs"
    ]
    assert scraped["static_configs"] == [{"targets": ["[::1]:8122"]}]
