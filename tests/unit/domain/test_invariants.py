"""The promises of DESIGN section 3, held while facts come in any order.

Hypothesis looks for the short way to a fault; a long seeded walk visits what is deep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ekc_console.domain import facts as f
from ekc_console.domain.rules.call_facts import AGENT_LEG_FAILED
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms.dialling import DialRules
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.terms.settings import (
    CentreSettings,
    Destination,
    OverflowRule,
    QueueSettings,
)
from tests.support.sweep import sweep
from tests.unit.domain import promises
from tests.unit.domain.watch import Watch

QUEUES = (
    QueueSettings(
        QueueId("idle"),
        "",
        "longest-idle",
        wrap_up="mandatory_timed",
        wrap_up_s=20,
        preferred_agent_s=12,
        skill_relax_s=4,
        callback_share=0.5,
    ),
    QueueSettings(
        QueueId("all"),
        "",
        "ring-all",
        wrap_up="none",
        announce_every_s=7,
        tier_wait_s=5,
        weight=1,
        callback_share=0.5,
    ),
    QueueSettings(
        QueueId("prog"), "", "ring-progressively", wrap_up="optional", tier_wait_s=3, max_rejected=1
    ),
    QueueSettings(
        QueueId("lot"),
        "",
        "random",
        priority_step_s=10,
        retry_same_agent_s=0,
        preferred_agent_s=4,
        skill_relax_s=0,
        callback_after_s=5,
        callback_limit=1,
        callback_share=0.0,
        overflow=(
            OverflowRule("closed", (Destination("announcement", "!"), Destination("close"))),
            OverflowRule("size", (Destination("queue", "over"), Destination("callback")), 3),
            OverflowRule("waited", (Destination("number", "+78"), Destination("queue", "all")), 20),
        ),
    ),
    QueueSettings(
        QueueId("over"),
        "",
        overflow=(
            OverflowRule("no_agents", (Destination("queue", "lot"), Destination("number", "+78"))),
            OverflowRule("expected_wait", (Destination("callback"), Destination("close")), 30),
        ),
    ),
)
OTHER_SETTINGS = (
    replace(
        QUEUES[0], strategy="weighted-random", offer_timeout_s=3, priority_step_s=5, tier_wait_s=6
    ),
    replace(
        QUEUES[1],
        strategy="round-robin",
        announce_every_s=0,
        callback_on_abandon=False,
        callback_share=0.8,
    ),
    replace(QUEUES[3], callback_share=0.3),
    QUEUES[4],
)
CENTRES = (
    CentreSettings(away_limit_s=45.0),
    CentreSettings(calls_per_number=1, callback_retries_s=(10.0,)),
    CentreSettings(callback_from_s=0, callback_until_s=0),
    CentreSettings(
        callback_from_s=0, callback_until_s=0, dialling=DialRules(own=("+79000000002",))
    ),
    CentreSettings(dialling=DialRules(automatic=("foreign",))),
)
NUMBERS = (None, "+79000000001", "+79000000002", "+5351234567", "103")
SKILLS = ("medic", "medic=3", "tatar", "tatar=2")
NEEDS = ("medic", "medic>=3", "tatar>=2?", "tatar", "medic?")
REASONS = ("lunch", "study")
CALLS = st.integers(1, 6).map(lambda i: CallId(f"c{i}"))
AGENTS = st.integers(1, 3).map(lambda i: AgentId(f"a{i}"))
QUEUE_IDS = st.sampled_from([q.id for q in QUEUES])
OFFERS = st.integers(0, 30).map(lambda i: OfferId(f"o{i}"))
CALLBACKS = st.integers(0, 4).map(lambda i: CallbackId(f"cb{i}"))
SKILL_SETS = st.lists(st.sampled_from(SKILLS), max_size=2).map(tuple)
NEED_SETS = st.lists(st.sampled_from(NEEDS), max_size=2).map(tuple)
TIERS = st.lists(st.tuples(QUEUE_IDS, st.integers(1, 3)), max_size=2).map(tuple)
CLOCK_STEPS = (-10 * 366 * 86_400.0, -86_400.0, -5.0, 3.0, 3600.0, 86_400.0, 10 * 366 * 86_400.0)
LIMITS = st.sampled_from((0.0, 3.0, 20.0))
BY = st.just("chief")
MODES = st.sampled_from(("listen", "whisper", "barge"))
ENDED_BY = st.sampled_from(("caller", "agent", "system", "engine"))
ENDS = ("normal", "busy", "no_answer", "failed", "no_way SIP 403", "unrung", "moved SIP 302")
CAUSES = st.sampled_from(ENDS)
MEANWHILE = (None, f.AgentReady, f.WrapUpFinished, f.AgentLegDown, f.AgentVanished)
"""What becomes of whom a caller was given away by, before the other side answers."""
ANY_FACT = st.one_of(
    st.builds(f.CallArrived, CALLS, st.sampled_from(NUMBERS), st.just("122")),
    st.builds(f.CallStepEntered, CALLS, st.just("s"), st.just("v"), st.just("step")),
    st.builds(
        f.CallQueued,
        CALLS,
        QUEUE_IDS,
        st.just("t"),
        NEED_SETS,
        st.integers(-1, 2),
        st.none() | AGENTS,
    ),
    st.builds(f.CallAssigned, CALLS, st.none() | AGENTS, BY),
    st.builds(f.CallReordered, CALLS, st.integers(-1, 3), BY),
    st.builds(f.CallMoved, CALLS, QUEUE_IDS, BY),
    st.builds(f.CallCut, CALLS, BY),
    st.builds(f.CallPicked, AGENTS, CALLS),
    st.builds(
        f.AgentForced,
        AGENTS,
        st.sampled_from(("ready", "break", "offline")),
        BY,
        st.sampled_from(REASONS),
        LIMITS,
        finish=st.booleans(),
    ),
    st.builds(
        f.DutyChanged, AGENTS, st.lists(QUEUE_IDS, max_size=4).map(tuple), SKILL_SETS, TIERS, BY
    ),
    st.builds(f.QueuePaused, QUEUE_IDS, BY),
    st.builds(f.QueueResumed, QUEUE_IDS, BY),
    st.builds(f.CallbackAsked, CALLS, QUEUE_IDS, st.just("t")),
    st.builds(f.CallBridged, CALLS),
    st.builds(f.CallBridgeFailed, CALLS, st.sampled_from(("agent_leg", "engine"))),
    st.builds(f.CallHeld, CALLS, st.none() | AGENTS),
    st.builds(f.CallResumed, CALLS, st.none() | AGENTS),
    st.builds(f.CallEnded, CALLS, ENDED_BY, CAUSES),
    st.builds(f.CallPlaced, CALLS, AGENTS, st.sampled_from(NUMBERS[1:]), st.none() | CALLBACKS),
    st.builds(f.CallAnswered, CALLS),
    st.builds(
        f.AgentLoggedIn, AGENTS, st.lists(QUEUE_IDS, max_size=4).map(tuple), SKILL_SETS, TIERS
    ),
    st.builds(f.AgentPaused, AGENTS, st.sampled_from(REASONS), LIMITS),
    st.builds(f.PlaceKept, CALLS),
    st.builds(f.ForwardAnswered, CALLS),
    st.builds(f.ForwardFailed, CALLS, CAUSES),
    st.builds(f.QueueOpened, QUEUE_IDS),
    st.builds(f.QueueClosed, QUEUE_IDS),
    st.builds(f.NumberBlocked, st.sampled_from(NUMBERS[1:]), st.none(), st.just("boss")),
    st.builds(f.NumberUnblocked, st.sampled_from(NUMBERS[1:]), st.just("boss")),
    st.builds(f.AnnouncementSet, st.sampled_from(("", "!")), st.just("boss")),
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
    st.builds(f.CallbackAssigned, CALLBACKS, st.none() | AGENTS, BY),
    st.builds(f.CallbackPostponed, CALLBACKS, st.none() | st.floats(0.0, 1e5), BY),
    st.builds(f.CallbackReleased, CALLBACKS, BY, st.booleans()),
    st.builds(
        f.CallbackStillOwed,
        CALLS,
        AGENTS,
        st.booleans(),
        st.none()
        | st.builds(
            f.ForgottenCall,
            st.sampled_from(NUMBERS),
            st.just(0.0),
            st.none() | QUEUE_IDS,
            st.just("t"),
            st.none() | CALLBACKS,
        ),
        st.none() | st.floats(0.0, 1e5),
        st.none() | st.sampled_from(NUMBERS[1:]),
    ),
    st.builds(f.CallbackClosed, CALLBACKS, st.sampled_from(("reached", "cancelled"))),
    st.builds(f.TransferredToQueue, CALLS, AGENTS, QUEUE_IDS),
    st.builds(f.TransferredToAgent, CALLS, AGENTS, AGENTS),
    st.builds(f.TransferredOutside, CALLS, AGENTS, CALLS, st.just("103")),
    st.builds(f.ReturnedToMenu, CALLS, AGENTS, st.just("menu")),
    st.builds(f.ConsultAsked, CALLS, AGENTS, AGENTS),
    st.builds(f.ConsultDialled, CALLS, AGENTS, CALLS, st.just("103")),
    st.builds(
        f.EmergencyCalled,
        CALLS,
        AGENTS,
        st.lists(st.tuples(CALLS, st.just("103")), max_size=2).map(tuple),
    ),
    st.builds(f.ConsultAccepted, CALLS, AGENTS),
    st.builds(f.ConsultLeft, CALLS, AGENTS),
    st.builds(f.ConsultSwitched, CALLS, AGENTS, st.sampled_from(("party", "caller", "all"))),
    st.builds(f.ConsultCompleted, CALLS, AGENTS),
    st.builds(f.ConsultCancelled, CALLS, AGENTS),
    st.builds(f.JoinFailed, CALLS, st.just("engine")),
    st.builds(f.ListeningBegun, AGENTS, CALLS, MODES),
    st.builds(f.ListeningStopped, AGENTS),
    st.builds(f.ListeningFailed, AGENTS, CALLS, st.just("engine")),
    st.builds(f.CallTakenOver, AGENTS, CALLS),
    st.builds(f.TimePassed),
    st.builds(
        f.QueuesConfigured, st.sampled_from((QUEUES, OTHER_SETTINGS)), st.sampled_from(CENTRES)
    ),
)


def give_away(
    watch: Watch,
    call: CallId,
    agents: list[AgentId],
    party: CallId,
    draw: Callable[[list[Any]], Any],
) -> f.Fact:
    """Any way in which an agent can part with a call, or begin a consultation about it."""
    agent = watch.router.calls[call].agent
    assert agent is not None
    to = draw(agents)
    facts: list[f.Fact] = [
        f.TransferredToQueue(call, agent, draw([q.id for q in QUEUES])),
        f.TransferredToAgent(call, agent, to),
        f.TransferredOutside(call, agent, party, "103"),
        f.ReturnedToMenu(call, agent, "menu"),
        f.ConsultAsked(call, agent, to),
        f.ConsultDialled(call, agent, party, "103"),
        emergency(call, agent, party),
    ]
    fact: f.Fact = draw(facts)
    return fact


def emergency(call: CallId, agent: AgentId, party: CallId) -> f.Fact:
    """Two numbers, one after the other."""
    return f.EmergencyCalled(call, agent, ((party, "103"), (CallId(f"{party}+"), "112")))


def last_call_given_away(
    watch: Watch, call: CallId, to: AgentId | None, party: CallId
) -> list[f.Fact]:
    """To that agent, else outside, by one whose shift ends with the call."""
    agent = watch.router.calls[call].agent
    assert agent is not None
    outside = f.TransferredOutside(call, agent, party, "103")
    given = outside if to is None else f.TransferredToAgent(call, agent, to)
    return [f.AgentForced(agent, "offline", "system", finish=True), given]


def not_taken(watch: Watch, call: CallId) -> list[f.Fact]:
    """By which the other side of a transfer under way lets the caller down."""
    record = watch.router.calls[call]
    match record.state:
        case cl.Transferring(party=party):
            return [f.CallEnded(party, "caller", "busy")]
        case cl.Offered(offers=offers):
            return [f.OfferRefused(one.id, one.agent, "rejected") for one in offers]
    return []


def consult_facts(watch: Watch, call: CallId) -> list[f.Fact]:
    """Whatever may come in the midst of a consultation."""
    record = watch.router.calls[call]
    agent, state = record.agent, record.state
    assert agent is not None
    assert isinstance(state, cl.Consulting)
    facts: list[f.Fact] = [
        *(f.ConsultSwitched(call, agent, heard) for heard in ("party", "caller", "all")),
        f.ConsultCompleted(call, agent),
        f.ConsultCancelled(call, agent),
        f.JoinFailed(call, "engine"),
        f.AgentLegDown(agent),
        f.AgentVanished(agent),
        f.CallEnded(call, "caller"),
    ]
    if state.adviser is not None:
        facts += [
            *[f.ConsultAccepted(call, state.adviser)] * 6,
            f.ConsultLeft(call, state.adviser),
            f.AgentLegDown(state.adviser),
            f.AgentVanished(state.adviser),
            f.AgentPaused(state.adviser, "lunch"),
        ]
    for other in ("103", "112"):
        lines = ((CallId(f"{call}-{other}-{watch.now}"), other),)
        facts.append(f.EmergencyCalled(call, agent, lines))
    if state.party is not None:
        ends = [f.CallEnded(state.party, "caller", cause) for cause in ("busy", "normal")]
        facts += [*[f.CallAnswered(state.party)] * 4, *ends]
    return facts


def alone_facts(watch: Watch, call: CallId) -> list[f.Fact]:
    """Whatever may come while a caller waits for an outside party, or talks with it, alone."""
    state = watch.router.calls[call].state
    assert isinstance(state, cl.Transferring | cl.Linked)
    if isinstance(state, cl.Transferring):
        busy = f.CallEnded(state.party, "caller", "busy")
        return [*[f.CallAnswered(state.party)] * 3, busy, f.CallEnded(call, "caller")]
    left = f.CallEnded(state.other, "caller")
    return [left, left, f.JoinFailed(call, "engine"), f.CallEnded(call, "caller")]


_AUDIBLE = cl.Talking | cl.OnHold | cl.Consulting


class Centre(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.watch = Watch()
        self.numbered = 0

    # -- what happens --------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        assert self.watch.give(f.QueuesConfigured(QUEUES, CENTRES[0]))

    @rule(fact=ANY_FACT)
    def anything(self, fact: f.Fact) -> None:
        self.watch.give(fact)

    @rule(
        number=st.sampled_from(NUMBERS),
        queue=QUEUE_IDS,
        skills=NEED_SETS,
        priority=st.integers(-1, 2),
        preferred=st.none() | AGENTS,
    )
    def caller_comes(
        self, number: str | None, queue: QueueId, skills: Any, priority: int, preferred: Any
    ) -> None:
        self.numbered += 1
        call = CallId(f"n{self.numbered}")
        assert self.watch.give(f.CallArrived(call, number, "122"))
        if not isinstance(self.watch.router.calls[call].state, cl.InMenu):
            return  # refused: too many of this number, or blocked
        assert self.watch.give(f.CallQueued(call, queue, "t", skills, priority, preferred)) or (
            queue not in self.watch.router.queues
        )

    @rule(
        agent=AGENTS,
        skills=SKILL_SETS,
        queues=st.lists(QUEUE_IDS, min_size=1, max_size=4),
        tier=st.sampled_from((1, 1, 2, 3)),
    )
    def agent_comes(self, agent: AgentId, skills: Any, queues: list[QueueId], tier: int) -> None:
        self.shift_begins(f.AgentLoggedIn(agent, tuple(queues), skills, ((queues[0], tier),)))

    def shift_begins(self, login: f.AgentLoggedIn) -> None:
        agent = login.agent
        for fact in (login, f.AgentReturned(agent), f.AgentLegUp(agent), f.AgentReady(agent)):
            self.watch.give(fact)

    @precondition(lambda self: self.watch.router.agents)
    @rule(data=st.data(), skills=SKILL_SETS, queues=st.lists(QUEUE_IDS, max_size=4))
    def agent_gets_other_queues(
        self, data: st.DataObject, skills: Any, queues: list[QueueId]
    ) -> None:
        agent = data.draw(st.sampled_from(list(self.watch.router.agents)))
        tiers = tuple((queue, 2) for queue in queues[:1])
        self.watch.give(f.DutyChanged(agent, tuple(queues), skills, tiers, "chief"))

    @precondition(lambda self: self.watch.open_offers)
    @rule(data=st.data(), how=st.sampled_from(("accept", "accept", "reject", "unreachable")))
    def offer_is_answered(self, data: st.DataObject, how: str) -> None:
        offer = data.draw(st.sampled_from(list(self.watch.open_offers)))
        _, agent = self.watch.open_offers[offer]
        if how == "accept":
            assert self.watch.give(f.OfferAccepted(offer, agent))
        else:
            reason: Any = "rejected" if how == "reject" else how
            assert self.watch.give(f.OfferRefused(offer, agent, reason))

    @precondition(lambda self: self.watch.live(cl.Connecting))
    @rule(data=st.data(), well=st.sampled_from((True, True, False)))
    def join_is_reported(self, data: st.DataObject, well: bool) -> None:
        call = data.draw(st.sampled_from(self.watch.live(cl.Connecting)))
        assert self.watch.give(f.CallBridged(call) if well else f.CallBridgeFailed(call, "engine"))

    @precondition(lambda self: self.watch.live(object))
    @rule(data=st.data(), by=ENDED_BY, cause=CAUSES)
    def call_ends(self, data: st.DataObject, by: Any, cause: str) -> None:
        call = data.draw(st.sampled_from(self.watch.live(object)))
        virtual = self.watch.router.calls[call].virtual
        assert self.watch.give(f.CallEnded(call, by, cause)) is not virtual

    @precondition(lambda self: self.watch.live(object))
    @rule(data=st.data())
    def call_is_cut(self, data: st.DataObject) -> None:
        self.watch.give(f.CallCut(data.draw(st.sampled_from(self.watch.live(object))), "chief"))

    @precondition(lambda self: self.watch.router.agents)
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
        agent = data.draw(st.sampled_from(list(self.watch.router.agents)))
        self.watch.give(f.AgentPaused(agent, "lunch") if kind is f.AgentPaused else kind(agent))

    @precondition(lambda self: self.watch.router.agents)
    @rule(
        data=st.data(),
        agent=AGENTS,
        queue=QUEUE_IDS,
        what=st.sampled_from(("assign", "reorder", "move", "pick", "pick")),
    )
    def call_is_sent_elsewhere(
        self, data: st.DataObject, agent: AgentId, queue: QueueId, what: str
    ) -> None:
        waiting = [*self.watch.live(cl.Waiting), *self.watch.live(cl.Offered)]
        if not waiting:
            return
        call = data.draw(st.sampled_from(waiting))
        facts: dict[str, f.Fact] = {
            "assign": f.CallAssigned(call, agent, "chief"),
            "reorder": f.CallReordered(call, 3, "chief"),
            "move": f.CallMoved(call, queue, "chief"),
            "pick": f.CallPicked(agent, call),
        }
        self.watch.give(facts[what])

    @precondition(lambda self: self.watch.on_call())
    @rule(
        data=st.data(),
        what=st.sampled_from(
            ("hold", "resume", "meddle", "hang up", "pause", "leg", "vanish", "blame")
        ),
    )
    def something_during_a_call(self, data: st.DataObject, what: str) -> None:
        agent, call = data.draw(st.sampled_from(self.watch.on_call()))
        facts: dict[str, f.Fact] = {
            "hold": f.CallHeld(call, agent),
            "resume": f.CallResumed(call, agent),
            "meddle": data.draw(st.sampled_from((f.CallHeld, f.CallResumed)))(
                call, data.draw(st.sampled_from(list(self.watch.router.agents)))
            ),
            "hang up": f.AgentHungUp(agent, call),
            "pause": f.AgentPaused(agent, "lunch"),
            "leg": f.AgentLegDown(agent),
            "vanish": f.AgentVanished(agent),
            "blame": f.CallBridgeFailed(call, AGENT_LEG_FAILED),
        }
        self.watch.give(facts[what])

    @precondition(lambda self: self.watch.live(cl.Talking | cl.OnHold))
    @rule(data=st.data())
    def call_is_given_away(self, data: st.DataObject) -> None:
        self.numbered += 1
        call = data.draw(st.sampled_from(self.watch.live(cl.Talking | cl.OnHold)))
        agents = list(self.watch.router.agents)
        draw = lambda facts: data.draw(st.sampled_from(facts))  # noqa: E731
        self.watch.give(give_away(self.watch, call, agents, CallId(f"n{self.numbered}"), draw))

    @precondition(lambda self: self.watch.live(cl.Consulting))
    @rule(data=st.data())
    def consultation_goes_on(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.watch.live(cl.Consulting)))
        self.watch.give(data.draw(st.sampled_from(consult_facts(self.watch, call))))

    @precondition(lambda self: self.watch.live(_AUDIBLE) and self.watch.router.agents)
    @rule(data=st.data(), mode=MODES, rest=st.booleans())
    def somebody_listens(self, data: st.DataObject, mode: Any, rest: bool) -> None:
        call = data.draw(st.sampled_from(self.watch.live(_AUDIBLE)))
        agent = data.draw(st.sampled_from(list(self.watch.router.agents)))
        if rest:
            self.watch.give(f.AgentLegUp(agent))
            self.watch.give(f.AgentPaused(agent, "lunch"))
        self.watch.give(f.ListeningBegun(agent, call, mode))

    @precondition(lambda self: self.watch.router.listenings)
    @rule(data=st.data(), ends=st.sampled_from((f.ListeningFailed, f.CallTakenOver)))
    def the_listener_takes_over_or_fails(self, data: st.DataObject, ends: Any) -> None:
        one = data.draw(st.sampled_from(list(self.watch.router.listenings.values())))
        done = f.CallTakenOver(one.id, one.call)
        self.watch.give(done if ends is f.CallTakenOver else ends(one.id, one.call, "engine"))

    @precondition(lambda self: self.watch.live(cl.Talking | cl.OnHold))
    @rule(data=st.data())
    def operator_is_lost_with_an_emergency(self, data: st.DataObject) -> None:
        self.numbered += 1
        call = data.draw(st.sampled_from(self.watch.live(cl.Talking | cl.OnHold)))
        agent = self.watch.router.calls[call].agent
        assert agent is not None
        assert self.watch.give(emergency(call, agent, CallId(f"n{self.numbered}")))
        assert self.watch.give(f.AgentLegDown(agent))

    @rule(data=st.data(), meanwhile=st.sampled_from(MEANWHILE), outside=st.booleans())
    def last_call_is_given_away_in_vain(
        self, data: st.DataObject, meanwhile: Any, outside: bool
    ) -> None:
        if not self.watch.live(cl.Talking | cl.OnHold):
            self.talk_begins()
        talks = self.watch.live(cl.Talking | cl.OnHold)
        if not talks:
            return
        call = data.draw(st.sampled_from(talks))
        self.numbered += 1
        others = [a.id for a in self.watch.router.agents.values() if a.available]
        to = data.draw(st.sampled_from(others)) if others and not outside else None
        for fact in last_call_given_away(self.watch, call, to, CallId(f"n{self.numbered}")):
            self.watch.give(fact)
        agent = self.watch.router.calls[call].agent
        assert agent is not None
        if meanwhile is not None:
            self.watch.give(meanwhile(agent))
        for fact in not_taken(self.watch, call):
            assert self.watch.give(fact)

    @precondition(lambda self: self.watch.alone())
    @rule(data=st.data())
    def caller_is_alone_with_an_outside_party(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.watch.alone()))
        assert self.watch.give(data.draw(st.sampled_from(alone_facts(self.watch, call))))

    @precondition(lambda self: self.watch.live(cl.Ringing))
    @rule(data=st.data())
    def outside_party_answers(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.watch.live(cl.Ringing)))
        assert self.watch.give(f.CallAnswered(call))

    @precondition(lambda self: self.watch.router.agents)
    @rule(data=st.data(), owed=st.booleans(), number=st.sampled_from(NUMBERS[1:]))
    def agent_dials(self, data: st.DataObject, owed: bool, number: str) -> None:
        agent = data.draw(st.sampled_from(list(self.watch.router.agents)))
        callback = next(iter(self.watch.router.callbacks.values()), None) if owed else None
        self.numbered += 1
        call = CallId(f"n{self.numbered}")
        if callback is None:
            self.watch.give(f.CallPlaced(call, agent, number))
        else:
            self.watch.give(f.CallPlaced(call, agent, callback.number, callback.id))

    @precondition(lambda self: self.watch.router.callbacks)
    @rule(data=st.data(), by_s=st.sampled_from((40.0, 3600.0)))
    def callback_is_put_off(self, data: st.DataObject, by_s: float) -> None:
        callback = data.draw(st.sampled_from(list(self.watch.router.callbacks)))
        self.watch.give(f.CallbackPostponed(callback, self.watch.now + by_s, "chief"))

    @precondition(lambda self: self.watch.live(cl.Dialing))
    @rule(data=st.data())
    def dialled_party_answers(self, data: st.DataObject) -> None:
        assert self.watch.give(
            f.CallAnswered(data.draw(st.sampled_from(self.watch.live(cl.Dialing))))
        )

    @precondition(lambda self: self.watch.live((cl.Waiting, cl.Offered)))
    @rule(data=st.data())
    def place_is_kept(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.watch.live((cl.Waiting, cl.Offered))))
        assert self.watch.give(f.PlaceKept(call))

    @precondition(lambda self: self.watch.live(cl.Forwarding))
    @rule(data=st.data(), well=st.booleans())
    def forward_is_reported(self, data: st.DataObject, well: bool) -> None:
        call = data.draw(st.sampled_from(self.watch.live(cl.Forwarding)))
        assert self.watch.give(f.ForwardAnswered(call) if well else f.ForwardFailed(call, "busy"))

    @rule(seconds=st.sampled_from((0.5, 3.0, 5.0, 15.0, 20.0, 45.0, 400.0)))
    def time_passes(self, seconds: float) -> None:
        self.watch.serve_until(self.watch.now + seconds)

    @rule(seconds=st.sampled_from((0.0, 3.0, 40.0)))
    def time_passes_unserved(self, seconds: float) -> None:
        self.watch.now += seconds

    @rule(by_s=st.sampled_from(CLOCK_STEPS))
    def clock_is_set(self, by_s: float) -> None:
        """What is to come in 3 s comes in 3 s all the same."""
        before = self.watch.router.next_deadline()
        left = None if before is None else before - self.watch.now
        if 1e9 < self.watch.now + by_s < 3e9:
            assert self.watch.give(f.ClockSet(by_s))
            after = self.watch.router.next_deadline()
            if left is not None and not self.goes_by_the_calendar():
                assert after is not None
                assert after - self.watch.now == left

    def goes_by_the_calendar(self) -> bool:
        """Calling hours, and what people chose by the wall clock."""
        centre = self.watch.router.centre
        hours = centre.callback_from_s != centre.callback_until_s
        owed = self.watch.router.callbacks.values()
        return (
            hours
            or any(door.until for door in self.watch.router.doors.values())
            or any(isinstance(each.state, cb.Open) and each.state.chosen for each in owed)
        )

    def talk_begins(self) -> None:
        """If somebody free is there for the caller, who comes to a queue with wrap-up."""
        queue = QUEUES[0].id
        self.numbered += 1
        call = CallId(f"n{self.numbered}")
        for agent in (AgentId("a1"), AgentId("a2")):
            self.shift_begins(f.AgentLoggedIn(agent, (queue,)))
        for fact in (f.CallArrived(call, None, "122"), f.CallQueued(call, queue, "t")):
            self.watch.give(fact)
        for offer, (offered, agent) in list(self.watch.open_offers.items()):
            if offered == call:
                self.watch.give(f.OfferAccepted(offer, agent))
                self.watch.give(f.CallBridged(call))

    @rule()
    def process_restarts(self) -> None:
        self.watch.restart()

    @invariant()
    def promises_are_kept(self) -> None:
        self.watch.check()

    def teardown(self) -> None:
        self.watch.check_replay()
        promises.time_alone_frees_all(self.watch.router, self.watch.now)


Centre.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestCentre = Centre.TestCase


# -- the long walk -----------------------------------------------------------


class Walk:
    """Facts that fit the state, most of the time, as a centre in a hurry would bring them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.watch = Watch()
        self.numbered = 0
        assert self.watch.give(f.QueuesConfigured(QUEUES, CENTRES[0]))

    def some(self, things: Any) -> Any:
        things = list(things)
        return self.random.choice(things) if things else None

    def call(self, *kinds: type) -> CallId | None:
        found: CallId | None = self.some(self.watch.live(kinds or object))  # type: ignore[arg-type]
        return found

    def new_call(self) -> CallId:
        self.numbered += 1
        return CallId(f"n{self.numbered}")

    def skills(self) -> tuple[str, ...]:
        return self.some([(), (), (SKILLS[0],), (SKILLS[1],), SKILLS])

    def needs(self) -> tuple[str, ...]:
        return self.some([(), (), *((need,) for need in NEEDS), NEEDS[1:3]])

    def preferred(self) -> AgentId | None:
        return self.some((None, None, *self.watch.router.agents))

    def kept(self) -> list[f.Fact]:
        call = self.call(cl.Waiting, cl.Offered)
        return [f.PlaceKept(call)] if call else []

    def forwarded(self) -> list[f.Fact]:
        call = self.call(cl.Forwarding)
        if call is None:
            return []
        return [self.some((f.ForwardAnswered(call), f.ForwardFailed(call, self.some(ENDS))))]

    def order(self) -> list[f.Fact]:
        queue, number = self.some(QUEUES).id, self.some(("+71", "+72"))
        orders: tuple[f.Fact, ...] = (
            f.QueueOpened(queue),
            f.QueueOpened(queue),
            f.QueueClosed(queue, "boss", until=self.watch.now + 30),
            f.NumberBlocked(number, self.watch.now + 40, "boss"),
            f.NumberUnblocked(number, "boss"),
        )
        return [self.some(orders)]

    # Each returns facts to be given one after the other.

    def caller(self) -> list[f.Fact]:
        call, number = self.new_call(), self.some((None, "+71", "+72", "+73", "+74"))
        queue, priority = self.some(QUEUES).id, self.some((-1, 0, 0, 2))
        step = f.CallStepEntered(call, "s", "v", "step")
        queued = f.CallQueued(call, queue, "t", self.needs(), priority, self.preferred())
        return [f.CallArrived(call, number, "122"), step, *self.some(([], [queued], [queued]))]

    def to_other_queue(self) -> list[f.Fact]:
        call = self.call(cl.InMenu, cl.Waiting)
        return [f.CallQueued(call, self.some(QUEUES).id, "u", (), 1)] if call else []

    def asked(self) -> list[f.Fact]:
        call = self.call(cl.InMenu)
        return [f.CallbackAsked(call, self.some(QUEUES).id, "t")] if call else []

    def step(self) -> list[f.Fact]:
        call = self.call()
        return [f.CallStepEntered(call, "s", "v", "next")] if call else []

    def shift(self) -> list[f.Fact]:
        agent = AgentId(f"a{self.random.randint(1, 6)}")
        queues = tuple(self.random.sample([q.id for q in QUEUES], self.random.randint(1, 5)))
        tiers = ((queues[0], self.random.choice((1, 2, 3))),)
        login = f.AgentLoggedIn(agent, queues, self.skills(), tiers)
        return [login, f.AgentReturned(agent), f.AgentLegUp(agent), f.AgentReady(agent)]

    def offer(self) -> list[f.Fact]:
        if not self.watch.open_offers:
            return []
        offer, (_, agent) = self.some(self.watch.open_offers.items())
        accepted = f.OfferAccepted(offer, agent)
        refused = f.OfferRefused(offer, agent, self.some(("rejected", "unreachable")))
        return [self.some((accepted, accepted, accepted, refused))]

    def joined(self) -> list[f.Fact]:
        call = self.call(cl.Connecting)
        bad = f.CallBridgeFailed(call or CallId("-"), self.some((AGENT_LEG_FAILED, "engine")))
        well = f.CallBridged(call or CallId("-"))
        return [self.some((well, well, well, bad))] if call else []

    def held(self) -> list[f.Fact]:
        call = self.call(cl.Talking)
        return [f.CallHeld(call, self.some(self.watch.router.agents))] * 2 if call else []

    def resumed(self) -> list[f.Fact]:
        call = self.call(cl.OnHold)
        return [f.CallResumed(call, self.watch.router.calls[call].agent)] if call else []

    def ended(self) -> list[f.Fact]:
        call = self.call()
        by: Any = self.some(("caller", "caller", "caller", "agent", "system", "engine"))
        cause = self.some(ENDS)
        return [f.CallEnded(call, by, cause)] if call else []

    def dialled(self) -> list[f.Fact]:
        agents = self.watch.router.agents.values()
        agent = self.some(a.id for a in agents if a.has_leg)
        if agent is None:
            return []
        owed = self.some([None, *self.watch.router.callbacks.values()])
        if owed is None:
            return [f.CallPlaced(self.new_call(), agent, self.some(("+71", "+79")))]
        return [f.CallPlaced(self.new_call(), agent, owed.number, owed.id)]

    def answered(self) -> list[f.Fact]:
        call = self.call(cl.Dialing)
        return [f.CallAnswered(call)] if call else []

    def by_hand(self) -> list[f.Fact]:
        callback = self.some(self.watch.router.callbacks)
        return [f.CallbackClosed(callback, "cancelled")] if callback else []

    def owed_later(self) -> list[f.Fact]:
        callback = self.some(self.watch.router.callbacks)
        if callback is None:
            return []
        later = self.some((None, self.watch.now + 30.0))
        return [
            f.CallbackPostponed(callback, later, "boss"),
            f.CallbackReleased(callback, "boss", self.some((True, True, False))),
        ]

    def of_agent(self) -> list[f.Fact]:
        agent = self.some(self.watch.router.agents)
        kinds = (f.AgentReady, f.AgentReady, f.AgentLegUp, f.AgentReturned, f.WrapUpFinished)
        bad = (f.AgentLoggedOut, f.AgentLegDown, f.AgentVanished)
        pause = f.AgentPaused(agent, self.some(REASONS), self.some((0.0, 3.0, 30.0)))
        return [self.some((self.some(kinds)(agent), self.some(bad)(agent), pause))] if agent else []

    def hung_up(self) -> list[f.Fact]:
        agent, call = self.some(self.watch.on_call()) or (None, None)
        return [f.AgentHungUp(agent, call)] if agent and call else []

    def ordered(self) -> list[f.Fact]:
        call, agent = self.call(cl.Waiting, cl.Offered), self.some(self.watch.router.agents)
        queue = self.some(QUEUES).id
        facts: list[f.Fact] = [
            f.QueuePaused(queue, "chief"),
            f.QueueResumed(queue, "chief"),
            f.QueueResumed(self.some(QUEUES).id, "chief"),
        ]
        if agent:
            state: f.ForcedState = self.some(("ready", "break", "offline"))
            facts.append(f.AgentForced(agent, state, "chief", "lunch", 4.0))
            queues = tuple(q.id for q in self.random.sample(QUEUES, self.random.randint(0, 5)))
            facts.append(f.DutyChanged(agent, queues, self.skills(), (), "chief"))
        if call:
            facts.append(f.CallCut(self.some(self.watch.live(object)), "chief"))
            facts.append(f.CallReordered(call, 2, "chief"))
            facts.append(f.CallMoved(call, queue, "chief"))
        if call and agent:
            facts.append(f.CallAssigned(call, agent, "chief"))
            facts.append(f.CallPicked(agent, call))
        return [self.some(facts)]

    def given_away(self) -> list[f.Fact]:
        call, agents = self.call(cl.Talking, cl.OnHold), list(self.watch.router.agents)
        if call is None:
            return []
        return [give_away(self.watch, call, agents, self.new_call(), self.some)]

    def consulted(self) -> list[f.Fact]:
        call = self.call(cl.Consulting)
        return [self.some(consult_facts(self.watch, call))] if call else []

    def operator_lost(self) -> list[f.Fact]:
        call = self.call(cl.Talking, cl.OnHold)
        agent = self.watch.router.calls[call].agent if call else None
        if call is None or agent is None:
            return []
        return [emergency(call, agent, self.new_call()), f.AgentLegDown(agent)]

    def alone(self) -> list[f.Fact]:
        call = self.some(self.watch.alone())
        return [self.some(alone_facts(self.watch, call))] if call else []

    def listened(self) -> list[f.Fact]:
        call = self.call(cl.Talking, cl.OnHold, cl.Consulting)
        agent = self.some(self.watch.router.agents)
        if call is None or agent is None:
            return []
        begun = f.ListeningBegun(agent, call, self.some(("listen", "whisper", "barge")))
        return [f.AgentPaused(agent, "lunch"), f.AgentLegUp(agent), begun]

    def taken_over(self) -> list[f.Fact]:
        one = self.some(self.watch.router.listenings.values())
        return [f.CallTakenOver(one.id, one.call)] if one else []

    def party_answered(self) -> list[f.Fact]:
        call = self.call(cl.Ringing)
        return [f.CallAnswered(call)] if call else []

    def settings(self) -> list[f.Fact]:
        return [f.QueuesConfigured(self.some((QUEUES, QUEUES, OTHER_SETTINGS)), self.some(CENTRES))]

    def run(self, steps: int) -> None:
        often: list[Callable[[], list[f.Fact]]] = [
            *[self.caller] * 4,
            *[self.offer] * 6,
            *[self.joined] * 6,
            *[self.of_agent] * 5,
            *[self.ended] * 4,
            *[self.held] * 2,
            *[self.dialled] * 2,
            *[self.answered] * 2,
            *[self.ordered] * 2,
            *[self.given_away] * 2,
            *[self.consulted] * 4,
            *[self.alone] * 2,
            *[self.listened] * 3,
            self.taken_over,
            self.operator_lost,
            self.party_answered,
        ]
        rare = [
            self.to_other_queue,
            self.step,
            self.shift,
            self.resumed,
            self.by_hand,
            self.hung_up,
            self.kept,
            self.forwarded,
            self.forwarded,
            self.order,
            self.owed_later,
        ]
        for i in range(steps):
            for fact in self.random.choice([*often, *rare, self.by_hand])():
                self.watch.give(fact)
                self.watch.check()
            seconds = self.random.choice((0.0, 0.1, 1.0, 4.0, 25.0))
            if i % 5 == 0:
                self.watch.now += seconds
            else:
                self.watch.serve_until(self.watch.now + seconds)
            self.watch.check()
            if i % 50 == 0:
                self.watch.restart()
                promises.time_alone_frees_all(self.watch.router, self.watch.now)
            if i % 70 == 0:
                for fact in self.settings():
                    self.watch.give(fact)
        self.watch.check_replay()


