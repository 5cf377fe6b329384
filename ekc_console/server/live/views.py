"""What one client sees: the router's state as the entities of the wire.

Pure reading; nothing here waits. What must be looked up in the store (earlier contacts, names,
the card of a call) is put into :class:`Extras` beforehand by whoever learns it.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Collection, Mapping

from ekc_console.domain.insight.limits_in_force import queue_limit
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as ca
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.alarm_limits import USUAL_ALARMS
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.server.cards.rights import moved_on
from ekc_console.server.core import in_force
from ekc_console.server.core.extras import CallExtras, DayCount, Extras
from ekc_console.server.live import cut_off
from ekc_console.server.live.callback_list import CallbackList
from ekc_console.server.live.listening import overheard, own_listening
from ekc_console.server.live.shelves import Shelf
from ekc_console.server.live.state_names import AGENT_STATES, BUSY, CALL_STATES
from ekc_console.server.people.person import Person
from ekc_console.server.rights.scope import scope
from ekc_console.wire import call_control, messages, side_work
from ekc_console.wire.words import words

WAITING_SHOWN = 50
"""Longest list of waiting calls that a console gets for one queue."""
OWED = ""
"""No queue has this id."""


class Views:
    def __init__(
        self,
        router: Router,
        extras: Extras,
        topics: Mapping[str, str],
        staff_words: Callable[[Person], list[side_work.WorkEntity]],
    ) -> None:
        """``staff_words``: a person's unread messages and open requests for help."""
        self._router = router
        self._extras = extras
        self._topics = topics
        self._boards: dict[QueueId, Shelf] = {}
        self._infos: dict[QueueId, messages.QueueInfo] = {}
        self._callbacks = CallbackList(router, extras, topics)
        self._owed: dict[tuple[str, ...], Shelf] = {}
        """By who sees the same of them; made on first use while their basis is the same."""
        self._owed_before: dict[tuple[str, ...], Shelf] = {}
        self._owed_basis: tuple[object, ...] = ()
        self._given: frozenset[AgentId] = frozenset()
        self.engine = messages.EngineState(up=False, detail=words("engine.starting"))
        self.staff_words = staff_words

    def me(self, person: Person) -> messages.Me:
        agent = self._router.agents.get(person.login)
        day = self._extras.agents.get(person.login, DayCount())
        if agent is None:
            return messages.Me(
                id=person.login, name=person.name, role=person.role, state="offline", since=0.0
            )
        state = agent.state
        return messages.Me(
            id=person.login,
            name=person.name,
            role=person.role,
            state=AGENT_STATES[type(state)],
            since=getattr(state, "since", 0.0),
            until=state.until if isinstance(state, ag.WrapUp | ag.OnBreak | ag.Asked) else None,
            reason=state.reason if isinstance(state, ag.OnBreak | ag.NotResponding) else "",
            began_at=state.began_at if isinstance(state, ag.OnBreak) else None,
            pending_break=agent.pending_break or "",
            line_up=agent.has_leg,
            calls_today=day.answered,
            talk_s_today=day.talk_s,
            break_s_today=day.break_s,
            wrap_up_s_today=day.wrap_up_s,
            listening=own_listening(self._router, self._extras.names, person.login),
            last_call=person.last_call,
        )

    def my_call(self, person: Person) -> messages.MyCall | None:
        agent = self._router.agents.get(person.login)
        call_id = getattr(agent.state, "call", None) if agent else None
        if agent is None or call_id is None:
            return None
        call = self._router.calls.get(call_id) or self._router.recently_ended.get(call_id)
        if call is None:
            return None
        extras = self._extras.calls.get(call.id, CallExtras())
        known = self._extras.calls.get(call.about, CallExtras()) if call.about else extras
        beside = known if person.may("serve") else _in_hand(known)
        offer = self._offer_of(call, agent)
        wrapping = isinstance(agent.state, ag.WrapUp)
        return messages.MyCall(
            id=call.id,
            state=_my_state(call, agent),
            direction=call.direction,
            number=numbers.readable(call.number),
            region=dict(extras.region),
            queue=call.queue or "",
            queue_title=self._queue_title(call.queue),
            topic=call.topic,
            topic_title=self._topics.get(call.topic, call.topic),
            menu_path=known.menu_path,
            arrived_at=call.arrived_at,
            queued_at=call.queued_at,
            answered_at=call.answered_at,
            held_since=call.state.since if isinstance(call.state, ca.OnHold) else None,
            ended_at=agent.state.since if isinstance(agent.state, ag.WrapUp) else call.ended_at,
            offer=offer[0] if offer else "",
            offer_expires_at=offer[1] if offer else None,
            recording=extras.recording and isinstance(call.state, _RECORDED),
            history=beside.history,
            card="" if wrapping and moved_on(call, agent.id) else extras.card,
            consult=self._consult(call, agent, person),
            not_taken=tuple(self._not_taken(one, person) for one in call.not_taken),
            services=self._services(self._caller(call)),
            urgent=cut_off.has_back(self._router, call),
            overheard=overheard(self._router, self._extras.names, call.id, agent.id),
            callback=call.callback or "",
            caller=beside.caller,
            about=self._about(call),
            caller_gone=call.about is not None,
        )

    def _about(self, call: ca.Call) -> str:
        caller = self._caller(call)
        return "" if caller is call else numbers.readable(caller.number)

    def _caller(self, call: ca.Call) -> ca.Call:
        """Whom the call is about: itself, or the one who had hung up."""
        if call.about is None:
            return call
        found = self._router.calls.get(call.about) or self._router.recently_ended.get(call.about)
        return found or call

    def _services(self, call: ca.Call) -> tuple[call_control.ServiceCalled, ...]:
        lines = {one: self._router.calls.get(one.line) for one in call.services}
        return tuple(
            call_control.ServiceCalled(
                number=one.number,
                answered_at=one.answered_at,
                cancelled_at=one.cancelled_at,
                rings=line is not None and isinstance(line.state, ca.Ringing | ca.Dialing),
                handed_at=one.handed_at,
                ended_at=one.ended_at,
                ended_by=one.ended_by,
            )
            for one, line in lines.items()
        )

    def refresh(self) -> None:
        """Work out afresh what several consoles show; before a round of ``shelves``."""
        ready, busy = collections.Counter[QueueId](), collections.Counter[QueueId]()
        offered: dict[QueueId, dict[CallId, ca.Call]] = {}
        for agent in self._router.agents.values():
            if agent.available:
                ready.update(agent.queues)
            elif isinstance(agent.state, BUSY):
                busy.update(agent.queues)
            if isinstance(agent.state, ag.Offered):
                call = self._router.calls[agent.state.call]
                if call.queue:
                    offered.setdefault(call.queue, {})[call.id] = call
        before, self._boards, self._infos = self._boards, {}, {}
        for queue in self._router.queues:
            calls = list(offered.get(queue, {}).values())
            calls += [self._router.calls[call] for call in self._router.waiting(queue)]
            info = self._infos[queue] = self._info(queue, calls, ready[queue], busy[queue])
            waiting = [self._waiting_call(c, i) for i, c in enumerate(calls[:WAITING_SHOWN], 1)]
            self._boards[queue] = (before.get(queue) or Shelf()).replaced([*waiting, info])
        if (basis := self._callbacks.basis()) != self._owed_basis:
            self._owed_basis, self._owed_before, self._owed = basis, self._owed, {}
            self._given = self._callbacks.given()

    def _queues_of(self, person: Person) -> Collection[QueueId]:
        """Who leads without serving a queue sees those that the right reaches."""
        if not (person.may("serve") or person.may("watch")):
            return ()
        agent = self._router.agents.get(person.login)
        if agent is None or agent.queues or not person.may("watch"):
            return agent.queues if agent else ()
        watched = scope(self._router, person, "watch")
        return tuple(queue for queue in self._router.queues if watched.has_queue(queue))

    def _info(
        self, queue: QueueId, calls: list[ca.Call], ready: int, busy: int
    ) -> messages.QueueInfo:
        settings = self._router.queues[queue]
        limit = queue_limit(self._router.centre.alarms or USUAL_ALARMS, settings, "wait_s")
        day = self._extras.queues.get(queue, DayCount())
        return messages.QueueInfo(
            id=queue,
            title=settings.title,
            waiting=len(calls),
            longest_since=min((c.queued_at or c.arrived_at for c in calls), default=None),
            agents_ready=ready,
            agents_busy=busy,
            wait_first_s=limit.first,
            wait_second_s=limit.second,
            paused=queue in self._router.paused,
            offered_today=day.offered,
            answered_today=day.answered,
            abandoned_today=day.abandoned,
        )

    def callbacks(self, person: Person) -> list[messages.CallbackInfo]:
        """Open callbacks of this agent's queues and those of the menu: urgent ones, then the
        oldest."""
        if not self._sees_callbacks(person):
            return []
        return self._callbacks.of(person, self._queues_of(person))

    def owed(self, person: Person) -> tuple[messages.CallbackInfo, ...]:
        """All who are owed a call, as far as the person's right reaches."""
        return self._callbacks.reached(person)

    def shelves(self, person: Person) -> dict[str, Shelf]:
        """What others see as well, as of the last ``refresh``: of each queue of this agent its
        figures and its first ``WAITING_SHOWN`` calls, those on offer before the others; and, by the
        name ``OWED``, the callbacks."""
        queues = self._queues_of(person)
        found: dict[str, Shelf] = {q: self._boards[q] for q in queues if q in self._boards}
        if self._sees_callbacks(person):
            found[OWED] = self._owed_shelf(person, queues)
        return found

    def _owed_shelf(self, person: Person, queues: Collection[QueueId]) -> Shelf:
        alike = person.role, person.login if person.login in self._given else "", *queues
        if alike not in self._owed:
            before = self._owed_before.get(alike) or Shelf()
            self._owed[alike] = before.replaced(self._callbacks.of(person, queues))
        return self._owed[alike]

    def _sees_callbacks(self, person: Person) -> bool:
        return person.login in self._router.agents and person.may("callbacks")

    def _waiting_call(self, call: ca.Call, position: int) -> messages.WaitingCall:
        offered = call.state.offers if isinstance(call.state, ca.Offered) else ()
        return messages.WaitingCall(
            id=call.id,
            queue=call.queue or "",
            queue_title=self._queue_title(call.queue),
            topic_title=self._topics.get(call.topic, call.topic),
            number=numbers.readable(call.number),
            queued_at=call.queued_at or call.arrived_at,
            position=position,
            priority=call.priority,
            offered_to=", ".join(self._extras.names.get(o.agent, o.agent) for o in offered),
            wants_callback=not call.virtual and call.number in self._router.owed,
            virtual=call.virtual,
            urgent=cut_off.is_back(self._router, call),
        )

    def _queue_title(self, queue: QueueId | None) -> str:
        settings = self._router.queues.get(queue) if queue else None
        return settings.title if settings else ""

    def _not_taken(self, one: ca.NotTaken, person: Person) -> call_control.NotTaken:
        known = one.who in self._router.agents
        who = self.name(AgentId(one.who)) if known else self.outside(one.who, person)
        return call_control.NotTaken(who=who, why=one.why)

    def outside(self, number: str, person: Person) -> str:
        """The number of an outside party as this person sees it; one for emergencies is no
        secret, whatever it looks like: the texts that it goes into are searched no more."""
        if in_force.dial_decision(self._router, person.role, number).kind == "emergency":
            return number
        return numbers.readable(number) if person.sees_numbers else numbers.masked(number)

    def _consult(
        self, call: ca.Call, agent: ag.Agent, person: Person
    ) -> messages.ConsultInfo | None:
        state = call.state
        if not isinstance(state, ca.Consulting):
            return None
        asking = call.agent == agent.id
        if not asking:
            who = self.name(call.agent)
        elif state.adviser is not None:
            who = self.name(state.adviser)
        else:
            party = self._router.calls.get(state.party) if state.party else None
            who = self.outside(party.called, person) if party else ""
        return messages.ConsultInfo(
            role="asking" if asking else "asked",
            who=who,
            open=state.open,
            heard=state.heard,
            since=getattr(agent.state, "since", state.since),
            emergency=call.emergency is not None,
        )

    def name(self, agent: AgentId | None) -> str:
        return self._extras.names.get(agent, agent) if agent else ""

    def queue_targets(self) -> tuple[messages.QueueTarget, ...]:
        self.refresh()
        return tuple(
            messages.QueueTarget(id=q.id, title=q.title, waiting=q.waiting, ready=q.agents_ready)
            for q in self._infos.values()
        )

    def agent_targets(self, person: Person) -> tuple[messages.AgentTarget, ...]:
        """Who is on shift, without the person; the free ones first, then by name."""
        targets = [
            messages.AgentTarget(
                id=agent.id,
                name=self.name(agent.id),
                state=AGENT_STATES[type(agent.state)],
                since=getattr(agent.state, "since", 0.0),
                free=agent.available,
                role=self._extras.roles.get(agent.id, "operator"),
            )
            for agent in self._router.agents.values()
            if agent.id != person.login and not isinstance(agent.state, ag.Offline)
        ]
        return tuple(sorted(targets, key=lambda target: (not target.free, target.name)))

    @staticmethod
    def _offer_of(call: ca.Call, agent: ag.Agent) -> tuple[str, float] | None:
        """Id and end of what this agent is asked to take."""
        if isinstance(agent.state, ag.Asked):
            return consult_offer(call.id), agent.state.until
        if not isinstance(call.state, ca.Offered):
            return None
        offers = (o for o in call.state.offers if o.agent == agent.id)
        return next(((o.id, o.expires_at) for o in offers), None)


_RECORDED = ca.Talking | ca.OnHold | ca.Consulting


def consult_offer(call: CallId) -> str:
    """Under this id a console accepts or rejects a question about the call."""
    return f"consult:{call}"


def _in_hand(known: CallExtras) -> CallExtras:
    """A role that serves nobody keeps what is in hand, with what was learned in this call, and is
    shown nothing of earlier ones."""
    return CallExtras(caller=side_work.Caller(learned=known.caller.learned))


def _my_state(call: ca.Call, agent: ag.Agent) -> messages.CallStateName:
    match agent.state:
        case ag.WrapUp():
            return "wrap_up"
        case ag.Asked():
            return "offered"
        case ag.Advising():
            return "talking"
    return CALL_STATES[type(call.state)]
