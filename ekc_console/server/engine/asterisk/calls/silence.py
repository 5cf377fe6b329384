"""From whom nothing comes: Asterisk's own RTCP reports tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ekc_console.server.engine.asterisk.control.ami import Message
from ekc_console.server.engine.protocol import LegSilent

_FORGOTTEN_S = 60.0
"""A leg that is reported on no longer has ended."""


@dataclass(slots=True)
class _Last:
    packet: tuple[str, str]
    since: float
    """When a report first said so: the packet itself is older, by a report's period at most."""
    seen: float


class Silence:
    """``take`` gets the manager's events. The reports come every 5 s of a leg to which sound goes;
    each names the last packet that came from it."""

    def __init__(
        self, tell: Callable[[LegSilent], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._last: dict[str, _Last] = {}

    def take(self, event: Message) -> None:
        if event.get("Event") != "RTCPSent":
            return
        now, leg = self._clock(), event.get("Uniqueid", "")
        packet = (
            event.get("Report0SequenceNumberCycles", ""),
            event.get("Report0HighestSequence", ""),
        )
        last = self._last.get(leg)
        if last is None or last.packet != packet:
            self._forget(now)
            self._last[leg] = _Last(packet, now, now)
            return
        last.seen = now
        self._tell(LegSilent(leg, now - last.since))

    def _forget(self, now: float) -> None:
        gone = [leg for leg, last in self._last.items() if now - last.seen > _FORGOTTEN_S]
        for leg in gone:
            del self._last[leg]
