"""Nothing that lives as long as the server dies unseen, the real engine's tasks included."""

from __future__ import annotations

import asyncio

import pytest

from ekc_console.server.tasks import essential
from tests.support.centre import WAIT_S, Centre

SUPERVISED = {"journal", "clock", "opening hours", "missed callers", "free space", "engine link"}
OF_THE_LINK = ("ari events", "engine process", "engine beat", "ami")
"""The keeper of the link waits for these, or makes another one."""


def alive() -> dict[str, asyncio.Task[object]]:
    return {task.get_name(): task for task in asyncio.all_tasks() - {asyncio.current_task()}}


async def comes_anew(name: str, before: asyncio.Task[object]) -> None:
    async with asyncio.timeout(WAIT_S):
        while alive().get(name, before) is before:  # noqa: ASYNC110 - a task tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
async def ended() -> list[str]:
    """Essential tasks that have ended unasked."""
    told: list[str] = []
    essential.on_end(told.append)
    return told


async def test_whatever_lives_as_long_as_the_server_is_looked_after(
    ended: list[str], centre: Centre
) -> None:
    await centre.server.engine._link.ami()
    own = {task.get_name() for task in essential.tasks()}
    assert own >= SUPERVISED
    async with asyncio.timeout(WAIT_S):
        # What is done at the start, and once, ends by itself.
        while set(alive()) - own != set(OF_THE_LINK):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert {age_s() for age_s in centre.server.progress.values()} == {0.0}
    assert ended == []


@pytest.mark.long
@pytest.mark.parametrize("name", OF_THE_LINK)
async def test_what_the_link_is_made_of_is_made_anew(centre: Centre, name: str) -> None:
    await centre.server.engine._link.ami()
    before = alive()[name]
    before.cancel()
    await comes_anew(name, before)
    async with asyncio.timeout(WAIT_S):
        while not centre.server.live.views.engine.up:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_keeper_of_the_link_that_ends_is_told(ended: list[str], centre: Centre) -> None:
    (keeper,) = (task for task in essential.tasks() if task.get_name() == "engine link")
    keeper.cancel()
    await asyncio.wait({keeper})
    await asyncio.sleep(0)
    assert ended == ["engine link"]
