"""``ekc user import``: a table of accounts, all of it or nothing."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from ekc_console.cli import main
from ekc_console.client import account_table
from ekc_console.errors import EkcError
from ekc_console.server.people.accounts.plan import Centre, planned
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts, codes, passwords
from ekc_console.server.store.people.accounts import User

CODE = re.compile(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){2}\b")
TABLE = """login;name;role;queues;skills;until
vera;Вера;volunteer;general;;2999-12-31
boris;"Борис; старший";supervisor;;;
anna;Анна Иванова;;general vaccination=2;english=4 дети;
"""
CENTRE = Centre(("general", "vaccination"), UTC)
ANNA = User("anna", "Анна", "operator", "x", queues=("general",))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "ekc.yaml"
    file.write_text(
        f"server: {{data_dir: {tmp_path}/data}}\ntimezone: Asia/Yekaterinburg\n", encoding="utf-8"
    )
    return file


def load(config: Path, content: str | bytes, *arguments: str, code: int = 0) -> Result:
    file = config.parent / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    command = ["user", "import", str(file), "--config", str(config), *arguments]
    result = CliRunner().invoke(main, command)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def people(config: Path) -> dict[str, User]:
    with Database.open(config.parent / "data" / "ekc.db", shared=True) as db:
        return {person.login: person for person in db.read_now(accounts.everybody)}


def put(config: Path, *given: User) -> None:
    with Database.open(config.parent / "data" / "ekc.db") as db:
        for person in given:
            db.write_now(lambda conn, person=person: accounts.add(conn, person))


def test_the_desk_of_a_clinic_needs_one_of_the_directory(config: Path) -> None:
    head = "login;name;role;clinics\n"
    load(config, f"{head}desk;Пост;clinic;city_1 children_1\n")
    assert people(config)["desk"].clinics == ("city_1", "children_1")
    load(config, f"{head}desk;Пост 1;;\n")
    assert people(config)["desk"].clinics == ("city_1", "children_1")
    load(config, f"{head}desk;Пост 1;operator;\n")
    assert people(config)["desk"].clinics == ()
    for line, said in (
        ("two;Пост;clinic;", "ни одной клиники"),
        ("two;Пост;clinic;city_99", "Нет клиники «city_99»"),
        ("two;Пост;operator;city_1", "не ограничена"),
    ):
        refused = load(config, f"{head}{line}\n", code=1).output
        assert "строка 2, столбец 4 (clinics)" in refused
        assert said in refused
    assert set(people(config)) == {"desk"}


def test_the_new_are_invited_and_the_known_changed(config: Path) -> None:
    put(config, ANNA)
    output = load(config, TABLE).stdout
    found = people(config)
    assert (found["vera"].role, found["vera"].queues) == ("volunteer", ("general",))
    assert found["vera"].expires_at is not None
    assert (found["boris"].name, found["boris"].queues) == ("Борис; старший", ())
    anna = found["anna"]
    assert (anna.name, anna.role, anna.password_hash) == ("Анна Иванова", "operator", "x")
    assert (anna.queues, anna.skills) == (("general", "vaccination=2"), ("english=4", "дети"))
    rows = {line.split()[0]: line for line in output.splitlines()}
    (code,) = CODE.findall(rows["vera"])
    assert passwords.verify(found["vera"].password_hash, codes.normal(code))
    assert found["vera"].code_until is not None
    assert CODE.findall(rows["anna"]) == []


def test_a_dry_run_changes_nothing_and_says_what_would_be(config: Path) -> None:
    result = load(config, TABLE, "--dry-run")
    assert not (config.parent / "data").exists()
    assert result.stdout.count("завести") == 3
    put(config, ANNA)
    result = load(config, TABLE, "--dry-run")
    assert (result.stdout.count("завести"), result.stdout.count("изменить")) == (2, 1)
    assert CODE.findall(result.output) == []
    assert people(config) == {"anna": ANNA}


def test_every_fault_is_named_with_line_and_column_and_nothing_is_done(config: Path) -> None:
    put(config, ANNA)
    table = """login;name;role;queues;skills;until
vera;Вера;doctor;nowhere;;вчера
Петров;;doctor;;;

