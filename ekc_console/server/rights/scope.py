"""How far a right of a person reaches, in queues, people and clinics."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from ekc_console.domain.router import Router
from ekc_console.domain.state.callback import Callback
from ekc_console.domain.terms import rights
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.rights import Right
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Scope:
    """Nothing of ``queues`` and ``people`` counts where ``everything`` is reached."""

    everything: bool = False
    queues: Set[QueueId] = frozenset()
    people: Set[AgentId] = frozenset()
    unqueued: bool = False
    """What stands in no queue is everybody's who serves or leads."""
    clinics: Set[str] = frozenset()

    def has_queue(self, queue: QueueId | None) -> bool:
        return self.everything or (self.unqueued if queue is None else queue in self.queues)

    def has_person(self, login: AgentId) -> bool:
        return self.everything or login in self.people

    def has_clinic(self, clinic: str) -> bool:
        """``clinic``: the id of the one that a card names, "" for none."""
        return self.everything or clinic in self.clinics

    def has_thing(self, about: Literal["queue", "person"], thing: str) -> bool:
        """``thing``: the id of a queue or a login."""
        if about == "queue":
            return self.has_queue(QueueId(thing))
        return self.has_person(AgentId(thing))


NOTHING = Scope()


def scope(router: Router, person: Person, right: Right) -> Scope:
    """Empty for who lacks the right."""
    match rights.reach(person.role, right) if person.may(right) else None:
        case None:
            return NOTHING
        case "centre":
            return Scope(everything=True)
        case "team":
            return _led(router, person)
        case "queues":
            return Scope(queues=_served(router, person), people={person.login}, unqueued=True)
        case "clinics":
            return Scope(clinics=frozenset(person.clinics))
        case "own":
            return Scope(people={person.login})


def _led(router: Router, person: Person) -> Scope:
    """The teams that the person leads, and the queues of the person's own account."""
    if not router.centre.teams:
        return Scope(everything=True)
    led = router.centre.led_by(person.login)
    queues, people = set(_served(router, person)), {person.login}
    for team in led:
        queues.update(team.queues or router.queues)
        people.update(team.people)
    return Scope(queues=queues, people=people, unqueued=bool(led))


def require_person(router: Router, person: Person, right: Right, login: AgentId) -> None:
    """Raises Refusal (``not_allowed``) when the right does not reach this person."""
    if not scope(router, person, right).has_person(login):
        raise Refusal("not_allowed", "right.other_team")


def require_queue(router: Router, person: Person, right: Right, queue: QueueId | None) -> None:
    """Raises Refusal (``not_allowed``) when the right does not reach this queue."""
    if not scope(router, person, right).has_queue(queue):
        raise Refusal("not_allowed", "right.other_queues")


def sees_callback(router: Router, person: Person, callback: Callback) -> bool:
    """It stands in the person's list. One that was given to the person does whatever its queue; one
    whose queue is gone is everybody's, so that nobody who is owed a call drops out of all lists."""
    queue = callback.queue if callback.queue in router.queues else None
    reached = scope(router, person, "callbacks")
    own = callback.assigned == person.login and reached.has_person(person.login)
    return own or reached.has_queue(queue)


def _served(router: Router, person: Person) -> Set[QueueId]:
    agent = router.agents.get(person.login)
    return frozenset(agent.queues if agent and agent.queues else person.queues)
