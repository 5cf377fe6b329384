"""For the whole suite."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.support import zones

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S"),
        # The usual renderer shows the locals of every frame: minutes, for one broken step.
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)

# How long an example takes says how busy the machine is, and nothing of the program.
settings.register_profile("ekc", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ekc")

gc.set_threshold(20_000, 20, 20)  # by default the collector takes a fifth of the suite's time


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded stays: it need not be walked over again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(
    params=[
        zones.HOSTS[0],
        *(pytest.param(zone, marks=pytest.mark.long) for zone in zones.HOSTS[1:]),
    ]
)
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The zone of the machine; no test that asks for it may depend on it."""
    with zones.host_in(request.param):
        yield request.param


@pytest.fixture(params=zones.CENTRES)
def centre_zone(request: pytest.FixtureRequest) -> str:
    """The zone of the centre."""
    zone: str = request.param
    return zone


@pytest.fixture
def days_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days of virtual time: what looks around every few seconds does so once an hour."""
    monkeypatch.setattr("ekc_console.server.calls.missed.LOOK_S", 3600.0)
    monkeypatch.setattr("ekc_console.server.core.clock_keeper.LOOK_S", 3600.0)
    monkeypatch.setattr("ekc_console.server.archive.free_space.LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr("ekc_console.server.live.machine.keeper.LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr("ekc_console.server.people.listeners_watch.LOOK_S", 3600.0)
    monkeypatch.setattr("ekc_console.server.people.shift_watch.LOOK_S", 3600.0)
