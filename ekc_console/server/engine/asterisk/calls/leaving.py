"""A server leaves, and the engine may live on: nobody may be given to it any more."""

from __future__ import annotations

import asyncio
import contextlib

from ekc_console.server.engine.asterisk.calls.legs import LegTable
from ekc_console.server.engine.asterisk.control.ari import Ari, AriError, Channel
from ekc_console.server.engine.asterisk.setup.dialplan import (
    ASK_LABEL,
    CALLERS_CONTEXT,
    CALLERS_PLACE,
)

_LOOKS_S = (0.0, 0.02, 0.05, 0.1)
"""Pauses between the looks at who has come while we leave: Asterisk, which has closed the stream
with us, notices within them that we are gone."""


async def leave_callers(ari: Ari, legs: LegTable) -> None:
    """Until Asterisk has noticed that we go it gives callers to an application behind which nobody
    is any more, where they would ring until there is a server again (measured): those go back to
    the dialplan. Raises EngineError."""
    await ari.close_stream()
    for pause_s in _LOOKS_S:
        await asyncio.sleep(pause_s)
        if not await ari.is_registered():
            return  # an application with channels in it stays
        for channel in await ari.channels():
            # One that was told to us will be found where it is by the next server.
            if legs.get(channel.id) is None:
                await _back_to_the_dialplan(ari, channel)


async def _back_to_the_dialplan(ari: Ari, channel: Channel) -> None:
    came = channel.dialplan
    if channel.state != "Ring" or came.app_name != "Stasis" or came.context != CALLERS_CONTEXT:
        return
    with contextlib.suppress(AriError):  # it may hang up in this very moment
        await ari.post(
            f"/channels/{channel.id}/continue",
            context=CALLERS_CONTEXT,
            extension=CALLERS_PLACE,
            label=ASK_LABEL,
        )
