"""The load that a rehearsal starts from: the core as it stands, and the calls of the last day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.localtime import DAY_S, HALF_HOUR_S
from ekc_console.server.store.calls.lately import Lately, QueuedCall
from ekc_console.simulation.durations import Duration, Empirical, Parametric, patience_of
from ekc_console.simulation.load import Assumed, Doing, Load, Present
from ekc_console.simulation.plan import Arrival, Behaviour

TALK_S, WRAP_UP_S, PATIENCE_S = 180.0, 30.0, 120.0
"""Where too few were seen: the means of ``ekc simulate``."""
ANSWER_S = 3.0
CALLS_PER_HOUR = 10.0
"""Of each queue, in a centre that nobody has called."""
TALKS_ENOUGH, GIVEN_UP_ENOUGH, OFFERS_ENOUGH = 20, 10, 20
MOST_TALKS = 2000
"""The latest; more say nothing new."""

_TALKS = (ag.Connecting, ag.Dialing, ag.Talking, ag.Holding, ag.Consulting, ag.Advising)


def load_of(router: Router, lately: Lately, now: float) -> Load:
    assumed: list[Assumed] = []
    recent, calls_per_hour = _calls(router.queues, lately, assumed)
    lately_s = DAY_S if "calls_of_day" in assumed else HALF_HOUR_S
    seen = len(lately.talks) >= TALKS_ENOUGH
    if not seen:
        assumed += ["talk", "wrap_up"]
    return Load(
        now=now,
        people=tuple(_people(router, now)),
        waiting=tuple(_waiting(router.calls.values(), now)),
        recent=recent,
        calls_per_hour=calls_per_hour,
        talk=Empirical(lately.talks[:MOST_TALKS]) if seen else Parametric(TALK_S),
        wrap_up=Empirical(lately.wrap_ups[:MOST_TALKS]) if seen else Parametric(WRAP_UP_S),
        patience=_patience(lately, assumed),
        behaviour=_behaviour(lately, assumed),
        assumed=tuple(assumed),
        seen=0 if "calls" in assumed else len(recent),
        seen_s=min(lately_s, now - lately.since),
    )


def _calls(
    queues: Collection[QueueId], lately: Lately, assumed: list[Assumed]
) -> tuple[tuple[Arrival, ...], float]:
    """Those that further calls are like, and how many come in an hour."""
    if half := _of(queues, lately.half_hour):
        return half, len(half) * 2.0
    if day := _of(queues, lately.day):
        assumed.append("calls_of_day")
        return day, lately.calls_of_day * len(day) / len(lately.day) / 24
    assumed.append("calls")
    return tuple(Arrival(0.0, None, queue) for queue in queues), CALLS_PER_HOUR * len(queues)


def _of(queues: Collection[QueueId], calls: Sequence[QueuedCall]) -> tuple[Arrival, ...]:
    return tuple(
        Arrival(0.0, None, QueueId(call.queue), call.skills, call.priority)
        for call in calls
        if call.queue in queues
    )


def _patience(lately: Lately, assumed: list[Assumed]) -> Duration:
    if lately.abandoned < GIVEN_UP_ENOUGH:
        assumed.append("patience")
        return Parametric(PATIENCE_S)
    return patience_of(list(lately.waits), lately.abandoned)


def _behaviour(lately: Lately, assumed: list[Assumed]) -> Behaviour:
    """How offers are answered. Nobody goes on a break, and nobody is called back."""
    offers = len(lately.answers) + lately.missed + lately.rejected
    if offers < OFFERS_ENOUGH or not lately.answers:
        assumed.append("answers")
        return Behaviour(answer_delay_s=ANSWER_S)
    return Behaviour(
        answer_delay_s=sum(lately.answers) / len(lately.answers),
        missed=lately.missed / offers,
        rejected=lately.rejected / offers,
    )


def _waiting(calls: Iterable[cl.Call], now: float) -> list[Arrival]:
    found = [
        Arrival(at, None, call.queue, call.skills, call.priority, waited_s=now - at)
        for call in calls
        if isinstance(call.state, cl.Waiting | cl.Offered)
        and call.queue is not None
        and not call.virtual
        for at in [min(now, call.queued_at or call.arrived_at)]
    ]
    return sorted(found, key=lambda arrival: arrival.at)


def _people(router: Router, now: float) -> Iterator[Present]:
    """Those who have begun their shift, whom calls can reach, and who do not end it."""
    for agent in router.agents.values():
        if not agent.staffs or not agent.has_leg or not agent.present or agent.pending_logout:
            continue
        doing, since, until = _does(router, agent, now)
        yield Present(
            agent.id, agent.queues, agent.skills, agent.tiers, doing=doing, since=since, until=until
        )


def _does(router: Router, agent: ag.Agent, now: float) -> tuple[Doing, float, float | None]:
    """And since when, and until when where that is known."""
    state = agent.state
    if isinstance(state, ag.OnBreak | ag.NotResponding):
        until = state.until if isinstance(state, ag.OnBreak) else None
        return "away", state.since, until if until is not None and until > now else None
    if isinstance(state, ag.WrapUp):
        return "wrap_up", state.since, state.until
    if isinstance(state, _TALKS):
        call = router.calls.get(state.call)
        began = call.answered_at if call is not None else None
        return "talk", state.since if began is None else began, None
    return "ready", now, None
