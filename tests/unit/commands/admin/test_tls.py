"""``ekc tls``: what the administrator types and reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from ekc_console.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["tls", *arguments])


def test_made_settings_pass_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    made = run("make", "--dir", str(folder), "--host", "127.0.0.1", "--host", "ekc.example.org")
    assert made.exit_code == 0, made.output
    settings = made.output.split("В настройки сервера:\n")[1].split("\n\n")[0]
    file = tmp_path / "ekc.yaml"
    file.write_text(settings)
    assert yaml.safe_load(settings)["tls"]["certificate"] == str(folder / "server.pem")
    checked = run("check", "--config", str(file))
    assert checked.exit_code == 0, checked.output
    assert "Сертификат для: ekc.example.org, 127.0.0.1" in checked.output
    assert "Консоли: https" in checked.output
    assert "TLS, SRTP" in checked.output


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("server: {port: 8122}", "связь не шифруется"),
        ("tls: {certificate: none.pem, key: none.pem}", "none.pem: не читается"),
    ],
)
def test_a_check_that_fails(tmp_path: Path, settings: str, words: str) -> None:
    file = tmp_path / "ekc.yaml"
    file.write_text(settings)
    result = run("check", "--config", str(file))
    assert result.exit_code == 1
    assert words in result.output
    assert "ekc tls make" in result.output


def test_telephones_would_refuse_a_certificate_for_another_name(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    run("make", "--dir", str(folder), "--host", "ekc.example.org")
    tls = f"tls: {{certificate: {folder}/server.pem, key: {folder}/server-key.pem}}"
    file = tmp_path / "ekc.yaml"
    file.write_text(tls)
    refused = run("check", "--config", str(file))
    assert refused.exit_code == 1
    assert "сертификат не для 127.0.0.1" in refused.output
    assert "Он для: ekc.example.org" in refused.output
    file.write_text(f"{tls}\nengine: {{public_host: ekc.example.org}}")
    assert run("check", "--config", str(file)).exit_code == 0
