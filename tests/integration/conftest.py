from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.centre import Centre


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    """A centre with a real Asterisk and the shipped configuration and scripts."""
    centre = await Centre(tmp_path).open()
    yield centre
    await centre.close()
