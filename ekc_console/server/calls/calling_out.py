"""Calls to numbers of the public network, as the settings in force want them dialled."""

from __future__ import annotations

from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.core import in_force
from ekc_console.server.engine.protocol import TelephonyEngine

LONGEST_INSIDE = 6
"""Digits of a number inside a PBX, which takes no prefix."""


class CallingOut:
    def __init__(self, engine: TelephonyEngine, router: Router, caller_id: str) -> None:
        self._engine = engine
        self._router = router
        self._caller_id = caller_id

    async def place(self, leg: str, number: str, whose: CallId | None = None) -> None:
        """Call a number of the public network, as ``leg``; ``whose``: for the outside party of that
        call, live or just ended. Raises EngineError."""
        await self._dial(leg, self.dialled(number), self._told(number, whose))

    async def place_to_operator(self, leg: str, number: str) -> None:
        """As ``place``; an operator's number may be one inside the PBX."""
        inside = len(number) <= LONGEST_INSIDE
        await self._dial(leg, number if inside else self.dialled(number))

    def _told(self, number: str, whose: CallId | None) -> str:
        """Whose number an emergency service is told; empty: it is none, or the number is
        withheld."""
        router = self._router
        if whose is None or not in_force.is_emergency(router, number):
            return ""
        record = router.calls.get(whose) or router.recently_ended.get(whose)
        return (record.number or "") if record else ""

    async def _dial(self, leg: str, dialled: str, for_caller: str = "") -> None:
        await self._engine.dial(
            leg,
            dialled,
            caller_id=self._caller_id,
            timeout_s=in_force.call_handling(self._router).dial_timeout_s,
            for_caller=for_caller,
        )

    def dialled(self, number: str) -> str:
        """A prefix asks a PBX for a line: what follows are digits, without the plus."""
        prefix = in_force.call_handling(self._router).prefix
        return prefix + number.lstrip("+") if prefix else number
