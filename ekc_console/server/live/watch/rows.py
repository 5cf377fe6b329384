"""Rows of the watched centre, read from the core. Pure reading; nothing here waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Literal

from ekc_console.domain.insight.limits_in_force import person_limit, queue_limit
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as ca
from ekc_console.domain.state import callback as cb
from ekc_console.domain.state.queue import score
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.alarm_limits import (
    QUEUE_FIGURES,
    USUAL_ALARMS,
    AlarmSettings,
    PersonFigure,
)
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.core import in_force
from ekc_console.server.core.extras import CallExtras, DayCount, Extras
from ekc_console.server.live.watch.callbacks import CallbackRows
from ekc_console.server.live.watch.levels import LevelBook
from ekc_console.server.live.watch.times import TimeBook
from ekc_console.wire import watch
from ekc_console.wire.messages import EngineState

PERSON_STATES: dict[type, watch.PersonState] = {
    ag.Offline: "offline",
    ag.Ready: "ready",
    ag.OnBreak: "break",
    ag.Offered: "offered",
    ag.Connecting: "connecting",
    ag.Dialing: "dialing",
    ag.Talking: "talking",
    ag.Holding: "holding",
    ag.Consulting: "consulting",
    ag.Asked: "asked",
    ag.Advising: "advising",
    ag.WrapUp: "wrap_up",
    ag.NotResponding: "not_responding",
}
CALL_STATES: dict[type, watch.CallState] = {
    ca.InMenu: "menu",
    ca.Waiting: "waiting",
    ca.Offered: "offered",
    ca.Connecting: "connecting",
    ca.Talking: "talking",
    ca.OnHold: "held",
    ca.Consulting: "consulting",
    ca.Transferring: "transferring",
    ca.Linked: "linked",
    ca.Ringing: "ringing",
    ca.Advising: "advising",
    ca.Dialing: "dialing",
    ca.Forwarding: "forwarding",
    ca.Forwarded: "forwarded",
    ca.Ending: "ending",
    ca.Ended: "ended",
}
"""Each state of the core under a name of its own: what is shown is what the core holds."""

FIRST = 1e12
"""Earlier by so much than any moment: who was cut off is served before all others."""

_WAITING = (ca.Waiting, ca.Offered)


class WatchRows:
    def __init__(
        self,
        router: Router,
        extras: Extras,
        topics: Mapping[str, str],
        *,
        engine: Callable[[], EngineState],
        trunks: Callable[[], dict[str, str]],
        path: Callable[[CallId], tuple[str, ...]],
    ) -> None:
        """``path``: what was chosen in the menu so far."""
        self.levels = LevelBook()
        self.times = TimeBook()
        self.owed = CallbackRows(router, extras, topics)
        self._router = router
        self._breaks = in_force.break_titles(router)
        self._extras = extras
        self._topics = topics
        self._engine = engine
        self._trunks = trunks
        self._path = path
        self._known_targets: dict[
            QueueId, tuple[AlarmSettings, QueueSettings, dict[str, float]]
        ] = {}
        """Of each queue, with the settings that they are from."""

    # -- queues --------------------------------------------------------------------

    def queues(self, now: float) -> list[watch.WatchQueue]:
        """All of them, in the order of the settings."""
        people = self._people_by_state()
        owed = Counter(callback.queue for callback in self._owed())
        waiting, longest = Counter[QueueId](), dict[QueueId, float]()
        for call in self._router.calls.values():
            if isinstance(call.state, _WAITING) and call.queue and not call.virtual:
                waiting[call.queue] += 1
                since = call.queued_at or call.arrived_at
                longest[call.queue] = min(since, longest.get(call.queue, since))
        return [
            self._queue(queue, now, waiting[queue], longest.get(queue), people, owed[queue])
            for queue in self._router.queues
        ]

    def _people_by_state(self) -> Counter[tuple[QueueId, str]]:
        found, listenings = Counter[tuple[QueueId, str]](), self._router.listenings
        for agent in self._router.agents.values():
            if (kind := _kind(agent)) and agent.id not in listenings:
                for queue in agent.queues:
                    found[queue, kind] += 1
        return found

    def _queue(
        self,
        queue: QueueId,
        now: float,
        waiting: int,
        longest: float | None,
        people: Counter[tuple[QueueId, str]],
        callbacks: int,
    ) -> watch.WatchQueue:
        settings, day = self._router.queues[queue], self.levels.of(queue)
        halves, half = day.level_halves(now), day.half(now)
        door = self._router.doors.get(queue)
        return watch.WatchQueue(
            id=queue,
            title=settings.title,
            waiting=waiting,
            longest_since=longest,
            expected_s=self._router.expected_s(queue),
            expected_error_s=day.error_s,
            offered=day.offered,
            answered=day.answered,
            abandoned=day.abandoned,
            level_s=settings.service_level_s,
            level_now=day.level_now(now),
            level_half=halves[-1],
            level_day=day.day.level,
            targets=self._targets(settings),
            half_counted=half.counted,
            half_abandoned=half.abandoned,
            halves=halves,
            ready=people[queue, "ready"],
            busy=people[queue, "busy"],
            wrapping_up=people[queue, "wrap_up"],
            away=people[queue, "away"],
            callbacks=callbacks,
            paused=queue in self._router.paused,
            closed=door is not None and not door.open,
        )

    def _targets(self, queue: QueueSettings) -> dict[str, float]:
        alarms = self._router.centre.alarms or USUAL_ALARMS
        known = self._known_targets.get(queue.id)
        if known is not None and known[0] is alarms and known[1] is queue:
            return known[2]
        targets: dict[str, float] = {}
        for figure in QUEUE_FIGURES:
            target = queue_limit(alarms, queue, figure).target
            if target is not None:
                targets[figure] = target
        self._known_targets[queue.id] = alarms, queue, targets
        return targets

    # -- people --------------------------------------------------------------------

    def person(self, login: AgentId) -> watch.WatchPerson | None:
        """None for who is not on shift, or has come only to listen and does not."""
        agent = self._router.agents.get(login)
        if agent is None or isinstance(agent.state, ag.Offline):
            return None
        listening = self._router.listenings.get(login)
        if listening is None and agent.only_listens:
            return None
        state, titles = agent.state, self._breaks
        call = self._call_of(getattr(state, "call", None))
        calls = self._extras.agents.get(login, DayCount()).answered
        return watch.WatchPerson(
            id=login,
            name=self._name(login),
            state=person_state(state, listening),
            since=listening.since if listening else ag.lasts_from(state),
            until=state.until if isinstance(state, ag.WrapUp | ag.OnBreak) else None,
            target_s=self._target_s(agent),
            reason=_reason(state, titles),
            pending_break=_title(agent.pending_break or "", titles),
            pending_logout=agent.pending_logout,
            line_up=agent.has_leg,
            console=agent.present,
            queues=agent.queues,
            call=call.id if call else "",
            queue_title=self._queue_title(call.queue) if call else "",
            topic_title=self._topic(call.topic) if call else "",
            listens_to=self._name(listening.ear) if listening and listening.ear else "",
            listens_how=listening.mode if listening else None,
            calls=calls,
            handling_s=self.times.handling_s(login, calls),
            occupancy=self.times.occupancy(login),
            **_service(None if isinstance(state, ag.WrapUp) else call),
        )

    def _target_s(self, agent: ag.Agent) -> float | None:
        figure, centre = figure_of(agent.state), self._router.centre
        if figure is None:
            return None
        alarms, role = centre.alarms or USUAL_ALARMS, self._extras.roles.get(agent.id, "")
        reason = agent.state.reason if isinstance(agent.state, ag.OnBreak) else ""
        return person_limit(alarms, centre.breaks, agent.id, role, figure, reason).target

    def _call_of(self, call: CallId | None) -> ca.Call | None:
        if call is None:
            return None
        return self._router.calls.get(call) or self._router.recently_ended.get(call)

    # -- calls ---------------------------------------------------------------------

    def call(self, call_id: CallId) -> watch.WatchCall | None:
        """None for a call that has ended."""
        call = self._router.calls.get(call_id)
        if call is None:
            return None
        state = call.state
        offers = state.offers if isinstance(state, ca.Offered) else ()
        return watch.WatchCall(
            id=call.id,
            state=CALL_STATES[type(state)],
            since=getattr(state, "since", call.arrived_at),
            direction=call.direction,
            number=numbers.readable(call.number),
            arrived_at=call.arrived_at,
            queued_at=call.queued_at,
            order=self._order(call),
            queue=call.queue or "",
            queue_title=self._queue_title(call.queue),
            topic_title=self._topic(call.topic),
            path=self._menu_path(call.id),
            person=call.agent or "",
            person_name=self._name(call.agent) if call.agent else "",
            offered_to=tuple(self._name(offer.agent) for offer in offers),
            assigned=call.assigned if call.assigned and call.opening.only == call.assigned else "",
            priority=call.priority,
            virtual=call.virtual,
            party_of=call.party_of or "",
            **_service(call),
        )

    def _order(self, call: ca.Call) -> float | None:
        settings = self._router.queues.get(call.queue) if call.queue else None
        if settings is None or not isinstance(call.state, _WAITING) or call.queued_at is None:
            return None
        late, effective, *_ = score(call, settings)
        return effective if late else effective - FIRST

    def _menu_path(self, call: CallId) -> tuple[str, ...]:
        return self._path(call) or self._extras.calls.get(call, CallExtras()).menu_path

    # -- what is one of a kind -----------------------------------------------------

    def centre(self) -> watch.WatchCentre:
        engine = self._engine()
        owed = self._owed()
        held = sum(
            not callback.released
            and not in_force.dial_decision(self._router, "machine", callback.number).allowed
            for callback in owed
        )
        return watch.WatchCentre(
            callbacks=len(owed),
            callback_since=min((callback.wanted_since for callback in owed), default=None),
            callbacks_held=held,
            no_way_out=self._router.no_way is not None,
            engine=engine_word(engine),
            engine_words=engine.detail,
            trunks=self._trunks(),
            not_in_order=engine.not_in_order,
            announcement=self._router.announcement,
        )

    def _owed(self) -> list[cb.Callback]:
        return [
            callback
            for callback in self._router.callbacks.values()
            if not isinstance(callback.state, cb.Closed)
        ]

    def _name(self, login: AgentId) -> str:
        return self._extras.names.get(login, login)

    def _queue_title(self, queue: QueueId | None) -> str:
        settings = self._router.queues.get(queue) if queue else None
        return settings.title if settings else ""

    def _topic(self, topic: str) -> str:
        return self._topics.get(topic, topic)


def figure_of(state: ag.AgentState) -> PersonFigure | None:
    """The figure with limits that a state is; None: it has none."""
    return None if _not_ready(state) else _FIGURES.get(type(state))


_FIGURES: dict[type, PersonFigure] = {
    ag.Talking: "talk_s",
    ag.Holding: "talk_s",
    ag.Consulting: "talk_s",
    ag.WrapUp: "wrap_up_s",
    ag.OnBreak: "break_s",
    ag.NotResponding: "not_responding_s",
    ag.Ready: "idle_s",
}


def _not_ready(state: ag.AgentState) -> bool:
    """The break that a login begins with."""
    return isinstance(state, ag.OnBreak) and state.reason == ag.LOGIN_BREAK


def person_state(state: ag.AgentState, listening: ag.Listening | None) -> watch.PersonState:
    if listening is not None:
        return "listening"
    return "not_ready" if _not_ready(state) else PERSON_STATES[type(state)]


def _kind(agent: ag.Agent) -> str:
    """How a queue counts the agent; empty: not at all."""
    if agent.available:
        return "ready"
    match agent.state:
        case ag.Offline():
            return ""
        case ag.WrapUp():
            return "wrap_up"
        case ag.Ready() | ag.OnBreak() | ag.NotResponding():
            return "away"
    return "busy"


def _service(call: ca.Call | None) -> dict[str, Any]:
    """Of the call's emergency service that is on its way or on the line."""
    if call is None or isinstance(call.state, ca.Ended) or not call.services:
        return {}
    last = call.services[-1]
    if last.ended_at is not None or last.cancelled_at is not None:
        return {}
    return {"service": last.number, "service_up": last.answered_at is not None}


def _title(reason: str, titles: Mapping[str, str]) -> str:
    """Of a break; who is not ready since the login has named none."""
    return "" if reason == ag.LOGIN_BREAK else titles.get(reason, reason)


def _reason(state: ag.AgentState, titles: Mapping[str, str]) -> str:
    if isinstance(state, ag.OnBreak):
        return _title(state.reason, titles)
    return state.reason if isinstance(state, ag.NotResponding) else ""


def engine_word(engine: EngineState) -> Literal["up", "down", "out_of_sight"]:
    if engine.up:
        return "up"
    return "out_of_sight" if engine.out_of_sight else "down"
