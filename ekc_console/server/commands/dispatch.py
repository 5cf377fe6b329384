"""The door of all commands: who may, done once, answered."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Awaitable, Callable, Mapping

import structlog

from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.errors import EkcError
from ekc_console.server.calls.operator_lines import OperatorLines
from ekc_console.server.cards.cards import Cards
from ekc_console.server.commands.call import CallCommands
from ekc_console.server.commands.card import CardCommands
from ekc_console.server.commands.handler import Handler, registry
from ekc_console.server.commands.rights import require_role
from ekc_console.server.commands.shift import ShiftCommands
from ekc_console.server.commands.supervision import Orders
from ekc_console.server.commands.talk import TalkCommands
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import EngineError
from ekc_console.server.live.views import Views
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import STORE_BUSY, Refusal
from ekc_console.server.store.base.errors import StoreError
from ekc_console.wire import messages, supervision

log = structlog.get_logger(__name__)

_FOR_THE_ENGINE = (
    messages.AcceptOffer,
    messages.HoldCall,
    messages.ResumeCall,
    messages.Dial,
    messages.DialCallback,
    messages.CallMyPhone,
    messages.TransferCall,
    messages.StartConsult,
    messages.SwitchConsult,
    messages.CompleteConsult,
    messages.CancelConsult,
    supervision.PickCall,
)
"""Commands that come to nothing while the engine is out of sight. To end a call is not among them:
that is done when it is seen again."""
_OUT_OF_SIGHT = "Связи с телефонией нет: разговор идёт, повторите, когда связь вернётся."
REPLIES_KEPT = 200
"""Replies per login kept to answer a command that is sent again."""


_Replies = collections.OrderedDict[str, asyncio.Future[messages.Reply]]
"""Of one login, by the id of the request."""


class Commands:
    def __init__(
        self,
        runtime: Runtime,
        lines: OperatorLines,
        cards: Cards,
        views: Views,
        calls: CallCommands,
        orders: Orders,
        break_limits: Mapping[str, float],
        log_out: Callable[[Person], Awaitable[None]],
        work: Mapping[type, Handler],
    ) -> None:
        """``work``: handlers of the commands about the work beside the phone."""
        self._runtime = runtime
        self._views = views
        self._replies: dict[
            AgentId, collections.OrderedDict[str, asyncio.Future[messages.Reply]]
        ] = {}
        self._handlers = registry(
            ShiftCommands(runtime, lines, cards, break_limits, log_out).handlers,
            TalkCommands(runtime, lines, views).handlers,
            CardCommands(cards).handlers,
            calls.handlers,
            orders.handlers,
            work,
        )

    async def execute(self, person: Person, request: messages.Request) -> messages.Reply:
        """Do the command once, however often it is sent under the same id."""
        sent = self._replies.setdefault(person.login, collections.OrderedDict())
        reply = sent.get(request.id)
        if reply is None:
            reply = sent[request.id] = asyncio.ensure_future(self._reply(person, request))
            while len(sent) > REPLIES_KEPT:
                sent.popitem(last=False)
        # Shielded: a console that goes away must not undo half a command.
        return await asyncio.shield(reply)

    async def _reply(self, person: Person, request: messages.Request) -> messages.Reply:
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
        return messages.Reply(id=request.id, ok=True, result=result, unsaved=unsaved)

    def forget(self, login: AgentId) -> None:
        self._replies.pop(login, None)


def _refused(request: messages.Request, code: messages.RefusalCode, message: str) -> messages.Reply:
    return messages.Reply(id=request.id, ok=False, code=code, message=message)
