"""How much the server's log tells, asked and changed by who may change settings."""

from __future__ import annotations

from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.clock import Clock
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.services.log_level import LogLevel
from ekc_console.wire.admin.log_work import LONGEST_S, GetLogLevel, LogState, SetLogLevel


class LogOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(self, log_level: LogLevel, clock: Clock) -> None:
        self._log_level = log_level
        self._clock = clock
        self.handlers: dict[type, Handler] = {SetLogLevel: self._set, GetLogLevel: self._get}

    async def _set(self, person: Person, body: SetLogLevel) -> LogState:
        if not 0 < body.for_s <= LONGEST_S:
            raise Refusal("bad_value", "log.no_such_span", hours=round(LONGEST_S / 3600))
        self._log_level.set(body.level, body.for_s)
        return self._state()

    async def _get(self, person: Person, body: GetLogLevel) -> LogState:
        return self._state()

    def _state(self) -> LogState:
        left_s = self._log_level.left_s
        until = None if left_s is None else self._clock.now() + left_s
        return LogState(level=self._log_level.level, until=until)
