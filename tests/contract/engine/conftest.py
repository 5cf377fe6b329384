"""One contract, two engines: every test that asks for ``world`` runs against both."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.engine import AsteriskWorld, SimulatedWorld, World, asterisk_program


@pytest_asyncio.fixture(
    scope="session", loop_scope="session", params=["simulated", "asterisk"], name="shared_world"
)
async def _shared_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """One engine of a kind for all tests of a worker."""
    directory = tmp_path_factory.mktemp(request.param)
    if request.param == "simulated":
        world: SimulatedWorld | AsteriskWorld = SimulatedWorld(directory)
    else:
        world = AsteriskWorld(directory, asterisk_program())
    yield await world.open()
    await world.close()


@pytest_asyncio.fixture(loop_scope="session")
async def world(shared_world: World) -> AsyncIterator[World]:
    yield shared_world
    await shared_world.clean()
