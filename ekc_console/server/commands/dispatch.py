"""The door of all commands: who may, done once, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

import structlog

from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.errors import EkcError, WordsError
from ekc_console.log import tell_detail
from ekc_console.server.commands.audited import note_done
from ekc_console.server.commands.handler import Handler, registry
from ekc_console.server.commands.replies import Replies
from ekc_console.server.commands.rights import require_role
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.engine.protocol import EngineError, LegGone
from ekc_console.server.live.views import Views
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal, store_busy, store_damaged
from ekc_console.server.store.base.errors import StoreDamaged, StoreError
from ekc_console.wire import codec, messages, supervision, way_in
from ekc_console.wire.centre import rehearsal
from ekc_console.wire.words import words, words_of

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


_DOCUMENTS = (way_in.CompareSettings, way_in.ApplySettings, rehearsal.StartRehearsal)
"""Commands with a whole file in one text."""


class Commands:
    def __init__(
        self,
        runtime: Runtime,
        views: Views,
        clock: Clock,
        replies: Replies,
        note: Callable[..., None],
        handlers: Iterable[Mapping[type, Handler]],
    ) -> None:
        """``note`` puts what is audited into the trail. Raises TypeError when ``handlers`` are not
        those of all commands, each once."""
        self._runtime = runtime
        self._views = views
        self._clock = clock
        self._replies = replies
        self._note = note
        self._handlers = registry(*handlers)

    async def execute(self, person: Person, request: messages.Request) -> messages.Reply:
        """Do the command once, however often it is sent under the same id; by the rights of now.
        One that nobody waits for any more, and that was not begun, is not done."""
        if refusal := self._forbidden(person, request):
            return refused(request, refusal)
        reply = await self._replies.find(person, request)
        if reply is None:
            if request.by and self._clock.steady() > request.by:
                log.warning("command came too late", command=type(request.body).__name__)
                return refused(request, Refusal("too_late", "server.too_late"))
            work = self._reply(person, request)
            reply = self._replies.begin(person, request.id, work)
        # Shielded: a console that goes away must not undo half a command.
        return await asyncio.shield(reply)

    async def read(self, person: Person, body: messages.Command) -> messages.Reply:
        """Of a command that changes nothing: asked anew each time, and kept for nobody."""
        request = messages.Request(id="", body=body)
        if refusal := self._forbidden(person, request):
            return refused(request, refusal)
        return await self._reply(person, request)

    def _forbidden(self, person: Person, request: messages.Request) -> Refusal | None:
        body = request.body
        try:
            require_role(self._runtime.router, person, body)
        except Refusal as refusal:
            log.info("not allowed", command=type(body).__name__, login=person.login)
            return refusal
        if not isinstance(body, _DOCUMENTS) and codec.longest_text(body) > codec.TEXT_LIMIT:
            return Refusal("bad_value", "server.long_text", most=codec.TEXT_LIMIT)
        return None

    async def _reply(self, person: Person, request: messages.Request) -> messages.Reply:
        if self._views.engine.out_of_sight and isinstance(request.body, _FOR_THE_ENGINE):
            return refused(request, Refusal("engine_down", "engine.out_of_sight"))
        before = self._runtime.seq
        try:
            result = await self._handlers[type(request.body)](person, request.body)
            # Nothing is plainly done before its fact is in the journal.
            unsaved = self._runtime.seq != before and not await self._runtime.kept()
        except Refusal as refusal:
            if refusal.code == "not_allowed":
                log.info("not allowed", command=type(request.body).__name__, login=person.login)
            return refused(request, refusal)
        except WordsError as error:
            return refused(request, Refusal("bad_value", error.key, **error.values))
        except IllegalFact:
            return refused(request, Refusal("wrong_state", "server.state_changed"))
        except LegGone:
            return refused(request, Refusal("engine_down", "engine.call_over"))
        except EngineError as error:
            log.error("order refused", command=type(request.body).__name__, why=error.message)
            return refused(request, Refusal("engine_down", "engine.refused"))
        except StoreError as error:
            log.error("command not stored", command=type(request.body).__name__, why=error.message)
            damaged = isinstance(error, StoreDamaged)
            return refused(request, store_damaged() if damaged else store_busy())
        except EkcError:
            # Of a field or a step: the console asks the same before it sends.
            log.info("value refused", command=type(request.body).__name__)
            return refused(request, Refusal("bad_value", "server.value_refused"))
        except Exception:
            log.exception("command broke", command=type(request.body).__name__)
            return refused(request, Refusal("server_busy", "server.error"))
        tell_detail(log, "command done", command=type(request.body).__name__, login=person.login)
        note_done(self._note, person, request.body)
        return messages.Reply(id=request.id, ok=True, result=result, unsaved=unsaved)


def refused(request: messages.Request, why: Refusal) -> messages.Reply:
    """What is answered to a command that is not done."""
    return messages.Reply(
        id=request.id, ok=False, code=why.code, words=words_of(why), faults=why.faults
    )


def not_understood(request_id: str, why: str) -> messages.Reply:
    """Of a command that this server does not know, or not in this shape: another version's."""
    told = words("server.not_understood", why=why)
    return messages.Reply(id=request_id, ok=False, code="bad_value", words=told)