@pytest.mark.long
@pytest.mark.parametrize("seed", sweep(range(4), every=2))
def test_a_long_walk(seed):
    Walk(seed).run(600)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_caller_whom_the_operator_lost_while_103_was_called(data):
    """The short way to where the walks seldom come."""
    watch, call, agent = Watch(), CallId("c1"), AgentId("a1")
    for fact in (
        f.QueuesConfigured(QUEUES, CENTRES[0]),
        f.AgentLoggedIn(agent, (QUEUES[1].id,)),
        f.AgentReturned(agent),
        f.AgentLegUp(agent),
        f.AgentReady(agent),
        f.CallArrived(call, NUMBERS[1], "122"),
        f.CallQueued(call, QUEUES[1].id, "t"),
        f.OfferAccepted(OfferId("o1"), agent),
        f.CallBridged(call),
        emergency(call, agent, CallId("p")),
    ):
        assert watch.give(fact)
    if data.draw(st.booleans()):
        assert watch.give(f.CallAnswered(CallId("p")))
    assert watch.give(f.AgentLegDown(agent))
    while watch.alone():
        watch.serve_until(watch.now + data.draw(st.sampled_from((0.0, 1.0, 19.0, 21.0))))
        if watch.alone():
            assert watch.give(data.draw(st.sampled_from(alone_facts(watch, call))))
        watch.check()
    watch.check_replay()
    promises.time_alone_frees_all(watch.router, watch.now)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(data=st.data())
