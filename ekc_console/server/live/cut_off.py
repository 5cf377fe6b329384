"""Callers who were cut off in an emergency, as the calls of today have them again."""

from __future__ import annotations

from ekc_console.domain.router import Router
from ekc_console.domain.state import call as ca
from ekc_console.domain.state import callback as cb

_AFTER = ca.Talking | ca.OnHold | ca.Consulting
"""States in which the callback is settled already, by this talk."""


def numbers(router: Router) -> dict[str, float]:
    """Numbers that are owed an urgent callback, each with the moment of the cut."""
    return {
        callback.number: callback.cut_off_at
        for callback in router.callbacks.values()
        if callback.urgent and callback.cut_off_at is not None
    }


def is_back(call: ca.Call, cut_off: dict[str, float]) -> bool:
    """The one who was cut off is called back, or calls again by that number. ``cut_off``: see
    :func:`numbers`."""
    at = cut_off.get(call.number or "")
    return at is not None and (call.virtual or call.callback is not None or call.arrived_at > at)


def has_back(router: Router, call: ca.Call) -> bool:
    """The same of a call in somebody's hands: till its talk is over."""
    if isinstance(call.state, _AFTER):
        return _settled_by(router, call)
    return is_back(call, numbers(router))


def _settled_by(router: Router, call: ca.Call) -> bool:
    for callback in reversed(tuple(router.recently_settled.values())):
        assert isinstance(callback.state, cb.Closed)
        if callback.state.at < call.arrived_at:
            return False
        if callback.number == call.number and callback.urgent:
            return callback.state.result == "reached"
    return False
