"""Overflow: where a call goes that its queue cannot serve in good time.

The rules of a queue are asked in their order: when a call comes in, when its time comes
(``waited``), and when the last agent of the queue goes home (``no_agents``). Of the first rule that
applies, the first destination that can take the call does; if none can, the next rule is asked. A
call that nothing can take waits on: it is never dropped.

* ``queue``: open, and not one that the call has left by overflow before.
* ``number``: can always be tried. If nobody picks up, the next destination is tried, and after the
  last one the call waits on in its place.
* ``announcement``: is said, then the next destination is tried.
* ``callback``: only with a known number that is not blocked. The caller is told and let go; the
  callback keeps the caller's time.
* ``close``: the caller hears a goodbye. Outside working hours (``closed``) that is all; for any
  other reason we have failed a caller, who is called back if the number is known.

A caller in an emergency is not let go: ``callback`` and ``close`` are passed over.

A call that an agent could take at once does not overflow, but for a closed queue.
"""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.domain.effects import Announce, AnnouncePosition, Forward, KeepWaiting
from ekc_console.domain.facts import ForwardAnswered, ForwardFailed
from ekc_console.domain.rules import callback_queue, reach
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import wait
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.call_table import CALL_TABLE
from ekc_console.domain.state.centre import Centre
from ekc_console.domain.state.record_deadlines import next_waited
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.records import replace
from ekc_console.domain.terms.settings import Destination, OverflowReason, OverflowRule

# -- coming in ---------------------------------------------------------------


def enter(c: Centre, call: Call, queue: QueueId, event: str) -> None:
    """Bring a call into a queue, or to where its rules send it. ``call.queued_at`` is set."""
    call = replace(call, queue=queue, entered_at=c.now, overflow_due=False)
    expected = expected_s(c, call, c.waiting.place_of(call, c.queues[queue]))
    if call.predicted_s is None and not call.left:
        call = replace(call, predicted_s=expected)
    closed = c.is_closed(queue)
    free = not closed and _agent_free(c, call)
    for rule in c.queues[queue].overflow:
        applies = _holds(c, rule, call, expected, closed) and (rule.when == "closed" or not free)
        if applies and _divert(c, call, rule.when, rule.to, event):
            return
    wait_in(c, call, event)


def wait_in(c: Centre, call: Call, event: str) -> None:
    """The call waits in its queue."""
    every = c.settings_of(call).announce_every_s
    new = replace(
        call,
        state=cl.Waiting(c.now),
        announce_at=c.now + every if every else None,
    )
    c.put_call(new, event)
    c.emit(KeepWaiting(call.id))


def _holds(c: Centre, rule: OverflowRule, call: Call, expected: float | None, closed: bool) -> bool:
    assert call.queue is not None
    match rule.when:
        case "closed":
            return closed
        case "no_agents":
            return c.reach.staff[call.queue] <= 0
        case "size":
            return c.reach.callers[call.queue] >= rule.limit
        case "expected_wait":
            return expected is not None and expected > rule.limit
        case "waited":
            return False


def _agent_free(c: Centre, call: Call) -> bool:
    queue = c.settings_of(call).id
    if queue in c.paused:
        return False
    opened = c.opened(replace(call, state=cl.Waiting(c.now)))
    return c.ready.best_for(opened, c.strategies[queue], call.id) is not None


def expected_s(c: Centre, call: Call, place: int) -> float | None:
    """Expected wait of the call at a place of its queue (1 is next)."""
    assert call.queue is not None
    return wait.expected_s(c.paces.get(call.queue), place, c.reach.staff[call.queue])


def announcement(c: Centre, call: Call) -> AnnouncePosition:
    """What the waiting caller is told now."""
    place = c.waiting.position(call.id)
    told = c.settings_of(call).announce_wait
    return AnnouncePosition(call.id, place, expected_s(c, call, place) if told else None)


# -- while it waits ----------------------------------------------------------


def waited(c: Centre, call: Call) -> None:
    """``overflow_at`` has come. A call on offer is not taken from the agent: the rule is kept for
    the case that the offer fails."""
    c.put_call(replace(call, overflow_due=True), "overflow planned", shown=False)


def act(c: Centre) -> None:
    """Apply the rules that this event made due to calls that wait on; after the dispatch."""
    work = c.reach
    late, work.overflowing = work.overflowing, {}
    for call_id in late:
        call = c.calls.get(call_id)
        if call is not None and call.overflow_due and isinstance(call.state, cl.Waiting):
            _apply_waited(c, call)
    queues, work.deserted = work.deserted, {}
    for queue in queues:
        rules = [r for r in _rules(c, queue) if r.when == "no_agents"]
        if rules and work.staff[queue] <= 0:
            for call_id in list(c.waiting.in_order(queue)):
                _apply(c, c.calls[call_id], rules)


