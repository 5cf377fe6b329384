"""What a person's console is shown of the queues, as of the last ``refresh`` of the views."""

from __future__ import annotations

from ekc_console.server.live.views import Views
from ekc_console.server.people.person import Person
from ekc_console.wire import messages


def waiting(views: Views, person: Person) -> list[messages.WaitingCall]:
    return [each for each in _shared(views, person) if isinstance(each, messages.WaitingCall)]


def queues(views: Views, person: Person) -> list[messages.QueueInfo]:
    return [each for each in _shared(views, person) if isinstance(each, messages.QueueInfo)]


def _shared(views: Views, person: Person) -> list[messages.ViewEntity]:
    shelves = views.shelves(person).values()
    return [entity for shelf in shelves for entity in shelf.entities.values()]
