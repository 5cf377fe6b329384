"""Events of the telephony engine turned into facts of the core."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

import structlog

from ekc_console.domain.facts import CallAnswered, CallArrived, CallEnded, EndedBy, PlaceKept
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.dial_ends import DialEnd, cause_of
from ekc_console.domain.terms.ids import CallId
from ekc_console.log import tell_detail
from ekc_console.server.calls.menus.menu import Menus
from ekc_console.server.calls.operator_lines import OperatorLines
from ekc_console.server.calls.switch import Switch
from ekc_console.server.calls.take_over import TakeOver
from ekc_console.server.calls.transfers import Transfers
from ekc_console.server.calls.unheard import Unheard
from ekc_console.server.core import in_force
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine import protocol as en
from ekc_console.server.engine.engine_health import EngineHealth
from ekc_console.server.services.prompts import PLACE_NOT_KEPT
from ekc_console.server.tasks.background import Background

log = structlog.get_logger(__name__)


class Beside(Protocol):
    """A line that is no call of the books."""

    def takes(self, event: en.EngineEvent) -> bool:
        """Whether the event is of it alone."""

    def holds(self, leg: str) -> bool:
        """Whether it is this one, and goes on."""


class Telephony:
    """``on_event`` is the engine's sink. It returns at once; longer work runs in tasks."""

    def __init__(
        self,
        engine: en.TelephonyEngine,
        runtime: Runtime,
        lines: OperatorLines,
        switch: Switch,
        transfers: Transfers,
        menus: Menus,
        main_menu: str,
        unheard: Unheard,
        *,
        on_engine: Callable[[EngineHealth, str], None],
        on_trunk: Callable[[en.TrunkState | en.TrunkCalls], None],
        on_call_gone: Callable[[CallId], Awaitable[None]],
        beside: Beside,
    ) -> None:
        self._engine = engine
        self._runtime = runtime
        self._lines = lines
        self._switch = switch
        self._menus = menus
        self._main_menu = main_menu
        self._unheard = unheard
        self._take_over = TakeOver(
            engine,
            runtime,
            lines,
            switch,
            transfers,
            menus,
            main_menu,
            caller_came=lambda info: self._caller_arrived(
                CallId(info.leg), info.number, info.called or "", info.since, info.trunk
            ),
            outgoing_answered=self._outgoing_answered,
            call_over=self._call_over,
            is_beside=beside.holds,
            spawn=self._spawn,
        )
        self._on_engine = on_engine
        self._on_trunk = on_trunk
        self._on_call_gone = on_call_gone
        self._beside = beside
        self._background = Background()

    def on_event(self, event: en.EngineEvent) -> None:
        tell_detail(
            log, "engine event", event_type=type(event).__name__, leg=getattr(event, "leg", None)
        )
        if self._beside.takes(event):
            return
        match event:
            case en.CallerArrived(leg, number, called, _, since, trunk):
                self._caller_arrived(CallId(leg), number, called, since, trunk)
            case en.OperatorArrived(leg, account):
                self._spawn(self._lines.arrived(leg, account))
            case en.LegAnswered(leg, trunk):
                if self._lines.owns_phone(leg):
                    self._spawn(self._lines.phone_answered(leg))
                else:
                    self._outgoing_answered(CallId(leg), trunk)
            case en.LegEnded(leg, cause, detail, trunk):
                self._leg_ended(leg, cause, detail, trunk)
            case en.KeyPressed(leg, key):
                self._menus.key(CallId(leg), key)
                self._keep_place(CallId(leg), key)
            case en.PlaybackEnded(leg, playback):
                self._switch.playback_ended(CallId(leg), playback)
                self._menus.playback_ended(CallId(leg), playback)
            case en.EngineDown(reason, gone):
                self._engine_down(reason, gone)
            case en.EngineUp():
                self._engine_up(event)
            case en.TrunkState() | en.TrunkCalls():
                self._on_trunk(event)
            case en.LegSilent(leg, seconds):
                self._unheard.silent(CallId(leg), seconds)
            case en.LegRinging(leg):
                self._switch.before_answer.rings(CallId(leg))
            case en.LegSpeaks(leg):
                self._switch.before_answer.speaks(CallId(leg))

    async def close(self) -> None:
        await self._background.close()

    def _caller_arrived(
        self, call: CallId, number: str | None, called: str, since: float | None, trunk: str
    ) -> None:
        if call in self._runtime.router.calls:
            return  # the dialplan's fallback gave a call back that we know
        if call in self._runtime.router.recently_ended:
            log.error("a call that has ended came back", call=call)
            self._spawn(self._engine.hang_up(call))
            return
        number = in_force.canonical(self._runtime.router, number)
        self._runtime.submit(CallArrived(call, number, called, since, trunk))
        if isinstance(self._runtime.router.calls[call].state, cl.InMenu):
            self._menus.start(call, self._main_menu)

    def _keep_place(self, call: CallId, key: str) -> None:
        """The key of the queue by which a waiting caller asks to be called back."""
        router = self._runtime.router
        record = router.calls.get(call)
        if record is None or not isinstance(record.state, cl.Waiting | cl.Offered):
            return
        queue = router.queues[record.queue] if record.queue else None
        if queue is None or record.direction != "in" or key != queue.keep_place_key:
            return
        if record.number is None:
            self._switch.tell(call, PLACE_NOT_KEPT)
        else:
            self._runtime.submit(PlaceKept(call))

    def _outgoing_answered(self, call: CallId, trunk: str) -> None:
        if self._switch.forwarding.answered(call):
            return
        record = self._runtime.router.calls.get(call)
        if record is None:
            # The order for it was not answered in time, so it counts as not begun.
            log.warning("a call out that nobody knows was picked up", leg=call)
            self._spawn(self._engine.hang_up(call))
            return
        self._switch.before_answer.over(call)
        if isinstance(record.state, cl.Ringing):
            self._runtime.submit(CallAnswered(call, trunk))
            return
        if not isinstance(record.state, cl.Dialing) or record.agent is None:
            return
        self._runtime.submit(CallAnswered(call, trunk))
        self._switch.join_outgoing(call, record.agent)

    def _leg_ended(self, leg: str, end: DialEnd, detail: str, trunk: str) -> None:
        cause = cause_of(end, detail)
        if self._lines.ended(leg, end) or self._switch.forwarding.ended(leg, cause):
            return
        call = CallId(leg)
        self._unheard.over(call)
        self._switch.before_answer.over(call)
        self._switch.forwarding.caller_gone(call)
        self._menus.stop(call)
        by = self._switch.ended_by(call)
        if call in self._runtime.router.calls:
            self._runtime.submit(CallEnded(call, by=by, cause=cause, trunk=trunk))
            self._spawn(self._after(call))

    async def _after(self, call: CallId) -> None:
        await self._runtime.settled()
        await self._on_call_gone(call)

    def _engine_down(self, reason: str, gone: bool) -> None:
        if gone:
            self._engine_gone(reason)
        else:
            self._engine_out_of_sight(reason)

    def _engine_gone(self, reason: str) -> None:
        """All lines are cut: the core plans callbacks, the operators are told."""
        log.error("telephony engine down", reason=reason)
        self._on_engine("down", reason)
        self._switch.forwarding.forget_legs()
        for call, record in list(self._runtime.router.calls.items()):
            if not record.virtual:
                self._switch.ended_by(call)
                self._call_over(call, "engine")
        self._lines.all_gone()

    def _engine_out_of_sight(self, reason: str) -> None:
        """What lives there goes on unseen and keeps its state in the books. Menus wait: their step
        is said again, for the keys that are pressed meanwhile are not heard."""
        log.error("telephony engine out of sight", reason=reason)
        self._on_engine("out_of_sight", reason)
        for call, record in self._runtime.router.calls.items():
            if isinstance(record.state, cl.InMenu):
                self._menus.stop(call)
        self._lines.out_of_sight()

    def _engine_up(self, up: en.EngineUp) -> None:
        self._take_over.run(up)
        self._on_engine("up", "")
        self._spawn(self._lines.put_accounts_again())

    def _call_over(self, call: CallId, by: EndedBy, at: float | None = None) -> None:
        """Of a call whose leg is gone and told no event; ``at``: when, if not now."""
        self._menus.stop(call)
        self._switch.forwarding.caller_gone(call)
        self._switch.before_answer.over(call)
        cause = "engine" if by == "engine" else "normal"
        record = self._runtime.router.calls.get(call)
        if by == "engine" and record and isinstance(record.state, cl.Dialing | cl.Ringing):
            cause = cause_of("no_way")
        self._runtime.submit(CallEnded(call, by, cause, at))
        self._spawn(self._after(call))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._background.spawn(self._logged(work))

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except en.EngineError as error:
            log.warning("engine step failed", error=error.message)
        except Exception:
            log.exception("engine step broke")
