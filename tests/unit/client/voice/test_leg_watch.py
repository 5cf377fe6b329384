"""When a standing leg counts as lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.leg_watch import LegWatch


class Bench:
    def __init__(self, timing: Timing) -> None:
        self.redialled = asyncio.Event()
        self.watch = LegWatch(self.redialled.set, timing)

    def look(self, here: bool, there: bool, believed: bool = True) -> None:
        self.watch.look(up_here=here, up_there=there, believed=believed)

    @property
    def counting(self) -> bool:
        return self.watch._timer is not None

    async def redials(self) -> None:
        async with asyncio.timeout(5):
            await self.redialled.wait()


@pytest.fixture
async def known_soon() -> AsyncIterator[Bench]:
    """Acts at once on a leg that was known, and never on one that was not."""
    bench = Bench(Timing(leg_lost_s=0.0, leg_s=3600))
    yield bench
    bench.watch.stop()


async def test_a_leg_that_was_known_and_is_not_any_more(known_soon: Bench) -> None:
    known_soon.look(here=True, there=True)
    assert not known_soon.counting
    known_soon.look(here=True, there=False)
    await known_soon.redials()
    assert not known_soon.counting


async def test_a_new_leg_gets_the_longer_time(known_soon: Bench) -> None:
    known_soon.look(here=True, there=True)
    known_soon.look(here=False, there=True)
    known_soon.look(here=True, there=False)
    known_soon.look(here=True, there=False)
    await asyncio.sleep(0)
    assert known_soon.counting
    assert not known_soon.redialled.is_set()
    known_soon.look(here=True, there=True)
    assert not known_soon.counting


async def test_a_leg_that_is_never_noticed() -> None:
    bench = Bench(Timing(leg_s=0.0, leg_lost_s=3600))
    bench.look(here=True, there=False)
    await bench.redials()


@pytest.mark.parametrize(
    ("here", "there", "believed"),
    [(False, False, True), (True, True, True), (True, False, False)],
)
async def test_no_reason_to_redial(
    known_soon: Bench, here: bool, there: bool, believed: bool
) -> None:
    known_soon.look(here=True, there=True)
    known_soon.look(here, there, believed)
    assert not known_soon.counting


async def test_doubt_in_the_server_stops_the_count(known_soon: Bench) -> None:
    known_soon.look(here=True, there=True)
    known_soon.look(here=True, there=False)
    assert known_soon.counting
    known_soon.look(here=True, there=False, believed=False)
    assert not known_soon.counting
