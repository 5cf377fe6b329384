"""``ekc report show`` on a store with a few calls of known figures."""

from __future__ import annotations

import csv
import errno
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.domain.insight.tally import BY_ID, USUAL
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import holes, projection
from ekc_console.server.store.journal.holes import Hole
from tests.unit.commands.reports.conftest import at, call


def ekc(config: Path, *arguments: str) -> Result:
    arguments = ("report", "show", "--config", str(config), *arguments)
    result = CliRunner().invoke(main, arguments, env={"COLUMNS": "120"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def rows(config: Path, *arguments: str) -> list[list[str]]:
    """Of the CSV, without its head."""
    result = ekc(config, *arguments, "--format", "csv", "--figures", "offered,level,asa,aht")
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(result.stdout.lstrip("\ufeff")), delimiter=";"))[1:]


def test_a_month_by_queue_in_the_order_of_the_settings_each_by_its_own_threshold(
    config: Path,
) -> None:
    assert rows(config, "2026-11", "--by", "queue") == [
        ["Врач", "2", "0", "30", "120"],
        ["На дом", "1", "0", "10", "120"],
        ["old (нет в настройках)", "1", "0", "10", "120"],
        ["без очереди", "0", "", "", "120"],
        ["Всего", "4", "0", "16,6667", "120"],
    ]


def test_a_day_by_half_hours_begins_and_ends_by_the_zone_of_the_centre(config: Path) -> None:
    assert [row[:2] for row in rows(config, "02.11.2026", "--every", "half_hour")] == [
        ["02.11.2026 10:00", "1"],
        ["02.11.2026 10:30", "2"],
        ["02.11.2026 11:00", "0"],
        ["Всего", "3"],
    ]
    assert [row[:2] for row in rows(config, "2026-10..2026-11", "--every", "month")] == [
        ["10.2026", "1"],
        ["11.2026", "4"],
        ["Всего", "5"],
    ]


def test_who_is_in_two_teams_counts_in_both_and_once_in_the_whole(config: Path) -> None:
    assert [row[:2] for row in rows(config, "2026-11", "--by", "team")] == [
        ["Дневная", "2"],
        ["Все", "1"],
        ["без команды", "2"],
        ["Всего", "4"],
    ]


def test_filters_are_said_in_the_title_and_one_that_is_nothing_is_named(config: Path) -> None:
    shown = ekc(config, "2026-11", "--queue", "home").stdout
    assert "Отчёт за 01.11.2026–05.11.2026. Очередь: На дом" in shown
    assert "Период ещё идёт" in shown
    shown = ekc(config, "2026-10", "--queue", "hom").stdout
    assert "Таких вызовов за период не было." in shown
    assert "Очередь «hom»: такого имени нет. Есть: doctor, home." in shown
    assert "Период ещё идёт" not in shown


def test_whom_we_dialled_stands_in_no_report(config: Path) -> None:
    assert [row[:2] for row in rows(config, "2026-11", "--by", "called")] == [
        ["122", "4"],
        ["номер неизвестен", "0"],
        ["Всего", "4"],
    ]


def test_json_has_every_figure_by_its_id_and_null_where_nothing_is_counted(config: Path) -> None:
    result = ekc(config, "2026-11", "--direction", "out", "--figures", "all", "--format", "json")
    document = json.loads(result.stdout)
    (row,) = document["rows"]
    assert (row["outgoing"], row["aht"], row["level"], row["asa"]) == (1.0, 120.0, None, None)
    assert document["formulas"]["aht"].startswith("(разговор + удержание")


def test_the_workbook_is_opened_by_another_library_with_its_formulas(
    config: Path, tmp_path: Path
) -> None:
    file = tmp_path / "отчёт.xlsx"
    done = ekc(config, "2026-11", "--by", "queue", "--format", "xlsx", "-o", str(file))
    assert done.exit_code == 0
    assert f"{file}: строк 4." in done.stderr
    book = openpyxl.load_workbook(file)
    figures, told = book["Отчёт"], book["Как считается"]
    heads = [cell.value for cell in figures[3]]
    by_head = dict(zip(heads, figures[4], strict=True))
    assert by_head["Очередь"].value == "Врач"
    assert by_head["Поступило в очередь"].value == 2
    assert by_head["Среднее ожидание ответа"].number_format == "[h]:mm:ss"
    assert {row[0].value for row in told} >= set(heads[1:])


