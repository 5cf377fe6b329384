"""Days and times of commands are the centre's, wherever the administrator sits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ekc_console.commands.admin.store import moment
from ekc_console.commands.shared.remote import CentreClock
from ekc_console.commands.simulate.input import day_between
from ekc_console.domain.terms.localtime import moment_of, zone_named
from ekc_console.errors import EkcError
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import suggestions
from tests.unit.commands.shared.test_remote import ekc

HOUR = 3600.0


@pytest.fixture(autouse=True)
def _anywhere(host_zone: str) -> None:
    """Wherever the machine stands."""


def utc(*given: int) -> float:
    return datetime(*given, tzinfo=UTC).timestamp()  # type: ignore[misc]


def test_times_that_are_typed_and_said() -> None:
    clock = CentreClock(utc(2026, 11, 23, 16, 30), zone_named("Asia/Vladivostok"))  # 02:30
    assert clock.moment("03:00") == utc(2026, 11, 23, 17)
    assert clock.moment("02:00") == utc(2026, 11, 24, 16)
    assert clock.moment("2026-12-31 18:00") == utc(2026, 12, 31, 8)
    assert clock.moment("2026-12-31T18:00+03:00") == utc(2026, 12, 31, 15)
    assert clock.said(clock.now) == "24.11.2026 02:30"
    with pytest.raises(EkcError, match="уже прошло"):
        clock.moment("2026-11-24 02:00")


def test_a_time_of_tomorrow_where_clocks_are_set_tonight() -> None:
    clock = CentreClock(utc(2026, 3, 28, 19), zone_named("Europe/Berlin"))  # 20:00
    assert clock.moment("19:00") - clock.now == 22 * HOUR


def test_a_moment_of_the_journal() -> None:
    zone = zone_named("Asia/Novosibirsk")
    assert moment("--from", "2026-11-23", zone) == utc(2026, 11, 22, 17)
    assert moment("--from", "2026-11-23T08:00", zone) == utc(2026, 11, 23, 1)
    assert moment("--from", "2026-11-23T08:00Z", zone) == utc(2026, 11, 23, 8)
    assert moment("--from", None, zone) is None


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Moscow", "2026-11-23", 24), ("Europe/Berlin", "2026-03-29", 23)],
)
def test_a_day(zone: str, day: str, hours: int) -> None:
    first, last = day_between(day, zone_named(zone))
    assert first == moment_of(datetime.fromisoformat(day), zone_named(zone))
    assert last - first == hours * HOUR


def test_a_local_command_reads_the_zone_of_the_configuration(
    tmp_path: Path, centre_zone: str
) -> None:
    config = tmp_path / "ekc.yaml"
    config.write_text(f"timezone: {centre_zone}\nserver: {{data_dir: '{tmp_path}'}}\n")
    at = moment_of(datetime(2026, 11, 23, 0, 10), zone_named(centre_zone))
    with Database.open(tmp_path / "ekc.db", shared=True) as database:
        database.write_now(
            lambda conn: suggestions.add(
                conn, at=at, author="anna", source="operator", text="Больше чая"
            )
        )
    result = ekc("suggestions", "list", "--config", str(config))
    assert "23.11.2026 00:10" in result.output
