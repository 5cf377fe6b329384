"""A step at the engine that must not fail for one refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ekc_console.server.engine.protocol import EngineError, LegGone

PAUSES_S = (0.2, 1.0)


async def insist(step: Callable[[], Awaitable[None]]) -> None:
    """Do it, again after each of ``PAUSES_S`` while the engine refuses. Raises what the last try
    raised; LegGone at once."""
    for pause_s in PAUSES_S:
        try:
            return await step()
        except LegGone:
            raise
        except EngineError:
            await asyncio.sleep(pause_s)
    return await step()
