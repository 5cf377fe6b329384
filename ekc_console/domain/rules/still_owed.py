"""A talk that settled nothing, by its card: the person stays on the list, or comes onto it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ekc_console.domain.facts import CallbackStillOwed
from ekc_console.domain.rules import callback_queue, reach
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms import hours
from ekc_console.domain.terms.records import replace

LATER_S = 1800.0
"""Who asked to be called later, and told no time, is offered no sooner."""


def still_owed(c: Centre, f: CallbackStillOwed) -> None:
    """Whoever is owed a call already is not owed another, nor, unless ``anew``, who was owed one
    once more for this talk; nor is nobody, of whom nothing was known before the call, nor a
    service. Who called us was not called in vain."""
    call = _call(c, f)
    if not reach.reachable(c, call) or call.number in c.owed:
        return
    if f.in_vain and call.direction == "in":
        return
    if not reach.for_own_sake(c, call) or (_was_again(c, call) and not f.anew):
        return
    if f.in_vain:
        if call.callback is not None:
            reach.tried(c, call, "CallbackStillOwed")
        return
    callback = reach.tried_before(c, call)
    c.put_callback(replace(callback, state=_wanted(c, f, callback)), "CallbackStillOwed")


def _wanted(c: Centre, f: CallbackStillOwed, callback: Callback) -> cb.Open | cb.Due:
    """A time that the person chose holds as one by which a callback was put off."""
    if f.not_before is None or f.not_before <= c.now:
        return callback_queue.state_from(c, callback, c.now + LATER_S)
    return cb.Open(hours.calling_from(f.not_before, c.settings), chosen=True)


def _was_again(c: Centre, call: Call) -> bool:
    """What this talk left owed is settled since, otherwise than by being withdrawn."""
    served = reach.served(c, call)
    return any(
        found.last_call == call.id and found is not served and not _withdrawn(found.state)
        for found in c.recently_settled.values()
    )


def _withdrawn(state: cb.CallbackState) -> bool:
    return isinstance(state, cb.Closed) and state.result == "cancelled"


def _call(c: Centre, f: CallbackStillOwed) -> Call:
    """The record, or what stays known of it, with the number that the person named where it shows
    none. Raises IllegalFact without either."""
    call = _kept(c, f)
    return call if call.number is not None else replace(call, number=f.number)


def _kept(c: Centre, f: CallbackStillOwed) -> Call:
    known = f.forgotten
    if known is None or f.call in c.calls or f.call in c.recently_ended:
        return c.call(f.call)
    return Call(
        id=f.call,
        direction="out",
        number=known.number,
        called="",
        seq=0,
        arrived_at=known.placed_at,
        state=cl.Ended("agent", ""),
        topic=known.topic,
        queue=known.queue,
        callback=known.callback,
    )


HANDLERS: Mapping[type, Callable[[Centre, Any], None]] = {CallbackStillOwed: still_owed}
