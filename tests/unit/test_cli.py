"""The command line: help, exit codes, and faults in words instead of tracebacks."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from ekc_console import log
from ekc_console.cli import COMMANDS, main
from ekc_console.commands.admin.store import make_store, open_store
from ekc_console.commands.reports import today as report
from ekc_console.config import load
from ekc_console.server.engine.asterisk.install import installer
from ekc_console.server.store.base import schema
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import suggestions
from ekc_console.server.store.people import accounts
from tests.support.net import free_port, fresh_host
from tests.support.simulated_centre import EPOCH, Centre
from tests.support.simulated_centre import run as run_centre
from tests.support.sweep import sweep

PASSWORD = "correct horse battery"


def ekc(*arguments: str | Path, **options: str) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments], env=options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(autouse=True)
def _logs_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in this process must not take the logs to a stream that ends with it."""
    monkeypatch.setattr(log, "set_up", lambda *_, **__: None)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    host = fresh_host()
    file = tmp_path / "ekc.yaml"
    file.write_text(
        f"server: {{host: {host}, port: {free_port(host)}, data_dir: {tmp_path}/data}}\n"
        f"engine: {{host: {host}, sip_port: {free_port(host)}}}\n"
    )
    return file


def refused(result: Result, *parts: str) -> None:
    assert result.exit_code == 1, result.output
    assert "Ошибка: " in result.stderr
    for part in parts:
        assert part in result.stderr
    assert "Traceback" not in result.output


# -- help --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        (),
        *((name,) for name in COMMANDS),
        ("engine", "install"),
        ("engine", "check"),
        ("config", "check"),
        ("scripts", "check"),
        ("user", "add"),
        ("user", "change"),
        ("user", "show"),
        ("user", "list"),
        ("user", "disable"),
        ("user", "enable"),
        ("user", "logout"),
        ("user", "invite"),
        ("user", "password"),
        ("user", "accept-code"),
        ("user", "import"),
        ("report", "today"),
        ("audit", "list"),
        ("audit", "export"),
        ("audit", "verify"),
        ("store", "rebuild"),
    ],
)
def test_help_says_in_russian_what_a_command_does(command: tuple[str, ...]) -> None:
    result = ekc(*command, "--help")
    assert result.exit_code == 0, result.output
    first = result.stdout.split("\n\n")[1]
    assert re.search("[а-яё]{4}", first), first
    for line in result.stdout.splitlines():
        if line.startswith("  --") and not line.startswith(("  --help", "  --version")):
            where = result.stdout[result.stdout.index(line) :]
            assert re.search("[а-яё]", where.split("\n  --")[0]), line


@pytest.mark.parametrize(
    ("typed", "expected"), [("servr", "Может быть, server?"), ("xyz", "Есть: server, operator")]
)
def test_an_unknown_command_names_what_there_is(typed: str, expected: str) -> None:
    result = ekc(typed)
    assert result.exit_code == 2
    assert f"Нет команды «{typed}». {expected}" in result.stderr


def test_version() -> None:
    assert re.fullmatch(r"ekc \d+\.\d+\.\d+\n", ekc("--version").stdout)


# -- config, scripts ------------------------------------------------------------------------


def test_config_check(config: Path, tmp_path: Path) -> None:
    good = ekc("config", "check", config)
    assert good.exit_code == 0
    assert "в порядке. Очередей: 7" in good.stdout
    bad = tmp_path / "bad.yaml"
    bad.write_text("server:\n  prot: 1\n")
    refused(ekc("config", "check", bad), f"{bad}:2: server.prot:", "Может быть, port?")
    refused(ekc("config", "check", tmp_path / "none.yaml"), "none.yaml")


