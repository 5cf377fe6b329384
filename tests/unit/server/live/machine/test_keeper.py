"""Since when a part is as it is, and how long a disk will do."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ekc_console.client.words.machine import telling
from ekc_console.server.archive.free_space import Room
from ekc_console.server.core.clock import Clock
from ekc_console.server.live.machine.forecast import DAY_S, EVERY_S, Forecast
from ekc_console.server.live.machine.keeper import MachineKeeper
from ekc_console.server.live.machine.parts import Part, Parts
from ekc_console.wire.admin.machine_work import MachinePart
from ekc_console.wire.words import words

GB = 1 << 30
HOUR = int(3600 / EVERY_S)


class Told:
    """Parts as they are put here."""

    sources = SimpleNamespace(free_space=SimpleNamespace(rooms={}))

    def __init__(self) -> None:
        self.state: Any = "ok"
        self.free_mb = 10

    def now(self, forecast: Forecast) -> Iterator[Part]:
        yield Part("disk", "data", self.state, words("machine.disk", free=self.free_mb, total=20))


class HandClock(Clock):
    at = 1000.0

    def steady(self) -> float:  # type: ignore[override]
        return self.at

    def now(self) -> float:
        return 1_000_000.0 + self.at


def test_a_part_is_as_it_is_since_it_became_so() -> None:
    told, clock = Told(), HandClock()
    keeper = MachineKeeper(cast(Parts, told), clock)
    began = keeper.look()[0].since
    clock.at += 100
    told.free_mb = 9
    assert keeper.look()[0].since == began
    clock.at += 100
    told.state = "trouble"
    assert keeper.look()[0].since == began + 200
    clock.at += 100
    assert keeper.look()[0].since == began + 200


def filled(free: list[int]) -> Forecast:
    forecast = Forecast()
    for n, left in enumerate(free):
        forecast.look(n * EVERY_S, {"data": Room(left, 100 * GB)})
    return forecast


def test_a_disk_that_fills_evenly_does_as_long_as_it_takes() -> None:
    an_hour = GB // HOUR
    left = filled([90 * GB - n * an_hour for n in range(6 * HOUR + 1)]).days_left("data")
    assert left == pytest.approx(84 * 3600 / DAY_S, rel=1e-6)


@pytest.mark.parametrize(
    "free",
    [
        [],
        [90 * GB] * (6 * HOUR),
        [90 * GB + n for n in range(6 * HOUR)],
        [90 * GB, 80 * GB, 70 * GB],
        [90 * GB - n for n in range(6 * HOUR)],
    ],
    ids=["never seen", "as it was", "emptier", "too short", "for centuries"],
)
def test_of_others_nothing_is_foretold(free: list[int]) -> None:
    assert filled(free).days_left("data") is None


@pytest.mark.parametrize(
    ("here", "state", "key"),
    [(True, "ok", "machine.consoles_here"), (False, "attention", "machine.not_encrypted")],
)
def test_no_certificate_is_in_order_only_where_no_console_comes_from_elsewhere(
    here: bool, state: str, key: str
) -> None:
    sources = SimpleNamespace(
        conditions=SimpleNamespace(words={}), certificate_expires=lambda: None
    )
    parts = Parts(sources=cast(Any, sources), clock_keeper=cast(Any, None), plain_is_fine=here)
    part = parts._certificate()
    assert (part.state, part.words.key) == (state, key)
    shown = MachinePart(kind=part.kind, state=part.state, words=part.words, since=0.0)
    assert bool(telling.remedy(shown)) is not here
