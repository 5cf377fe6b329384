"""Callers who were cut off in an emergency, as the calls of today have them again."""

from __future__ import annotations

from ekc_console.domain.router import Router
from ekc_console.domain.state import call as ca
from ekc_console.domain.state import callback as cb

_AFTER = ca.Talking | ca.OnHold | ca.Consulting
"""States in which the callback is settled already, by this talk."""


def is_back(router: Router, call: ca.Call) -> bool:
    """The one who was cut off is called back, or calls again by that number."""
    owed = router.owed.get(call.number or "")
    if owed is None or not router.callbacks[owed].urgent:
        return False
    at = router.callbacks[owed].cut_off_at
    return at is not None and (call.virtual or call.callback is not None or call.arrived_at > at)


def has_back(router: Router, call: ca.Call) -> bool:
    """The same of a call in somebody's hands: till its talk is over."""
    if isinstance(call.state, _AFTER):
        return _settled_by(router, call)
    return is_back(router, call)


def _settled_by(router: Router, call: ca.Call) -> bool:
    for callback in reversed(tuple(router.recently_settled.values())):
        assert isinstance(callback.state, cb.Closed)
        if callback.state.at < call.arrived_at:
            return False
        if callback.number == call.number and callback.urgent:
            return callback.state.result == "reached"
    return False
