"""What people may rely on, whatever facts come: told by facts and records, not by the core's rules.

Each function looks at one step of a :class:`tests.unit.domain.watch.Watch`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set

from ekc_console.domain import facts as f
from ekc_console.domain.effects import DialOut, Effect
from ekc_console.domain.router import Router
from ekc_console.domain.rules.callback_queue import ALONE
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms.dial_ends import THE_WAY_WORKS, dial_end
from ekc_console.domain.terms.dialling import NEVER_RELEASED, DialRules, decide
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId

LONGEST_S = 1500.0
"""After so long with nothing but time nobody waits for a machine any more."""

JUST_JOINED_S = 20.0
"""An emergency service that leaves sooner has not taken the caller."""

_ENDS_BY_PEOPLE = (
    cl.Waiting,
    cl.Talking,
    cl.OnHold,
    cl.Consulting,
    cl.Linked,
    cl.Advising,
    cl.Forwarded,
)
_ENDS_BY_AGENTS = (
    ag.Offline,
    ag.Ready,
    ag.OnBreak,
    ag.NotResponding,
    ag.WrapUp,
    ag.Talking,
    ag.Holding,
    ag.Consulting,
    ag.Advising,
)
_OWNERS_FACTS = (
    f.AgentHungUp,
    f.CallHeld,
    f.CallResumed,
    f.TransferredToQueue,
    f.TransferredToAgent,
    f.TransferredOutside,
    f.ReturnedToMenu,
    f.ConsultAsked,
    f.ConsultDialled,
    f.EmergencyCalled,
    f.ConsultSwitched,
    f.ConsultCompleted,
    f.ConsultCancelled,
)


def only_the_owner_acts(
    router: Router, fact: f.Fact, calls: Mapping[CallId, Call], agents: Mapping[AgentId, Agent]
) -> None:
    """``calls`` and ``agents`` as they were before the fact."""
    if not isinstance(fact, _OWNERS_FACTS) or fact.agent is None:
        return
    before = calls.get(fact.call)
    if before is not None and router.calls.get(fact.call) is not before:
        assert before.agent == fact.agent
        assert getattr(agents[fact.agent].state, "call", None) == fact.call


def nobody_is_forgotten(
    router: Router, calls: Mapping[CallId, Call], now: float, waited: Set[str], spoken: Set[str]
) -> None:
    """Who waited and was not spoken with is owed a callback by the time of the own call, whoever
    hung up; so is who gave up in the menu. ``calls`` as they were before the fact."""
    for call, before in calls.items():
        after = router.calls.get(call) or router.recently_ended[call]
        if not _may_be_called(router, before, now):
            continue
        if before.direction == "out":
            if isinstance(after.state, cl.Ended) and after.state.by == "engine":
                assert not _was_cut_off(before) or after.callback in router.callbacks
            continue
        if isinstance(after.state, cl.Ending) and not isinstance(before.state, cl.Ending):
            closed = after.queue in router.doors and not router.doors[after.queue].open
            if after.state.outcome == "flowed_out" and not closed:
                _is_owed(router, after)
        if isinstance(after.state, cl.Ended) and _waited_for_party(router, before, after.state.by):
            _is_owed(router, after)
        if isinstance(after.state, cl.Ended) and call not in spoken:
            told = isinstance(before.state, cl.Ending) and before.state.outcome is not None
            if not told and _counts(router, before, after.state.by, call in waited):
                _is_owed(router, after)


def _was_cut_off(call: Call) -> bool:
    """A person whom an agent has called, and talked with, would be by an end that is nobody's."""
    own = call.party_of is None and call.about is None
    ending = isinstance(call.state, cl.Ending) and call.state.outcome is not None
    return own and not ending and call.answered_at is not None and call.number != "103"


def _waited_for_party(router: Router, call: Call, by: str) -> bool:
    """Given away, and not spoken with by whom it was given to. Waiting for an emergency service is
    no choice of the caller's."""
    if not isinstance(call.state, cl.Transferring) or call.emergency is not None:
        return isinstance(call.state, cl.Transferring)
    if call.direction == "out":
        return False
    assert call.queue is not None
    return by != "caller" or router.queues[call.queue].callback_on_abandon


def _may_be_called(router: Router, call: Call, now: float) -> bool:
    blocked = router.blocked.get(call.number or "")
    return call.number is not None and (
        blocked is None or (blocked.until is not None and blocked.until <= now)
    )


def _counts(router: Router, call: Call, by: str, waited: bool) -> bool:
    if by == "engine":
        return True
    if not waited or call.queue is None:
        return by == "caller" and isinstance(call.state, cl.InMenu)
    return by != "caller" or router.queues[call.queue].callback_on_abandon


def _is_owed(router: Router, call: Call) -> None:
    assert call.callback in router.callbacks, call
    assert router.callbacks[call.callback].wanted_since <= call.arrived_at


