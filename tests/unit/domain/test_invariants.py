"""The promises of DESIGN section 3, held while Hypothesis gives facts in any order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ekc_console.domain import agent as ag
from ekc_console.domain import call as cl
from ekc_console.domain import callback as cb
from ekc_console.domain import facts as f
from ekc_console.domain.agent import Agent
from ekc_console.domain.call import Call, Offer
from ekc_console.domain.call_facts import AGENT_LEG_FAILED
from ekc_console.domain.effects import (
    AgentChanged,
    AnnouncePosition,
    CallbackChanged,
    CallChanged,
    Connect,
    Effect,
    OfferCall,
    WithdrawOffer,
)
from ekc_console.domain.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.router import IllegalFact, Router
from ekc_console.domain.settings import QueueSettings

T0 = 1_750_000_000.0

QUEUES = (
    QueueSettings(QueueId("idle"), "", "longest-idle", wrap_up="mandatory_timed", wrap_up_s=20),
    QueueSettings(QueueId("all"), "", "ring-all", wrap_up="none", announce_every_s=7),
    QueueSettings(QueueId("prog"), "", "ring-progressively", wrap_up="optional"),
    QueueSettings(QueueId("lot"), "", "random", priority_step_s=10, retry_same_agent_s=0),
)
OTHER_SETTINGS = (
    replace(QUEUES[0], strategy="weighted-random", offer_timeout_s=3, priority_step_s=5),
    replace(QUEUES[1], strategy="round-robin", announce_every_s=0, callback_on_abandon=False),
    QUEUES[3],
)
NUMBERS = (None, "+79000000001", "+79000000002")
SKILLS = ("medic", "tatar")
REASONS = ("lunch", "study")
CALLS = st.integers(1, 6).map(lambda i: CallId(f"c{i}"))
AGENTS = st.integers(1, 3).map(lambda i: AgentId(f"a{i}"))
QUEUE_IDS = st.sampled_from([q.id for q in QUEUES])
OFFERS = st.integers(0, 30).map(lambda i: OfferId(f"o{i}"))
CALLBACKS = st.integers(0, 4).map(lambda i: CallbackId(f"cb{i}"))
SKILL_SETS = st.lists(st.sampled_from(SKILLS), max_size=2).map(tuple)
ENDED_BY = st.sampled_from(("caller", "agent", "system", "engine"))
CAUSES = st.sampled_from(("normal", "busy", "no_answer", "failed"))
ANY_FACT = st.one_of(
    st.builds(f.CallArrived, CALLS, st.sampled_from(NUMBERS), st.just("122")),
    st.builds(f.CallStepEntered, CALLS, st.just("s"), st.just("v"), st.just("step")),
    st.builds(f.CallQueued, CALLS, QUEUE_IDS, st.just("t"), SKILL_SETS, st.integers(-1, 2)),
    st.builds(f.CallBridged, CALLS),
    st.builds(f.CallBridgeFailed, CALLS, st.sampled_from(("agent_leg", "engine"))),
    st.builds(f.CallHeld, CALLS),
    st.builds(f.CallResumed, CALLS),
    st.builds(f.CallEnded, CALLS, ENDED_BY, CAUSES),
    st.builds(f.CallPlaced, CALLS, AGENTS, st.sampled_from(NUMBERS[1:]), st.none() | CALLBACKS),
    st.builds(f.CallAnswered, CALLS),
    st.builds(f.AgentLoggedIn, AGENTS, st.lists(QUEUE_IDS, max_size=4).map(tuple), SKILL_SETS),
    st.builds(f.AgentPaused, AGENTS, st.sampled_from(REASONS)),
    *(
        st.builds(kind, AGENTS)
        for kind in (
            f.AgentLoggedOut,
            f.AgentReady,
            f.AgentLegUp,
            f.AgentLegDown,
            f.AgentVanished,
            f.AgentReturned,
            f.WrapUpFinished,
        )
    ),
    st.builds(f.OfferAccepted, OFFERS, AGENTS),
    st.builds(f.OfferRefused, OFFERS, AGENTS, st.sampled_from(("rejected", "unreachable"))),
    st.builds(f.AgentHungUp, AGENTS, CALLS),
    st.builds(f.CallbackClosed, CALLBACKS, st.sampled_from(("reached", "cancelled"))),
    st.builds(f.TimePassed),
    st.sampled_from((QUEUES, OTHER_SETTINGS)).map(f.QueuesConfigured),
)

Key = tuple[int, float, int]


class Centre(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.router = Router()
        self.now = T0
        self.journal: list[tuple[f.Fact, float]] = []
        self.numbered = 0
        self.seen: set[str] = set()
        self.order: dict[str, int] = {}
        """Arrival of each call, as the facts tell it."""
        self.queued: dict[str, tuple[float, int]] = {}
        """Time of the first queue and priority, as the facts tell them."""
        self.interrupted: set[str] = set()
        self.open_offers: dict[OfferId, tuple[CallId, AgentId]] = {}
        """As the effects tell them."""
        self.shown: dict[Any, Any] = {}
        """Records as one who reads them only when an effect says so knows them."""

    # -- giving facts --------------------------------------------------------

    def give(self, fact: f.Fact) -> bool:
        before = self.router.state_hash(), self.router.next_deadline()
        talked = {c.id for c in self.router.calls.values() if _voice_path_asked(c)}
        try:
            effects = self.router.handle(fact, self.now)
        except IllegalFact:
            assert (self.router.state_hash(), self.router.next_deadline()) == before
            return False
        self.journal.append((fact, self.now))
        self._note(fact, talked)
        self._follow(fact, effects)
        if isinstance(fact, f.TimePassed):
            due = self.router.next_deadline()
            assert due is None or due > self.now
        return True

    def _note(self, fact: f.Fact, talked: set[CallId]) -> None:
        match fact:
            case f.CallArrived(call) | f.CallPlaced(call):
                self.seen.add(call)
                self.order[call] = len(self.order)
            case f.CallQueued(call, priority=priority) if call in self.router.calls:
                first = self.queued[call][0] if call in self.queued else self.now
                self.queued[call] = (first, priority)
            case f.AgentLegDown():
                for call in self.router.calls.values():
                    if call.id in talked and isinstance(call.state, cl.Waiting | cl.Offered):
                        self.interrupted.add(call.id)
                        self.queued.setdefault(call.id, (self.now, 0))

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
                case Connect(call, agent):
                    assert isinstance(fact, f.OfferAccepted)
                    assert self.open_offers.pop(fact.offer) == (call, agent)
                case AnnouncePosition(call, position):
                    assert position >= 1
                case CallChanged(call):
                    ended = self.router.recently_ended.get(call)
                    self.shown[call] = self.router.calls.get(call) or ended
                case AgentChanged(agent):
                    self.shown[agent] = self.router.agents[agent]
                case CallbackChanged(callback):
                    settled = self.router.recently_settled.get(callback)
                    self.shown[callback] = self.router.callbacks.get(callback) or settled

    # -- what happens --------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        assert self.give(f.QueuesConfigured(QUEUES))

    @rule(fact=ANY_FACT)
    def anything(self, fact: f.Fact) -> None:
        self.give(fact)

    @rule(
        number=st.sampled_from(NUMBERS),
        queue=QUEUE_IDS,
        skills=SKILL_SETS,
        priority=st.integers(-1, 2),
    )
    def caller_comes(self, number: str | None, queue: QueueId, skills: Any, priority: int) -> None:
        self.numbered += 1
        call = CallId(f"n{self.numbered}")
        assert self.give(f.CallArrived(call, number, "122"))
        self.give(f.CallQueued(call, queue, "t", skills, priority))

    @rule(agent=AGENTS, skills=SKILL_SETS, queues=st.lists(QUEUE_IDS, min_size=1, max_size=4))
    def agent_comes(self, agent: AgentId, skills: Any, queues: list[QueueId]) -> None:
        self.give(f.AgentLoggedIn(agent, tuple(queues), skills))
        for fact in (f.AgentReturned(agent), f.AgentLegUp(agent), f.AgentReady(agent)):
            self.give(fact)

    @precondition(lambda self: self.open_offers)
    @rule(data=st.data(), how=st.sampled_from(("accept", "accept", "reject", "unreachable")))
    def offer_is_answered(self, data: st.DataObject, how: str) -> None:
        offer = data.draw(st.sampled_from(list(self.open_offers)))
        _, agent = self.open_offers[offer]
        if how == "accept":
            assert self.give(f.OfferAccepted(offer, agent))
        else:
            reason: Any = "rejected" if how == "reject" else how
            assert self.give(f.OfferRefused(offer, agent, reason))

    @precondition(lambda self: self.live(cl.Connecting))
    @rule(data=st.data(), well=st.sampled_from((True, True, False)))
    def join_is_reported(self, data: st.DataObject, well: bool) -> None:
        call = data.draw(st.sampled_from(self.live(cl.Connecting)))
        assert self.give(f.CallBridged(call) if well else f.CallBridgeFailed(call, "engine"))

    @precondition(lambda self: self.live(object))
    @rule(data=st.data(), by=ENDED_BY, cause=CAUSES)
    def call_ends(self, data: st.DataObject, by: Any, cause: str) -> None:
        call = data.draw(st.sampled_from(self.live(object)))
        before = self.router.calls[call]
        assert self.give(f.CallEnded(call, by, cause))
        self._check_nobody_is_forgotten(before, self.router.recently_ended[call])

    def _check_nobody_is_forgotten(self, before: Call, after: Call) -> None:
        assert after.outcome is not None
        if before.direction == "out" or before.number is None:
            return
        state, by = before.state, after.state
        assert isinstance(by, cl.Ended)
        in_menu = isinstance(state, cl.InMenu)
        kept = before.queue is None or self.router.queues.get(before.queue, QUEUES[0])
        asks = in_menu or (kept is not None and getattr(kept, "callback_on_abandon", True))
        talks = isinstance(state, cl.Talking | cl.OnHold)
        if by.by == "engine" or (by.by == "caller" and asks and not talks):
            assert after.callback in self.router.callbacks

    @precondition(lambda self: self.router.agents)
    @rule(
        data=st.data(),
        kind=st.sampled_from(
            (
                f.AgentLegDown,
                f.AgentVanished,
                f.AgentReady,
                f.WrapUpFinished,
                f.AgentPaused,
                f.AgentLoggedOut,
            )
        ),
    )
    def something_with_an_agent(self, data: st.DataObject, kind: Any) -> None:
        agent = data.draw(st.sampled_from(list(self.router.agents)))
        self.give(f.AgentPaused(agent, "lunch") if kind is f.AgentPaused else kind(agent))

    @precondition(lambda self: self.on_call())
    @rule(
        data=st.data(),
        what=st.sampled_from(("hold", "resume", "hang up", "pause", "leg", "vanish", "blame")),
    )
    def something_during_a_call(self, data: st.DataObject, what: str) -> None:
        agent, call = data.draw(st.sampled_from(self.on_call()))
        facts: dict[str, f.Fact] = {
            "hold": f.CallHeld(call),
            "resume": f.CallResumed(call),
            "hang up": f.AgentHungUp(agent, call),
            "pause": f.AgentPaused(agent, "lunch"),
            "leg": f.AgentLegDown(agent),
            "vanish": f.AgentVanished(agent),
            "blame": f.CallBridgeFailed(call, AGENT_LEG_FAILED),
        }
        self.give(facts[what])

    @precondition(lambda self: self.router.agents)
    @rule(data=st.data(), owed=st.booleans(), number=st.sampled_from(NUMBERS[1:]))
    def agent_dials(self, data: st.DataObject, owed: bool, number: str) -> None:
        agent = data.draw(st.sampled_from(list(self.router.agents)))
        callback = next(iter(self.router.callbacks.values()), None) if owed else None
        self.numbered += 1
        call = CallId(f"n{self.numbered}")
        if callback is None:
            self.give(f.CallPlaced(call, agent, number))
        else:
            self.give(f.CallPlaced(call, agent, callback.number, callback.id))

    @precondition(lambda self: self.live(cl.Dialing))
    @rule(data=st.data())
    def dialled_party_answers(self, data: st.DataObject) -> None:
        assert self.give(f.CallAnswered(data.draw(st.sampled_from(self.live(cl.Dialing)))))

    @rule(seconds=st.sampled_from((0.5, 3.0, 5.0, 15.0, 20.0, 400.0)))
    def time_passes(self, seconds: float) -> None:
        """Every deadline is served at its moment."""
        end = self.now + seconds
        served = 0.0
        while (due := self.router.next_deadline()) is not None and due <= end:
            assert due >= served
            served = due
            self.now = max(self.now, due)
            assert self.give(f.TimePassed())
        self.now = end

    @rule(seconds=st.sampled_from((0.0, 3.0, 40.0)))
    def time_passes_unserved(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def process_restarts(self) -> None:
        """From here on the restored router does the work, to the same end as a replay."""
        restored = Router.load(json.loads(json.dumps(self.router.dump())))
        assert restored.state_hash() == self.router.state_hash()
        assert restored.next_deadline() == self.router.next_deadline()
        self.router = restored

    def teardown(self) -> None:
        replayed = Router()
        for fact, now in self.journal:
            replayed.handle(fact, now)
        assert replayed.state_hash() == self.router.state_hash()
        assert replayed.next_deadline() == self.router.next_deadline()

    # -- what always holds ---------------------------------------------------

    def live(self, kind: type) -> list[CallId]:
        return [c.id for c in self.router.calls.values() if isinstance(c.state, kind)]

    def on_call(self) -> list[tuple[AgentId, CallId]]:
        kinds = ag.Connecting | ag.Dialing | ag.Talking | ag.Holding
        return [
            (a.id, a.state.call) for a in self.router.agents.values() if isinstance(a.state, kinds)
        ]

    def offered(self) -> Iterator[tuple[Call, Offer]]:
        for call in self.router.calls.values():
            if isinstance(call.state, cl.Offered):
                assert call.state.offers
                yield from ((call, offer) for offer in call.state.offers)

    @invariant()
    def every_call_is_in_exactly_one_place(self) -> None:
        live, ended = set(self.router.calls), set(self.router.recently_ended)
        assert not live & ended
        assert live | ended == self.seen
        in_queues = [c for q in self.router.queues for c in self.router.waiting(q)]
        assert sorted(in_queues) == sorted(self.live(cl.Waiting))

    @invariant()
    def an_agent_has_at_most_one_offer_and_both_sides_agree(self) -> None:
        offers = {o.id: (call.id, o.agent) for call, o in self.offered()}
        assert offers == self.open_offers
        at_agents = {
            a.state.offer: (a.state.call, a.id)
            for a in self.router.agents.values()
            if isinstance(a.state, ag.Offered)
        }
        assert at_agents == offers

    @invariant()
    def a_call_on_an_agent_is_on_both_sides(self) -> None:
        pairs = {
            cl.Connecting: ag.Connecting,
            cl.Talking: ag.Talking,
            cl.OnHold: ag.Holding,
            cl.Dialing: ag.Dialing,
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

    @invariant()
    def no_agent_idles_beside_a_call(self) -> None:
        for agent in self.router.agents.values():
            if isinstance(agent.state, ag.Ready) and agent.has_leg and agent.present:
                for call in self.router.calls.values():
                    if isinstance(call.state, cl.Waiting):
                        assert not _may_serve(agent, call), (agent, call)

    @invariant()
    def queues_are_in_order_of_the_published_score(self) -> None:
        """The key is made of the facts alone, so a failed offer cannot have changed it."""
        for queue in self.router.queues.values():
            waiting = list(self.router.waiting(queue.id))
            keys = [self._key(c, queue) for c in waiting]
            assert keys == sorted(keys)
            assert [self.router.position(c) for c in waiting] == list(range(1, len(keys) + 1))

    def _key(self, call: CallId, queue: QueueSettings) -> Key:
        queued_at, priority = self.queued[call]
        effective = queued_at - priority * queue.priority_step_s
        return (0 if call in self.interrupted else 1, effective, self.order[call])

    @invariant()
    def a_number_is_owed_one_callback(self) -> None:
        numbers = [c.number for c in self.router.callbacks.values()]
        assert len(numbers) == len(set(numbers))
        for callback in self.router.callbacks.values():
            assert isinstance(callback.state, cb.Open | cb.Dialing)
            assert callback.attempts < cb.MAX_ATTEMPTS

    @invariant()
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
    return isinstance(call.state, cl.Talking | cl.OnHold)


def _may_serve(agent: Agent, call: Call) -> bool:
    return (
        call.queue in agent.queues
        and set(call.skills) <= set(agent.skills)
        and agent.id not in dict(call.resting)
    )


def _visible(record: Any) -> Any:
    """Without what no screen shows."""
    if not isinstance(record, Call):
        return record
    state = record.state
    if isinstance(state, cl.Offered):
        state = replace(state, next_ring=None)
    return replace(record, resting=(), announce_at=None, state=state)


Centre.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestCentre = Centre.TestCase
