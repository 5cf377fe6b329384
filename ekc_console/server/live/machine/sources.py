"""What the state of the machine is read from: by its screen and by its measurements alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ekc_console.server.archive.free_space import FreeSpace
from ekc_console.server.calls.recorder import Recorder
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.core.read_models import ReadModels
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.live.alerts import Alerts
from ekc_console.server.live.views import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    runtime: Runtime
    views: Views
    alerts: Alerts
    configured: tuple[str, ...]
    """Names of all trunks in the configuration."""
    recorder: Recorder
    read_models: ReadModels
    conditions: Conditions
    free_space: FreeSpace
    certificate_expires: Callable[[], datetime | None]
    """Of the one in force; None: connections are not encrypted."""

    def trunks(self) -> dict[str, str]:
        """State by name: one of which nothing is known has not failed."""
        return dict.fromkeys(self.configured, "up") | self.alerts.trunks()
