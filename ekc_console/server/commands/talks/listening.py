"""Commands of who listens to a talk: checked, made facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.call import Call
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.rights import Right, reach
from ekc_console.domain.terms.state_table import IllegalFact, IllegalReason
from ekc_console.server.commands.handler import Handler, agent_of
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.live.listening import listener_of
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import require_person, scope
from ekc_console.wire.listening import ComeToListen, Listen, StopListening, TakeOver

_WORDS: Mapping[IllegalReason, str] = {
    "no_leg": "line.not_ready",
    "not_free": "listening.not_free",
    "unknown_call": "call.gone",
}
_NO_RIGHT: Mapping[Right, str] = {
    "listen": "right.no_listen",
    "whisper": "right.no_whisper",
    "barge": "right.no_barge",
    "take_over": "right.no_take_over",
}
_TALK = ag.Talking | ag.Holding | ag.Consulting


class ListeningCommands:
    """``names``: of people, by login; ``note`` puts into the audit trail which call was taken."""

    def __init__(
        self, runtime: Runtime, names: Mapping[AgentId, str], note: Callable[..., None]
    ) -> None:
        self._note = note
        self._runtime = runtime
        self._names = names
        self.handlers: dict[type, Handler] = {
            ComeToListen: self._come,
            Listen: self._listen,
            StopListening: self._stop,
            TakeOver: self._take_over,
        }

    @property
    def _router(self) -> Router:
        return self._runtime.router

    async def _come(self, person: Person, body: ComeToListen) -> None:
        agent = self._router.agents.get(person.login)
        if agent is None or isinstance(agent.state, ag.Offline):
            self._runtime.submit(f.AgentLoggedIn(person.login, ()))
        elif not agent.present:
            self._runtime.submit(f.AgentReturned(person.login))

    async def _listen(self, person: Person, body: Listen) -> None:
        agent_of(self._router, person)
        call = self._call(body)
        self._require(person, body.mode, call)
        other = listener_of(self._router, call.id)
        if other is not None and other.id != person.login:
            name = self._names.get(other.id, other.id)
            raise Refusal("wrong_state", "listening.taken", name=name)
        whose = reach(person.role, body.mode) or "own"
        fact = f.ListeningBegun(person.login, call.id, body.mode, body.why, whose)
        self._submit(fact, "listening.no_talk")

    async def _stop(self, person: Person, body: StopListening) -> None:
        if person.login in self._router.listenings:
            self._runtime.submit(f.ListeningStopped(person.login))

    async def _take_over(self, person: Person, body: TakeOver) -> None:
        listening = self._router.listenings.get(person.login)
        if listening is None:
            raise Refusal("wrong_state", "listening.first")
        call = self._router.calls[listening.call]
        self._require(person, "take_over", call)
        self._let_asked_go(call)
        fact: f.Fact = f.CallTakenOver(person.login, call.id, body.why)
        if isinstance(call.state, cl.Waiting | cl.Offered):  # given to an operator or to a queue
            reaches = scope(self._router, person, "take_over").has_queue(call.queue)
            fact = f.CallPicked(person.login, call.id, ordered=reaches)
        self._submit(fact, "listening.nothing_to_take")
        what = f"take_over: {body.why}" if body.why else "take_over"
        self._note(person.login, "listen", about=call.id, reason=what)

    def _let_asked_go(self, call: Call) -> None:
        """One who is asked about the call and has not answered; a consultation that is spoken, a
        service that is called and a number that the caller is given to are not cut. Raises
        Refusal."""
        match call.state:
            case cl.Consulting() if call.emergency is not None:
                raise Refusal("wrong_state", "listening.service_called")
            case cl.Consulting(open=True):
                raise Refusal("wrong_state", "listening.consultation")
            case cl.Consulting() if call.agent is not None:
                self._submit(f.ConsultCancelled(call.id, call.agent), "listening.nothing_to_take")
            case cl.Transferring() | cl.Linked():
                raise Refusal("wrong_state", "listening.handed_on")

    def _call(self, body: Listen) -> Call:
        if bool(body.call) == bool(body.agent):
            raise Refusal("bad_value", "listening.one_of_two")
        call = CallId(body.call) or self._call_of(AgentId(body.agent))
        found = self._router.calls.get(call) if call else None
        if found is None or found.agent is None:
            raise Refusal("unknown", "listening.no_talk")
        return found

    def _call_of(self, agent: AgentId) -> CallId | None:
        record = self._router.agents.get(agent)
        state = record.state if record else None
        return state.call if isinstance(state, _TALK) else None

    def _require(self, person: Person, right: Right, call: Call) -> None:
        """Raises Refusal (``not_allowed``)."""
        if not person.may(right):
            raise Refusal("not_allowed", _NO_RIGHT[right])
        if call.agent is not None:
            require_person(self._router, person, right, call.agent)

    def _submit(self, fact: f.Fact, otherwise: str) -> None:
        """Raises Refusal; ``otherwise`` is the key where no reason of the core has one."""
        try:
            self._runtime.submit(fact)
        except IllegalFact as illegal:
            raise Refusal("wrong_state", _WORDS.get(illegal.reason, otherwise)) from illegal
