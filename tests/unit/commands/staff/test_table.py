"""``ekc staff table`` on weeks of known calls and a roster."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from ekc_console.domain.terms.localtime import moment_of
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import roster
from ekc_console.staffing import smoothing
from ekc_console.staffing.need import Target, level_with, need
from ekc_console.staffing.roster import Kind, Shift
from tests.unit.commands.staff.conftest import TODAY, ZONE, ekc


def shift(login: str, since: str, until: str, kind: Kind = "planned", day: int = 1) -> Shift:
    def at(text: str, day: int) -> float:
        hour, minute = map(int, text.split(":"))
        return moment_of(datetime(TODAY.year, TODAY.month, TODAY.day + day, hour, minute), ZONE)

    return Shift(login, kind, at(since, day), at(until, day + (until <= since)))


@pytest.fixture(autouse=True)
def _without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "available", lambda: False)


def document(config: Path, *arguments: str) -> dict[str, list[dict[str, object]]]:
    asked = ("--queue", "doctor", "--config", str(config), "--format", "json")
    result = ekc("table", "завтра", *arguments, *asked)
    assert result.exit_code == 0, result.output
    found: dict[str, list[dict[str, object]]] = json.loads(result.stdout)
    return found


def test_each_half_hour_has_what_is_needed_what_is_there_and_the_difference(config: Path) -> None:
    shifts = [
        shift("night", "20:00", "08:30", day=0), shift("anna", "08:00", "12:00"),
        shift("boris", "08:00", "12:15"), shift("vera", "09:00", "20:00", "offered"),
    ]  # fmt: skip
    with Database.open(config.parent / "ekc.db") as database:
        database.write_now(lambda conn: roster.add(conn, shifts))
    found = document(config)
    target = Target(0.8, 20, 200, 120, 0.2, 0.9)
    wanted = need(3, target).on_shift
    by_time = {str(row["from"])[-5:]: row for row in found["rows"]}
    there = {at: row["planned"] for at, row in by_time.items()}
    assert (there["00:00"], there["07:30"]) == (1, 1)  # closed, and somebody is there
    assert [there[at] for at in ("08:00", "08:30", "11:30", "12:00", "19:30")] == [3, 2, 2, 0, 0]
    assert "20:00" not in there
    assert by_time["08:00"]["need"] == wanted
    assert by_time["08:00"]["difference"] == f"{3 - wanted:+d}".replace("+0", "0")
    assert by_time["08:00"]["level"] == pytest.approx(level_with(3, 2, target))
    assert by_time["12:00"]["difference"] == f"−{wanted}"
    assert by_time["12:00"]["level"] == 0
    lack = document(config, "--lack")["rows"]
    assert {str(row["from"])[-5:] for row in lack} == {
        at for at, row in by_time.items() if str(row["difference"]).startswith("−")
    }


def test_an_empty_roster_is_told(config: Path) -> None:
    notes = " ".join(map(str, document(config)["notes"]))
    hours = 12 * need(3, Target(0.8, 20, 200, 120, 0.2, 0.9)).on_shift
    assert f"Не хватает человеко-часов: {hours}, лишних: 0." in notes
    assert "никто не стоит" in notes
