"""``ekc staff rehearse`` on weeks of known calls and a roster."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import roster
from ekc_console.staffing import smoothing
from tests.unit.commands.staff.conftest import ekc
from tests.unit.commands.staff.test_table import shift


@pytest.fixture(autouse=True)
def _without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "available", lambda: False)


def lines(config: Path, *arguments: str) -> dict[str, list[float]]:
    """By variant: level, answer time and losses, in the order of the table."""
    result = ekc("rehearse", *arguments, "--queue", "doctor", "--config", str(config))
    assert result.exit_code == 0, result.output
    rows = [line.split("│") for line in result.stdout.splitlines() if line.startswith("│")]
    return {
        cells[1].strip(): [float(cell.split("±")[0] or "nan") for cell in cells[2:5]]
        for cells in rows
    }


def test_the_roster_is_lived_through_beside_the_need_and_more_people(config: Path) -> None:
    """Of six calls an hour of 200 s one person answers a part in time, three nearly all."""
    with Database.open(config.parent / "ekc.db") as database:
        alone = [shift("anna", "08:00", "20:00"), shift("vera", "08:00", "20:00")]
        database.write_now(lambda conn: roster.add(conn, alone))
    found = lines(config, "--people", "+2", "--seeds", "3")
    assert list(found) == ["сколько нужно", "по графику", "по графику +2"]
    level = {name: figures[0] for name, figures in found.items()}
    assert level["по графику"] < 80 <= level["сколько нужно"]
    assert level["по графику +2"] > 90
    losses = {name: figures[2] for name, figures in found.items()}
    assert losses["по графику +2"] < losses["по графику"]


def test_without_a_roster_it_is_what_is_needed(config: Path) -> None:
    result = ekc("rehearse", "--queue", "doctor", "--seeds", "2", "--config", str(config))
    assert "никто не стоит" in result.output
    assert "Уровень обслуживания, %" in result.output


def test_weeks_are_not_lived_through(config: Path) -> None:
    result = ekc("rehearse", "следующий месяц", "--config", str(config))
    assert result.exit_code == 1
    assert "не больше чем на 7 дней" in result.output
