"""Commands of a console: checked, turned into facts, answered."""

from __future__ import annotations

import asyncio
import collections
import secrets
from collections.abc import Awaitable, Callable, Mapping

import structlog

from ekc_console.domain.facts import (
    AgentHungUp,
    AgentLoggedOut,
    AgentPaused,
    AgentReady,
    CallbackClosed,
    CallHeld,
    CallPlaced,
    CallResumed,
    ConsultAccepted,
    ConsultLeft,
    Fact,
    OfferAccepted,
    OfferRefused,
    WrapUpFinished,
)
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, OfferId
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.errors import EkcError
from ekc_console.server.calls.operator_lines import OperatorLines
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.call import CallCommands
from ekc_console.server.commands.handler import Handler, registry
from ekc_console.server.commands.rights import require_callback, require_role
from ekc_console.server.commands.supervision import Orders
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import EngineError
from ekc_console.server.live.views import Person, Views, consult_offer
from ekc_console.server.refusal import STORE_BUSY, Refusal
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire import messages as wire
from ekc_console.wire import supervision as orders

log = structlog.get_logger(__name__)

_FOR_THE_ENGINE = (
    wire.AcceptOffer,
    wire.HoldCall,
    wire.ResumeCall,
    wire.Dial,
    wire.DialCallback,
    wire.CallMyPhone,
    wire.TransferCall,
    wire.StartConsult,
    wire.SwitchConsult,
    wire.CompleteConsult,
    wire.CancelConsult,
    orders.PickCall,
)
"""Commands that come to nothing while the engine is out of sight. To end a call is not among them:
that is done when it is seen again."""
_OUT_OF_SIGHT = "Связи с телефонией нет: разговор идёт, повторите, когда связь вернётся."
_ENDS_LATER = "Связи с телефонией нет: звонок завершится, когда она вернётся."
REPLIES_KEPT = 200
"""Replies per login kept to answer a command that is sent again."""


