"""Who is at work: a shift begins with a console, and waits for it when it is gone."""

from __future__ import annotations

from ekc_console.domain.facts import (
    AgentForced,
    AgentLoggedOut,
    AgentReturned,
    AgentVanished,
    DutyChanged,
    ListeningStopped,
)
from ekc_console.domain.state.agent import (
    LOGIN_BREAK,
    Advising,
    Agent,
    NotResponding,
    Offline,
    OnBreak,
    OnCall,
    Ready,
    WrapUp,
)
from ekc_console.domain.terms.ids import AgentId, Role
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.people.auth import Session
from ekc_console.server.people.duties import login_fact
from ekc_console.server.people.person import Person


class Attendance:
    """``names`` and ``roles`` are filled with those of who has come, by login."""

    def __init__(
        self, runtime: Runtime, names: dict[AgentId, str], roles: dict[AgentId, Role]
    ) -> None:
        self._runtime = runtime
        self._router = runtime.router
        self._names = names
        self._roles = roles
        self._closed: set[AgentId] = set()
        """Whose account was closed while a caller was in hand."""

    async def begin(self, session: Session) -> None:
        """A console connected: the agent's shift begins, or goes on."""
        login = AgentId(session.login)
        self._names[login], self._roles[login] = session.name, session.role
        agent = self._router.agents.get(login)
        if agent is None or isinstance(agent.state, Offline):
            known = self._router.queues
            self._runtime.submit(login_fact(login, session.queues, session.skills, known))
        else:
            self._runtime.submit(AgentReturned(login))
            self._give_duty(agent, session)
            self.give_back(login)
        self._closed.discard(login)
        await self._runtime.settled()

    def _give_duty(self, agent: Agent, session: Session) -> None:
        """Who came only to listen serves no queue; by the own console the shift begins. Whose
        queues were taken by an order comes back to that."""
        came = isinstance(agent.state, OnBreak) and agent.state.reason == LOGIN_BREAK
        if agent.serves or not came:
            return
        own = login_fact(agent.id, session.queues, session.skills, self._router.queues)
        if own.queues:
            self._runtime.submit(
                DutyChanged(agent.id, own.queues, own.skills, own.tiers, by=agent.id)
            )

    def give_back(self, login: AgentId) -> None:
        """Who may be on shift again while the talk or its wrap-up lasts goes on with both."""
        self._closed.discard(login)
        agent = self._router.agents.get(login)
        if agent is not None and agent.pending_logout and agent.right_lost:
            self._runtime.submit(AgentForced(login, "ready", "system", finish=True))

    def look_on(self, session: Session) -> None:
        """A console connected that only sees and orders: whoever was on shift is so without a
        console from now on, unless it is the one by which a talk is listened to."""
        login = AgentId(session.login)
        self._names[login], self._roles[login] = session.name, session.role
        may_serve = Person.of(session).may("serve")
        if not may_serve:
            self._end_shift(login)
        agent = self._router.agents.get(login)
        own = agent is not None and not agent.serves  # it came to listen, by such a console
        if (own or not may_serve) and self._on_shift(login):
            self._runtime.submit(AgentReturned(login))
        else:
            self.interrupt(login)

    def changed(self, login: AgentId, now: Session | None) -> None:
        """What the person may do now; None: nothing any more. Who may not be in a talk in this way
        leaves it at once, whatever the line."""
        if now is not None:
            self._roles[login] = now.role
        listening = self._router.listenings.get(login)
        if listening and (now is None or not Person.of(now).may(listening.mode, listening.whose)):
            self._runtime.submit(ListeningStopped(login))
        if now is not None and not Person.of(now).may("serve"):
            self._end_shift(login)

    def closed(self, login: AgentId) -> None:
        """The account is closed: where no console is, nobody comes back to finish a wrap-up. A talk
        goes on, and the shift ends after it."""
        agent = self._router.agents.get(login)
        if self.has_caller(login):
            self._closed.add(login)
        self._end_shift(login, finish=agent is not None and agent.present)

    def was_closed(self, login: AgentId) -> bool:
        """In the midst of the call in hand, be it open again by now."""
        return login in self._closed

    def has_caller(self, login: AgentId) -> bool:
        """Has a call in hand, is in another one's, has just had one whose card is open, or one that
        may come back: it is given to somebody who has not taken it yet."""
        agent = self._router.agents.get(login)
        if agent is None:
            return False
        return agent.pending_logout or isinstance(agent.state, OnCall | Advising | WrapUp)

    def last_call(self, login: AgentId) -> None:
        """The session is over, the call in hand is not: no other comes after it."""
        self._end_shift(login)

    def _end_shift(self, login: AgentId, *, finish: bool = True) -> None:
        """Of a person who may be on none any more: after what is held, a talk and its wrap-up.
        ``finish`` as of :class:`AgentForced`."""
        agent = self._router.agents.get(login)
        if agent is None:
            return
        match agent.state:
            case Offline():
                pass
            case Ready() if agent.pending_logout:
                pass  # it waits for a caller who may come back
            case Ready() | OnBreak() | NotResponding():
                self._runtime.submit(AgentLoggedOut(login))
            case WrapUp() if not finish:
                self._runtime.submit(AgentLoggedOut(login))
            case _ if not agent.pending_logout:
                self._runtime.submit(AgentForced(login, "offline", "system", finish=finish))

    def _on_shift(self, login: AgentId) -> bool:
        agent = self._router.agents.get(login)
        return agent is not None and not isinstance(agent.state, Offline)

    def interrupt(self, login: AgentId) -> None:
        """The console is gone: no offers until it is back; a talk goes on without it, also one that
        is listened to."""
        agent = self._router.agents.get(login)
        if agent is not None and agent.only_listens and login not in self._router.listenings:
            self._runtime.submit(AgentLoggedOut(login))
        elif self._on_shift(login):
            self._runtime.submit(AgentVanished(login))
