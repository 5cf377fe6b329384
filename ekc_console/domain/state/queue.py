"""Queues: check of their settings, the score that orders them, and the two indexes of dispatch.

The score of a waiting call is one formula, the same in every queue::

    effective time = queued_at - (priority + weight) * priority_step_s

``priority`` is the call's, ``weight`` and ``priority_step_s`` are the queue's. Lower goes first;
equal ones go by order of arrival. A call whose talk was cut on our side goes before all others.
Nothing in the score changes while a call waits, is offered or is given back, unless a supervisor
gives it another priority or queue; so its place among the others never gets worse by itself.

Both indexes are grouped by what decides who fits whom, skills and tiers, because a choice must
skip those that do not fit without looking at them one by one: there are few different sets of
skills, and many calls and agents. A call's group changes with its ``Opening``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from heapq import merge
from itertools import takewhile
from math import isfinite
from typing import NamedTuple

from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.skills import Needs, fits
from ekc_console.domain.state.strategy import SettingsError, Strategy, draw, strategy_named
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.ordered import OrderedSet
from ekc_console.domain.terms.settings import QueueSettings

CallKey = tuple[int, float, int, CallId]
AgentKey = tuple[float, int, AgentId]
CallGroup = tuple[Needs, int, bool]
"""What is asked, the highest tier that is asked, and whether it is of the list of callbacks."""
AgentGroup = tuple[tuple[str, ...], int]
"""Skills and tier."""

MIN_PERIOD_S = 0.01
"""Shorter time limits cannot be told from none in seconds since the epoch."""

_PERIODS = (
    "retry_same_agent_s",
    "return_to_agent_s",
    "wrap_up_s",
    "announce_every_s",
    "skill_relax_s",
    "tier_wait_s",
    "preferred_agent_s",
)


def check_settings(queues: Iterable[QueueSettings]) -> None:
    """Raise SettingsError, naming queue and field, for settings that the core cannot work with."""
    queues = tuple(queues)
    for queue, count in Counter(q.id for q in queues).items():
        if count > 1:
            raise SettingsError(
                f"Очередь «{queue}» описана {count} раза.", "Оставьте одно описание."
            )
    for queue_settings in queues:
        _check(queue_settings)


def _check(q: QueueSettings) -> None:
    try:
        strategy_named(q.strategy)
    except SettingsError as e:
        raise SettingsError(f"Очередь «{q.id}», strategy. {e.message}", e.remedy) from None
    _need(q, "offer_timeout_s", q.offer_timeout_s, MIN_PERIOD_S)
    _need(q, "max_unanswered", q.max_unanswered, 1)
    _need(q, "max_rejected", q.max_rejected, 1)
    for field in ("service_level_s", "short_abandon_s", "priority_step_s", *_PERIODS):
        _need(q, field, getattr(q, field), 0)
    if not 0 <= q.level_target <= 1:
        raise SettingsError(
            f"Очередь «{q.id}», level_target: недопустимое значение {q.level_target}.",
            "Укажите долю от 0 до 1, например 0.8.",
        )
    if not 0 <= q.callback_share <= 1:
        raise SettingsError(
            f"Очередь «{q.id}», callback_share: недопустимое значение {q.callback_share}.",
            "Укажите долю от 0 до 1, например 0.5.",
        )
    for field in _PERIODS:
        if getattr(q, field) != 0:
            _need(q, field, getattr(q, field), MIN_PERIOD_S)


def _need(q: QueueSettings, field: str, value: float, least: float) -> None:
    if not isfinite(value) or value < least:
        raise SettingsError(
            f"Очередь «{q.id}», {field}: недопустимое значение {value}.",
            f"Укажите число не меньше {least}.",
        )


def score(call: Call, settings: QueueSettings) -> CallKey:
    """Sort key of a call that was queued; see the head of the module."""
    if call.queued_at is None:
        raise ValueError(f"call {call.id} was never queued")
    effective = call.queued_at - (call.priority + settings.weight) * settings.priority_step_s
    return (0 if call.interrupted else 1, effective, call.seq, call.id)


class CallIndex:
    """Calls of all queues in serving order. Those that wait for one agent stand in their queue's
    order like the others, and in that agent's own."""

    def __init__(self) -> None:
        self._groups: dict[QueueId, dict[CallGroup | None, OrderedSet[CallKey]]] = {}
        """None: the group of those that wait for one agent each."""
        self._personal: dict[AgentId, OrderedSet[tuple[bool, CallKey]]] = {}
        """False sorts first: assigned by a supervisor."""
        self._places: dict[CallId, _Place] = {}

    def __contains__(self, call: CallId) -> bool:
        return call in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, call: Call, settings: QueueSettings) -> None:
        """``call.opening`` tells where it stands until it is discarded."""
        key, opening = score(call, settings), call.opening
        group = None if opening.only else (opening.needs, opening.tier, call.listed)
        personal = None
        if opening.only:
            personal = (opening.only, (call.assigned != opening.only, key))
            self._personal.setdefault(opening.only, OrderedSet()).add(personal[1])
        self._places[call.id] = _Place(settings.id, group, key, personal, call.listed)
        groups = self._groups.setdefault(settings.id, {})
        if group not in groups:
            groups[group] = OrderedSet()
        groups[group].add(key)

    def discard(self, call: CallId) -> None:
        place = self._places.pop(call, None)
        if place is None:
            return
        group = self._groups[place.queue][place.group]
        group.remove(place.key)
        if not group:
            del self._groups[place.queue][place.group]
        if place.personal:
            agent, key = place.personal
            self._personal[agent].remove(key)
            if not self._personal[agent]:
                del self._personal[agent]

    def key(self, call: CallId) -> CallKey:
        return self._places[call].key

    def in_turn(self, calls: Iterable[CallId]) -> list[CallId]:
        """Of any queues, as they choose an agent: first those that a supervisor has assigned."""
        return sorted(calls, key=lambda call: (not self._ordered(call), self.key(call)))

    def _ordered(self, call: CallId) -> bool:
        personal = self._places[call].personal
        return personal is not None and not personal[1][0]

    def in_order(self, queue: QueueId) -> Iterator[CallId]:
        return (key[3] for key in merge(*self._groups.get(queue, {}).values()))

    def position(self, call: CallId) -> int:
        """1 for the call that is served next. Raises KeyError if the call is not in the index."""
        place = self._places[call]
        return 1 + sum(group.rank(place.key) for group in self._groups[place.queue].values())

    def claimed(self, queue: QueueId) -> list[CallId]:
        """The queue's calls that are open to one agent each, in serving order."""
        return [key[3] for key in self._groups.get(queue, {}).get(None, ())]

    def waiting_for(self, agent: AgentId) -> list[CallId]:
        """The calls that are open to this agent alone."""
        return [key[3] for _, key in self._personal.get(agent, ())]

    def place_of(self, call: Call, settings: QueueSettings) -> int:
        """The position that a call outside the index would get."""
        key = score(call, settings)
        return 1 + sum(group.rank(key) for group in self._groups.get(settings.id, {}).values())

    def first_for(
        self,
        agent: Agent,
        may: Callable[[CallId], bool],
        closed: Container[QueueId],
        *,
        callers_of: Container[QueueId] | None = None,
    ) -> CallId | None:
        """What is assigned to the agent; else the call with the best score, over all queues of
        the agent, that is open to the agent and that ``may`` accepts. Of the ``closed`` queues only
        those at the head count, who were interrupted. ``callers_of``: only of these queues, and
        none of their lists of callbacks."""
        best: CallKey | None = None
        for of_wish, key in self._personal.get(agent.id, ()):
            place = self._places[key[3]]
            if callers_of is not None and (place.listed or place.queue not in callers_of):
                continue
            if (_interrupted(key) or place.queue not in closed) and may(key[3]):
                if not of_wish:
                    return key[3]
                best = key
                break
        for queue in agent.queues if callers_of is None else _both(agent.queues, callers_of):
            if queue not in self._groups:
                continue
            tier = agent.tier_in(queue)
            for wanted, group in self._groups[queue].items():
                if wanted is None or tier > wanted[1] or not fits(wanted[0], agent.skills):
                    continue
                if wanted[2] and callers_of is not None:
                    continue
                keys = takewhile(_interrupted, group) if queue in closed else group
                first = next((k for k in keys if may(k[3])), None)
                if first is not None and (best is None or first < best):
                    best = first
        return None if best is None else best[3]


