"""The operator is told when nothing comes from the one they talk with, and decides."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.domain.router import Router
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.wire.words import Words, words


class Unheard:
    """``silent`` as often as the engine says so, ``over`` when the call has ended."""

    def __init__(
        self, router: Router, tell: Callable[[AgentId, Words], None], after_s: float
    ) -> None:
        """``after_s``: of silence; 0: nobody is told."""
        self._router = router
        self._tell = tell
        self._after_s = after_s
        self._told: dict[CallId, float] = {}
        """How long the silence was that was told last."""

    def silent(self, call: CallId, seconds: float) -> None:
        """Told once for each silence, in a talk only: who waits need not speak."""
        record = self._router.calls.get(call)
        if record is None or record.agent is None or not isinstance(record.state, cl.Talking):
            return
        if seconds < self._told.get(call, 0.0):
            del self._told[call]
        if self._after_s and seconds >= self._after_s and call not in self._told:
            self._told[call] = seconds
            self._tell(record.agent, words("call.unheard", seconds=round(seconds)))

    def over(self, call: CallId) -> None:
        self._told.pop(call, None)
