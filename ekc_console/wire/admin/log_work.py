"""How much the server's log tells, for a while. Names and numbers are in it at no level."""

from __future__ import annotations

from typing import Literal

from ekc_console.wire.base import Message

Level = Literal["debug", "info", "warning", "error"]
USUAL: Level = "info"
LONGEST_S = 86_400.0


class SetLogLevel(Message, frozen=True, kw_only=True):
    """From now on and for so long, then :data:`USUAL` again, also after a restart. Result:
    ``LogState``. Refused (``bad_value``) for a time of 0 or more than :data:`LONGEST_S`."""

    level: Level
    for_s: float = 600.0
    why: str = ""


class GetLogLevel(Message, frozen=True, kw_only=True):
    """Result: ``LogState``."""


class LogState(Message, frozen=True, kw_only=True):
    level: Level
    until: float | None = None
    """Seconds since the epoch; None: without an end."""


LogCommand = SetLogLevel | GetLogLevel