def test_what_a_spreadsheet_would_take_for_a_formula_stays_a_text(config: Path) -> None:
    with Database.open(config.parent / "ekc.db") as database:
        trap = [call("c7", "2026-11-02T12:00:00", called="=1+1")]
        database.write_now(lambda conn: projection.apply(conn, trap))
    assert ["'=1+1", "1"] in [row[:2] for row in rows(config, "2026-11", "--by", "called")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("31.02.2026",), "такого дня в календаре нет"),
        (("2027",), "ещё не наступил"),
        (("2026-11", "--figures", "offerd"), "Показателя «offerd» нет"),
        (("2026-11", "--format", "xlsx"), "Для xlsx назовите файл"),
        (("2026-11", "-o", "x.csv"), "Таблица — для экрана"),
        (("2026-11", "--format", "csv", "-o", "/nowhere/x.csv"), "файл не записан"),
        (("2026-11", "--by", "weather"), "weather"),
    ],
)
def test_bad_input_is_said_in_words(config: Path, arguments: tuple[str, ...], says: str) -> None:
    result = ekc(config, *arguments)
    assert result.exit_code != 0
    assert says in result.stderr


def test_a_file_that_was_there_stays_when_the_new_one_cannot_be_written(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.json"
    file.write_text("of last month")

    def full(path: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    result = ekc(config, "2026-11", "--format", "json", "-o", str(file))
    assert f"{file}: файл не записан (No space left on device)" in result.stderr
    assert file.read_text() == "of last month"
    assert list(tmp_path.glob(".*.part")) == []


def test_the_terminal_shows_what_fits_and_names_the_rest(config: Path) -> None:
    shown = ekc(config, "2026-11", "--by", "queue", "--figures", "all").stdout
    assert "Не поместилось: " in shown
    assert "…" not in shown
    assert max(map(len, shown.splitlines()[:12])) <= 120
    assert "Пост. — поступило в очередь: отвечено + потеряно + ушло иначе." in shown


def test_every_usual_figure_is_one() -> None:
    assert set(USUAL) <= set(BY_ID)


def test_beside_each_figure_stands_how_it_was(config: Path) -> None:
    assert [
        row[:3] for row in rows(config, "01.11.2026", "--by", "queue", "--against", "before")
    ] == [["Врач", "1", "1"]]
    shown = ekc(config, "2026-11", "--against", "before", "--figures", "offered").stdout
    assert "Рядом, что было за 01.10.2026–05.10.2026." in shown
    assert "Сравнить не с чем" in shown


@pytest.fixture
def holed(config: Path) -> Path:
    """Entries of ten minutes of 2 November are missing."""
    hole = Hole(200, 214, at("2026-11-02T10:25:00"), at("2026-11-02T10:35:00"))
    with Database.open(config.parent / "ekc.db") as database:
        database.write_now(lambda conn: holes.keep(conn, [hole], all_there_are=True))
    return config


HOLE = "В журнале нет записей 200–214 (02.11.2026 10:25:00 – 02.11.2026 10:35:00)"


def test_a_hole_in_the_journal_is_said_with_every_form_of_a_report(
    holed: Path, tmp_path: Path
) -> None:
    whole = f"{HOLE}: за это время не доказаны все показатели."
    assert whole in " ".join(ekc(holed, "2026-11").stdout.split())
    assert rows(holed, "2026-11")[-1] == [whole]
    assert json.loads(ekc(holed, "2026-11", "--format", "json").stdout)["warnings"] == [whole]
    file = tmp_path / "november.xlsx"
    ekc(holed, "2026-11", "--format", "xlsx", "-o", str(file))
    assert openpyxl.load_workbook(file)["Отчёт"]["A2"].value == whole
    arguments = ["report", "people", "2026-11", "--format", "csv", "--config", str(holed)]
    assert whole in CliRunner().invoke(main, arguments).stdout


def test_a_hole_of_another_time_touches_only_what_other_calls_tell(holed: Path) -> None:
    assert HOLE not in ekc(holed, "01.11.2026").stdout
    told = " ".join(
        ekc(holed, "01.11.2026", "--figures", "offered,reach,first_contact").stdout.split()
    )
    assert (
        f"{HOLE}: за это время не доказаны гарантированный дозвон, решено с первого раза." in told
    )
