"""The console's clock, and the centre's time on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from ekc_console.client.link.steady import SteadyClock
from ekc_console.client.words.zone import use_zone
from ekc_console.domain.terms.localtime import zone_named
from ekc_console.tui.shared import wording
from tests.support.desk import NOW, ScriptedDesk
from tests.support.zones import MOSCOW


def test_a_correction_of_the_machines_clock_moves_no_timer() -> None:
    wall, monotonic = 1_800_000_000.0, 50.0
    clock = SteadyClock(lambda: wall, lambda: monotonic)
    assert clock() == 1_800_000_000.0
    wall += 3600
    monotonic += 10
    assert clock() == 1_800_000_010.0


async def test_the_zone_comes_with_the_welcome(tmp_path: Path, host_zone: str) -> None:
    desk = ScriptedDesk(tmp_path)
    assert desk.zone is MOSCOW
    await desk.log_in("anna", "verysecret")
    assert desk.welcome
    for name, zone in (
        ("Asia/Vladivostok", zone_named("Asia/Vladivostok")),
        ("Mars/Olympus", zone_named("Asia/Vladivostok")),  # not known here: as it was
        ("UTC+05:00", zone_named("UTC+05:00")),
        ("", zone_named("UTC+05:00")),
    ):
        desk.on_welcome(structs.replace(desk.welcome, timezone=name))
        assert desk.zone is zone
    later = structs.replace(desk.welcome, now=NOW + 7200)
    desk.on_welcome(later)
    assert desk.now() == pytest.approx(NOW + 7200)


def test_days_of_the_script_are_the_centres(tmp_path: Path, host_zone: str) -> None:
    """Half past one in Vladivostok is the afternoon before in Moscow."""
    desk = ScriptedDesk(tmp_path)
    desk.time = 1_795_446_000.0  # 23 November 2026, 15:00 UTC
    for name, today in (("Asia/Vladivostok", "2026-11-24"), ("Europe/Moscow", "2026-11-23")):
        desk.zone = zone_named(name)
        assert desk.old_cards.today.isoformat() == today


@pytest.mark.parametrize(
    ("zone", "clock", "moment"),
    [("Europe/Moscow", "18:00", "18:00"), ("Asia/Vladivostok", "01:00", "01:00")],
)
def test_times_on_the_screen(host_zone: str, zone: str, clock: str, moment: str) -> None:
    at = 1_795_446_000.0
    use_zone(zone_named(zone))
    try:
        assert wording.time_of_day(at) == clock
        assert wording.moment(at, at + 5 * 3600) == moment
        assert wording.moment(at, at + 86400) != moment
    finally:
        use_zone(MOSCOW)
