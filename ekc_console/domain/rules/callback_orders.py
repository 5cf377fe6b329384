"""Orders about who is owed a call: to one agent, later, and one whose number a person releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ekc_console.domain.facts import CallbackAssigned, CallbackPostponed, CallbackReleased
from ekc_console.domain.rules import callback_queue
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms import hours
from ekc_console.domain.terms.dialling import releasable
from ekc_console.domain.terms.ids import CallbackId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.state_table import IllegalFact


def assigned(c: Centre, fact: CallbackAssigned) -> None:
    """One that stands in its queue comes back to it for this agent. Nobody who is owed a call is
    lost: it is everybody's while the agent takes no calls."""
    if fact.agent is not None:
        c.agent(fact.agent)
    _check(c, fact.callback, "CallbackAssigned")
    found = callback_queue.out_of_queue(c, fact.callback)
    c.put_callback(replace(found, assigned=fact.agent), "CallbackAssigned")


def postponed(c: Centre, fact: CallbackPostponed) -> None:
    """Whoever calls again meanwhile is wanted as one who calls for the first time. For whom an
    emergency service was called is not put off."""
    found = _check(c, fact.callback, "CallbackPostponed")
    if found.urgent:
        raise IllegalFact("urgent", f"callback {found.id} is urgent")
    found = callback_queue.out_of_queue(c, found.id)
    state: cb.CallbackState
    if fact.until is None or fact.until <= c.now:
        state = _wanted_now(c, found)
    else:
        state = cb.Open(hours.calling_from(fact.until, c.settings), chosen=True)
    c.put_callback(replace(found, state=state), "CallbackPostponed")


def released(c: Centre, fact: CallbackReleased) -> None:
    found = _check(c, fact.callback, "CallbackReleased")
    rules = c.settings.dialling
    if fact.released and rules is not None and not releasable(found.number, rules):
        raise IllegalFact("not_releasable", f"the number of callback {found.id} is never released")
    found = replace(callback_queue.out_of_queue(c, found.id), released=fact.released)
    if not (isinstance(found.state, cb.Open) and found.state.chosen):
        found = replace(found, state=_wanted_now(c, found))
    c.put_callback(found, "CallbackReleased")


def _wanted_now(c: Centre, callback: Callback) -> cb.Open | cb.Due:
    """One that is due already keeps its age."""
    due, state = callback_queue.state_from(c, callback, c.now), callback.state
    return state if isinstance(state, cb.Due) and isinstance(due, cb.Due) else due


def _check(c: Centre, callback: CallbackId, event: str) -> Callback:
    """Raises IllegalFact for one that is dialled or settled."""
    found = c.callback(callback)
    if not isinstance(found.state, cb.Queued):  # that one is taken out of its queue
        cb.CALLBACK_TABLE.acts_on(found.state, event, f"callback {found.id}")
    return found


HANDLERS: Mapping[type, Callable[[Centre, Any], None]] = {
    CallbackAssigned: assigned,
    CallbackPostponed: postponed,
    CallbackReleased: released,
}
