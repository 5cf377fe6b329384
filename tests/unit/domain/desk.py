"""A router with short words for the facts that tests give it."""

from __future__ import annotations

from typing import Any, TypeVar

from ekc_console.domain import facts as f
from ekc_console.domain.effects import Effect, OfferCall
from ekc_console.domain.router import Router
from ekc_console.domain.state.agent import Agent
from ekc_console.domain.state.call import Call
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms.ids import AgentId, CallbackId, CallId, OfferId, QueueId
from ekc_console.domain.terms.settings import QueueSettings

T0 = 1_750_000_000.0
E = TypeVar("E")

MENU_NUMBER = "+79000000001"


def queue(name: str = "main", **settings: Any) -> QueueSettings:
    settings.setdefault("announce_every_s", 0.0)
    settings.setdefault("callback_auto", False)
    return QueueSettings(QueueId(name), name, **settings)


class Desk:
    def __init__(self, *queues: QueueSettings) -> None:
        self.router = Router()
        self.now = T0
        self.effects: list[Effect] = []
        """Of the last fact."""
        self.give(f.QueuesConfigured(queues or (queue(),)))

    def give(self, fact: f.Fact) -> list[Effect]:
        self.effects = self.router.handle(fact, self.now)
        return self.effects

    def wait(self, seconds: float) -> list[Effect]:
        """Let time pass, with every deadline served at its moment; all effects of it."""
        end, effects = self.now + seconds, []
        while (due := self.router.next_deadline()) is not None and due <= end:
            self.now = max(self.now, due)
            effects += self.give(f.TimePassed())
        self.now = end
        self.effects = effects
        return effects

    def of(self, kind: type[E]) -> list[E]:
        """The effects of that kind among the last ones."""
        return [e for e in self.effects if isinstance(e, kind)]

    # -- reading

    def call(self, call: str) -> Call:
        key = CallId(call)
        return self.router.calls.get(key) or self.router.recently_ended[key]

    def agent(self, agent: str) -> Agent:
        return self.router.agents[AgentId(agent)]

    def callback(self, callback: str = "cb1") -> Callback:
        key = CallbackId(callback)
        return self.router.callbacks.get(key) or self.router.recently_settled[key]

    def offers(self) -> list[tuple[str, str]]:
        """(call, agent) of the offers among the last effects."""
        return [(e.call, e.agent) for e in self.of(OfferCall)]

    def waiting(self, name: str = "main") -> list[str]:
        return list(self.router.waiting(QueueId(name)))

    # -- facts

    def menu(self, call: str, number: str | None = MENU_NUMBER) -> None:
        self.give(f.CallArrived(CallId(call), number, "122"))

    def enqueue(
        self, call: str, name: str = "main", *skills: str, priority: int = 0
    ) -> list[Effect]:
        return self.give(f.CallQueued(CallId(call), QueueId(name), "topic", skills, priority))

    def arrive(
        self, call: str, number: str | None = MENU_NUMBER, name: str = "main", *skills: str
    ) -> list[Effect]:
        self.menu(call, number)
        return self.enqueue(call, name, *skills)

    def log_in(self, agent: str, *queues: str, skills: tuple[str, ...] = ()) -> None:
        names = tuple(QueueId(q) for q in queues or ("main",))
        self.give(f.AgentLoggedIn(AgentId(agent), names, skills))
        self.give(f.AgentLegUp(AgentId(agent)))

    def ready(self, agent: str, *queues: str, skills: tuple[str, ...] = ()) -> list[Effect]:
        """Logged in first, if need be."""
        if AgentId(agent) not in self.router.agents:
            self.log_in(agent, *queues, skills=skills)
        return self.give(f.AgentReady(AgentId(agent)))

    def accept(self, agent: str) -> list[Effect]:
        return self.give(f.OfferAccepted(self.offer_of(agent), AgentId(agent)))

    def refuse(self, agent: str, reason: f.RefusalReason = "rejected") -> list[Effect]:
        return self.give(f.OfferRefused(self.offer_of(agent), AgentId(agent), reason))

    def offer_of(self, agent: str) -> OfferId:
        offer: OfferId = self.agent(agent).state.offer  # type: ignore[union-attr]
        return offer

    def talk(self, agent: str) -> str:
        """The agent accepts the open offer and is joined; the call."""
        call: str = self.agent(agent).state.call  # type: ignore[union-attr]
        self.accept(agent)
        self.give(f.CallBridged(CallId(call)))
        return call

    def end(self, call: str, by: f.EndedBy = "caller", cause: str = "normal") -> list[Effect]:
        return self.give(f.CallEnded(CallId(call), by, cause))

    def place(self, call: str, agent: str, callback: str | None = None) -> list[Effect]:
        owed = None if callback is None else CallbackId(callback)
        return self.give(f.CallPlaced(CallId(call), AgentId(agent), MENU_NUMBER, owed))
