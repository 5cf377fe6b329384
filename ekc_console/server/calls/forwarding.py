"""A caller joined with an outside number, with no agent between them.

One outside leg a call; its id holds the call's, so that a restarted server knows whose it is. The
two meet in a bridge of the call's own. Whoever hangs up ends the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog

from ekc_console.domain.facts import EndedBy, ForwardAnswered, ForwardFailed
from ekc_console.domain.state.call import Forwarded
from ekc_console.domain.state.call import Forwarding as IsForwarding
from ekc_console.domain.terms.ids import CallId
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import (
    BadNumber,
    EngineError,
    LegGone,
    LegInfo,
    TelephonyEngine,
)
from ekc_console.server.tasks.lanes import Lanes

log = structlog.get_logger(__name__)

_PREFIX = "fwd-"


class Forwarding:
    """``lanes`` are those of the calls: what is done to one call stays in order. ``place`` calls
    a number as a leg, for a call."""

    def __init__(
        self,
        engine: TelephonyEngine,
        runtime: Runtime,
        lanes: Lanes,
        *,
        place: Callable[[str, str, CallId | None], Awaitable[None]],
        hang_up: Callable[[CallId, EndedBy], None],
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._lanes = lanes
        self._place = place
        self._hang_up = hang_up
        self._legs: dict[str, CallId] = {}
        self._joined: set[str] = set()

    async def start(self, call: CallId, number: str) -> None:
        """Call the number for an answered caller, with music meanwhile; ``ForwardAnswered`` or
        ``ForwardFailed`` follows, unless the caller hangs up."""
        leg = f"{_PREFIX}{secrets.token_hex(3)}-{call}"
        self._legs[leg] = call
        try:
            await self._engine.start_music(call)
            await self._place(leg, number, call)
        except LegGone:
            del self._legs[leg]  # the caller hung up in this moment; LegEnded says so
        except EngineError as error:
            log.warning("call not forwarded", call=call, error=error.message)
            del self._legs[leg]
            self._failed(call, "failed" if isinstance(error, BadNumber) else "no_way")

    def answered(self, leg: str) -> bool:
        """True if the leg is one of ours: the two are joined."""
        call = self._legs.get(leg)
        if call is not None:
            self._lanes.put(call, lambda: self._join(leg, call))
        return call is not None

    def ended(self, leg: str, cause: str) -> bool:
        """True if the leg is one of ours."""
        call = self._legs.pop(leg, None)
        if call is None:
            return leg.startswith(_PREFIX)
        if leg in self._joined:
            self._joined.discard(leg)
            self._lanes.put(call, lambda: self._engine.drop_bridge(_bridge(call)))
            self._hang_up(call, "system")
        else:
            self._failed(call, cause)
        return True

    def caller_gone(self, call: CallId) -> None:
        """Or not forwarded any more: the outside leg is ended."""
        for leg in [leg for leg, whose in self._legs.items() if whose == call]:
            del self._legs[leg]
            self._joined.discard(leg)
            self._lanes.put(call, lambda leg=leg: self._end(leg, call))  # type: ignore[misc]

    def forget_legs(self) -> None:
        """The engine died, or is to tell anew what lives (``adopt``)."""
        self._legs.clear()
        self._joined.clear()

    def adopt(self, info: LegInfo) -> bool:
        """A leg that lived on while the server was away. True if it is one of ours."""
        if not info.leg.startswith(_PREFIX):
            return False
        call = CallId(info.leg.removeprefix(_PREFIX).partition("-")[2])
        record = self._runtime.router.calls.get(call)
        if record is None or not isinstance(record.state, IsForwarding | Forwarded):
            self._lanes.put(call, lambda: self._engine.hang_up(info.leg))
            return True
        self._legs[info.leg] = call
        if info.bridge:
            self._meet(info.leg, call)
        elif info.answered:
            self.answered(info.leg)
        return True

    def has_leg(self, call: CallId) -> bool:
        return call in self._legs.values()

    async def _join(self, leg: str, call: CallId) -> None:
        if self._legs.get(leg) != call:
            return  # the caller has hung up meanwhile
        bridge = _bridge(call)
        try:
            await self._engine.make_bridge(bridge)
            await self._engine.join(bridge, call)
            await self._engine.join(bridge, leg)
        except LegGone:
            return  # LegEnded says who
        except EngineError as error:
            log.warning("forwarded call not joined", call=call, error=error.message)
            self._legs.pop(leg, None)
            self._failed(call, "failed")
            self._lanes.put(call, lambda: self._end(leg, call))
            return
        self._meet(leg, call)

    def _meet(self, leg: str, call: CallId) -> None:
        """The two hear each other."""
        self._joined.add(leg)
        record = self._runtime.router.calls.get(call)
        if record is not None and isinstance(record.state, IsForwarding):
            self._runtime.submit(ForwardAnswered(call))

    async def _end(self, leg: str, call: CallId) -> None:
        await self._engine.hang_up(leg)
        await self._engine.drop_bridge(_bridge(call))

    def _failed(self, call: CallId, cause: str) -> None:
        if call in self._runtime.router.calls:
            self._runtime.submit(ForwardFailed(call, cause))


def _bridge(call: CallId) -> str:
    return f"fwd-{call}"
