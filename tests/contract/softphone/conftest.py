from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.softphone import PhoneMaker, PhonePool


@pytest_asyncio.fixture(loop_scope="package", scope="package", params=["fake", "pjsua2"])
async def pool(request: pytest.FixtureRequest) -> AsyncIterator[PhonePool]:
    pool = PhonePool(request.param)
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="package")
async def make(pool: PhonePool) -> AsyncIterator[PhoneMaker]:
    maker = PhoneMaker(pool)
    yield maker
    await maker.close()
