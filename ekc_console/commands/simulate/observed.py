"""A day that was lived, as its journal tells it: what a simulation of it starts from."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path

from ekc_console.domain import facts as f
from ekc_console.domain.effects import AgentChanged, CallChanged, Effect, OfferCall, WithdrawOffer
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state.call import Call
from ekc_console.domain.terms.ids import AgentId, CallId, OfferId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.errors import EkcError
from ekc_console.simulation.plan import Arrival, Shift

REDIAL_WITHIN_S = 1800.0
"""A call so soon after the same person gave up is the same matter once more."""


@dataclass(slots=True)
class Observed:
    """Moments in seconds since the epoch."""

    queues: tuple[QueueSettings, ...] = ()
    arrivals: list[Arrival] = field(default_factory=list)
    """Into the first queue of each call, those who called again included."""
    talks: list[float] = field(default_factory=list)
    wrap_ups: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    abandoned: int = 0
    abandoned_known: int = 0
    """Those of them whose number is known."""
    shifts: list[Shift] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    """From an offer to the key."""
    missed: int = 0
    """Offers that ran out."""
    rejected: int = 0
    backs: list[float] = field(default_factory=list)
    """Stretches of not responding."""
    breaks: list[float] = field(default_factory=list)
    redials: dict[int, float] = field(default_factory=dict)
    """Place among ``arrivals`` of each second and later attempt, and how long after the one before
    was given up."""

    @property
    def missed_share(self) -> float:
        """Of the offers that were answered, rejected or ran out."""
        return self._of_offers(self.missed)

    @property
    def rejected_share(self) -> float:
        """Of the same offers."""
        return self._of_offers(self.rejected)

    def _of_offers(self, count: int) -> float:
        offers = len(self.answers) + self.missed + self.rejected
        return count / offers if offers else 0.0

    @property
    def breaks_per_hour(self) -> float:
        """Of work: logged in and neither on a break nor not responding."""
        present = sum(shift.to_s - shift.from_s for shift in self.shifts)
        work = present - sum(self.breaks) - sum(self.backs)
        return len(self.breaks) * 3600 / work if work > 0 else 0.0

    @property
    def redial_share(self) -> float:
        """Of the callers with a number who gave up."""
        return len(self.redials) / self.abandoned_known if self.abandoned_known else 0.0

    def first_attempts(self) -> list[Arrival]:
        return [a for i, a in enumerate(self.arrivals) if i not in self.redials]


def observed(path: Path, from_at: float | None, to_at: float | None) -> Observed:
    """Calls that were queued, what became of them, and who was logged in. Raises EkcError."""
    from ekc_console.server.store.journal import journal_file

    with journal_file.opened(path) as source:
        observer = _Observer(source.start, from_at)
        for entry in source.entries:
            if to_at is not None and entry.at >= to_at:
                break
            observer.see(entry.fact, entry.at, journal_file.handle(source.start, entry))
        day = observer.day_is_over()
    if not day.arrivals or not day.talks:
        raise EkcError(
            f"--journal: в {path} за это время нет принятых вызовов из очереди.",
            "Укажите другой день: --day 2026-11-23.",
        )
    return day


class _Observer:
    """``see`` each fact with its effects, then ``day_is_over``."""

    def __init__(self, router: Router, from_at: float | None) -> None:
        self._router = router
        self._from_at = -math.inf if from_at is None else from_at
        self._day = Observed()
        self._at_work: dict[AgentId, Shift] = {}
        self._away: dict[AgentId, tuple[ag.AgentState, float]] = {}
        self._offers: dict[OfferId, float] = {}
        self._ended: dict[CallId, Call] = {}
        self._people: dict[str, str] = {}
        self._gave_up: dict[str, float] = {}
        """When a person gave up last, and has not called since."""
        self._last = 0.0
        for agent in router.agents.values():
            self._follow(agent.id, router.latest)

    def see(self, fact: f.Fact, at: float, effects: list[Effect]) -> None:
        counts = at >= self._from_at
        self._shift(fact, at)
        for effect in effects:
            match effect:
                case AgentChanged(agent):
                    self._follow(agent, at)
                case OfferCall(offer):
                    self._offers[offer] = at
                case WithdrawOffer(offer, reason=reason):
                    self._offers.pop(offer, None)
                    self._day.missed += counts and reason == "timeout"
                    self._day.rejected += counts and reason == "rejected"
                case CallChanged(call) if counts and call in self._router.recently_ended:
                    self._call_over(self._router.recently_ended[call])
        if not counts:
            return
        self._last = at
        if isinstance(fact, f.OfferAccepted) and (made := self._offers.pop(fact.offer, None)):
            self._day.answers.append(at - made)
        if isinstance(fact, f.CallQueued):
            self._arrived(fact, at)

    def day_is_over(self) -> Observed:
        day = self._day
        day.queues = tuple(self._router.queues.values())
        day.shifts += [replace(shift, to_s=self._last) for shift in self._at_work.values()]
        day.shifts = [
            replace(s, from_s=max(s.from_s, self._from_at))
            for s in day.shifts
            if s.to_s > self._from_at
        ]
        for agent in list(self._away):
            self._came_back(agent, self._last)
        for call in self._ended.values():
            _durations(day, call)
        return day

    # -- agents ------------------------------------------------------------

    def _shift(self, fact: f.Fact, at: float) -> None:
        if isinstance(fact, f.AgentLoggedIn):
            self._at_work[fact.agent] = Shift(fact.agent, at, math.inf, fact.queues, fact.skills)
        elif isinstance(fact, f.AgentLoggedOut) and fact.agent in self._at_work:
            self._day.shifts.append(replace(self._at_work.pop(fact.agent), to_s=at))

    def _follow(self, agent: AgentId, at: float) -> None:
        """Breaks and stretches of not responding; to be readied after the login is neither."""
        state = self._router.agents[agent].state
        began = self._away.get(agent)
        if began is not None and began[0] == state:
            return
        if began is not None:
            self._came_back(agent, at)
        if isinstance(state, ag.NotResponding) or (
            isinstance(state, ag.OnBreak) and state.reason != ag.LOGIN_BREAK
        ):
            self._away[agent] = state, at

    def _came_back(self, agent: AgentId, at: float) -> None:
        state, since = self._away.pop(agent)
        length = at - max(since, self._from_at)
        if length > 0:
            kept = self._day.breaks if isinstance(state, ag.OnBreak) else self._day.backs
            kept.append(length)

    # -- callers -----------------------------------------------------------

    def _arrived(self, fact: f.CallQueued, at: float) -> None:
        """A call that came into its first queue; the number only tells people apart."""
        call = self._router.calls.get(fact.call)
        if call is None or call.queued_at != at:
            return
        alias = None
        if call.number:
            alias = self._people.setdefault(call.number, f"+7000{len(self._people):07d}")
            gave_up = self._gave_up.pop(call.number, None)
            if gave_up is not None and at - gave_up <= REDIAL_WITHIN_S:
                self._day.redials[len(self._day.arrivals)] = at - gave_up
        self._day.arrivals.append(Arrival(at, alias, fact.queue, fact.skills, fact.priority))

    def _call_over(self, call: Call) -> None:
        new = call.id not in self._ended
        self._ended[call.id] = call
        if new and call.number and call.ended_at is not None and _gave_up(call):
            self._gave_up[call.number] = call.ended_at


def _gave_up(call: Call) -> bool:
    return call.direction == "in" and call.outcome in ("abandoned_queue", "short_abandoned")


def _durations(day: Observed, call: Call) -> None:
    if call.direction != "in" or call.queued_at is None or call.ended_at is None:
        return
    if call.answered_at is not None:
        day.talks.append(call.talk_s + call.held_s)
        day.wrap_ups.append(call.wrap_up_s)
    elif _gave_up(call):
        day.abandoned += 1
        day.abandoned_known += call.number is not None
    day.waits.append((call.answered_at or call.ended_at) - call.queued_at)