class Commands:
    def __init__(
        self,
        runtime: Runtime,
        lines: OperatorLines,
        cards: Cards,
        views: Views,
        calls: CallCommands,
        supervision: Orders,
        break_limits: Mapping[str, float],
        log_out: Callable[[Person], Awaitable[None]],
        work: Mapping[type, Handler],
    ) -> None:
        """``work``: handlers of the commands about the work beside the phone."""
        self._runtime = runtime
        self._lines = lines
        self._cards = cards
        self._views = views
        self._break_limits = break_limits
        self._log_out = log_out
        self._replies: dict[AgentId, collections.OrderedDict[str, asyncio.Future[wire.Reply]]] = {}
        own: dict[type, Handler] = {
            wire.GoReady: self._go_ready,
            wire.GoBreak: self._go_break,
            wire.LogOut: self._end_shift,
            wire.OpenLine: self._open_line,
            wire.CallMyPhone: self._call_my_phone,
            wire.StandBy: self._stand_by,
            wire.AcceptOffer: self._accept,
            wire.RejectOffer: self._reject,
            wire.HangUpCall: self._hang_up,
            wire.HoldCall: self._hold,
            wire.ResumeCall: self._resume,
            wire.Dial: self._dial,
            wire.DialCallback: self._dial_callback,
            wire.CloseCallback: self._close_callback,
            wire.FinishWrapUp: self._finish_wrap_up,
            wire.GetScenario: self._get_scenario,
            wire.OpenCard: self._open_card,
            wire.SaveDraft: self._save_draft,
            wire.SaveCard: self._save_card,
            wire.FindContacts: self._find,
        }
        self._handlers = registry(own, calls.handlers, supervision.handlers, work)

    async def execute(self, person: Person, request: wire.Request) -> wire.Reply:
        """Do the command once, however often it is sent under the same id."""
        sent = self._replies.setdefault(person.login, collections.OrderedDict())
        reply = sent.get(request.id)
        if reply is None:
            reply = sent[request.id] = asyncio.ensure_future(self._reply(person, request))
            while len(sent) > REPLIES_KEPT:
                sent.popitem(last=False)
        # Shielded: a console that goes away must not undo half a command.
        return await asyncio.shield(reply)

    async def _reply(self, person: Person, request: wire.Request) -> wire.Reply:
        if self._views.engine.out_of_sight and isinstance(request.body, _FOR_THE_ENGINE):
            return _refused(request, "engine_down", _OUT_OF_SIGHT)
        before = self._runtime.seq
        try:
            require_role(person, request.body)
            result = await self._handlers[type(request.body)](person, request.body)
            # Nothing is plainly done before its fact is in the journal.
            unsaved = self._runtime.seq != before and not await self._runtime.kept()
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                log.info("not allowed", command=type(request.body).__name__, login=person.login)
            return _refused(request, refusal.code, refusal.message)
        except IllegalFact:
            return _refused(request, "wrong_state", "Сейчас это невозможно: состояние изменилось.")
        except EngineError as error:
            return _refused(request, "engine_down", f"Телефония не отвечает: {error.message}")
        except StoreError as error:
            log.error("command not stored", command=type(request.body).__name__, why=error.message)
            return _refused(request, "server_busy", STORE_BUSY)
        except EkcError as error:
            return _refused(request, "bad_value", str(error))
        except Exception:
            log.exception("command broke", command=type(request.body).__name__)
            return _refused(request, "server_busy", "Ошибка сервера; она записана в журнал.")
        return wire.Reply(id=request.id, ok=True, result=result, unsaved=unsaved)

    def forget(self, login: AgentId) -> None:
        self._replies.pop(login, None)

    # -- the agent ---------------------------------------------------------------

    async def _go_ready(self, person: Person, body: wire.GoReady) -> None:
        state = self._agent(person).state
        if isinstance(state, ag.WrapUp):
            await self._require_saved(state.call, person)
        self._runtime.submit(AgentReady(person.login))

    async def _go_break(self, person: Person, body: wire.GoBreak) -> None:
        if body.reason not in self._break_limits:
            raise Refusal("bad_value", f"Нет такой причины перерыва: «{body.reason}».")
        limit_s = self._break_limits[body.reason]
        self._runtime.submit(AgentPaused(person.login, body.reason, limit_s))

    async def _end_shift(self, person: Person, body: wire.LogOut) -> None:
        agent = self._agent(person)
        if not isinstance(agent.state, ag.Ready | ag.OnBreak | ag.WrapUp | ag.NotResponding):
            raise Refusal("wrong_state", "Сначала закончите звонок, потом завершайте смену.")
        if isinstance(agent.state, ag.WrapUp):
            await self._require_saved(agent.state.call, person)
        self._runtime.submit(AgentLoggedOut(person.login))
        await self._log_out(person)

    async def _open_line(self, person: Person, body: wire.OpenLine) -> wire.Line:
        if isinstance(self._agent(person).state, ag.Offline):
            raise Refusal("wrong_state", "Смена завершена: войдите заново.")
        return await self._lines.open(person.login)

    async def _call_my_phone(self, person: Person, body: wire.CallMyPhone) -> None:
        number = self._own_number(person, body.number)
        await self._lines.keep_phone(person.login, number)

    async def _stand_by(self, person: Person, body: wire.StandBy) -> None:
        if isinstance(self._agent(person).state, ag.Offline):
            raise Refusal("wrong_state", "Смена завершена: войдите заново.")
        number = self._own_number(person, body.number) if body.number else ""
        await self._lines.stand_by(person.login, number)

    def _own_number(self, person: Person, text: str) -> str:
        """Of a telephone that the server calls for the operator's voice."""
        if isinstance(self._agent(person).state, ag.Offline):
            raise Refusal("wrong_state", "Смена завершена: войдите заново.")
        # ``StandBy`` with a number is what ``CallMyPhone`` is.
        require_role(person, wire.CallMyPhone(number=text))
        number = numbers.canonical(text)
        if number is None:
            raise Refusal("bad_value", f"«{text}» — не номер телефона.")
        return number

    # -- calls -------------------------------------------------------------------

    async def _accept(self, person: Person, body: wire.AcceptOffer) -> None:
        agent = self._agent(person)
        if isinstance(agent.state, ag.Asked) and body.offer == consult_offer(agent.state.call):
            self._runtime.submit(ConsultAccepted(agent.state.call, person.login))
            return
        if getattr(agent.state, "offer", None) != body.offer:
            raise Refusal("wrong_state", "Этого предложения уже нет: вызов ушёл другому или снят.")
        self._runtime.submit(OfferAccepted(OfferId(body.offer), person.login))

    async def _reject(self, person: Person, body: wire.RejectOffer) -> None:
        state = self._agent(person).state
        if isinstance(state, ag.Asked) and body.offer == consult_offer(state.call):
            self._runtime.submit(ConsultLeft(state.call, person.login))
            return
        self._runtime.submit(OfferRefused(OfferId(body.offer), person.login))

    async def _hang_up(self, person: Person, body: wire.HangUpCall) -> None:
        if isinstance(self._agent(person).state, ag.Advising):
            self._on_my_call(person, body.call, ConsultLeft(CallId(body.call), person.login))
            return
        self._on_my_call(person, body.call, AgentHungUp(person.login, CallId(body.call)))
        if self._views.engine.out_of_sight:
            self._lines.tell(person.login, _ENDS_LATER)

    async def _hold(self, person: Person, body: wire.HoldCall) -> None:
        self._on_my_call(person, body.call, CallHeld(CallId(body.call), person.login))

    async def _resume(self, person: Person, body: wire.ResumeCall) -> None:
        self._on_my_call(person, body.call, CallResumed(CallId(body.call), person.login))

    async def _dial(self, person: Person, body: wire.Dial) -> None:
        number = numbers.canonical(body.number)
        if number is None:
            raise Refusal("bad_value", f"«{body.number}» — не номер телефона.")
        self._place(person, number, None)

    async def _dial_callback(self, person: Person, body: wire.DialCallback) -> None:
        callback = self._callback(person, body.callback)
        if isinstance(callback.state, cb.Dialing):
            raise Refusal("wrong_state", "Этому абоненту уже перезванивают.")
        self._place(person, callback.number, callback.id)

    async def _close_callback(self, person: Person, body: wire.CloseCallback) -> None:
        callback = self._callback(person, body.callback)
        if isinstance(callback.state, cb.Dialing):
            raise Refusal("wrong_state", "Этому абоненту сейчас перезванивают.")
        self._runtime.submit(CallbackClosed(callback.id, body.result, person.login))

    def _place(self, person: Person, number: str, callback: CallbackId | None) -> None:
        agent = self._agent(person)
        if not agent.has_leg:
            raise Refusal("wrong_state", "Линия ещё не готова: дождитесь соединения с сервером.")
        if not isinstance(agent.state, ag.Ready | ag.OnBreak | ag.WrapUp):
            raise Refusal("wrong_state", "Сначала закончите текущий звонок.")
        call = CallId(f"out-{secrets.token_hex(8)}")
        self._runtime.submit(CallPlaced(call, person.login, number, callback))

    def _on_my_call(self, person: Person, call: str, fact: Fact) -> None:
        state = self._agent(person).state
        # In wrap-up the call of the same id may be another's by now.
        if not isinstance(state, ag.OnCall | ag.Advising) or state.call != call:
            raise Refusal("wrong_state", "Этого звонка у вас уже нет.")
        self._runtime.submit(fact)

    # -- cards -------------------------------------------------------------------

    async def _finish_wrap_up(self, person: Person, body: wire.FinishWrapUp) -> None:
        agent = self._agent(person)
        if not isinstance(agent.state, ag.WrapUp):
            return
        await self._require_saved(agent.state.call, person)
        self._runtime.submit(WrapUpFinished(person.login))

    async def _require_saved(self, call: CallId, person: Person) -> None:
        """Of the card of a wrap-up. While the store is in trouble nobody can save one, and callers
        do not wait for the disk: the card is kept at the console, which sends it again."""
        try:
            await self._cards.require_saved(call, person.login)
        except EkcError:
            if self._runtime.saved:
                raise

    async def _get_scenario(self, person: Person, body: wire.GetScenario) -> wire.ScenarioText:
        return await self._cards.scenario(body.scenario, body.version)

    async def _open_card(self, person: Person, body: wire.OpenCard) -> wire.Card:
        return await self._cards.open(person, body)

    async def _save_draft(self, person: Person, body: wire.SaveDraft) -> None:
        await self._cards.save_draft(person, body)

    async def _save_card(self, person: Person, body: wire.SaveCard) -> wire.Card:
        return await self._cards.save(person, body)

    async def _find(self, person: Person, body: wire.FindContacts) -> wire.Contacts:
        return await self._cards.find(person, body.text, body.limit)

    def _agent(self, person: Person) -> ag.Agent:
        agent = self._runtime.router.agents.get(person.login)
        if agent is None:
            raise Refusal("wrong_state", "Смена завершена: войдите заново.")
        return agent

    def _callback(self, person: Person, callback: str) -> cb.Callback:
        found = self._runtime.router.callbacks.get(CallbackId(callback))
        if found is None:
            raise Refusal("unknown", "Этого обратного вызова уже нет в списке.")
        require_callback(self._runtime.router, person, found)
        return found


def _refused(request: wire.Request, code: wire.RefusalCode, message: str) -> wire.Reply:
    return wire.Reply(id=request.id, ok=False, code=code, message=message)
