from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ekc_console.client.staffing import roster_table as table
from ekc_console.domain.terms.localtime import local, zone_named
from ekc_console.errors import EkcError
from ekc_console.wire.centre.roster import MOST_SHIFTS, RosterShift

BERLIN = zone_named("Europe/Berlin")
MOSCOW = zone_named("Europe/Moscow")


def span(day: date, first: str, last: str) -> tuple[str, str, float]:
    since, until = table.moments(day, first, last, BERLIN)
    begin, end = (f"{local(at, BERLIN):%d.%m %H:%M}" for at in (since, until))
    return begin, end, (until - since) / 3600


def test_nights_end_on_the_next_day_and_are_as_long_as_clocks_make_them() -> None:
    assert span(date(2026, 6, 15), "22:00", "06:00") == ("15.06 22:00", "16.06 06:00", 8)
    assert span(date(2026, 6, 15), "16:00", "24:00") == ("15.06 16:00", "16.06 00:00", 8)
    assert span(date(2026, 6, 15), "09:00", "09:00") == ("15.06 09:00", "16.06 09:00", 24)
    assert span(date(2026, 3, 28), "22:00", "06:00") == ("28.03 22:00", "29.03 06:00", 7)
    assert span(date(2026, 10, 24), "22:00", "06:00") == ("24.10 22:00", "25.10 06:00", 9)
    # clocks jump over 2:30, and show it twice in October: the first one
    assert span(date(2026, 3, 29), "02:30", "06:00") == ("29.03 03:00", "29.03 06:00", 3)
    assert span(date(2026, 10, 25), "02:30", "06:00") == ("25.10 02:30", "25.10 06:00", 4.5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_table_as_spreadsheets_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = ["day;login;From;until;kind", "07.12.2026;anna;22:00;06:00;", ";;;;",
            "2026-12-08;vera;9:00;13:00:00;offered"]  # fmt: skip
    file = tmp_path / "график.csv"
    file.write_bytes("\r\n".join(rows).replace(";", delimiter).encode(encoding))
    lines = table.read(file, MOSCOW)
    assert [(line.number, line.shift.login, line.shift.kind) for line in lines] == [
        (2, "anna", "planned"),
        (4, "vera", "offered"),
    ]
    assert lines[0].shift.until - lines[0].shift.since == 8 * 3600


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_the_line_that_tells_spreadsheets_the_delimiter_is_no_heading(
    tmp_path: Path, mark: str
) -> None:
    file = tmp_path / "a.csv"
    rows = f"sep={mark}", "login;day;from;until", "anna;07.12.2026;9:00:00;24:00:00"
    file.write_text("\r\n".join(rows).replace(";", mark), encoding="utf-8")
    (line,) = table.read(file, MOSCOW)
    assert (line.number, line.shift.until - line.shift.since) == (3, 15 * 3600)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    shifts = []
    for n, (day, first, last) in enumerate(
        [(date(2026, 12, 7), "22:00", "06:00"), (date(2026, 12, 8), "16:00", "24:00"),
         (date(2026, 10, 25), "02:30", "09:15"), (date(2026, 3, 28), "20:00", "08:00")]
    ):  # fmt: skip
        since, until = table.moments(day, first, last, BERLIN)
        shifts.append(
            RosterShift(id=n, login=f"=l{n}", name="", kind="planned", since=since, until=until)
        )
    file = tmp_path / "a.csv"
    file.write_bytes(table.written(shifts, BERLIN))
    again = [line.shift for line in table.read(file, BERLIN)]
    assert [(one.login, one.since, one.until) for one in again] == [
        (one.login, one.since, one.until) for one in shifts
    ]


HEAD = "login;day;from;until;kind\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "не те столбцы"),
        (b"name;day\n", "Нужны login, day, from, until"),
        (b"login;day;from;until;login\n", "не те столбцы"),
        (f"{HEAD}anna;31.11.2026;9:00;10:00;\n".encode(), "строка 2: «31.11.2026» — не день"),
        (f"{HEAD}anna;07.12.2026;9:61;10:00;\n".encode(), "строка 2: «9:61» — не время"),
        (f"{HEAD}anna;07.12.2026;24:00;10:00;\n".encode(), "начинается до 24:00"),
        (f"{HEAD}anna;07.12.2026;9:00;24:30;\n".encode(), "«24:30» — не время"),
        (f"{HEAD}anna;07.12.2026;9:00\n".encode(), "ячеек 3, а столбцов 5"),
        (f"{HEAD}anna;07.12.2026;9:00;10:00;maybe\n".encode(), "есть planned и offered"),
        (f'{HEAD}"anna;07.12.2026;9:00;10:00;\n'.encode(), "на ячейки не делится"),
        (b"\xff\xfe\x00\xd8", "не текст"),
        ("login;day;from;until\n".encode("utf-16-le"), "не текст"),
        (f"{HEAD}an\0na;07.12.2026;9:00;10:00;\n".encode(), "строка 2: в логине — лишний знак"),
        (f"{HEAD}anna;31.12.9999;23:00;01:00;\n".encode(), "строка 2: год 9999"),
        (f"{HEAD}anna;01.01.0001;00:00;01:00;\n".encode(), "строка 2: год 1"),
        (f"{HEAD}anna;07.12.2026;9:00:30;10:00;\n".encode(), "«9:00:30» — не время"),
    ],
)
def test_what_is_no_table_is_told_by_its_place(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    with pytest.raises(EkcError) as refused:
        table.read(file, MOSCOW)
    assert words in f"{refused.value.message} {refused.value.remedy}"


def test_an_hour_that_clocks_jump_over_is_no_shift(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{HEAD}anna;29.03.2026;02:00;03:00;\n", encoding="utf-8")
    with pytest.raises(EkcError, match="строка 2: в эту ночь переводят часы"):
        table.read(file, BERLIN)


def test_of_many_faults_the_first_are_told_and_how_many_more_there_are(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(HEAD + "a;x;9:00;10:00;\n" * 10_000, encoding="utf-8")
    with pytest.raises(EkcError) as refused:
        table.read(file, MOSCOW)
    lines = refused.value.message.splitlines()
    assert "ошибок 10000" in lines[0]
    assert lines[-2:] == ["строка 21: «x» — не день: пишите 07.12.2026", "… и ещё 9980"]


def test_more_lines_than_the_server_takes_are_told_before_it_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    line = "a;07.12.2026;9:00;10:00;\n"
    file.write_text(HEAD + line * MOST_SHIFTS, encoding="utf-8")
    assert len(table.read(file, MOSCOW)) == MOST_SHIFTS
    file.write_text(HEAD + line * (MOST_SHIFTS + 1), encoding="utf-8")
    with pytest.raises(EkcError, match="смен 2001, а за раз берётся не больше 2000"):
        table.read(file, MOSCOW)


def test_all_faults_are_told_at_once_and_a_file_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{HEAD}a;x;9:00;10:00;\nb;07.12.2026;y;10:00;\n", encoding="utf-8")
    with pytest.raises(EkcError, match="ошибок 2") as refused:
        table.read(file, MOSCOW)
    assert "строка 2" in refused.value.message
    assert "строка 3" in refused.value.message
    with pytest.raises(EkcError, match="не читается"):
        table.read(tmp_path, MOSCOW)
