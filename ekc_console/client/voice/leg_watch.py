"""Finds a standing leg that is up here only.

A killed engine sends no BYE, and an idle leg no sound: the softphone would hold such a leg for
ever. The server's word counts, once it has had its time to notice the leg.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ekc_console.client.link.timing import Timing


class LegWatch:
    """``look`` at every change; ``redial`` is called when the leg has been lost for long enough."""

    def __init__(self, redial: Callable[[], None], timing: Timing) -> None:
        self._redial = redial
        self._timing = timing
        self._seen = False
        """The server has known this leg."""
        self._timer: asyncio.TimerHandle | None = None

    def look(self, *, up_here: bool, up_there: bool, believed: bool) -> None:
        """``up_here``: the softphone's view; ``up_there``: the server's. ``believed``: the
        server's view is fresh and its engine works."""
        self._seen = up_here and (up_there or self._seen)
        if not up_here or up_there or not believed:
            self.stop()
        elif self._timer is None:
            grace_s = self._timing.leg_lost_s if self._seen else self._timing.leg_s
            self._timer = asyncio.get_running_loop().call_later(grace_s, self._lost)

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _lost(self) -> None:
        self._timer = None
        self._redial()