boris;;;;;
anna;Анна;;;english=11;
short;Короткая
vera;Вера;;;;
good;Хороший;;;;
"""
    lines = load(config, table, code=1).stderr.splitlines()
    wanted = [
        "строка 2, столбец 3 (role)",
        "строка 2, столбец 4 (queues)",
        "строка 2, столбец 6 (until)",
        "строка 3, столбец 3 (role)",
        "строка 3, столбец 1 (login)",
        "строка 3, столбец 2 (name)",
        "строка 5, столбец 2 (name)",
        "строка 6, столбец 5 (skills)",
        "строка 7: ячеек 2, а столбцов 6",
        "строка 8, столбец 1 (login)",
    ]
    assert [line[: len(start)] for line, start in zip(lines, wanted, strict=False)] == wanted
    assert "ошибок 10" in lines[10]
    assert people(config) == {"anna": ANNA}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "строка 1"),
        ("имя;логин\n", "строка 1"),
        ("login;name;login\n", "строка 1"),
        ("login,name\nvera,\"Вера\n", "строка 2"),
        ("login;name\nvera;Ве\0ра\n", "строка 2"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said(config: Path, content: str, word: str) -> None:
    assert word in load(config, content, code=1).stderr
    assert not (config.parent / "data").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251"])
@pytest.mark.parametrize("between", [";", ","])
def test_as_spreadsheets_save_it(config: Path, encoding: str, between: str) -> None:
    table = "login;name\r\nvera;Вера\r\n".replace(";", between).encode(encoding)
    load(config, table)
    assert people(config)["vera"].name == "Вера"


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "utf-16", "mac-cyrillic"])
def test_names_in_another_code_page_are_refused_and_not_taken_as_others(
    tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("login;name\nvera;Вера Петровна\n".encode(encoding))
    with pytest.raises(EkcError, match="другой кодировке") as refused:
        account_table.read(file)
    assert "UTF-8 или Windows-1251" in refused.value.remedy


PEOPLE = "login;name\nvera;Вера Петровна\nshch;Щукин Юрий\nyu;Юлия Цой\noleg;Олег Эккерт\n"


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_names_all_in_one_case_are_told_apart_by_their_letters(
    tmp_path: Path, case: Callable[[str], str]
) -> None:
    """Where no capital stands among small letters KOI8-R reads as letters of Windows-1251."""
    heading, *names = PEOPLE.splitlines(keepends=True)
    file = tmp_path / "people.csv"
    file.write_bytes((heading + case("".join(names))).encode("koi8-r"))
    with pytest.raises(EkcError, match="другой кодировке"):
        account_table.read(file)
    for name in [*names, "fyodor;Фёдор\n", "pyotr;Пётр\n"]:
        file.write_bytes((heading + case(name)).encode("cp1251"))
        (line,) = account_table.read(file).lines
        assert line.name == case(name).strip().split(";")[1]


def test_the_last_administrator_stays(config: Path) -> None:
    chief = User("chief", "Главный", "admin", "x")
    put(config, chief)
    table = "login;name;role\nchief;Главный;operator\nvera;Вера;{}\n"
    for arguments in (("--dry-run",), ()):
        for role in ("volunteer", "admin"):  # who is only invited may never come
            refused = load(config, table.format(role), *arguments, code=1)
            assert "последний администратор" in refused.stderr
            assert people(config) == {"chief": chief}
    put(config, User("olga", "Ольга", "admin", "x"))
    load(config, table.format("admin"))
    assert people(config)["chief"].role == "operator"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.lists(
                st.sampled_from(
                    ["vera", "Вера", "", '"', "admin", "general=2", "general=x", "english=99",
                     "never", "9999-12-31", "\x1b[2J", "\u202e", "login", "a" * 300, "=1+1"]
                ),
                min_size=1, max_size=7,
            ).map(";".join),
            max_size=6,
        ).map(lambda rows: "\n".join(["login;name;role;queues;skills;until", *rows]).encode()),
    )
)  # fmt: skip
def test_whatever_is_in_the_file_each_line_is_planned_or_at_fault(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        file.write_bytes(content)
        try:
            table = account_table.read(file)
        except EkcError:
            return  # the heading is none
    plan, wrong = planned(table.lines, CENTRE, {"vera": ANNA}, time.time())
    faulty = {fault.line for fault in wrong}
    assert len(plan) + len(faulty) == len(table.lines)
    assert all(": " in line for line in table.said(wrong))
    for one in plan:
        accounts.check(one.user)
        assert "\x1b" not in one.user.name
