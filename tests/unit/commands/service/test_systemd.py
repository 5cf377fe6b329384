"""``ekc server systemd``: the unit of this installation."""

from __future__ import annotations

import configparser
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.commands.admin import server
from ekc_console.commands.service.systemd import unit
from ekc_console.config import Config, load
from ekc_console.errors import EkcError
from ekc_console.server.tasks import watchdog


def ekc(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["server", "systemd", *arguments])


def read(text: str) -> configparser.RawConfigParser:
    found = configparser.RawConfigParser()
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string(text)
    return found


def test_the_unit_starts_the_server_again_for_ever_and_spares_asterisk(tmp_path: Path) -> None:
    found = read(unit(["/opt/ekc/bin/ekc"], Config(), tmp_path / "ekc.yaml", "ekc"))
    service = dict(found["Service"])
    assert found["Unit"]["StartLimitIntervalSec"] == "0"
    assert (service["Restart"], service["RestartSec"]) == ("always", "1")
    assert (service["KillMode"], service["OOMPolicy"]) == ("process", "continue")
    assert "PrivateTmp" not in service
    assert float(service["WatchdogSec"]) > watchdog.LIMIT_S
    program, command, *options = service["ExecStart"].split()
    assert (program, command) == ("/opt/ekc/bin/ekc", "server")
    assert options == ["--keep-calls", "--config", str(tmp_path / "ekc.yaml")]
    known = {name for option in server.command.params for name in option.opts}
    assert {option for option in options if option.startswith("--")} <= known


@pytest.mark.parametrize(
    ("program", "data", "hidden"),
    [
        ("/opt/ekc/bin/ekc", "/var/lib/ekc", True),
        ("/home/ekc/bin/ekc", "/var/lib/ekc", False),
        ("/opt/ekc/bin/ekc", "/home/ekc/data", False),
    ],
)
def test_homes_are_hidden_where_nothing_of_ours_is_in_them(
    program: str, data: str, hidden: bool
) -> None:
    document = Config(server=type(Config().server)(data_dir=data))
    found = read(unit([program], document, None, "nobody"))
    assert ("ProtectHome" in found["Service"]) is hidden


def settings(tmp_path: Path, **sections: object) -> Config:
    file = tmp_path / "ekc.yaml"
    given = {"server": {"data_dir": "/var/lib/ekc"}, **sections}
    file.write_text(json.dumps(given), "utf-8")
    return load(file)


def report(folder: str) -> dict[str, object]:
    return {"reports": [{"name": "day", "every": "day", "folder": folder}]}


@pytest.mark.parametrize(
    "sections",
    [
        report("/home/analyst/reports"),
        {"tls": {"certificate": str(Path("/root", "ekc", "a.pem")), "key": "/etc/ekc/a.key"}},
        {"tls": {"trunk_ca": "/home/ekc/ca.pem"}},
        {"server": {"data_dir": "/var/lib/ekc", "scripts_dir": "/home/ekc/scripts"}},
        {"voice": {"recorded_dir": "/home/ekc/prompts"}},
    ],
)
def test_homes_are_open_where_the_settings_name_a_folder_in_them(
    tmp_path: Path, sections: dict[str, object]
) -> None:
    config = settings(tmp_path, **sections)
    found = read(unit(["/opt/ekc/bin/ekc"], config, None, "nobody"))
    assert "ProtectHome" not in found["Service"]


def test_what_is_written_into_folders_of_the_system_may_be_written(tmp_path: Path) -> None:
    config = settings(tmp_path, **report("/etc/ekc/100% of $day"))
    found = read(unit(["/opt/ekc/bin/ekc"], config, None, "nobody"))
    assert found["Service"]["ReadWritePaths"] == '"-/etc/ekc/100%% of $day"'
    config = settings(tmp_path, **report("/srv/reports"))
    assert "ReadWritePaths" not in unit(["/opt/ekc/bin/ekc"], config, None, "nobody")


@pytest.mark.parametrize("sign", ["'", '"', "\\", "\n"])
def test_a_path_that_systemd_takes_in_no_way_is_refused(tmp_path: Path, sign: str) -> None:
    for program, file in ((f"/opt/a{sign}b/ekc", "/etc/a.yaml"), ("/opt/ekc", f"/etc/{sign}")):
        with pytest.raises(EkcError, match="Такого пути systemd не примет") as caught:
            unit([program], Config(), Path(file), "nobody")
        assert "без кавычек" in caught.value.remedy


def test_it_is_printed_or_written_and_never_over_another(tmp_path: Path) -> None:
    printed = ekc("--user", "nobody")
    assert printed.exit_code == 0
    assert printed.stdout.startswith("#")
    written = ekc(str(tmp_path), "--user", "nobody")
    assert written.stdout.split() == [str(tmp_path / "ekc.service")]
    assert (tmp_path / "ekc.service").read_text("utf-8") == printed.stdout
    (tmp_path / "ekc.service").write_text("mine", "utf-8")
    assert "уже есть и другой" in ekc(str(tmp_path), "--user", "nobody").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--user", "Анна"), "не имя учётной записи Linux"),
        (("--user", "a b\nExecStart=x"), "не имя учётной записи Linux"),
        (("--config", "/nowhere.yaml"), "Не читается файл настроек"),
    ],
)
def test_what_cannot_be_is_refused_in_words(arguments: tuple[str, ...], said: str) -> None:
    result = ekc(*arguments)
    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())


def test_who_is_not_there_yet_is_named_with_what_to_do() -> None:
    assert "useradd --system -m nobody-of-ekc" in ekc("--user", "nobody-of-ekc").stderr
