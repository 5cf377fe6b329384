"""What guaranteed reach looks up: lines of a number, due callbacks, load and staff of a queue, and
what refusals say of the way out.

All of it follows from the records. ``Centre`` reports every change; what an event leaves to be done
by ``rules.callback_queue.admit`` and ``rules.overflow.act`` is noted here, so that neither looks at
a call or callback that the event does not touch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, QueueId
from ekc_console.domain.terms.ordered import OrderedSet

DueKey = tuple[bool, float, int, CallbackId]
"""Urgent ones first."""


class ReachIndex:
    def __init__(self) -> None:
        self._lines: dict[str, dict[CallId, None]] = {}
        self._due: dict[tuple[QueueId, bool], OrderedSet[DueKey]] = {}
        """By queue, those without a limit apart."""
        self._places: dict[CallbackId, tuple[tuple[QueueId, bool], DueKey]] = {}
        self._busy: dict[CallbackId, QueueId] = {}
        self.active: Counter[QueueId] = Counter()
        """Callbacks that are offered or dialled, those without a limit left out."""
        self.talks: Counter[QueueId] = Counter()
        """Talks with people who were called back."""
        self.callers: Counter[QueueId] = Counter()
        """Callers with a line who wait in the queue, those on offer included."""
        self.staff: Counter[QueueId] = Counter()
        """Agents of the queue who are at work (``rules.presence``)."""
        self.awaiting_help: dict[CallId, None] = {}
        """Callers with no agent for whom an emergency service is called."""
        self.alone_with_help: dict[CallId, None] = {}
        """Callers whom such a service has, and may leave to their agent."""
        self.breaks_waiting: dict[AgentId, None] = {}
        """Agents with nothing to do who asked for a break that has not begun."""
        self.given_to_one: dict[CallId, None] = {}
        """Callers who are given to one party that has not taken them yet."""
        self.shifts_ending: dict[AgentId, None] = {}
        """Agents with nothing to do whose shift ends unless a caller comes back to them."""
        # Left to be done by this event:
        self.numbers: dict[str, None] = {}
        """Numbers that got their first line or lost their last one."""
        self.hopeful: dict[QueueId, None] = {}
        """Queues that may take one more callback."""
        self.deserted: dict[QueueId, None] = {}
        """Queues that lost their last agent."""
        self.overflowing: dict[CallId, None] = {}
        """Waiting calls whose rule for the time waited is due."""

    def forget_work(self) -> None:
        self.numbers, self.hopeful, self.deserted, self.overflowing = {}, {}, {}, {}

    # -- reading -----------------------------------------------------------

    def lines_of(self, number: str) -> Iterable[CallId]:
        """Live calls with that number."""
        return self._lines.get(number, {})

    def first_due(self, queue: QueueId, unlimited: bool) -> CallbackId | None:
        """The due callback with the earliest time; those whose number has a line are left out."""
        return next((key[-1] for key in self._due.get((queue, unlimited), ())), None)

    def due_queues(self) -> Iterator[QueueId]:
        return (queue for (queue, _), due in self._due.items() if due)

    # -- changes -----------------------------------------------------------

    def call_changed(self, old: Call | None, call: Call) -> None:
        self._count_line(call)
        before, after = _caller_in(old), _caller_in(call)
        if before != after:
            if before is not None:
                self.callers[before] -= 1
            if after is not None:
                self.callers[after] += 1
        talked, talks = _called_back_in(old), _called_back_in(call)
        if talked != talks:
            if talked is not None:
                self.talks[talked] -= 1
                self.hopeful[talked] = None
            if talks is not None:
                self.talks[talks] += 1
        if call.awaits_help:
            self.awaiting_help[call.id] = None
        else:
            self.awaiting_help.pop(call.id, None)
        if call.alone_with_help:
            self.alone_with_help[call.id] = None
        else:
            self.alone_with_help.pop(call.id, None)
        if call.returns_to is not None and not isinstance(call.state, cl.Ending | cl.Ended):
            self.given_to_one[call.id] = None
        else:
            self.given_to_one.pop(call.id, None)
        if call.overflow_due and isinstance(call.state, cl.Waiting):
            self.overflowing[call.id] = None

    def _count_line(self, call: Call) -> None:
        if call.number is None:
            return
        lines = self._lines.get(call.number, {})
        has = not call.virtual and not isinstance(call.state, cl.Ended)
        if has == (call.id in lines):
            return
        if has:
            lines = self._lines.setdefault(call.number, lines)
            lines[call.id] = None
        else:
            del lines[call.id]
        if not lines:
            del self._lines[call.number]
        if len(lines) <= 1:
            self.numbers[call.number] = None

    def agent_changed(self, old: Agent | None, agent: Agent) -> None:
        if agent.pending_break is not None and isinstance(agent.state, ag.Ready):
            self.breaks_waiting[agent.id] = None
        elif self.breaks_waiting:
            self.breaks_waiting.pop(agent.id, None)
        if agent.pending_logout and isinstance(agent.state, ag.Ready):
            self.shifts_ending[agent.id] = None
        elif self.shifts_ending:
            self.shifts_ending.pop(agent.id, None)
        if old is not None and _works_on(old, agent):
            return
        before = old.staffs if old else ()
        after = agent.staffs
        if before == after:
            return
        self.staff.update(after)
        for queue in before:
            self.staff[queue] -= 1
            if not self.staff[queue]:
                self.deserted[queue] = None

    def callback_changed(self, callback: Callback, queue: QueueId | None) -> None:
        """``queue``: the one that distributes the callback, None where none does."""
        self._take_out(callback.id)
        if queue is None:
            return
        state = callback.state
        if isinstance(state, cb.Queued | cb.Dialing) and not callback.unlimited:
            self._busy[callback.id] = queue
            self.active[queue] += 1
        elif isinstance(state, cb.Due) and not self._lines.get(callback.number):
            since = callback.place_since(state.since)
            key = (not callback.urgent, since, callback.seq, callback.id)
            group = (queue, callback.unlimited)
            self._due.setdefault(group, OrderedSet()).add(key)
            self._places[callback.id] = (group, key)
            self.hopeful[queue] = None

    def _take_out(self, callback: CallbackId) -> None:
        if (busy := self._busy.pop(callback, None)) is not None:
            self.active[busy] -= 1
            self.hopeful[busy] = None
        if (place := self._places.pop(callback, None)) is not None:
            group, key = place
            self._due[group].remove(key)


_WAITS = (cl.Waiting, cl.Offered)
_TALKS = (cl.Talking, cl.OnHold, cl.Consulting)
_WORKING = frozenset(ag.AgentState.__args__) - {ag.Offline, ag.OnBreak}


def _works_on(old: Agent, agent: Agent) -> bool:
    """Most changes: from one state of work to another."""
    return (
        type(old.state) in _WORKING
        and type(agent.state) in _WORKING
        and old.missing is agent.missing
        and old.queues is agent.queues
    )


def _caller_in(call: Call | None) -> QueueId | None:
    if call is None or call.virtual or not isinstance(call.state, _WAITS):
        return None
    return call.queue


def _called_back_in(call: Call | None) -> QueueId | None:
    if call is None or call.direction != "out" or call.callback is None:
        return None
    talks = isinstance(call.state, _TALKS)
    return call.queue if talks else None


class RefusalIndex:
    """What the way out asks of the callbacks: who was refused, who stands in a queue, and whether
    there is another who can be tried. Each at a cost that does not grow with those owed."""

    def __init__(self) -> None:
        self.unjudged: dict[CallbackId, None] = {}
        """Of whom the next call that gets out tells something (``Callback.refusal`` and
        ``Callback.passed_by``)."""
        self.queued: dict[CallbackId, None] = {}
        self._refused: dict[CallbackId, None] = {}
        """Of whom nothing more is known."""
        self._at_work: dict[CallbackId, None] = {}
        """Due, queued or dialled."""
        self._open: OrderedSet[tuple[float, CallbackId]] = OrderedSet()
        """Whose dial needs no person's decision, by ``Open.not_before``."""
        self._open_at: dict[CallbackId, float] = {}

    def another_refused(self, but: CallbackId | None) -> bool:
        return _another(self._refused, but)

    def another_ready(self, but: CallbackId | None, now: float) -> bool:
        """One who can be tried, by the distribution, or by hand where it distributes none."""
        if _another(self._at_work, but):
            return True
        first = islice(self._open, 2)
        return any(at <= now for at, callback in first if callback != but)

    def changed(self, callback: Callback, by_itself: bool) -> None:
        """``by_itself``: its number may be dialled without a person's decision."""
        key, state = callback.id, callback.state
        owed = not isinstance(state, cb.Closed)
        _mark(self.unjudged, key, owed and _is_unjudged(callback))
        _mark(self._refused, key, owed and callback.refusal == "refused")
        _mark(self.queued, key, isinstance(state, cb.Queued))
        _mark(self._at_work, key, owed and not isinstance(state, cb.Open))
        self._place(key, state.not_before if isinstance(state, cb.Open) and by_itself else None)

    def _place(self, callback: CallbackId, at: float | None) -> None:
        before = self._open_at.pop(callback, None)
        if before is not None:
            self._open.remove((before, callback))
        if at is not None:
            self._open_at[callback] = at
            self._open.add((at, callback))


def _is_unjudged(callback: Callback) -> bool:
    if callback.refusal in ("refused", "again"):
        return True
    return callback.no_way > 0 and not callback.passed_by


def _another(marked: dict[CallbackId, None], but: CallbackId | None) -> bool:
    return len(marked) > (but in marked)


def _mark(marked: dict[CallbackId, None], callback: CallbackId, is_so: bool) -> None:
    if is_so:
        marked[callback] = None
    else:
        marked.pop(callback, None)
