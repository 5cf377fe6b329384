from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.interop.centre import Centre


@pytest.fixture
async def open_centre(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """``await open_centre(trunks, **engine)``: a running centre, ended with the test."""
    centres: list[Centre] = []

    async def open_one(trunks: list[dict[str, Any]], **engine: Any) -> Centre:
        centre = Centre(tmp_path, trunks, **engine)
        centres.append(centre)
        return await centre.start()

    yield open_one
    for centre in centres:
        await centre.stop()
