"""Guaranteed reach: who is owed a callback, and what settles it.

One unsettled callback a number. It keeps the arrival of the earliest call it is owed for.
"""

from __future__ import annotations

from dataclasses import replace

from ekc_console.domain import call as cl
from ekc_console.domain import callback as cb
from ekc_console.domain.call import Call
from ekc_console.domain.callback import RANG_ENOUGH_S, Callback, after_dial
from ekc_console.domain.centre import Centre
from ekc_console.domain.facts import CallbackClosed, CallbackResult, CallEnded
from ekc_console.domain.ids import AgentId, CallbackId
from ekc_console.domain.state_table import IllegalFact


def owes(c: Centre, call: Call, by: str) -> bool:
    """Whether the end of this incoming call leaves its caller owed a callback: the engine lost
    it, or the caller gave up in the menu or before an agent spoke. One that was asked for in this
    call and is still unsettled is enough."""
    if call.direction != "in" or call.number is None or call.callback in c.callbacks:
        return False
    if by == "engine":
        return True
    if by != "caller":
        return False
    if isinstance(call.state, cl.InMenu):
        return call.answered_at is None
    waits = isinstance(call.state, cl.Waiting | cl.Offered | cl.Connecting)
    return waits and c.settings_of(call).callback_on_abandon


def call_lost(c: Centre, call: Call) -> CallbackId:
    """Owe the caller a callback, or count one more call on that which is owed already."""
    assert call.number is not None
    known = c.owed.get(call.number)
    if known is not None:
        old = c.callbacks[known]
        callback = replace(
            old,
            wanted_since=min(old.wanted_since, call.arrived_at),
            last_call=call.id,
            queue=call.queue or old.queue,
            topic=call.topic or old.topic,
            calls=old.calls + 1,
        )
    else:
        c.callbacks_made += 1
        callback = Callback(
            id=CallbackId(f"cb{c.callbacks_made}"),
            number=call.number,
            state=cb.Open(not_before=c.now),
            wanted_since=call.arrived_at,
            first_call=call.id,
            last_call=call.id,
            queue=call.queue,
            topic=call.topic,
        )
    c.put_callback(callback, "call lost")
    return callback.id


def talk_began(c: Centre, call: Call) -> None:
    """The person is reached, whichever way the talk came about."""
    ours = {call.callback, c.owed.get(call.number or "")}
    for callback in sorted(x for x in ours if x is not None and x in c.callbacks):
        _close(c, c.callbacks[callback], "reached", "CallBridged", call.agent)


def dial_began(c: Centre, callback: CallbackId, call: Call, agent: AgentId) -> None:
    c.put_callback(
        replace(c.callbacks[callback], state=cb.Dialing(call.id, agent, c.now)), "CallPlaced"
    )


def dial_result(call: Call, fact: CallEnded, now: float) -> CallbackResult:
    """What an outgoing call that ends without a talk came to. ``fact.cause`` is the engine's."""
    if fact.cause in ("busy", "rejected"):
        return "busy"
    if fact.cause == "no_answer":
        return "no_answer"
    if isinstance(call.state, cl.Ending):
        return "cancelled"
    if fact.by == "agent":
        return "no_answer" if now - call.arrived_at >= RANG_ENOUGH_S else "cancelled"
    return "failed"


def dial_over(c: Centre, call: Call, result: CallbackResult) -> None:
    """An outgoing call ended without a talk; its callback, if it is still unsettled, is owed
    again or given up."""
    callback = c.callbacks.get(call.callback) if call.callback else None
    if callback is not None:
        c.put_callback(after_dial(callback, result, c.now), "CallEnded")


def callback_closed(c: Centre, fact: CallbackClosed) -> None:
    callback = c.callback(fact.callback)
    if cb.CALLBACK_TABLE.acts_on(callback.state, "CallbackClosed", f"callback {callback.id}"):
        if fact.by is not None and fact.by not in c.agents:
            raise IllegalFact("unknown_agent", f"no agent {fact.by}")
        _close(c, callback, fact.result, "CallbackClosed", fact.by)


def _close(
    c: Centre, callback: Callback, result: CallbackResult, event: str, by: AgentId | None
) -> None:
    c.put_callback(replace(callback, state=cb.Closed(result, c.now, by)), event)
