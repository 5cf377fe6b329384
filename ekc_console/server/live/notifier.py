"""Changes of the core brought to the screens: what to publish, and what to look up for it."""

from __future__ import annotations

import asyncio
import datetime
import functools
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from ekc_console.domain import effects as ef
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.call import Call
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.dial_ends import detail_of
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError
from ekc_console.server.cards.cards import Cards
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.extras import CallExtras, DayCount, Extras
from ekc_console.server.live.sync import Hub
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls.menu_results import MenuResult
from ekc_console.server.store.calls.report import Report
from ekc_console.server.tasks.background import Background
from ekc_console.wire import messages
from ekc_console.wire.words import words

log = structlog.get_logger(__name__)

CARD_AGAIN_S = 5.0
EXTRAS_KEPT = 4000
"""Beyond, what is known of calls that are long over is forgotten; four times the calls that the
core keeps after their end."""
UNREACHED = {"no_answer", "busy", "moved", "no_way", "failed"}
"""Outcomes of a call out that came to nothing."""
ABANDONED = frozenset({"abandoned_queue", "short_abandoned", "failed"})


class Notifier:
    def __init__(
        self,
        router: Router,
        hub: Hub,
        cards: Cards,
        extras: Extras,
        clock: Clock,
        menu_result: Callable[[CallId], MenuResult],
    ) -> None:
        self._router = router
        self._hub = hub
        self._cards = cards
        self._extras = extras
        self._clock = clock
        self._menu_result = menu_result
        self._background = Background()
        self._counted: set[CallId] = set()
        self._breaks: dict[AgentId, float] = {}
        self._wrap_ups: dict[AgentId, float] = {}
        self._retry: asyncio.TimerHandle | None = None
        self._owed_cards: dict[CallId, MenuResult] = {}
        """Calls whose card the store could not take, also when they are over by now, and what
        their menus had learned."""
        self._talks: dict[AgentId, tuple[int, float]] = {}
        self._day = self._today()

    def on_effect(self, effect: ef.Effect) -> None:
        match effect:
            case ef.OfferCall(_, call, agent):
                self._spawn(self._look_up(call, agent))
            case ef.Connect(call, agent) | ef.DialOut(call, agent):
                self._spawn(self._look_up(call, agent))
                self._spawn(self._begin_card(call, agent))
            case ef.CallChanged(call):
                self._call_changed(call)
            case ef.AgentChanged(agent):
                self._count_break(agent)
                self._count_wrap_up(agent)
                self._count_talks(agent)
                self._hub.own_changed(agent)
                self._hub.shared_changed()
            case ef.WayOut():
                self._tell_way_out()
                self._hub.shared_changed()
            case ef.CallbackChanged() | ef.QueueChanged():
                self._hub.shared_changed()
            case ef.BreakOverrun(agent):
                self._tell_overrun(agent)
            case _:
                pass

    async def close(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
        await self._background.close()

    def call_extras(self, call: CallId) -> CallExtras:
        known = self._extras.calls
        if call not in known and len(known) >= EXTRAS_KEPT:
            self._extras.calls = {c: known[c] for c in known if self._record(c)}
        return self._extras.calls.setdefault(call, CallExtras())

    def take_up(self) -> None:
        """After a restart, and after trouble of the store: look up anew what is shown of the calls
        that agents have; make the cards that could not be made."""
        self._make_owed()
        self._tell_way_out()
        for agent in self._router.agents.values():
            if call := getattr(agent.state, "call", None):
                self._spawn(self._look_up(call, agent.id))
                if not isinstance(agent.state, ag.Offered):
                    self._spawn(self._begin_card(call, agent.id))

    def _record(self, call: CallId) -> Call | None:
        return self._router.calls.get(call) or self._router.recently_ended.get(call)

    def recording_began(self, call_id: CallId) -> None:
        self.call_extras(call_id).recording = True
        self._call_changed(call_id)

    def recording_ended(self, call_id: CallId) -> None:
        """It stopped while the call goes on."""
        self.call_extras(call_id).recording = False
        self._call_changed(call_id)

    def _call_changed(self, call_id: CallId) -> None:
        call = self._record(call_id)
        if call is None:
            return
        if call.agent:
            self._hub.own_changed(call.agent)
        if isinstance(call.state, cl.Consulting) and call.state.adviser:
            self._hub.own_changed(call.state.adviser)
        self._hub.shared_changed()
        if call.ended_at is not None and call.id not in self._counted:
            self._roll_day()
            self._counted.add(call.id)
            self._count(call)
            self._tell_unreached(call)
            self._tell_gone(call)

    async def _look_up(self, call_id: CallId, agent: AgentId) -> None:
        """Who calls: earlier contacts and the region. The offer itself is on the screen already."""
        call = self._record(call_id)
        extras = self.call_extras(call_id)
        if call is None or extras.region or extras.history:
            return
        extras.menu_path = tuple(self._menu_result(call_id).choices)
        await self._learn(call)
        if call.number:
            extras.region = await asyncio.to_thread(numbers.region, call.number)
        self._hub.own_changed(agent)

    async def look_up_again(self, call_id: CallId) -> None:
        """What the store knows of the caller has changed while the call is on a screen."""
        call = self._record(call_id)
        if call is None or not self._shown_to(call_id):
            return
        await self._learn(call)
        for agent in self._shown_to(call_id):
            self._hub.own_changed(agent)

    def _shown_to(self, call: CallId) -> list[AgentId]:
        """Who has the call, is offered it or asked about it."""
        agents = self._router.agents.values()
        return [agent.id for agent in agents if getattr(agent.state, "call", None) == call]

    async def _learn(self, call: Call) -> None:
        extras = self.call_extras(call.id)
        extras.history = await self._cards.history(call.id, call.number)
        extras.caller = await self._cards.caller(call.id, call.number, self._menu_result(call.id))

    async def _begin_card(self, call: CallId, agent: AgentId) -> None:
        record = self._record(call)
        if record is not None and record.about is not None:
            card = await self._cards.of(record.about)
        elif call in self._router.calls or call in self._owed_cards:
            card = await self._make_card(call, agent)
        else:
            card = await self._cards.of(call)
        self.call_extras(call).card = card
        self._hub.own_changed(agent)

    async def _make_card(self, call: CallId, agent: AgentId) -> str:
        menu = self._owed_cards.get(call) or self._menu_result(call)
        try:
            card = await self._cards.begin(call, agent, menu)
        except StoreError:
            self._owed_cards[call] = menu
            self._try_again()
            raise
        self._owed_cards.pop(call, None)
        return card

    def _try_again(self) -> None:
        """The journal may be well while a card is refused: nobody else would tell when to go on."""
        if self._retry is None:
            self._retry = asyncio.get_running_loop().call_later(CARD_AGAIN_S, self._make_owed)

    def _make_owed(self) -> None:
        self._retry = None
        for call_id in tuple(self._owed_cards):
            record = self._record(call_id)
            if record is None or record.agent is None:
                del self._owed_cards[call_id]  # too long ago: nobody has it on the screen
            else:
                self._spawn(self._begin_card(call_id, record.agent))

    def begin_day(self) -> bool:
        """Forget what was counted if another day has come by the clock's being set; then
        ``load_day`` is to follow."""
        before = self._day
        self._roll_day()
        return self._day != before

    def load_day(self, report: Report) -> None:
        """Begin with what the store has counted today, calls that ended last included."""
        self._counted.update(self._router.recently_ended)
        self._talks = {a.id: (a.calls, a.talk_s) for a in self._router.agents.values()}
        for queue in report.queues:
            if queue.queue is not None:
                counts = queue.counts
                self._extras.queues[queue.queue] = DayCount(
                    counts.offered, counts.answered, counts.abandoned
                )
        for agent in report.agents:
            self._extras.agents[agent.agent] = DayCount(
                answered=agent.calls, talk_s=agent.talk_s, break_s=agent.break_s
            )

    # -- counted today -------------------------------------------------------------

    def _today(self) -> datetime.date:
        return day_of(self._clock.now(), self._router.centre.zone)

    def _roll_day(self) -> None:
        if (today := self._today()) != self._day:
            self._day = today
            self._counted.clear()
            self._extras.queues.clear()
            self._extras.agents.clear()

    def _count(self, call: Call) -> None:
        self._extras.calls.get(call.id, CallExtras()).recording = False
        if call.queue and call.direction == "in" and call.queued_at is not None:
            day = self._extras.queues.setdefault(call.queue, DayCount())
            day.offered += 1
            day.answered += call.outcome == "answered"
            day.abandoned += call.outcome in ABANDONED

    def _tell_unreached(self, call: Call) -> None:
        """An outgoing call that came to nothing leaves no trace on the screen but this."""
        if call.direction == "out" and call.agent and call.outcome in UNREACHED:
            detail = detail_of(call.state.cause) if isinstance(call.state, cl.Ended) else ""
            why = words(
                "call.not_reached",
                number=numbers.readable(call.number),
                why=call.outcome,
                detail=detail,
            )
            self._hub.notice(messages.Notice(level="warning", words=why), [call.agent])

    def _tell_gone(self, call: Call) -> None:
        """Who talks on to nobody is to know why; the wrap-up that begins does not say it."""
        agent = self._router.agents.get(call.agent) if call.agent else None
        talked = agent is not None and isinstance(agent.state, ag.WrapUp)
        if agent and talked and isinstance(call.state, cl.Ended) and call.state.by == "caller":
            gone = messages.Notice(level="info", words=words("call.caller_hung_up"))
            self._hub.notice(gone, [agent.id])

    def _tell_way_out(self) -> None:
        if self._router.no_way is not None:
            lost = messages.Notice(level="error", words=words("way_out.lost"))
            self._hub.stand("way out", lost)
        else:
            self._hub.ends("way out", messages.Notice(level="info", words=words("way_out.back")))

    def _tell_overrun(self, login: AgentId) -> None:
        warn = functools.partial(messages.Notice, level="warning")
        self._hub.notice(warn(words=words("shift.break_too_long")), [login])
        name = self._extras.names.get(login, login)
        overseers = [who for who in self._hub.overseers() if who != login]
        theirs = words("shift.break_of_another_too_long", name=name)
        self._hub.notice(warn(words=theirs), overseers)

    def _count_talks(self, login: AgentId) -> None:
        """Add what the core has counted for the agent since the last look: in a call that was
        transferred each agent has a share."""
        agent = self._router.agents[login]
        calls, talk_s = self._talks.get(login, (0, 0.0))
        if agent.calls < calls:
            calls, talk_s = 0, 0.0  # a new shift counts from nothing
        self._talks[login] = (agent.calls, agent.talk_s)
        if (agent.calls, agent.talk_s) != (calls, talk_s):
            self._roll_day()
            day = self._extras.agents.setdefault(login, DayCount())
            day.answered += agent.calls - calls
            day.talk_s += max(0.0, agent.talk_s - talk_s)

    def _count_break(self, login: AgentId) -> None:
        """Add up breaks when they end."""
        agent = self._router.agents.get(login)
        state = agent.state if agent else None
        if isinstance(state, ag.OnBreak) and state.reason != ag.LOGIN_BREAK:
            self._breaks[login] = state.since
        elif (since := self._breaks.pop(login, None)) is not None:
            day = self._extras.agents.setdefault(login, DayCount())
            day.break_s += self._clock.now() - since

    def _count_wrap_up(self, login: AgentId) -> None:
        """Add up wrap-ups when they end."""
        agent = self._router.agents.get(login)
        state = agent.state if agent else None
        if isinstance(state, ag.WrapUp):
            self._wrap_ups[login] = state.since
        elif (since := self._wrap_ups.pop(login, None)) is not None:
            day = self._extras.agents.setdefault(login, DayCount())
            day.wrap_up_s += self._clock.now() - since

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._background.spawn(self._logged(work))

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except EkcError as error:
            log.warning("look-up failed", error=error.message)
        except Exception:
            log.exception("look-up broke")
