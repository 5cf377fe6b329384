from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ekc_console.client.staffing import roster_table as table
from ekc_console.domain.terms.localtime import local, zone_named
from ekc_console.errors import EkcError
from ekc_console.wire.centre.roster import RosterShift

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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_a_table_as_spreadsheets_save_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = ["day;login;From;until;kind", "07.12.2026;anna;22:00;06:00;", ";;;;",
            "2026-12-08;vera;9:00;13:00;offered"]  # fmt: skip
    file = tmp_path / "график.csv"
    file.write_bytes("\r\n".join(rows).replace(";", delimiter).encode(encoding))
    lines = table.read(file, MOSCOW)
    assert [(line.number, line.shift.login, line.shift.kind) for line in lines] == [
        (2, "anna", "planned"),
        (4, "vera", "offered"),
    ]
    assert lines[0].shift.until - lines[0].shift.since == 8 * 3600


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
        (b"\xff\xfe\x98\x00", "не текст"),
    ],
)
def test_what_is_no_table_is_told_by_its_place(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    with pytest.raises(EkcError) as refused:
        table.read(file, MOSCOW)
    assert words in f"{refused.value.message} {refused.value.remedy}"


def test_all_faults_are_told_at_once_and_a_file_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{HEAD}a;x;9:00;10:00;\nb;07.12.2026;y;10:00;\n", encoding="utf-8")
    with pytest.raises(EkcError, match="ошибок 2") as refused:
        table.read(file, MOSCOW)
    assert "строка 2" in refused.value.message
    assert "строка 3" in refused.value.message
    with pytest.raises(EkcError, match="не читается"):
        table.read(tmp_path, MOSCOW)
