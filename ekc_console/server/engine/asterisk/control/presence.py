"""Which server drives an Asterisk: the one that says so, again and again, in a global variable.

Asterisk gives its calls to whoever has registered our application last. Who was replaced keeps its
hands off as long as the other one lives, and takes the calls back when that one has left or has
been silent for :data:`SILENT_S`; after :data:`BEAT_S` already when nobody else has said a word.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets

from ekc_console.server.engine.asterisk.control.ari import Ari

BEAT_S = 2.0
SILENT_S = 10.0
_VARIABLE = "EKC_SERVER"


class Presence:
    """Of one server at one Asterisk. Every method raises EngineError."""

    def __init__(self) -> None:
        self._token = secrets.token_hex(8)
        self._beats = itertools.count(1)
        self._seen = ""
        self._since = 0.0

    async def beat(self, ari: Ari) -> None:
        """Say that we are here; to be repeated every :data:`BEAT_S`."""
        await ari.set_global(_VARIABLE, f"{self._token}-{next(self._beats)}")

    async def leave(self, ari: Ari) -> None:
        await ari.set_global(_VARIABLE, "")

    def replaced(self) -> None:
        """Another server has the engine now, or was not seen: the watch of it begins anew."""
        self._seen, self._since = "", asyncio.get_running_loop().time()

    async def wait_until_free(self, ari: Ari) -> None:
        """Return when the other server has left, or is silent."""
        while not await self._is_free(ari):  # noqa: ASYNC110 - Asterisk tells no change of it
            await asyncio.sleep(BEAT_S)

    async def _is_free(self, ari: Ari) -> bool:
        value = await ari.global_variable(_VARIABLE)
        now = asyncio.get_running_loop().time()
        if value != self._seen:
            self._seen, self._since = value, now
        enough = BEAT_S if value.startswith(self._token) else SILENT_S
        return not value or now - self._since >= enough