def _apply_waited(c: Centre, call: Call) -> None:
    """All rules whose time has come since the planned one, the earliest first: the call may have
    been on offer meanwhile, or nobody could tell the time."""
    assert call.queue is not None
    assert call.entered_at is not None
    assert call.overflow_at is not None
    planned = call.overflow_at
    rules = _rules(c, call.queue)
    due = [
        rule
        for rule in sorted(rules, key=lambda rule: rule.limit)
        if rule.when == "waited" and planned <= call.entered_at + rule.limit <= c.now
    ]
    on = replace(call, overflow_due=False, overflow_at=next_waited(call, rules, c.now))
    if not _apply(c, on, due):
        c.put_call(on, "overflow planned", shown=False)


def _apply(c: Centre, call: Call, rules: Sequence[OverflowRule]) -> bool:
    if call.virtual:
        return False
    return any(_divert(c, call, rule.when, rule.to, "overflow") for rule in rules)


def plan_again(c: Centre) -> None:
    """New settings are in force: plan the rules for the time waited of all who wait."""
    for call in list(c.calls.values()):
        if isinstance(call.state, cl.Waiting | cl.Offered) and not call.overflow_due:
            planned = None if call.virtual else next_waited(call, _rules(c, call.queue), c.now)
            if planned != call.overflow_at:
                new = replace(call, overflow_at=planned)
                c.put_call(new, "overflow planned", shown=False)


def _rules(c: Centre, queue: QueueId | None) -> Sequence[OverflowRule]:
    settings = c.queues.get(queue) if queue else None
    return settings.overflow if settings else ()


# -- going elsewhere ---------------------------------------------------------


def _divert(
    c: Centre, call: Call, when: OverflowReason, to: Sequence[Destination], event: str
) -> bool:
    """Send the call to the first destination that can take it; False if none can."""
    assert call.queue is not None
    for index, place in enumerate(to):
        match place.kind:
            case "callback" | "close" if _must_stay(c, call, when):
                continue
            case "queue":
                target = QueueId(place.value)
                if not _can_enter(c, call, target):
                    continue
                enter(c, replace(call, left=(*call.left, call.queue)), target, event)
            case "number":
                state = cl.Forwarding(c.now, place.value, tuple(to[index + 1 :]), when)
                c.put_call(_off(replace(call, state=state)), event)
                c.emit(Forward(call.id, place.value))
            case "announcement":
                c.emit(Announce(call.id, place.value))
                continue
            case "callback":
                if not reach.reachable(c, call):
                    continue
                reach.let_go(c, call, event, reach.promised(c, call, place=True))
            case "close":
                owed = when != "closed" and reach.reachable(c, call)
                callback = reach.promised(c, call, place=True) if owed else None
                reach.let_go(c, call, event, callback, told=False)
        return True
    return False


def _must_stay(c: Centre, call: Call, when: OverflowReason) -> bool:
    """In an emergency; who was cut off in one and calls again is told when nobody works."""
    return call.in_emergency or (when != "closed" and reach.comes_first(c, call))


def _can_enter(c: Centre, call: Call, queue: QueueId) -> bool:
    known = queue in c.queues and queue != call.queue
    return known and queue not in call.left and not c.is_closed(queue)


def _off(call: Call) -> Call:
    """Without what belongs to waiting."""
    return replace(call, announce_at=None, overflow_at=None, overflow_due=False)


# -- forwarded calls ---------------------------------------------------------


def forward_answered(c: Centre, f: ForwardAnswered) -> None:
    call = c.call(f.call)
    if _acts_on(call, "ForwardAnswered"):
        callback_queue.way_found(c)
        new = replace(call, state=cl.Forwarded(c.now), forwarded_at=c.now)
        c.put_call(new, "ForwardAnswered")
        reach.talk_began(c, new, "ForwardAnswered")


def forward_failed(c: Centre, f: ForwardFailed) -> None:
    call = c.call(f.call)
    if _acts_on(call, "ForwardFailed"):
        callback_queue.way_told(c, f.reason)
        forward_over(c, call, "ForwardFailed")


def forward_over(c: Centre, call: Call, event: str) -> None:
    """The outside number does not take the caller: what is tried next, else the caller waits."""
    state = call.state
    assert isinstance(state, cl.Forwarding)
    if not _divert(c, call, state.when, state.rest, event):
        wait_in(c, call, event)


def _acts_on(call: Call, event: str) -> bool:
    return CALL_TABLE.acts_on(call.state, event, f"call {call.id}")
