"""``ekc user``: codes, passwords, ends of accounts and of sessions, the last administrator."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.commands.admin import account_options
from ekc_console.server.people.auth import hash_password
from ekc_console.server.store.audit import entries
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, codes, passwords, sessions
from ekc_console.server.store.people.accounts import User

CODE = re.compile(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){2}\b")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "ekc.yaml"
    file.write_text(
        f"server: {{data_dir: {tmp_path}/data}}\ntimezone: Asia/Yekaterinburg\n", encoding="utf-8"
    )
    return file


def user(config: Path, *arguments: str, code: int = 0) -> Result:
    command, *rest = arguments
    result = CliRunner().invoke(main, ["user", command, "--config", str(config), *rest])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def store(config: Path) -> Database:
    return Database.open(config.parent / "data" / "ekc.db", shared=True)


def known(config: Path, login: str) -> User:
    with store(config) as db:
        return db.read_now(lambda conn: accounts.known(conn, login))


def put(config: Path, *people: User) -> None:
    with store(config) as db:
        for person in people:
            db.write_now(lambda conn, person=person: accounts.add(conn, person))


ADMIN = User("chief", "Главный", "admin", "x")
ANNA = User("anna", "Анна", "operator", "x", queues=("general",))


def test_the_desk_of_a_clinic_is_told_which(config: Path) -> None:
    desk = "desk", "--name", "Пост", "--role", "clinic"
    assert "ни одной клиники" in user(config, "invite", *desk, code=1).output
    assert "city_99" in user(config, "invite", *desk, "--clinic", "city_99", code=2).output
    user(config, "invite", *desk, "--clinic", "city_1", "--clinic", "women")
    assert known(config, "desk").clinics == ("city_1", "women")
    assert "city_1, women" in user(config, "show", "desk").output
    assert "city_1, women" in user(config, "list").output
    user(config, "change", "desk", "--clinic", "dental")
    assert known(config, "desk").clinics == ("dental",)
    said = user(config, "change", "desk", "--role", "medic", code=1).output
    assert "снимутся клиники: dental" in said
    assert "--drop-clinics" in said
    assert known(config, "desk").clinics == ("dental",)
    user(config, "change", "desk", "--role", "medic", "--drop-clinics")
    assert known(config, "desk").clinics == ()
    with store(config) as db:
        kept = db.read_now(lambda conn: entries.of(conn, entries.Wanted(about="desk")))
    assert "change, clinics dropped: dental" in [entry.reason for entry in kept]
    assert "ни одной клиники" in user(config, "change", "desk", "--role", "clinic", code=1).output
    user(config, "change", "desk", "--role", "clinic", "--clinic", "city_2")
    assert known(config, "desk").role == "clinic"


def test_an_invited_volunteer_has_a_code_shown_once(config: Path) -> None:
    output = user(
        config, "invite", "vera", "--name", "Вера", "--role", "volunteer", "--queue", "general",
        "--until", "2999-12-31", "--valid", "48", "--why", "набор",
    ).output  # fmt: skip
    (code,) = CODE.findall(output)
    vera = known(config, "vera")
    assert (vera.role, vera.queues) == ("volunteer", ("general",))
    assert passwords.verify(vera.password_hash, codes.normal(code))
    assert vera.code_until == pytest.approx(time.time() + 48 * 3600, abs=60)
    assert "01.01.3000 00:00" in user(config, "show", "vera").output
    assert "приглашена, без пароля" in user(config, "list").output
    assert code not in user(config, "show", "vera").output
    with store(config) as db:
        kept = db.read_now(lambda conn: entries.of(conn, entries.Wanted(about="vera")))
    assert [(e.action, e.reason) for e in kept] == [("account", "invite: набор")]
    assert code not in str(kept)


def test_whether_one_can_come_in_is_told_of_each_and_the_list_is_narrowed_by_it(
    config: Path,
) -> None:
    put(
        config,
        ANNA,
        User("egor", "Егор", "operator", "x", disabled=True),
        User("galya", "Галя", "volunteer", "x", expires_at=1.0),
        User("mila", "Мила", "operator", "x", code_until=1.0),
    )
    for login, state, word in (
        ("anna", "open", "открыта"),
        ("egor", "closed", "закрыта"),
        ("galya", "expired", "истекла"),
        ("mila", "code_over", "без пароля, код истёк"),
    ):
        assert re.search(rf"{login} .* {word}", user(config, "list").output)
        assert re.search(rf"Вход: +{word}", user(config, "show", login).output)
        only = user(config, "list", "--state", state).output
        assert [one for one in ("anna", "egor", "galya", "mila") if one in only] == [login]
    assert "Таких пользователей нет" in user(config, "list", "--state", "invited").output


def test_teams_are_named_from_those_of_the_settings(config: Path) -> None:
    made = "vera", "--name", "Вера", "--password", "Сирень-122"
    none = user(config, "add", *made, "--team", "x", code=2)
    assert "в настройках нет ни одной" in none.output
    with config.open("a", encoding="utf-8") as file:
        file.write("teams: [{id: day, title: День, leads: [nina]}, {id: eve, title: Вечер,")
        file.write(" leads: [nina]}]\n")
    invite = "vera", "--name", "Вера", "--role", "volunteer"
    said = user(config, "invite", *invite, "--team", "dya", code=2).output
    assert "Нет команды «dya»; есть: day, eve." in said
    user(config, "invite", *invite, "--team", "day")
    assert known(config, "vera").teams == ("day",)
    assert re.search(r"Команды: +День\n", user(config, "show", "vera").output)
    user(config, "change", "vera", "--team", "day", "--team", "eve")
    assert re.search(r"Команды: +День, Вечер\n", user(config, "show", "vera").output)
    user(config, "change", "vera", "--no-teams")
    assert known(config, "vera").teams == ()


def test_a_change_is_worked_out_once(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(config, ANNA)
    worked: list[object] = []
    monkeypatch.setattr(account_options, "check_way", lambda *told: worked.append(told))
    user(config, "change", "anna", "--voice", "dial-in", "--role", "volunteer")
    assert (len(worked), known(config, "anna").role) == (1, "volunteer")


def test_a_forgotten_or_leaked_password_is_good_no_more(config: Path) -> None:
    put(config, User("anna", "Анна", "operator", hash_password("Сирень-122")))
    with store(config) as db:
        db.write_now(lambda conn: sessions.put(conn, "anna", "token", 1.0, 2e10))
    (code,) = CODE.findall(user(config, "password", "anna").output)
    anna = known(config, "anna")
    assert not passwords.verify(anna.password_hash, "Сирень-122")
    assert passwords.verify(anna.password_hash, codes.normal(code))
    with store(config) as db:
        assert db.read_now(lambda conn: sessions.get(conn, "token")) is None
        kept = db.read_now(lambda conn: entries.of(conn, entries.Wanted(about="anna")))
    assert [e.action for e in kept] == ["session_ended", "password"]


def test_shut_opened_and_ended(config: Path) -> None:
    put(config, ANNA)
    user(config, "disable", "anna", "--why", "уволена")
    assert known(config, "anna").disabled
    user(config, "enable", "anna")
    assert known(config, "anna") == ANNA
    with store(config) as db:
        db.write_now(lambda conn: sessions.put(conn, "anna", "token", 1.0, 2e10))
    user(config, "logout", "anna")
    with store(config) as db:
        assert db.read_now(lambda conn: sessions.get(conn, "token")) is None
    assert known(config, "anna") == ANNA
    user(config, "change", "anna", "--until", "2999-12-31")
    assert known(config, "anna").expires_at is not None
    user(config, "change", "anna", "--until", "never")
    assert known(config, "anna") == ANNA
    for command in ("enable", "disable", "logout", "password"):
        assert "nobody" in user(config, command, "nobody", code=1).output


@pytest.mark.parametrize("until", ["завтра", "2026-13-01", "2001-01-01"])
def test_an_end_that_cannot_be(config: Path, until: str) -> None:
    put(config, ANNA)
    assert until in user(config, "change", "anna", "--until", until, code=1).output
    assert known(config, "anna") == ANNA


@pytest.mark.parametrize(
    "order",
    [
        ("disable", "chief"),
        ("change", "chief", "--role", "operator"),
        ("change", "chief", "--until", "2999-12-31"),
    ],
)
def test_the_last_administrator_stays(config: Path, order: tuple[str, ...]) -> None:
    away = User("other", "Другой", "admin", "x", disabled=True)
    put(config, ADMIN, ANNA, away, User("till", "До срока", "admin", "x", expires_at=2e10))
    assert "последний администратор" in user(config, *order, code=1).output
    assert known(config, "chief") == ADMIN
    user(config, "enable", "other")
    user(config, *order)
    assert known(config, "chief") != ADMIN


def test_beside_a_running_server(config: Path) -> None:
    with Database.open(config.parent / "data" / "ekc.db"):
        user(config, "invite", "vera", "--name", "Вера")
        user(config, "password", "vera")
        user(config, "disable", "vera")
    assert known(config, "vera").disabled


def test_the_teams_of_the_configuration_are_shown(config: Path) -> None:
    teams = "teams: [{id: a, title: Утро, leads: [chief], members: [anna]}]\n"
    config.write_text(config.read_text(encoding="utf-8") + teams, encoding="utf-8")
    put(config, ADMIN, ANNA, User("boris", "Борис", "operator", "x"))
    for login, shown in (("chief", "Утро (ведёт)"), ("anna", "Утро"), ("boris", "нет")):
        assert re.search(rf"Команды: +{re.escape(shown)}\n", user(config, "show", login).output)