def test_every_command_refuses_a_bad_configuration(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("zzz: 1\n")
    for command in (("server",), ("user", "list"), ("report", "today"), ("scripts", "check")):
        refused(ekc(*command, "--config", bad), f"{bad}:1: zzz: неизвестный ключ.")
    refused(ekc("report", "today", EKC_CONFIG=str(bad)), "zzz")


def test_scripts_check(tmp_path: Path) -> None:
    good = ekc("scripts", "check")
    assert good.exit_code == 0
    assert "main_menu" in good.stdout
    (tmp_path / "broken.yaml").write_text("id: broken\n")
    bad = ekc("scripts", "check", tmp_path)
    assert bad.exit_code == 1
    assert f"{tmp_path}/broken.yaml:1:" in bad.stderr
    missing = ekc("scripts", "check", tmp_path / "none")
    assert missing.exit_code == 1
    assert str(tmp_path / "none") in missing.stderr


# -- people -----------------------------------------------------------------------------------


def test_people(config: Path) -> None:
    refused(ekc("user", "list", "--config", config), "ekc.db нет", "ekc user add")
    make_store(load(config)).close_now()
    empty = ekc("user", "list", "--config", config)
    assert empty.exit_code == 0
    assert "Заведите первого: ekc user add" in empty.stdout

    add = ("user", "add", "--config", config, "--name", "Анна", "--password", PASSWORD)
    assert "Пользователь anna заведён." in ekc(*add, "anna", "--queue", "general").stdout
    refused(ekc(*add, "anna"), "Логин «anna» уже есть.")
    refused(ekc(*add, "Анна"), "Логин «Анна» не подходит.", "строчные латинские")
    refused(ekc(*add[:-1], "short", "boris"), "В пароле знаков: 5.", "Нужно не меньше 8")
    refused(ekc(*add[:4], "--name", " ", *add[6:], "boris"), "нет имени")
    unknown = ekc(*add, "boris", "--queue", "nowhere")
    assert unknown.exit_code == 2
    assert "Нет очереди «nowhere»; есть: appointments" in unknown.stderr
    role = ekc(*add, "boris", "--role", "king")
    assert role.exit_code == 2

    assert ekc(*add, "chief", "--role", "supervisor").exit_code == 0
    assert re.search(r"Очереди: +нет", ekc("user", "show", "chief", "--config", config).stdout)
    assert ekc(*add, "olga").exit_code == 0
    shown = ekc("user", "show", "olga", "--config", config).stdout
    assert re.search(r"Очереди: +appointments, home_visit", shown)

    listed = ekc("user", "list", "--config", config).stdout
    assert re.search(r"anna +operator +Анна +открыта +постоянная линия +general", listed)
    assert "Вход для anna закрыт." in ekc("user", "disable", "anna", "--config", config).stdout
    assert "закрыта" in ekc("user", "list", "--config", config).stdout
    refused(ekc("user", "disable", "nobody", "--config", config), "Логина «nobody» нет.")


def test_the_way_of_the_voice(config: Path) -> None:
    on = ("--config", config)
    add = ("user", "add", *on, "--name", "Анна", "--password", PASSWORD)
    for_phone = ("--phone", "8 900 000-00-12")
    refused(ekc(*add, "anna", *for_phone), "не по чему звонить", "trunks", "outbound")
    with config.open("a") as file:
        file.write("trunks: [{name: pbx, mode: address, outbound: '10.0.0.7:5060',")
        file.write(" addresses: [10.0.0.7]}]\n")
    assert ekc(*add, "anna", *for_phone).exit_code == 0
    listed = ekc("user", "list", *on, COLUMNS="120").stdout
    assert re.search(r"anna +operator +Анна +открыта +внешний телефон \+79000000012", listed)
    change = ("user", "change", "anna", *on)
    refused(ekc(*change), "Не сказано, что изменить.")
    refused(ekc("user", "change", "nobody", *on, "--name", "Н"), "Логина «nobody» нет.")
    refused(ekc(*change, "--role", "volunteer"), "с ролью volunteer голос по телефону", "standing")
    refused(ekc(*change, "--voice", "dial-in", "--pbx", "1007@pbx"), "--pbx не годится")
    refused(ekc(*change, "--voice", "pbx"), "Не названа учётная запись на АТС.")
    changed = ekc(*change, "--pbx", "1007@pbx", "--pbx-option", "transport=tls")
    assert "остальное — когда пользователь войдёт снова." in changed.stdout
    changed = ekc(*change, "--pbx-option", "srtp=required", "--name", "Анна Ли")
    assert changed.exit_code == 0
    shown = ekc("user", "show", "anna", *on).stdout
    assert "номер на АТС 1007@pbx" in shown
    assert "transport=tls, srtp=required, second=busy" in shown
    assert "Анна Ли" in shown
    assert "постоянная линия" in ekc(*change, "--voice", "standing").stdout
    refused(ekc("user", "show", "nobody", *on), "Логина «nobody» нет.")


def test_the_password_is_asked_for_twice(config: Path) -> None:
    arguments = ["user", "add", "anna", "--name", "Анна", "--config", str(config)]
    result = CliRunner().invoke(main, arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    with Database.open(config.parent / "data" / "ekc.db") as database:
        (person,) = database.read_now(accounts.everybody)
    assert (person.login, len(person.queues)) == ("anna", 7)


# -- reports ----------------------------------------------------------------------------------


def test_report_of_a_day_without_calls(config: Path) -> None:
    make_store(load(config)).close_now()
    result = ekc("report", "today", "--config", config, COLUMNS="200")
    assert result.exit_code == 0, result.output
    assert "Вызовов ещё не было" in result.stdout
    assert "Никто не работал" in result.stdout


def test_report_of_a_day_with_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        lost = await centre.in_menu("+79000000303")
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)

    run_centre(tmp_path, story)
    config = tmp_path / "ekc.yaml"
    config.write_text(f"server: {{data_dir: {tmp_path}/data}}\n")
    monkeypatch.setattr(report, "time", SimpleNamespace(time=lambda: EPOCH + 3600))
    result = ekc("report", "today", "--config", config, COLUMNS="200")
    assert result.exit_code == 0, result.output
    rows = [re.split(r"\s*[│┃]\s*", line) for line in result.stdout.splitlines()]
    by_name = {row[1]: row[2:] for row in rows if len(row) > 2}
    assert by_name["Запись к врачу"][:3] == ["1", "1", "0"]
    assert by_name["Не вышли из меню"][0] == "1"
    assert by_name["Оператор anna"][0] == "1"


# -- a terminal is needed -----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["operator", "demo"])
def test_screens_need_a_terminal(command: str) -> None:
    refused(ekc(command), "терминал", "ekc demo --headless")


@pytest.mark.parametrize(
    "arguments", [("--calls", "0"), ("--operators", "99"), ("--calls", "many"), ("--every", "0")]
)
def test_the_demos_numbers_have_limits(arguments: tuple[str, str]) -> None:
    result = ekc("demo", "--headless", *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.stderr


# -- the server cannot start ----------------------------------------------------------------------


def server(config: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """``ekc server`` as a process of its own, which must end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "ekc_console.cli", "server", "--config", str(config), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def fails(result: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    for part in parts:
        assert part in result.stderr


def test_the_engine_is_missing(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "find_installed", lambda: None)  # whatever this machine has
    prompts = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "ekc/prompts"
    cache = tmp_path / "cache" / "ekc"
    cache.mkdir(parents=True)
    if prompts.is_dir():
        (cache / "prompts").symlink_to(prompts)
    result = ekc("server", "--config", config, XDG_CACHE_HOME=str(tmp_path / "cache"))
    refused(result, "Asterisk", "ekc engine install")


@pytest.mark.long
@pytest.mark.parametrize(
    ("key", "kind"),
    sweep(
        [
            ("port", socket.SOCK_STREAM),
            ("sip_port", socket.SOCK_STREAM),
            ("sip_port", socket.SOCK_DGRAM),
        ],
        every=3,
    ),
)
def test_a_port_is_in_use(config: Path, key: str, kind: socket.SocketKind) -> None:
    text = config.read_text()
    host = re.findall(r"host: ([\d.]+)", text)[0]
    port = int(re.findall(rf"\b{key}: (\d+)", text)[0])
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind((host, port))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        result = server(config)
    section = "engine" if key == "sip_port" else "server"
    fails(result, f"{section}.{key}", str(port), host)


def test_another_server_has_the_database(config: Path, tmp_path: Path) -> None:
    with Database.open(tmp_path / "data" / "ekc.db"):
        refused(
            ekc("server", "--config", config),
            f"уже открыто процессом {os.getpid()}",
            "server.data_dir",
        )
        listed = ekc("user", "list", "--config", config)
    assert listed.exit_code == 0  # tools work beside a running server


def test_a_database_of_a_newer_version(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "data" / "ekc.db"
    Database.open(path).close_now()
    with sqlite3.connect(path) as conn:
        conn.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    conn.close()
    for command in (("server",), ("user", "list"), ("report", "today")):
        refused(ekc(*command, "--config", config), str(path), "верси")


def test_folders_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    bad = tmp_path / "ekc.yaml"
    bad.write_text(f"server: {{data_dir: {tmp_path}/file/data}}\n")
    refused(ekc("server", "--config", bad), f"server.data_dir: папка {tmp_path}/file/data")
    refused(ekc("user", "list", "--config", bad), f"{tmp_path}/file/data")
    log_file = tmp_path / "file" / "server.log"
    fails(server(bad, "--log-file", str(log_file)), f"Журнал {log_file} не открывается")


def test_a_main_menu_or_a_script_that_does_not_exist(config: Path) -> None:
    text = config.read_text()
    config.write_text(text.replace("data_dir", "main_menu: nothing, data_dir"))
    refused(ekc("server", "--config", config), "server.main_menu: меню «nothing» нет", "main_menu")
    config.write_text(text + "topics: [{code: a, title: A, script: nothing}]\n")
    refused(ekc("server", "--config", config), "topics.a.script: сценария «nothing» нет")


# -- messages and suggestions ------------------------------------------------------------------


def test_suggestions_are_listed_and_decided(config: Path) -> None:
    make_store(load(config)).close_now()
    assert "Предложений нет." in ekc("suggestions", "list", "--config", config).output
    with open_store(load(config)) as database:
        database.write_now(
            lambda conn: suggestions.add(
                conn, at=1.0, author="anna", source="caller", text="Музыку тише"
            )
        )
    refused(ekc("suggestions", "set", "1", "declined", "--config", config), "без ответа")
    refused(ekc("suggestions", "set", "9", "accepted", "--config", config), "№ 9 нет")
    done = ekc("suggestions", "set", "1", "accepted", "--answer", "Сделаем", "--config", config)
    assert "принято" in done.output
    shown = ekc("suggestions", "list", "--config", config).output
    assert "Музыку тише" in shown
    assert "→ Сделаем" in shown


def test_messages_need_a_server() -> None:
    result = ekc(
        "message", "send", "Привет", "--login", "boss", "--password", "x", "--server",
        "http://127.0.0.1:9",
    )  # fmt: skip
    refused(result, "недоступен")
    result = ekc("message", "help", "--answer", "1", "--login", "boss", "--password", "x")
    assert "Напишите ответ" in result.output
