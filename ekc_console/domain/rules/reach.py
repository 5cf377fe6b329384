"""Guaranteed reach: who is owed a callback, and what settles it.

One unsettled callback a number. It keeps the arrival of the earliest call it is owed for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from ekc_console.domain.effects import LetGo, UrgentCallbackFailed
from ekc_console.domain.facts import (
    CallbackClosed,
    CallbackResult,
    CallEnded,
    PlaceKept,
)
from ekc_console.domain.rules import callback_queue
from ekc_console.domain.rules.offers import withdraw_all
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.callback import RANG_ENOUGH_S, Callback
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.terms.dial_ends import dial_end
from ekc_console.domain.terms.dialling import NEVER_RELEASED, kind_of
from ekc_console.domain.terms.ids import AgentId, CallbackId
from ekc_console.domain.terms.records import replace

_WAITED = cl.Waiting | cl.Offered | cl.Connecting | cl.Forwarding | cl.Transferring

CUT_SHORT_S = 5.0
"""A callback whose line ends, by no agent's hand, within so many seconds of talk has reached
nobody: a trunk that cuts looks as a person who hangs up, and nothing is said in so short a time."""


def owes(c: Centre, call: Call, by: str) -> bool:
    """Whether the end of this call leaves its caller owed a callback: the engine lost
    it, the caller gave up in the menu, or it ended before the one who was waited for spoke with
    who waited, whoever hung up (``callback_on_abandon`` is about callers who gave up by
    themselves). One that was asked for in this call and is still unsettled is enough; a blocked
    number is owed nothing. Who waited alone in an emergency, or was cut off in one, is owed one in
    any case. Who was called by us is a caller from the first word on."""
    if not reachable(c, call) or call.callback in c.callbacks:
        return False
    if call.in_emergency and (by == "engine" or isinstance(call.state, _WAITED)):
        return True
    if call.direction == "out" and (call.answered_at is None or not for_own_sake(c, call)):
        return False
    if isinstance(call.state, cl.Ending):
        spoken = call.answered_at is not None or call.forwarded_at is not None
        return call.state.outcome is None and (by == "engine" or not spoken)
    if by == "engine":
        return True
    if isinstance(call.state, cl.InMenu):
        return by == "caller" and call.answered_at is None
    if not isinstance(call.state, _WAITED):
        return False
    return by != "caller" or c.settings_of(call).callback_on_abandon


def for_own_sake(c: Centre, call: Call) -> bool:
    """Of an outgoing call: a person was called for the person's own sake. A service, and whom a
    caller is given to or who is called about one, is no such."""
    if call.party_of is not None or call.about is not None:
        return False
    rules = c.settings.dialling
    kind = kind_of(call.number or "", rules.own if rules else ())
    return call.callback is not None or kind not in NEVER_RELEASED


def cut_short(c: Centre, call: Call, by: str, at: float) -> bool:
    """Whether this call is a callback whose talk, ended at ``at``, was none."""
    if call.answered_at is None or by != "caller" or not isinstance(call.state, cl.Talking):
        return False
    owed_nothing = served(c, call) is not None and call.number not in c.owed
    return owed_nothing and reachable(c, call) and at - call.answered_at < CUT_SHORT_S


def reachable(c: Centre, call: Call) -> bool:
    """The caller's number is known and may be called."""
    return call.number is not None and not c.is_blocked(call.number)


def call_lost(c: Centre, call: Call) -> CallbackId:
    """The caller gave up or was cut off: due ``callback_after_s`` from now, in an emergency at
    once."""
    queue = c.queues.get(call.queue) if call.queue else None
    queue = queue or c.fallback_queue()
    waits = queue is not None and queue.callback_auto and not call.in_emergency
    after = queue.callback_after_s if queue and waits else 0.0
    return _owe(c, call, c.now + after)


def promised(c: Centre, call: Call, *, place: bool = False, kept: bool = False) -> CallbackId:
    """The caller asked for the callback or was told of it: due at once. ``place``: with the time
    of the caller in the queue; ``kept``: asked for by the key."""
    return _owe(c, call, c.now, call.queued_at if place else None, kept)


