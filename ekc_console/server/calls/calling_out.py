"""Calls to numbers of the public network, as the settings in force want them dialled."""

from __future__ import annotations

from ekc_console.domain.router import Router
from ekc_console.server.core import in_force
from ekc_console.server.engine.protocol import TelephonyEngine

LONGEST_INSIDE = 6
"""Digits of a number inside a PBX, which takes no prefix."""


class CallingOut:
    def __init__(self, engine: TelephonyEngine, router: Router, caller_id: str) -> None:
        self._engine = engine
        self._router = router
        self._caller_id = caller_id

    async def place(self, leg: str, number: str) -> None:
        """Call a number of the public network, as ``leg``. Raises EngineError."""
        await self._dial(leg, self.dialled(number))

    async def place_to_operator(self, leg: str, number: str) -> None:
        """As ``place``; an operator's number may be one inside the PBX."""
        inside = len(number) <= LONGEST_INSIDE
        await self._dial(leg, number if inside else self.dialled(number))

    async def _dial(self, leg: str, dialled: str) -> None:
        await self._engine.dial(
            leg,
            dialled,
            caller_id=self._caller_id,
            timeout_s=in_force.call_handling(self._router).dial_timeout_s,
        )

    def dialled(self, number: str) -> str:
        """A prefix asks a PBX for a line: what follows are digits, without the plus."""
        prefix = in_force.call_handling(self._router).prefix
        return prefix + number.lstrip("+") if prefix else number
