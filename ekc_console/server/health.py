"""How the server is, as ``/health`` tells it: one word a part, no personal data."""

from __future__ import annotations

from dataclasses import dataclass

from ekc_console import __version__, log_lines
from ekc_console.server.archive.free_space import FreeSpace
from ekc_console.server.calls.recorder import Recorder
from ekc_console.server.core import in_force
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.clock_keeper import ClockKeeper
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.core.read_models import ReadModels
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.engine_health import EngineHealth
from ekc_console.server.live.alerts import Alerts
from ekc_console.server.live.views import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    runtime: Runtime
    clock: Clock
    clock_keeper: ClockKeeper
    conditions: Conditions
    read_models: ReadModels
    views: Views
    alerts: Alerts
    recorder: Recorder
    free_space: FreeSpace

    def report(self) -> dict[str, object]:
        commits, faults = self.runtime.commits, self.runtime.faults
        return {
            "version": __version__,
            "engine": self._engine(),
            "calls": len(self.runtime.router.calls),
            "journal": "written" if self.runtime.saved else "in_trouble",
            "journal_waiting": commits.waiting,
            "journal_oldest_s": round(commits.oldest_s, 1),
            "read_models": "complete" if self.read_models.complete else "incomplete",
            "faults": faults.count,
            "last_fault": faults.last,
            "log_lines_lost": log_lines.lost(),
            "trunks": self.alerts.trunks(),
            "recording": self.recorder.state,
            "disk": {"level": self.free_space.level, "free_mb": self.free_space.free_mb},
            "not_in_order": self.conditions.words,
            "clock": self._clock(),
        }

    def _engine(self) -> EngineHealth:
        engine = self.views.engine
        return "up" if engine.up else "out_of_sight" if engine.out_of_sight else "down"

    def _clock(self) -> dict[str, object]:
        """The clock was set since the start: by how many seconds, and how long ago."""
        now = self.clock.now()
        told: dict[str, object] = {
            "now": now,
            "steady": self.clock.steady(),
            "timezone": in_force.timezone(self.runtime.router),
        }
        if self.clock_keeper.last_set is not None:
            at, by_s = self.clock_keeper.last_set
            told |= {"set_by_s": round(by_s, 1), "set_ago_s": round(now - at, 1)}
        return told