def _owe(
    c: Centre, call: Call, at: float, place: float | None = None, kept: bool = False
) -> CallbackId:
    """Owe the caller a callback, or count one more call on that which is owed already."""
    assert call.number is not None
    known = c.owed.get(call.number)
    if known is not None:
        old = c.callbacks[known]
        places = [p for p in (old.place, place) if p is not None]
        # Who calls after all tries is there to be reached.
        again = call.in_emergency or old.given_up(c.settings)
        callback = replace(
            old,
            wanted_since=min(old.wanted_since, call.arrived_at),
            last_call=call.id,
            queue=call.queue or old.queue,
            topic=call.topic or old.topic,
            calls=old.calls + 1,
            skills=call.skills if call.queue else old.skills,
            priority=call.priority if call.queue else old.priority,
            place=min(places, default=None),
            kept=old.kept or kept,
            urgent=old.urgent or call.in_emergency,
            attempts=0 if again else old.attempts,
            cut_off_at=c.now if call.in_emergency else old.cut_off_at,
        )
    else:
        callback = renewed(c, call, at, place, kept)
    # One that is due already keeps its age.
    wanted = isinstance(callback.state, cb.Open) and (
        callback.state.chosen or c.distributes(callback)
    )
    if known is None or wanted:
        callback = replace(callback, state=callback_queue.state_from(c, callback, at))
    elif isinstance(callback.state, cb.Dialing):
        callback = replace(callback, state=replace(callback.state, put_off_until=None))
    c.put_callback(callback, "call lost")
    return callback.id


def served(c: Centre, call: Call) -> Callback | None:
    """The callback that the talk of an outgoing call has settled."""
    if call.direction == "in" or call.callback is None:
        return None
    return c.recently_settled.get(call.callback)


def renewed(
    c: Centre, call: Call, at: float, place: float | None = None, kept: bool = False
) -> Callback:
    """As what the talk of ``call`` has settled, if it has, else as ``call`` tells it; untried."""
    assert call.number is not None
    c.callbacks_made += 1
    name, state = CallbackId(f"cb{c.callbacks_made}"), cb.Open(at)
    owed = served(c, call) or Callback(
        id=name,
        number=call.number,
        state=state,
        wanted_since=call.arrived_at,
        first_call=call.id,
        last_call=call.id,
        queue=call.queue,
        topic=call.topic,
        skills=call.skills,
        priority=call.priority,
        place=place,
        kept=kept,
    )
    return replace(
        owed,
        id=name,
        state=state,
        last_call=call.id,
        attempts=0,
        no_way=0,
        refusal="",
        alone=0,
        passed_by=False,
        seq=c.callbacks_made,
        urgent=owed.urgent or call.in_emergency,
        cut_off_at=c.now if call.in_emergency else owed.cut_off_at,
    )


# -- the kept place ----------------------------------------------------------


def place_kept(c: Centre, f: PlaceKept) -> None:
    call = c.call(f.call)
    if not CALL_TABLE.acts_on(call.state, "PlaceKept", f"call {call.id}"):
        return
    if call.direction == "in" and reachable(c, call):
        call = withdraw_all(c, call)
        let_go(c, call, "PlaceKept", promised(c, call, place=True, kept=True))


def let_go(
    c: Centre, call: Call, event: str, callback: CallbackId | None, told: bool = True
) -> None:
    """End a waiting call by us, with a word; ``told``: that we call back, if we owe it."""
    new = replace(
        call,
        state=cl.Ending(c.now, "flowed_out"),
        callback=callback or call.callback,
        announce_at=None,
        overflow_at=None,
        overflow_due=False,
    )
    c.put_call(new, event)
    c.emit(LetGo(call.id, owed=callback is not None and told))


# -- dials and what settles --------------------------------------------------


def talk_began(c: Centre, call: Call, event: str) -> None:
    """The person is reached, whichever way the talk came about; one who was cut off in an
    emergency by a talk with us only: an outside number may have been answered by a machine. What
    was promised in this very talk outlives it, though it go on after a break or with another."""
    ours = {call.callback, c.owed.get(call.number or "")}
    for callback in sorted(x for x in ours if x is not None and x in c.callbacks):
        if callback != call.callback and c.callbacks[callback].last_call == call.id:
            continue
        if c.callbacks[callback].urgent and isinstance(call.state, cl.Forwarded):
            continue
        cut_off_at = c.callbacks[callback].cut_off_at
        if callback == call.callback or cut_off_at is None or call.arrived_at > cut_off_at:
            _close(c, callback, "reached", event, call.agent)


def comes_first(c: Centre, call: Call) -> bool:
    """The caller was cut off in an emergency, and calls again."""
    owed = c.owed.get(call.number or "")
    return call.interrupted or (owed is not None and c.callbacks[owed].urgent)


def dial_began(c: Centre, callback: CallbackId, call: Call, agent: AgentId) -> None:
    found = callback_queue.out_of_queue(c, callback)
    state = found.state
    until = state.not_before if isinstance(state, cb.Open) and state.chosen else None
    c.put_callback(replace(found, state=cb.Dialing(call.id, agent, c.now, until)), "CallPlaced")


DialResult = Literal["no_answer", "busy", "cancelled", "moved", "no_way", "failed"]


def dial_result(call: Call, fact: CallEnded, now: float) -> DialResult:
    """What an outgoing call that ends without a talk came to."""
    end = dial_end(fact.cause)
    if end in ("busy", "rejected"):
        return "busy"
    if end in ("no_answer", "moved", "no_way"):
        return end
    if isinstance(call.state, cl.Ending):
        if call.state.outcome != "no_answer":
            return "cancelled"
        return "no_way" if end == "unrung" else "no_answer"
    if end == "unrung":
        return "cancelled"
    if fact.by == "agent":
        since = call.state.since if isinstance(call.state, cl.Dialing) else call.arrived_at
        return "no_answer" if now - since >= RANG_ENOUGH_S else "cancelled"
    return "failed"