def test_callers_beside_a_list_of_callbacks(data):
    """Each number is another person's, so that both grow long."""
    watch, agents = Watch(), [AgentId(f"a{i}") for i in range(3)]
    queues = (replace(QUEUES[0], callback_after_s=0), replace(QUEUES[1], callback_limit=2))
    assert watch.give(f.QueuesConfigured(queues, CENTRES[2]))
    one_queue = st.sampled_from([q.id for q in queues])
    for agent in agents:
        served = tuple(data.draw(st.lists(one_queue, min_size=1, unique=True)))
        assert watch.give(f.AgentLoggedIn(agent, served, data.draw(SKILL_SETS)))
        watch.give(f.AgentLegUp(agent))
    for i in range(data.draw(st.integers(10, 30))):
        call = CallId(f"c{i}")
        assert watch.give(f.CallArrived(call, f"+7900{i:07}", "122"))
        assert watch.give(f.CallQueued(call, data.draw(one_queue), "t", data.draw(NEED_SETS)))
        if data.draw(st.booleans()):
            watch.give(data.draw(st.sampled_from((f.CallEnded(call, "caller"), f.PlaceKept(call)))))
        agent = data.draw(st.sampled_from(agents))
        if watch.router.callbacks and data.draw(st.booleans()):
            owed = data.draw(st.sampled_from(list(watch.router.callbacks)))
            watch.give(f.CallbackAssigned(owed, agent, "chief"))
        watch.give(data.draw(st.sampled_from((f.AgentReady(agent), f.WrapUpFinished(agent)))))
        if watch.open_offers:
            offer, (offered, agent) = data.draw(st.sampled_from(list(watch.open_offers.items())))
            watch.give(f.OfferAccepted(offer, agent))
            for fact in (f.CallAnswered(offered), f.CallBridged(offered)):
                watch.give(fact)
            watch.give(f.CallEnded(offered, "caller"))
        watch.check()
        watch.serve_until(watch.now + data.draw(st.sampled_from((0.0, 1.0, 20.0))))
    watch.restart()
    watch.check_replay()
