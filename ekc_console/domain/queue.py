"""Queues: check of their settings, the score that orders them, and the two indexes of dispatch.

The score of a waiting call is one formula, the same in every queue::

    effective time = queued_at - priority * priority_step_s

Lower goes first; equal ones go by order of arrival. A call whose talk was cut on our side goes
before all others. Nothing in the score changes while a call waits, is offered or is given back,
so its place among the others never gets worse.

Both indexes are grouped by skills, because a choice must skip those that do not fit without
looking at them one by one: there are few different sets of skills, and many calls and agents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from math import isfinite

from ekc_console.domain.agent import Agent
from ekc_console.domain.call import Call
from ekc_console.domain.ids import AgentId, CallId, QueueId
from ekc_console.domain.ordered import OrderedSet
from ekc_console.domain.settings import QueueSettings
from ekc_console.domain.strategy import SettingsError, Strategy, draw, strategy_named

Skills = frozenset[str]
CallKey = tuple[int, float, int, CallId]
AgentKey = tuple[float, int, AgentId]

MIN_PERIOD_S = 0.01
"""Shorter time limits cannot be told from none in seconds since the epoch."""


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
    for field in (
        "retry_same_agent_s",
        "service_level_s",
        "short_abandon_s",
        "wrap_up_s",
        "priority_step_s",
        "announce_every_s",
    ):
        _need(q, field, getattr(q, field), 0)
    for field in ("retry_same_agent_s", "wrap_up_s", "announce_every_s"):
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
    effective = call.queued_at - call.priority * settings.priority_step_s
    return (0 if call.interrupted else 1, effective, call.seq, call.id)


class CallIndex:
    """Calls of all queues in serving order."""

    def __init__(self) -> None:
        self._groups: dict[QueueId, dict[Skills, OrderedSet[CallKey]]] = {}
        self._places: dict[CallId, tuple[QueueId, Skills, CallKey]] = {}

    def __contains__(self, call: CallId) -> bool:
        return call in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, call: Call, settings: QueueSettings) -> None:
        skills, key = frozenset(call.skills), score(call, settings)
        self._places[call.id] = (settings.id, skills, key)
        groups = self._groups.setdefault(settings.id, {})
        if skills not in groups:
            groups[skills] = OrderedSet()
        groups[skills].add(key)

    def discard(self, call: CallId) -> None:
        place = self._places.pop(call, None)
        if place is None:
            return
        queue, skills, key = place
        group = self._groups[queue][skills]
        group.remove(key)
        if not group:
            del self._groups[queue][skills]

    def key(self, call: CallId) -> CallKey:
        return self._places[call][2]

    def in_order(self, queue: QueueId) -> Iterator[CallId]:
        return (key[3] for key in merge(*self._groups.get(queue, {}).values()))

    def position(self, call: CallId) -> int:
        """1 for the call that is served next. Raises KeyError if the call is not in the index."""
        queue, _, key = self._places[call]
        return 1 + sum(group.rank(key) for group in self._groups[queue].values())

    def first_for(self, agent: Agent, may: Callable[[CallId], bool]) -> CallId | None:
        """The call with the best score, over all queues of the agent, that the agent has the
        skills for and that ``may`` accepts."""
        skills = frozenset(agent.skills)
        best: CallKey | None = None
        for queue in agent.queues:
            for needed, group in self._groups.get(queue, {}).items():
                if needed <= skills:
                    key = next((k for k in group if may(k[3])), None)
                    if key is not None and (best is None or key < best):
                        best = key
        return None if best is None else best[3]


class AgentIndex:
    """Available agents, in each of their queues, sorted by the queue's strategy."""

    def __init__(self) -> None:
        self._groups: dict[QueueId, dict[Skills, OrderedSet[AgentKey]]] = {}
        self._places: dict[AgentId, tuple[Skills, list[tuple[QueueId, AgentKey]]]] = {}

    def __contains__(self, agent: AgentId) -> bool:
        return agent in self._places

    def add(self, agent: Agent, strategies: Iterable[tuple[QueueId, Strategy]]) -> None:
        skills = frozenset(agent.skills)
        keys = [(q, (s.key(agent), agent.login_seq, agent.id)) for q, s in strategies]
        self._places[agent.id] = (skills, keys)
        for queue, key in keys:
            groups = self._groups.setdefault(queue, {})
            if skills not in groups:
                groups[skills] = OrderedSet()
            groups[skills].add(key)

    def discard(self, agent: AgentId) -> None:
        place = self._places.pop(agent, None)
        if place is None:
            return
        skills, keys = place
        for queue, key in keys:
            group = self._groups[queue][skills]
            group.remove(key)
            if not group:
                del self._groups[queue][skills]

    def best_for(self, call: Call, strategy: Strategy, seed: str) -> AgentId | None:
        """The agent whom the strategy picks for the call; None if nobody fits. ``seed`` makes the
        draws of the random strategies."""
        groups = self._fitting(call)
        if strategy.draws:
            drawn = (_draw(groups, call, f"{seed}:{i}") for i in range(strategy.draws))
            keys = [key for key in drawn if key is not None]
        else:
            keys = [key for group in groups for key in _willing(group, call)]
        return min(keys)[2] if keys else None

    def all_for(self, call: Call) -> list[AgentId]:
        """Everybody who fits, in the order of the strategy."""
        groups = self._fitting(call)
        return [k[2] for k in merge(*groups) if not call.rests_at(k[2])]

    def _fitting(self, call: Call) -> list[OrderedSet[AgentKey]]:
        needed = frozenset(call.skills)
        if call.queue is None:
            return []
        return [g for skills, g in self._groups.get(call.queue, {}).items() if needed <= skills]


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
