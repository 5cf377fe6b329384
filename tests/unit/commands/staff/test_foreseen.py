"""``ekc staff forecast`` and ``ekc staff need`` on weeks of known calls."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from ekc_console.staffing import smoothing
from ekc_console.staffing.need import Target, need
from tests.unit.commands.staff.conftest import ekc


@pytest.fixture(autouse=True)
def without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried where it forecasts; here it would cost seconds."""
    monkeypatch.setattr(smoothing, "available", lambda: False)


def document(config: Path, *arguments: str) -> dict[str, object]:
    result = ekc(*arguments, "--config", str(config), "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_the_next_week_by_queue_with_the_error_and_what_is_not_known(config: Path) -> None:
    found = document(config, "forecast")
    assert found["rows"] == [
        {"from": f"{17 + n}.08.2026", "calls": 74 if n < 5 else 2, "doctor": 72 if n < 5 else 0,
         "home": 2}
        for n in range(7)
    ]  # fmt: skip
    assert found["whole"] == {"from": "Всего", "calls": 374, "doctor": 360, "home": 14}
    doctor, home, silent, holidays, extra = found["notes"]  # type: ignore[misc]
    assert "Врач: среднее тех же получасов; ошибка 0% (WAPE)" in doctor
    assert "недель проверки 2" in doctor
    assert "На дом" in home
    assert silent == "Целых дней с вызовами в журнале нет: Новая."
    assert "Праздников в журнале ещё не было" in holidays
    assert "pip install ekc-console[staffing]" in extra


def test_half_hours_of_a_queue_are_those_in_which_it_is_open(config: Path) -> None:
    result = ekc("forecast", "завтра", "--every", "half_hour", "--queue", "doctor", "--config",
                 str(config), "--format", "csv")  # fmt: skip
    rows = list(csv.reader(io.StringIO(result.stdout.lstrip("\ufeff")), delimiter=";"))
    assert rows[0] == ["Время", "Врач"]
    assert [rows[1], rows[-2], rows[-1]] == [
        ["11.08.2026 08:00", "3"],
        ["11.08.2026 19:30", "3"],
        ["Всего", "72"],
    ]
    assert len(rows) == 26


def test_people_for_a_queue_by_its_own_target_handling_and_patience(config: Path) -> None:
    """60 of 72 a day are handled in 200 s; 12 give up after all wait 60·12 + 12·60 s together."""
    found = document(config, "need", "завтра", "--queue", "doctor")
    wanted = need(3, Target(0.8, 20, 200, (60 * 12 + 12 * 60) / 12, 0.2, 0.9))
    rows = found["rows"]
    assert isinstance(rows, list)
    assert len(rows) == 24
    assert rows[0] == {
        "from": "11.08.2026 08:00", "calls": 3, "erlang_c": wanted.erlang_c,
        "erlang_a": wanted.on_line, "on_shift": wanted.on_shift,
        "level": wanted.level, "occupancy": wanted.occupancy,
    }  # fmt: skip
    notes = " ".join(found["notes"])  # type: ignore[arg-type]
    assert "80% за 20 с; вызов с обработкой 200 с; терпение 120 с; не на линии 20%" in notes


def test_several_queues_are_one_pool_with_the_strictest_target(config: Path) -> None:
    notes = document(config, "need", "завтра")["notes"]
    text = " ".join(notes)  # type: ignore[arg-type]
    assert "Цель: 90% за 20 с; вызов с обработкой 197 с" in text  # (72 · 200 + 2 · 90) / 74
    assert "Очереди посчитаны вместе" in text


def test_what_is_named_goes_before_what_was_seen(config: Path) -> None:
    found = document(config, "need", "завтра", "--queue", "doctor", "--level", "0,95", "--within",
                     "0", "--handling", "600", "--patience", "none", "--shrinkage", "0",
                     "--occupancy", "0.5")  # fmt: skip
    wanted = need(3, Target(0.95, 0, 600, occupancy=0.5))
    row = found["rows"][0]  # type: ignore[index]
    assert (row["erlang_c"], row["on_shift"]) == (wanted.erlang_c, wanted.on_line)
    assert "erlang_a" not in row


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["forecast", "вчера"], "уже прошёл"),
        (["forecast", "01.08.2026..05.08.2026"], "уже прошёл"),
        (["forecast", "13.08.2026..11.08.2026"], "кончается раньше"),
        (["forecast", "31.11.2026"], "такого дня в календаре нет"),
        (["forecast", "когда-нибудь"], "следующая неделя"),
        (["forecast", "2027"], "слишком далёкий"),
        (["forecast", "--queue", "dentist"], "Есть: doctor, home, new"),
        (["need", "--level", "80"], "--level: «80» не подходит"),
        (["need", "--patience", "долго"], "--patience: «долго» не подходит"),
        (["need", "завтра", "--handling", "7200", "--within", "inf"], "--within"),
    ],
)
def test_what_cannot_be_asked_is_told(config: Path, arguments: list[str], words: str) -> None:
    result = ekc(*arguments, "--config", str(config))
    assert result.exit_code != 0
    assert words in result.output


def test_a_store_without_whole_days_has_no_forecast_and_says_so(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = 1783353600.0  # 2026-07-07 00:00 at the centre, within the first day of the store
    for days, words in (
        (0, "Целых дней с вызовами в журнале нет: Врач, На дом, Новая."),
        (4, "Врач: прогноза нет — дней с вызовами в журнале 3, нужно хотя бы 14."),
    ):
        monkeypatch.setattr("time.time", lambda days=days: first + days * 86_400)
        result = ekc("need", "завтра", "--config", str(config))
        assert result.exit_code == 1
        assert "Прогноза пока нет." in result.output
        assert words in result.output
