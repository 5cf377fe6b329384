"""The door of all commands: who may, done once, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import structlog

from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.errors import EkcError
from ekc_console.server.commands.handler import Handler, registry
from ekc_console.server.commands.replies import Replies
from ekc_console.server.commands.rights import require_role
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


class Commands:
    def __init__(
        self,
        runtime: Runtime,
        views: Views,
        replies: Replies,
        handlers: Iterable[Mapping[type, Handler]],
    ) -> None:
        """Raises TypeError when ``handlers`` are not those of all commands, each once."""
        self._runtime = runtime
        self._views = views
        self._replies = replies
        self._handlers = registry(*handlers)

    async def execute(self, person: Person, request: messages.Request) -> messages.Reply:
        """Do the command once, however often it is sent under the same id."""
        reply = self._replies.find(person.login, request.id)
        if reply is None:
            work = self._reply(person, request)
            reply = self._replies.begin(person.login, request.id, work)
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


def _refused(request: messages.Request, code: messages.RefusalCode, message: str) -> messages.Reply:
    return messages.Reply(id=request.id, ok=False, code=code, message=message)