def _both(queues: Iterable[QueueId], wanted: Container[QueueId]) -> Iterator[QueueId]:
    return (queue for queue in queues if queue in wanted)


def _interrupted(key: CallKey) -> bool:
    return key[0] == 0


class _Place(NamedTuple):
    queue: QueueId
    group: CallGroup | None
    key: CallKey
    personal: tuple[AgentId, tuple[bool, CallKey]] | None
    listed: bool


class AgentIndex:
    """Available agents, in each of their queues, sorted by the queue's strategy."""

    def __init__(self) -> None:
        self._groups: dict[QueueId, dict[AgentGroup, OrderedSet[AgentKey]]] = {}
        self._places: dict[AgentId, list[tuple[QueueId, AgentGroup, AgentKey]]] = {}

    def __contains__(self, agent: AgentId) -> bool:
        return agent in self._places

    def add(self, agent: Agent, strategies: Iterable[tuple[QueueId, Strategy]]) -> None:
        places = self._places[agent.id] = []
        for queue, strategy in strategies:
            group: AgentGroup = (agent.skills, agent.tier_in(queue))
            key: AgentKey = (strategy.key(agent), agent.login_seq, agent.id)
            places.append((queue, group, key))
            groups = self._groups.setdefault(queue, {})
            if group not in groups:
                groups[group] = OrderedSet()
            groups[group].add(key)

    def discard(self, agent: AgentId) -> None:
        for queue, group, key in self._places.pop(agent, ()):
            agents = self._groups[queue][group]
            agents.remove(key)
            if not agents:
                del self._groups[queue][group]

    def of_queue(self, queue: QueueId) -> list[AgentId]:
        """Everybody available in the queue, in the order of its strategy."""
        return [key[2] for key in merge(*self._groups.get(queue, {}).values())]

    def best_for(self, call: Call, strategy: Strategy, seed: str) -> AgentId | None:
        """The agent whom the strategy picks for the call, of the lowest tier that has one; None
        if nobody fits. ``seed`` makes the draws of the random strategies."""
        if call.opening.only:
            return self._the_one(call, call.opening.only)
        for groups in self._fitting(call):
            if strategy.draws:
                drawn = (_draw(groups, call, f"{seed}:{i}") for i in range(strategy.draws))
                keys = [key for key in drawn if key is not None]
            else:
                keys = [key for group in groups for key in _willing(group, call)]
            if keys:
                return min(keys)[2]
        return None

    def all_for(self, call: Call) -> list[AgentId]:
        """Everybody who fits of the lowest tier that has somebody, in the order of the
        strategy."""
        if call.opening.only:
            one = self._the_one(call, call.opening.only)
            return [one] if one else []
        for groups in self._fitting(call):
            agents = [k[2] for k in merge(*groups) if not call.rests_at(k[2])]
            if agents:
                return agents
        return []

    def _the_one(self, call: Call, agent: AgentId) -> AgentId | None:
        return agent if agent in self._places and not call.rests_at(agent) else None

    def _fitting(self, call: Call) -> list[list[OrderedSet[AgentKey]]]:
        """Groups that the call is open to, tier by tier."""
        if call.queue is None:
            return []
        opening = call.opening
        tiers: dict[int, list[OrderedSet[AgentKey]]] = {}
        for (skills, tier), group in self._groups.get(call.queue, {}).items():
            if tier <= opening.tier and fits(opening.needs, skills):
                tiers.setdefault(tier, []).append(group)
        return [tiers[tier] for tier in sorted(tiers)]


def _willing(group: OrderedSet[AgentKey], call: Call) -> Iterator[AgentKey]:
    """The first agent of the group at whom the call does not rest, if there is one."""
    for key in group:
        if not call.rests_at(key[2]):
            yield key
            return


def _draw(groups: list[OrderedSet[AgentKey]], call: Call, seed: str) -> AgentKey | None:
    """One agent by lot. If the call rests at that one, the next in order, from the top again
    after the last: as many steps as agents refused the call, at most. Groups are taken in the
    order of their first keys, which the state alone decides and not how it came about."""
    groups = sorted(groups, key=lambda group: group[0])
    total = sum(map(len, groups))
    for i in range(total):
        index = (draw(seed, total) + i) % total
        for group in groups:
            if index < len(group):
                key = group[index]
                break
            index -= len(group)
        if not call.rests_at(key[2]):
            return key
    return None
