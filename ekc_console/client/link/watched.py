"""The centre as it was last heard of: rows by kind and id, kept by snapshots and deltas."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from ekc_console.wire.centre.alarms import About
from ekc_console.wire.watch import (
    CallState,
    WatchAlarm,
    WatchCall,
    WatchCallback,
    WatchCentre,
    WatchDelta,
    WatchNews,
    WatchPerson,
    WatchQueue,
    WatchRow,
    WatchSnapshot,
)

WAITING: tuple[CallState, ...] = ("waiting", "offered")
"""States of a call that nobody has taken yet."""

R = TypeVar("R", WatchQueue, WatchPerson, WatchCall, WatchCallback, WatchAlarm)


class Watched:
    """Rows are immutable; what was shown stays shown while nothing comes."""

    def __init__(self) -> None:
        self.at: float | None = None
        """The moment, by the server's clock, of which this tells; None: of none yet."""
        self._seq: int | None = None
        self._rows: dict[str, dict[str, WatchRow]] = {}
        self._alarms: dict[tuple[str, str], tuple[WatchAlarm, ...]] | None = None
        """By what they are about; None: to be sorted anew."""

    def apply(self, news: WatchNews) -> bool:
        """False: something between is missing, and only a snapshot helps; nothing has changed."""
        if isinstance(news, WatchDelta):
            if self._seq is None or news.seq != self._seq + 1:
                self._seq = None
                return False
            for kind, row_id in news.gone:
                self._rows.get(kind, {}).pop(row_id, None)
        else:
            self._rows = {}
        rows = news.rows if isinstance(news, WatchSnapshot) else news.put
        for row in rows:
            self._rows.setdefault(type(row).__name__, {})[row.id] = row
        self._seq, self.at, self._alarms = news.seq, news.at, None
        return True

    def all(self, kind: type[R]) -> Mapping[str, R]:
        """By id."""
        rows: dict[str, R] = self._rows.get(kind.__name__, {})  # type: ignore[assignment]
        return MappingProxyType(rows)

    @property
    def queues(self) -> Mapping[str, WatchQueue]:
        """In the order of the settings."""
        return self.all(WatchQueue)

    @property
    def people(self) -> Mapping[str, WatchPerson]:
        return self.all(WatchPerson)

    @property
    def calls(self) -> Mapping[str, WatchCall]:
        return self.all(WatchCall)

    @property
    def callbacks(self) -> Mapping[str, WatchCallback]:
        return self.all(WatchCallback)

    @property
    def alarms(self) -> Mapping[str, WatchAlarm]:
        return self.all(WatchAlarm)

    def alarms_of(self, about: About, thing: str) -> tuple[WatchAlarm, ...]:
        """Those of one queue or person, the gravest first."""
        if self._alarms is None:
            self._alarms = {}
            for alarm in sorted(self.alarms.values(), key=lambda each: (-each.level, each.at)):
                key = alarm.about, alarm.thing
                self._alarms[key] = (*self._alarms.get(key, ()), alarm)
        return self._alarms.get((about, thing), ())

    def level(self, about: About, thing: str) -> int:
        """The gravest of its alarms: 0 where there is none."""
        return max((alarm.level for alarm in self.alarms_of(about, thing)), default=0)

    @property
    def centre(self) -> WatchCentre:
        row = self._rows.get("WatchCentre", {}).get("centre")
        return row if isinstance(row, WatchCentre) else WatchCentre()
