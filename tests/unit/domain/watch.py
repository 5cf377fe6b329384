"""A router under watch: every fact goes through :meth:`Watch.give`, and :meth:`Watch.check` holds
the promises of DESIGN section 3 against facts, effects and state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ekc_console.domain import facts as f
from ekc_console.domain.effects import (
    AgentChanged,
    AnnouncePosition,
    BreakOverrun,
    CallbackChanged,
    CallChanged,
    Connect,
    DialOut,
    Effect,
    OfferCall,
    WithdrawOffer,
)
from ekc_console.domain.insight import candidates
from ekc_console.domain.router import IllegalFact, Router
from ekc_console.domain.rules.clock_set import moved
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call, Offer
from ekc_console.domain.state.opening import TO_ALL
from ekc_console.domain.terms.ids import AgentId, CallId, OfferId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from tests.unit.domain import listening_promises, promises

T0 = 1_750_000_000.0

Key = tuple[int, float, int]


def _open(call: Call) -> tuple[Offer, ...]:
    return call.state.offers if isinstance(call.state, cl.Offered) else ()


class Watch:
    def __init__(self) -> None:
        self.router = Router()
        self.router.watch(self._decided)
        self.now = T0
        self.journal: list[tuple[f.Fact, float]] = []
        self.seen: set[str] = set()
        self.order: dict[str, int] = {}
        """Arrival of each call, as the facts tell it."""
        self.queued: dict[str, tuple[float, int]] = {}
        """Time of the first queue and priority, as the facts tell them."""
        self.interrupted: set[str] = set()
        self.spoken: set[str] = set()
        """With whom somebody talked, an agent or an outside number."""
        self.paused: set[str] = set()
        self.overruns: set[tuple[AgentId, float]] = set()
        self.callers_turn: set[QueueId | AgentId] = set()
        """Queues that gave, and agents who were given, a callback last, at a share up to a half."""
        self.open_offers: dict[OfferId, tuple[CallId, AgentId]] = {}
        """As the effects tell them."""
        self.shown: dict[Any, Any] = {}
        """Records as one who reads them only when an effect says so knows them."""

    # -- giving facts --------------------------------------------------------

    def give(self, fact: f.Fact) -> bool:
        before = self.router.still(), self.router.next_deadline()
        calls, agents = dict(self.router.calls), dict(self.router.agents)
        callbacks = dict(self.router.callbacks)
        talked = {c.id for c in self.router.calls.values() if _voice_path_asked(c)}
        given = {c.id for c in self.router.calls.values() if _given_to_one(c)}
        try:
            effects = self.router.handle(fact, self.now)
        except IllegalFact:
            assert (self.router.still(), self.router.next_deadline()) == before
            return False
        self.journal.append((fact, self.now))
        if isinstance(fact, f.ClockSet):
            self._move(fact.by_s)
        self._note(fact, talked)
        self._note_transfers(given)
        self._follow(fact, effects)
        promises.only_the_owner_acts(self.router, fact, calls, agents)
        waited = self.queued.keys()
        promises.nobody_is_forgotten(self.router, calls, self.now, waited, self.spoken)
        promises.who_needs_help_is_not_hung_up_on(self.router, calls, self.now)
        promises.the_machine_dials_only_what_it_may(self.router, fact, effects)
        promises.an_outage_uses_up_no_try(self.router, fact, callbacks)
        promises.a_time_that_was_chosen_holds(self.router, fact, callbacks, self.now)
        listening_promises.listening_changes_no_talk(self.router, fact, calls, agents, effects)
        if isinstance(fact, f.TimePassed):
            due = self.router.next_deadline()
            assert due is None or due > self.now
        return True

    def _move(self, by_s: float) -> None:
        """All that is remembered here, too: nothing was earlier or later for it."""
        self.now += by_s
        self.queued = {call: (at + by_s, rank) for call, (at, rank) in self.queued.items()}
        self.overruns = {(agent, at + by_s) for agent, at in self.overruns}
        self.shown = {key: record and moved(record, by_s) for key, record in self.shown.items()}

    def _note(self, fact: f.Fact, talked: set[CallId]) -> None:
        match fact:
            case f.CallArrived(call) | f.CallPlaced(call):
                self.seen.add(call)
                self.order[call] = len(self.order)
            case f.CallQueued(call, priority=priority) if call in self.router.calls:
                first = self.queued[call][0] if call in self.queued else self.now
                self.queued[call] = (first, priority)
                if self.router.calls[call].number in self._urgent():
                    self.interrupted.add(call)
            case f.CallBridged(call) | f.ForwardAnswered(call):
                record = self.router.calls.get(call)
                if record and isinstance(record.state, cl.Talking | cl.Forwarded):
                    self.spoken.add(call)
            case f.CallReordered(call, priority):
                self.queued[call] = (self.queued[call][0], priority)
            case f.QueuePaused(queue):
                self.paused.add(queue)
            case f.QueueResumed(queue):
                self.paused.discard(queue)
            case f.QueuesConfigured():
                self.paused &= set(self.router.queues)
            case f.AgentForced(agent, "offline"):
                assert not self.router.agents[agent].available
            case f.AgentLegDown():
                for call in self.router.calls.values():
                    if call.id in talked and isinstance(call.state, cl.Waiting | cl.Offered):
                        self.interrupted.add(call.id)
                        self.queued.setdefault(call.id, (self.now, 0))

    def _note_transfers(self, given: set[CallId]) -> None:
        """A transfer to a queue keeps the time; one to a single party that failed puts the caller
        at the head."""
        for party in self.router.calls.values():
            # A fact that comes too late begins none; of an emergency's next number no fact tells.
            if party.party_of is not None:
                self._note_party(party.id)
        for call in self.router.calls.values():
            if isinstance(call.state, cl.Waiting | cl.Offered):
                self.queued.setdefault(call.id, (self.now, 0))
                if call.id in given and call.returns_to is None:
                    self.interrupted.add(call.id)
                if call.virtual and call.number in self._urgent():
                    self.interrupted.add(call.id)

    def _urgent(self) -> set[str]:
        """Numbers of those who were cut off in an emergency."""
        return {owed.number for owed in self.router.callbacks.values() if owed.urgent}

    def _note_party(self, party: CallId) -> None:
        self.seen.add(party)
        self.order.setdefault(party, len(self.order))

    def _follow(self, fact: f.Fact, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case OfferCall(offer, call, agent, expires_at):
                    assert offer not in self.open_offers
                    assert agent not in {a for _, a in self.open_offers.values()}
                    assert expires_at > self.now
                    self.open_offers[offer] = (call, agent)
                case WithdrawOffer(offer, call, agent):
                    assert self.open_offers.pop(offer) == (call, agent)
                case Connect(call, agent) | DialOut(call, agent):
                    if isinstance(fact, f.ConsultCompleted | f.CallPlaced | f.CallTakenOver):
                        continue
                    mine = [o for o, who in self.open_offers.items() if who == (call, agent)]
                    if isinstance(fact, f.CallPicked):
                        assert (fact.call, fact.agent) == (call, agent)
                    else:
                        assert isinstance(fact, f.OfferAccepted)
                        assert mine == [fact.offer]
                    for offer in mine:
                        del self.open_offers[offer]
                    assert call not in {c for c, _ in self.open_offers.values()}
                case BreakOverrun(agent):
                    state = self.router.agents[agent].state
                    assert isinstance(state, ag.OnBreak)
                    assert state.until is not None
                    assert state.until <= self.now
                    assert (agent, state.since) not in self.overruns
                    self.overruns.add((agent, state.since))
                case AnnouncePosition(call, position):
                    assert position >= 1
                case CallChanged(call):
                    self._note_virtual(call)
                    ended = self.router.recently_ended.get(call)
                    self.shown[call] = self.router.calls.get(call) or ended
                case AgentChanged(agent):
                    self.shown[agent] = self.router.agents[agent]
                case CallbackChanged(callback):
                    settled = self.router.recently_settled.get(callback)
                    self.shown[callback] = self.router.callbacks.get(callback) or settled

    def _note_virtual(self, call: CallId) -> None:
        """A callback that came into its queue: the core made its call, no fact tells of it."""
        record = self.router.calls.get(call) or self.router.recently_ended.get(call)
        if record is not None and call not in self.seen:
            assert record.direction == "out"
            assert record.queued_at is not None
            self.seen.add(call)
            self.order[call] = len(self.order)
            self.queued[call] = (record.queued_at, record.priority)

    def serve_until(self, end: float) -> None:
        """Let time pass, with every deadline served at its moment."""
        served = 0.0
        while (due := self.router.next_deadline()) is not None and due <= end:
            assert due >= served
            served = due
            self.now = max(self.now, due)
            assert self.give(f.TimePassed())
        self.now = end

    def restart(self) -> None:
        """From here on a restored router does the work, to the same end as a replay."""
        restored = Router.load(json.loads(json.dumps(self.router.dump())))
        assert restored.state_hash() == self.router.state_hash()
        assert restored.next_deadline() == self.router.next_deadline()
        assert set(restored.paused) == self.paused
        self.router = restored

    def check_replay(self) -> None:
        replayed = Router()
        for fact, now in self.journal:
            replayed.handle(fact, now)
        assert replayed.state_hash() == self.router.state_hash()
        assert replayed.next_deadline() == self.router.next_deadline()

    # -- what always holds ---------------------------------------------------

    def check(self) -> None:
        self.every_call_is_in_exactly_one_place()
        self.an_agent_has_at_most_one_offer_and_both_sides_agree()
        self.a_call_on_an_agent_is_on_both_sides()
        self.a_consultation_is_on_all_sides()
        self.an_outside_party_has_its_call()
        self.no_agent_idles_beside_a_call()
        self.a_call_waits_only_for_an_agent_who_can_come()
        self.explanations_agree()
        self.debts_of_turns_keep_to_the_shares_in_force()
        self.queues_are_in_order_of_the_published_score()
        self.a_number_is_owed_one_callback()
        self.callbacks_keep_to_their_rules()
        self.every_place_counts_once()
        self.of_every_service_the_end_is_known()
        self.who_reads_on_change_has_seen_everything()
        listening_promises.who_listens_stands_beside(self.router)

    def live(self, kind: type | tuple[type, ...]) -> list[CallId]:
        return [c.id for c in self.router.calls.values() if isinstance(c.state, kind)]

    def alone(self) -> list[CallId]:
        """Callers who were given to an outside party."""
        given = self.live((cl.Transferring, cl.Linked))
        return [call for call in given if self.router.calls[call].party_of is None]

    def on_call(self) -> list[tuple[AgentId, CallId]]:
        kinds = ag.Connecting | ag.Dialing | ag.Talking | ag.Holding | ag.Consulting
        return [
            (a.id, a.state.call) for a in self.router.agents.values() if isinstance(a.state, kinds)
        ]

    def offered(self) -> Iterator[tuple[Call, Offer]]:
        for call in self.router.calls.values():
            if isinstance(call.state, cl.Offered):
                assert call.state.offers
                yield from ((call, offer) for offer in call.state.offers)

    def every_call_is_in_exactly_one_place(self) -> None:
        live, ended = set(self.router.calls), set(self.router.recently_ended)
        assert not live & ended
        assert live | ended == self.seen
        in_queues = [c for q in self.router.queues for c in self.router.waiting(q)]
        assert sorted(in_queues) == sorted(self.live(cl.Waiting))

    def an_agent_has_at_most_one_offer_and_both_sides_agree(self) -> None:
        offers = {o.id: (call.id, o.agent) for call, o in self.offered()}
        assert offers == self.open_offers
        at_agents = {
            a.state.offer: (a.state.call, a.id)
            for a in self.router.agents.values()
            if isinstance(a.state, ag.Offered)
        }
        assert at_agents == offers

    def a_call_on_an_agent_is_on_both_sides(self) -> None:
        pairs = {
            cl.Connecting: ag.Connecting,
            cl.Talking: ag.Talking,
            cl.OnHold: ag.Holding,
            cl.Dialing: ag.Dialing,
            cl.Consulting: ag.Consulting,
        }
        of_calls = {
            (c.id, c.agent, pairs[type(c.state)])
            for c in self.router.calls.values()
            if type(c.state) in pairs
        }
        of_agents = {
            (a.state.call, a.id, type(a.state))  # type: ignore[union-attr]
            for a in self.router.agents.values()
            if type(a.state) in pairs.values()
        }
        assert of_calls == of_agents

    def a_consultation_is_on_all_sides(self) -> None:
        of_calls = {
            (c.state.adviser, c.id, ag.Advising if c.state.open else ag.Asked)
            for c in self.router.calls.values()
            if isinstance(c.state, cl.Consulting) and c.state.adviser is not None
        }
        of_agents = {
            (a.id, a.state.call, type(a.state))
            for a in self.router.agents.values()
            if isinstance(a.state, ag.Asked | ag.Advising)
        }
        assert of_calls == of_agents

    def an_outside_party_has_its_call(self) -> None:
        """No line to an outside party is left over, and no caller is given to one who is gone."""
        of_calls = set()
        for call in self.router.calls.values():
            match call.state:
                case cl.Consulting(party=party, open=is_open) if party is not None:
                    of_calls.add((party, call.id, cl.Advising if is_open else cl.Ringing))
                case cl.Transferring(party=party):
                    of_calls.add((party, call.id, cl.Ringing))
                case cl.Linked(other=other) if call.party_of is None:
                    of_calls.add((other, call.id, cl.Linked))
        of_parties = {
            (c.id, c.party_of, type(c.state))
            for c in self.router.calls.values()
            if c.party_of is not None and not isinstance(c.state, cl.Ending)
        }
        assert of_calls == of_parties

    def no_agent_idles_beside_a_call(self) -> None:
        for agent in self.router.agents.values():
            if isinstance(agent.state, ag.Ready) and agent.has_leg and agent.present:
                for call in self.router.calls.values():
                    if isinstance(call.state, cl.Waiting) and not self._overdue(call):
                        assert not self._may_serve(agent, call), (agent, call)

    def _overdue(self, call: Call) -> bool:
        """Its deadline is not served yet."""
        return call.opening.until is not None and call.opening.until <= self.now

    def _may_serve(self, agent: Agent, call: Call) -> bool:
        """By the words of the settings, not by the core's own indexes."""
        assert call.queue is not None
        held_back = call.queue in self.paused and not (call.virtual and call.interrupted)
        if held_back or agent.id in dict(call.resting):
            return False
        if call.kept_for is not None and call.kept_for[0] != agent.id:
            return False
        if call.opening.only is not None:
            return call.opening.only == agent.id
        if call.queue not in agent.queues:
            return False
        queue, first = self.router.queues[call.queue], self.queued[call.id][0]
        waited = self.now - first
        tier = dict(agent.tiers).get(call.queue, 1)
        if queue.tier_wait_s and first + (tier - 1) * queue.tier_wait_s > self.now:
            return False
        steps = int(waited / queue.skill_relax_s + 1e-9) if queue.skill_relax_s else 0
        return all(_has(agent, need, steps) for need in call.skills)

    def a_call_waits_only_for_an_agent_who_can_come(self) -> None:
        for call in self.router.calls.values():
            only = call.opening.only
            if only is None or not isinstance(call.state, cl.Waiting) or self._overdue(call):
                continue
            agent = self.router.agents[only]
            assert agent.present
            assert not isinstance(agent.state, ag.Offline | ag.NotResponding)
            if call.assigned != only:
                assert call.preferred == only
                assert call.queue in agent.queues
                queue, first = self.router.queues[call.queue], self.queued[call.id][0]
                assert call.opening.until == first + queue.preferred_agent_s

    def _decided(self, call: Call, chosen: Sequence[AgentId], named: bool) -> None:
        """The explanation at the moment of a decision comes to what the core decides."""
        if not named:
            self._what_was_ordered_is_next(call, chosen)
        self._turns_are_taken(call, chosen)
        told = candidates.decision(self.router, call, chosen, named)
        eligible = [c for c in told.candidates if c.eligible]
        assert set(chosen) <= {c.agent for c in eligible} or named
        if told.by == "key" and eligible:
            assert chosen[0] == eligible[0].agent or len(_open(call)) > 0
        if told.by == "lot":
            assert eligible[0].tier == min(c.tier for c in eligible if c.agent in chosen)

    def _what_was_ordered_is_next(self, call: Call, chosen: Sequence[AgentId]) -> None:
        """An agent for whom a call waits by a supervisor's order is offered nothing else."""
        for other in self.router.calls.values():
            if other.opening.only == other.assigned in chosen and call.assigned != other.assigned:
                waits = isinstance(other.state, cl.Waiting) and not self._overdue(other)
                agent = self.router.agents[other.assigned]
                assert not waits or not self._may_serve(agent, other), (call, other)

    def _turns_are_taken(self, call: Call, chosen: Sequence[AgentId]) -> None:
        """Between two callbacks of one queue, or for one agent, comes a caller on the line if one
        waits there for that agent; on offer to others first, or next."""
        assert call.queue is not None
        share = self.router.queues[call.queue].callback_share
        if call.virtual and not call.interrupted:
            if share < 1 and not _open(call):
                for agent in {*chosen} - {call.assigned}:
                    self._no_caller_is_passed_over(agent, call.queue)
            if share <= 0.5:
                self.callers_turn |= {*chosen, *(() if _open(call) else (call.queue,))}
        elif not call.virtual:
            self.callers_turn -= {*chosen, *(() if _open(call) else (call.queue,))}

    def _no_caller_is_passed_over(self, agent: AgentId, queue: QueueId) -> None:
        for caller in self.router.calls.values():
            if caller.virtual or not isinstance(caller.state, cl.Waiting) or self._overdue(caller):
                continue
            if agent in self.callers_turn or (caller.queue == queue and queue in self.callers_turn):
                assert not self._may_serve(self.router.agents[agent], caller), (agent, caller)

    def debts_of_turns_keep_to_the_shares_in_force(self) -> None:
        for turn in self.router._centre.turns.values():
            if turn.id in self.router.queues:
                share = self.router.queues[turn.id].callback_share or 0.5
                assert turn.callers_owed <= 1 / share
        assert all(agent.callers_owed <= 2 for agent in self.router.agents.values())

    def explanations_agree(self) -> None:
        """Nobody is called eligible for a call that waits."""
        for call in self.router.calls.values():
            if isinstance(call.state, cl.Waiting):
                found = candidates.candidates(self.router, call)
                assert not [c for c in found if c.eligible]

    def queues_are_in_order_of_the_published_score(self) -> None:
        """The key is made of the facts alone, so a failed offer cannot have changed it."""
        for queue in self.router.queues.values():
            waiting = list(self.router.waiting(queue.id))
            keys = [self._key(c, queue) for c in waiting]
            assert keys == sorted(keys)
            assert [self.router.position(c) for c in waiting] == list(range(1, len(keys) + 1))

    def _key(self, call: CallId, queue: QueueSettings) -> Key:
        queued_at, priority = self.queued[call]
        effective = queued_at - (priority + queue.weight) * queue.priority_step_s
        return (0 if call in self.interrupted else 1, effective, self.order[call])

    def a_number_is_owed_one_callback(self) -> None:
        numbers = [c.number for c in self.router.callbacks.values()]
        assert len(numbers) == len(set(numbers))
        for callback in self.router.callbacks.values():
            assert not isinstance(callback.state, cb.Closed)
            assert callback.attempts <= len(self.router.centre.callback_retries_s)

    def callbacks_keep_to_their_rules(self) -> None:
        """No number is dialled or offered while it has a line; a virtual call has its callback; the
        limit of a queue holds; what may be offered is."""
        lines = {c.number: c.id for c in self.router.calls.values() if c.number and not c.virtual}
        for call in self.router.calls.values():
            if call.virtual:
                assert call.number not in lines
                assert call.callback is not None
                state = self.router.callbacks[call.callback].state
                assert isinstance(state, cb.Queued)
                assert state.call == call.id
        for callback in self.router.callbacks.values():
            if isinstance(callback.state, cb.Queued | cb.Dialing):
                assert callback.state.call in self.router.calls or callback.state.call in lines

    def of_every_service_the_end_is_known(self) -> None:
        """As long as its caller's record is: it is on a line, or its end is told."""
        for call in (*self.router.calls.values(), *self.router.recently_ended.values()):
            for one in call.services:
                assert (one.line in self.router.calls) is (one.ended_at is None), one
                assert (one.ended_at is None) is (one.ended_by == ""), one

    def every_place_counts_once(self) -> None:
        """The counters beside the records agree with them."""
        reach = self.router._centre.reach
        for queue in self.router.queues:
            callers = [
                c
                for c in self.router.calls.values()
                if c.queue == queue
                and not c.virtual
                and isinstance(c.state, cl.Waiting | cl.Offered)
            ]
            assert reach.callers[queue] == len(callers)
            staff = [
                a
                for a in self.router.agents.values()
                if queue in a.queues
                and not isinstance(a.state, ag.Offline)
                and not a.missing
                and getattr(a.state, "reason", "") != ag.LOGIN_BREAK
            ]
            assert reach.staff[queue] == len(staff)
        for agent in self.router.agents.values():
            assert not (agent.present and (agent.missing or agent.away_since is not None))

    def who_reads_on_change_has_seen_everything(self) -> None:
        for record in (
            *self.router.calls.values(),
            *self.router.recently_ended.values(),
            *self.router.agents.values(),
            *self.router.callbacks.values(),
            *self.router.recently_settled.values(),
        ):
            assert _visible(self.shown[record.id]) == _visible(record)


