"""Two servers at one Asterisk: who was replaced waits for the other one to be gone."""

from __future__ import annotations

import asyncio
from typing import Any

from ekc_console.server.engine.asterisk.control.presence import BEAT_S, SILENT_S, Presence
from tests.support import virtual_time


class Variables:
    """Of an Asterisk."""

    def __init__(self) -> None:
        self.value = ""

    async def set_global(self, name: str, value: str) -> None:
        self.value = value

    async def global_variable(self, name: str) -> str:
        return self.value


async def _beats(presence: Presence, ari: Any) -> None:
    while True:
        await presence.beat(ari)
        await asyncio.sleep(BEAT_S)


async def _waits(first: Presence, ari: Any) -> asyncio.Task[None]:
    first.replaced()
    return asyncio.create_task(first.wait_until_free(ari))


def test_nobody_quarrels_while_the_other_one_lives() -> None:
    async def main() -> None:
        ari: Any = Variables()
        first, second = Presence(), Presence()
        beats = asyncio.create_task(_beats(second, ari))
        free = await _waits(first, ari)
        await asyncio.sleep(3600)
        assert not free.done()
        beats.cancel()
        await second.leave(ari)
        await asyncio.sleep(BEAT_S)
        assert free.done()

    virtual_time.run(main)


def test_one_that_was_replaced_by_a_late_word_of_its_own_waits_for_nobody() -> None:
    async def main() -> None:
        ari: Any = Variables()
        first = Presence()
        await first.beat(ari)
        free = await _waits(first, ari)
        await asyncio.sleep(BEAT_S / 2)
        assert not free.done()
        await asyncio.sleep(BEAT_S)
        assert free.done()

    virtual_time.run(main)


def test_one_that_was_killed_is_silent() -> None:
    async def main() -> None:
        ari: Any = Variables()
        first, second = Presence(), Presence()
        beats = asyncio.create_task(_beats(second, ari))
        free = await _waits(first, ari)
        await asyncio.sleep(30)
        beats.cancel()
        await asyncio.sleep(SILENT_S - BEAT_S)
        assert not free.done()
        await asyncio.sleep(2 * BEAT_S)
        assert free.done()

    virtual_time.run(main)
