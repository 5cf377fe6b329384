"""What the store says of a call's recording."""

from __future__ import annotations

import asyncio
from typing import Any

from ekc_console.server.store.calls import recordings as rows
from tests.support.simulated_centre import Centre


async def recording_row(centre: Centre, call: str) -> Any:
    return await centre.server.database.read(lambda conn: rows.get(conn, call))


async def in_state(centre: Centre, call: str, state: str) -> Any:
    """The row, once it is in this state."""
    found: Any = None
    async with asyncio.timeout(120):
        while (found := await recording_row(centre, call)) is None or found.state != state:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found