def _voice_path_asked(call: Call) -> bool:
    """An agent's lost leg would put the call at the head of its queue."""
    if isinstance(call.state, cl.Connecting):
        return call.direction == "out"
    return isinstance(call.state, cl.Talking | cl.OnHold | cl.Consulting)


def _given_to_one(call: Call) -> bool:
    """A failure would put the call at the head of its queue: a transfer to one party, or a join
    with one."""
    return call.returns_to is not None or (
        isinstance(call.state, cl.Linked | cl.Transferring) and call.party_of is None
    )


def _has(agent: Agent, need: str, steps: int) -> bool:
    name, _, level = need.removesuffix("?").partition(">=")
    least = max(int(level or 1) - steps, 0 if need.endswith("?") else 1)
    have = [int(s.partition("=")[2] or 1) for s in agent.skills if s.partition("=")[0] == name]
    return max(have, default=0) >= least


def _visible(record: Any) -> Any:
    """Without what no screen shows."""
    if not isinstance(record, Call):
        return record
    state = record.state
    if isinstance(state, cl.Offered):
        state = replace(state, next_ring=None)
    return replace(
        record,
        resting=(),
        kept_for=None,
        announce_at=None,
        overflow_at=None,
        overflow_due=False,
        state=state,
        opening=TO_ALL,
    )
