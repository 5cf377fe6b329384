"""Who serves which queues with which skills until the end of the shift, by a supervisor's order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as ca
from ekc_console.domain.state import skills
from ekc_console.domain.state.opening import LAST_TIER
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.people.duties import login_fact, queue_and_tier
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.scope import require_person, require_queue
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts
from ekc_console.wire import steering
from ekc_console.wire.words import Words, words


@dataclass(frozen=True, slots=True)
class _Duty:
    tiers: Mapping[QueueId, int]
    skills: tuple[str, ...]


class DutyOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self, runtime: Runtime, database: Database, tell: Callable[[AgentId, Words], None]
    ) -> None:
        """``tell`` is a word to an operator."""
        self._runtime = runtime
        self._database = database
        self._tell = tell
        self.handlers: dict[type, Handler] = {
            steering.ChangeDuty: self._change,
            steering.RestoreDuty: self._restore,
        }

    @property
    def _router(self) -> Router:
        return self._runtime.router

    async def _change(self, person: Person, body: steering.ChangeDuty) -> steering.Duty:
        agent = self._on_shift(person, body.agent)
        added = dict(self._named(person, body.add))
        dropped = {queue for queue, _tier in self._named(person, body.drop)}
        tiers = {q: agent.tier_in(q) for q in agent.queues if q not in dropped} | added
        wanted = _Duty(tiers, _skills(agent.skills, body.add_skills, body.drop_skills))
        return self._put_in_force(person, agent, wanted, body, "shift.duty_changed")

    async def _restore(self, person: Person, body: steering.RestoreDuty) -> steering.Duty:
        self._on_shift(person, body.agent)
        account = await self._database.read(lambda conn: accounts.get(conn, body.agent))
        if account is None:
            raise Refusal("unknown", "staff.no_such_login", login=body.agent)
        agent = self._on_shift(person, body.agent)
        own = login_fact(agent.id, account.queues, account.skills, self._router.queues)
        wanted = _Duty(dict(own.tiers), own.skills)
        return self._put_in_force(person, agent, wanted, body, "shift.duty_restored")

    def _on_shift(self, person: Person, login: str) -> ag.Agent:
        require_person(self._router, person, "order", AgentId(login))
        agent = self._router.agents.get(AgentId(login))
        if agent is None:
            raise Refusal("unknown", "order.no_such_agent")
        if isinstance(agent.state, ag.Offline):
            raise Refusal("wrong_state", "order.agent_off")
        return agent

    def _named(self, person: Person, texts: Iterable[str]) -> Iterable[tuple[QueueId, int]]:
        """The queues and tiers that the order names. Raises Refusal."""
        for text in texts:
            try:
                queue, tier = queue_and_tier(text)
            except SettingsError as error:
                raise Refusal("bad_value", "order.bad_tier", queue=text, most=LAST_TIER) from error
            if queue not in self._router.queues:
                known = ", ".join(self._router.queues)
                raise Refusal("unknown", "queue.not_one_of", queue=queue, known=known)
            require_queue(self._router, person, "order", queue)
            yield queue, tier

    def _put_in_force(
        self,
        person: Person,
        agent: ag.Agent,
        wanted: _Duty,
        order: steering.ChangeDuty | steering.RestoreDuty,
        told: str,
    ) -> steering.Duty:
        """``told``: key of the word to the agent. Without a change nothing is told."""
        changes = self._changes(agent, wanted)
        if changes:
            if not order.sure:
                self._require_somebody(agent, wanted)
            fact = f.DutyChanged(
                agent.id,
                tuple(wanted.tiers),
                wanted.skills,
                tuple(wanted.tiers.items()),
                person.login,
                order.why,
            )
            try:
                self._runtime.submit(fact)
            except IllegalFact as illegal:
                raise Refusal("wrong_state", "server.not_now") from illegal
            if agent.id != person.login:
                word = words(told, name=person.name, changes=", ".join(changes), why=order.why)
                self._tell(agent.id, word)
        queues = tuple(f"{q}={tier}" if tier != 1 else q for q, tier in wanted.tiers.items())
        return steering.Duty(agent=agent.id, queues=queues, skills=wanted.skills)

    def _changes(self, agent: ag.Agent, wanted: _Duty) -> list[str]:
        """Each ``+Title``, ``−Title`` or, where the tier alone is another, ``Title: 2``."""
        had = {q: agent.tier_in(q) for q in agent.queues}
        return [
            *(f"+{self._title(q)}" for q in wanted.tiers if q not in had),
            *(f"−{self._title(q)}" for q in had if q not in wanted.tiers),
            *(
                f"{self._title(q)}: {tier}"
                for q, tier in wanted.tiers.items()
                if had.get(q, tier) != tier
            ),
            *(f"+{skill}" for skill in wanted.skills if skill not in agent.skills),
            *(f"−{skill}" for skill in agent.skills if skill not in wanted.skills),
        ]

    def _title(self, queue: QueueId) -> str:
        settings = self._router.queues.get(queue)
        return settings.title if settings else queue

    def _require_somebody(self, agent: ag.Agent, wanted: _Duty) -> None:
        """Raises Refusal (``conflict``) when callers wait in a queue that would have nobody."""
        for queue in agent.staffs:
            if queue in wanted.tiers:
                continue
            waiting = sum(
                call.queue == queue and isinstance(call.state, ca.Waiting | ca.Offered)
                for call in self._router.calls.values()
                if not call.virtual
            )
            agents = self._router.agents.values()
            if waiting and not any(queue in a.staffs for a in agents if a.id != agent.id):
                raise Refusal(
                    "conflict", "order.leaves_nobody", queue=self._title(queue), waiting=waiting
                )


def _skills(have: Sequence[str], add: Iterable[str], drop: Iterable[str]) -> tuple[str, ...]:
    """Raises Refusal for what is no skill."""
    add, drop = tuple(add), tuple(drop)
    for text in (*add, *drop):
        try:
            skills.check_skill(text)
        except SettingsError as error:
            raise Refusal("bad_value", "order.bad_skill", skill=text) from error
    gone = {skills.name_of(text) for text in (*add, *drop)}
    return tuple(sorted({*(s for s in have if skills.name_of(s) not in gone), *add}))
