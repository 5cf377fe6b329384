"""Callers on the line and the list of callbacks take turns, so that neither starves the other.

By their time alone the callbacks of a night would come before everybody who calls in the morning,
and who gives up meanwhile would be the next callback. So a callback that is next by its time goes
behind the callers who wait in its queue for the agent in question, as long as callers are owed by
``QueueSettings.callback_share``: at a half every second offer of the queue is a callback. An agent
keeps the same account over all queues, or callers of one would wait for the list of another, and
who needs a rare skill for the list of those who do not. There a callback costs one caller at most:
a queue with a small share holds up no list of another.

A caller who is next by the own time needs no turn, and a callback is never held back when no caller
waits for that agent: nobody idles for the sake of turns. Every offer to a caller brings the list
nearer, so that it goes on however many call. Urgent callbacks take no part: they come first. Nor do
those that a supervisor has given to the agent: they are the next one, as a caller would be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ekc_console.domain.effects import AgentChanged
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.limits import Turn
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.records import replace

_AGENTS_LEAST = 0.5
"""Share by which a callback is counted at its agent, if its queue has a smaller one."""


def first_before(
    c: Centre, call: Call, agent: AgentId, may: Callable[[CallId], bool]
) -> CallId | None:
    """What is offered to the agent before the listed ``call``, though that is next by its time:
    a caller on the line, or a callback of another queue whose turn it is; None if nothing is."""
    if call.ordered_to(agent):
        return None
    found = c.agents[agent]
    queues = _callers_turn(c, call, found.callers_owed, found.queues)
    caller = c.waiting.first_for(found, may, c.paused, callers_of=queues) if queues else None
    if caller is None or found.callers_owed >= 1:
        return caller
    return _of_another_list(c, call, agent, may) or caller


def _of_another_list(
    c: Centre, call: Call, agent: AgentId, may: Callable[[CallId], bool]
) -> CallId | None:
    """The callback that would be next at the agent without the list of the queue of ``call``."""

    def others(other: CallId) -> bool:
        found = c.calls[other]
        return not (found.listed and found.queue == call.queue) and may(other)

    best = c.waiting.first_for(c.agents[agent], others, c.paused)
    if best is None or not c.calls[best].listed:
        return None
    return None if first_before(c, c.calls[best], agent, others) else best


def _callers_turn(
    c: Centre, call: Call, owed: float, queues: Collection[QueueId]
) -> Collection[QueueId]:
    """The queues whose callers come before the callback."""
    settings = c.settings_of(call)
    if settings.callback_share >= 1:
        return ()
    if owed >= 1:
        return queues
    turn = c.turns.get(settings.id)
    theirs = settings.callback_share == 0 or (turn is not None and turn.callers_owed >= 1)
    return (settings.id,) if theirs else ()


def begun(c: Centre, call: Call) -> None:
    """The call is about to be offered; no agent hears it yet."""
    settings = c.settings_of(call)
    turn = c.turns.get(settings.id) or Turn(settings.id, 0.0)
    owed = after(turn.callers_owed, call, settings.callback_share)
    if owed != turn.callers_owed:
        c.turns[settings.id] = replace(turn, callers_owed=owed)


def after(owed: float, call: Call, share: float) -> float:
    """Callers that are owed once ``call`` is offered: at a third each callback costs two."""
    if not call.listed:
        return owed if call.virtual else max(0.0, owed - 1)
    cost = _cost(share)
    return owed + cost if owed < 1 else max(owed, cost)


def after_at_agent(owed: float, call: Call, share: float) -> float:
    """As ``after``, in the account over all queues of the agent who is offered ``call``."""
    return after(owed, call, max(share, _AGENTS_LEAST))


def cut(c: Centre) -> None:
    """Other shares are in force: nobody owes more than what they allow, whatever was in force when
    the debt was made."""
    for turn in list(c.turns.values()):
        if turn.id in c.queues:
            most = 1 + _cost(c.queues[turn.id].callback_share)
            c.turns[turn.id] = replace(turn, callers_owed=min(turn.callers_owed, most))
    most = 1 + _cost(_AGENTS_LEAST)
    for agent in list(c.agents.values()):
        if agent.callers_owed > most:
            c.agents[agent.id] = replace(agent, callers_owed=most)
            c.show(AgentChanged(agent.id))


def _cost(share: float) -> float:
    return 1 / share - 1 if share else 1.0