def the_machine_dials_only_what_it_may(
    router: Router, fact: f.Fact, effects: Sequence[Effect]
) -> None:
    """What no person placed is dialled, offered or queued only if its kind is allowed, or a person
    has released it, which nobody can for some kinds."""
    rules = router.centre.dialling
    if rules is None:
        return
    for call in router.calls.values():
        assert not call.virtual or _may_dial(router, call.number or "", rules), call
    if not isinstance(fact, f.CallPlaced):
        for effect in effects:
            if isinstance(effect, DialOut):
                assert _may_dial(router, effect.number, rules), effect


def _may_dial(router: Router, number: str, rules: DialRules) -> bool:
    decision = decide(number, "machine", rules)
    released = any(c.released and c.number == number for c in router.callbacks.values())
    return decision.allowed or (released and decision.kind not in NEVER_RELEASED)


def an_outage_uses_up_no_try(
    router: Router, fact: f.Fact, callbacks: Mapping[CallbackId, Callback]
) -> None:
    """``callbacks`` as they were before the fact. Only a dial that reached the number or rang at
    the person's is an attempt, or one of whose line nobody tells the end (``TimePassed``); while no
    way out is known nobody is asked to dial."""
    for owed, before in callbacks.items():
        after = router.callbacks.get(owed) or router.recently_settled[owed]
        given_up = isinstance(after.state, cb.Closed) and after.state.result == "failed"
        if after.attempts > before.attempts or given_up:
            assert isinstance(fact, f.CallEnded | f.CallbackClosed | f.TimePassed), fact
            cause = fact.cause if isinstance(fact, f.CallEnded) else ""
            own = before.refusal == "own" and cause == "no_way SIP 403"
            own |= before.passed_by and before.alone == ALONE - 1
            assert own or dial_end(cause) not in ("no_way", "unrung"), fact
        if after.refusal == "own" != before.refusal or after.passed_by > before.passed_by:
            assert _gets_out(fact), fact
    closed = router.no_way
    if closed is not None and closed.again_at is not None:
        assert not [call for call in router.calls.values() if call.virtual]
        due = router.next_deadline()
        assert due is not None
        assert due <= closed.again_at


def a_time_that_was_chosen_holds(
    router: Router, fact: f.Fact, callbacks: Mapping[CallbackId, Callback], now: float
) -> None:
    """However often the number is dialled before in vain: until the person is reached or calls
    again, or another order comes. ``callbacks`` as they were before the fact."""
    for owed, before in callbacks.items():
        until, after = _put_off_until(before), router.callbacks.get(owed)
        if until is None or until <= now or after is None or isinstance(fact, f.CallbackPostponed):
            continue
        if after.calls == before.calls and not after.urgent:
            assert _put_off_until(after) == until, (before, after)


def _put_off_until(callback: Callback) -> float | None:
    state = callback.state
    if isinstance(state, cb.Open):
        return state.not_before if state.chosen else None
    return state.put_off_until if isinstance(state, cb.Dialing) else None


def who_needs_help_is_not_hung_up_on(
    router: Router, calls: Mapping[CallId, Call], now: float
) -> None:
    """A caller for whom an emergency service is called, or who has just been joined with it by no
    agent's hand, and whom no agent has. ``calls`` as they were before the fact."""
    for call, before in calls.items():
        alone = isinstance(before.state, cl.Transferring | cl.Linked)
        if before.emergency is None or before.party_of is not None or not alone:
            continue
        if isinstance(before.state, cl.Linked):
            taken = before.state.handed or now - before.state.since >= JUST_JOINED_S
            if taken:
                continue
        after = router.calls.get(call)
        assert after is None or not isinstance(after.state, cl.Ending), before


def _gets_out(fact: f.Fact) -> bool:
    if isinstance(fact, f.CallEnded):
        return dial_end(fact.cause) in THE_WAY_WORKS
    if isinstance(fact, f.ForwardFailed):
        return dial_end(fact.reason) in THE_WAY_WORKS
    return isinstance(fact, f.CallAnswered | f.ForwardAnswered)


def time_alone_frees_all(router: Router, now: float) -> None:
    """With nothing told any more, every call comes to an end or to people, and so does every
    agent; who left the console goes home."""
    router = Router.load(json.loads(json.dumps(router.dump())))
    end = now + LONGEST_S
    while (due := router.next_deadline()) is not None and due <= end:
        now = max(now, due)
        router.handle(f.TimePassed(), now)
    for call in router.calls.values():
        assert isinstance(call.state, _ENDS_BY_PEOPLE), call
        if isinstance(call.state, cl.Consulting):
            assert call.state.open
    for agent in router.agents.values():
        assert isinstance(agent.state, _ENDS_BY_AGENTS), agent
        if agent.away_since is not None:
            assert agent.missing
            on_call = isinstance(agent.state, ag.OnCall | ag.Advising)
            assert on_call or not router.centre.away_limit_s
