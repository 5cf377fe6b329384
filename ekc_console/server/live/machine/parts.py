"""Every part of the machine and its state now, from those who watch it."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from ekc_console import __version__
from ekc_console.server.core.clock_keeper import ClockKeeper
from ekc_console.server.live.machine.forecast import DAY_S, Forecast
from ekc_console.server.live.machine.sources import Sources
from ekc_console.wire.admin.machine_work import PartKind, PartState
from ekc_console.wire.messages import PROTOCOL
from ekc_console.wire.words import Words, words

_MB = 1 << 20
SOON_DAYS = 14
"""A disk that will be full so soon needs somebody."""
_DISK: dict[str, PartState] = {"enough": "ok", "low": "attention"}
_TRUNK: dict[str, tuple[PartState, str]] = {
    "up": ("ok", "machine.trunk_up"),
    "down": ("trouble", "machine.trunk_down"),
    "no_calls_out": ("trouble", "machine.trunk_no_calls_out"),
}
_RECORDINGS: dict[str, tuple[PartState, str]] = {
    "on": ("ok", "machine.recordings_on"),
    "off": ("ok", "machine.recordings_off"),
    "paused": ("trouble", "machine.recordings_paused"),
    "in_trouble": ("trouble", "machine.recordings_in_trouble"),
}
_CERTIFICATE = "certificate"
"""How the keys of conditions about it begin."""
_OVER = ("condition.certificate_over", "condition.certificate_early")


class Part(NamedTuple):
    kind: PartKind
    name: str
    state: PartState
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    sources: Sources
    clock_keeper: ClockKeeper
    plain_is_fine: bool
    """Nobody but this machine can connect."""

    def now(self, forecast: Forecast) -> Iterator[Part]:
        yield self._engine()
        yield from self._trunks()
        yield from self._disks(forecast)
        yield self._certificate()
        yield self._journal()
        yield self._tables()
        yield self._recordings()
        yield self._clock()
        yield self._faults()
        said = words(
            "machine.version",
            version=__version__,
            protocol=PROTOCOL,
            python=platform.python_version(),
        )
        yield Part("version", "", "ok", said)
        for key, told in self.sources.conditions.words.items():
            if not key.startswith(_CERTIFICATE):
                yield Part("condition", key, "attention", told)

    def _engine(self) -> Part:
        engine = self.sources.views.engine
        if engine.up:
            return Part("engine", "", "ok", words("machine.engine_up"))
        key = "machine.engine_out_of_sight" if engine.out_of_sight else "machine.engine_down"
        return Part("engine", "", "trouble", engine.detail or words(key))

    def _trunks(self) -> Iterator[Part]:
        for name, now in self.sources.trunks().items():
            state, key = _TRUNK[now]
            yield Part("trunk", name, state, words(key))

    def _disks(self, forecast: Forecast) -> Iterator[Part]:
        for folder, room in self.sources.free_space.rooms.items():
            state = _DISK.get(self.sources.free_space.levels[folder], "trouble")
            about = {"free": room.free_bytes // _MB, "total": room.total_bytes // _MB}
            days = forecast.days_left(folder)
            if days is None:
                yield Part("disk", folder, state, words("machine.disk", **about))
                continue
            if state == "ok" and days < SOON_DAYS:
                state = "attention"
            said = words("machine.disk_fills", **about, left=days * DAY_S)
            yield Part("disk", folder, state, said)

    def _certificate(self) -> Part:
        for key, said in self.sources.conditions.words.items():
            if key.startswith(_CERTIFICATE):
                state: PartState = "trouble" if said.key in _OVER else "attention"
                return Part("certificate", "", state, said)
        expires = self.sources.certificate_expires()
        if expires is None:
            if self.plain_is_fine:
                return Part("certificate", "", "ok", words("machine.consoles_here"))
            return Part("certificate", "", "attention", words("machine.not_encrypted"))
        days = (expires - datetime.now(UTC)).days
        said = words("machine.certificate", at=expires.timestamp(), days=days)
        return Part("certificate", "", "ok", said)

    def _journal(self) -> Part:
        commits = self.sources.runtime.commits
        if self.sources.runtime.saved:
            return Part("journal", "", "ok", words("machine.journal"))
        said = words(
            "machine.journal_in_trouble", waiting=commits.waiting, oldest=round(commits.oldest_s)
        )
        return Part("journal", "", "trouble", said)

    def _tables(self) -> Part:
        if self.sources.read_models.complete:
            return Part("tables", "", "ok", words("machine.tables"))
        return Part("tables", "", "attention", words("machine.tables_lack"))

    def _recordings(self) -> Part:
        state, key = _RECORDINGS[self.sources.recorder.state]
        return Part("recordings", "", state, words(key, backlog=self.sources.recorder.backlog))

    def _clock(self) -> Part:
        if not self.clock_keeper.date_is_sure():
            return Part("clock", "", "attention", words("machine.clock_doubtful"))
        if self.clock_keeper.last_set is None:
            return Part("clock", "", "ok", words("machine.clock"))
        at, by_s = self.clock_keeper.last_set
        where = "ahead" if by_s > 0 else "back"
        return Part("clock", "", "ok", words("machine.clock_set", at=at, where=where, by=abs(by_s)))

    def _faults(self) -> Part:
        faults = self.sources.runtime.faults
        if not faults.count:
            return Part("faults", "", "ok", words("machine.no_faults"))
        said = words("machine.faults", count=faults.count, where=faults.last)
        return Part("faults", "", "attention", said)
