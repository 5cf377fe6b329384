"""How long people were ready and how long they worked on calls, today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ekc_console.domain.insight.metrics import share
from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.store.calls.report import AgentFigures

_READY = (ag.Ready, ag.Offered, ag.Asked)
_AWAY = (ag.Offline, ag.OnBreak, ag.NotResponding)


@dataclass(slots=True)
class _Times:
    state: ag.AgentState
    since: float
    """From here on the state's time is not counted yet."""
    ready_s: float = 0.0
    handling_s: float = 0.0
    in_hand_s: float = 0.0
    """Of it, what went to calls that are not done with."""
    calls: int = 0
    done_with: int = 0
    """Of the ``calls`` of the shift."""

    def count(self, now: float) -> None:
        spent, self.since = max(0.0, now - self.since), now
        if isinstance(self.state, _READY):
            self.ready_s += spent
        elif not isinstance(self.state, _AWAY):
            self.handling_s += spent
            self.in_hand_s += spent

    def take(self, agent: ag.Agent) -> None:
        self.state, self.calls = agent.state, agent.calls
        if isinstance(self.state, (*_READY, *_AWAY)):
            self.in_hand_s, self.done_with = 0.0, self.calls


class TimeBook:
    """``begin`` a day, then ``see`` each change of an agent."""

    def __init__(self) -> None:
        self._times: dict[AgentId, _Times] = {}

    def begin(
        self, agents: Iterable[ag.Agent], figures: Iterable[AgentFigures], now: float
    ) -> None:
        """``figures`` of today count up to ``now``."""
        self._times = {agent.id: _new(agent, now) for agent in agents}
        for each in figures:
            if times := self._times.get(each.agent):
                times.ready_s = each.ready_s
                times.handling_s = each.talk_s + each.held_s + each.wrap_up_s + each.dial_s

    def see(self, agent: ag.Agent, now: float) -> None:
        times = self._times.get(agent.id)
        if times is None:
            self._times[agent.id] = _new(agent, now)
        elif times.state is not agent.state:
            times.count(now)
            times.take(agent)

    def occupancy(self, agent: AgentId) -> float | None:
        """handling / (handling + ready), the present state not included."""
        times = self._times.get(agent)
        return share(times.handling_s, times.handling_s + times.ready_s) if times else None

    def handling_s(self, agent: AgentId, calls: int) -> float | None:
        """Mean of a call that is done with; ``calls``: all of the day."""
        times = self._times.get(agent)
        if times is None:
            return None
        in_hand = times.calls - times.done_with
        return share(times.handling_s - times.in_hand_s, max(0, calls - in_hand))


def _new(agent: ag.Agent, now: float) -> _Times:
    return _Times(agent.state, now, calls=agent.calls, done_with=agent.calls)