def dial_over(c: Centre, call: Call, fact: CallEnded) -> None:
    """An outgoing call ended without a talk; its callback, if it is still unsettled, is owed
    again or given up. ``cancelled`` is no attempt, nor is ``no_way`` unless it is the number's own
    fault, nor what the engine has lost."""
    callback = c.callbacks.get(call.callback) if call.callback else None
    if callback is None or not isinstance(callback.state, cb.Dialing):
        return
    if callback.state.call != call.id:
        return
    again, cause, until = c.now, fact.cause, callback.state.put_off_until
    lost = fact.by == "engine"
    result = "no_way" if lost else dial_result(call, fact, c.now)
    if result == "cancelled":
        queue = c.queue_settings_of(callback)
        if queue is not None and c.distributes(callback) and not callback.unlimited:
            again += queue.callback_after_s
    elif lost:
        callback = replace(callback, no_way=callback.no_way + 1)
        again += callback_queue.pause_s(callback.no_way)
    elif result == "no_way" and not callback_queue.is_its_own(callback, cause):
        callback = callback_queue.refused(callback, cause)
        again += callback_queue.own_pause_s(c, callback)
    else:
        refusal = callback_queue.refusal_after(callback, cause) if result == "no_way" else ""
        callback = _attempted(callback, refusal)
        pause = _pause_s(c, callback, result)
        if pause is None:
            closed = cb.Closed("failed", c.now, None)
            c.put_callback(replace(callback, state=closed), "CallEnded")
            return
        again += pause
    if until is not None and until > again and not callback.urgent:
        state: cb.Open | cb.Due = cb.Open(until, chosen=True)
    else:
        state = callback_queue.state_from(c, callback, again)
    c.put_callback(replace(callback, state=state), "CallEnded")


def tried(c: Centre, call: Call, event: str = "call lost") -> CallbackId | None:
    """The talk of a callback was ``cut_short``, or none: a try in vain like any other. What is owed
    now; the callback of the call itself if that was the last one."""
    callback = _attempted(tried_before(c, call))
    pause = _pause_s(c, callback, "no_answer")
    if pause is None:
        return call.callback
    state = callback_queue.state_from(c, callback, c.now + pause)
    c.put_callback(replace(callback, state=state), event)
    return callback.id


def tried_before(c: Centre, call: Call) -> Callback:
    """What is owed once more after the talk of ``call``, with the tries of what that had settled,
    as far as it is kept."""
    settled, callback = served(c, call), renewed(c, call, c.now)
    return callback if settled is None else replace(callback, attempts=settled.attempts)


def _attempted(callback: Callback, refusal: cb.Refusal = "") -> Callback:
    return replace(
        callback,
        attempts=callback.attempts + 1,
        no_way=0,
        refusal=refusal,
        alone=0,
        passed_by=False,
    )


def _pause_s(c: Centre, callback: Callback, result: DialResult) -> float | None:
    """To the next try of one that was just tried in vain; None: that was the last. An urgent one
    is never given up: a person decides."""
    retries = c.settings.callback_retries_s
    if callback.attempts <= len(retries):
        soon = callback.urgent and result == "no_way"
        return callback_queue.PAUSES_S[-1] if soon else retries[callback.attempts - 1]
    if not callback.urgent:
        return None
    c.emit(UrgentCallbackFailed(callback.id, callback.attempts))
    return 0.0


def callback_closed(c: Centre, fact: CallbackClosed) -> None:
    callback = c.callback(fact.callback)
    if isinstance(callback.state, cb.Queued):
        acts = True
    else:
        acts = cb.CALLBACK_TABLE.acts_on(
            callback.state, "CallbackClosed", f"callback {callback.id}"
        )
    if acts:
        _close(c, callback.id, fact.result, "CallbackClosed", fact.by)


def blocked(c: Centre, number: str) -> None:
    """A blocked number gets no callback; one that is being dialled is let ring."""
    owed = c.owed.get(number)
    if owed is not None and not isinstance(c.callbacks[owed].state, cb.Dialing):
        _close(c, owed, "cancelled", "NumberBlocked", None)


def _close(
    c: Centre, callback: CallbackId, result: CallbackResult, event: str, by: AgentId | None
) -> None:
    found = callback_queue.out_of_queue(c, callback)
    c.put_callback(replace(found, state=cb.Closed(result, c.now, by)), event)


HANDLERS: Mapping[type, Callable[[Centre, Any], None]] = {
    CallbackClosed: callback_closed,
    PlaceKept: place_kept,
}
