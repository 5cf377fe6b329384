"""Replies kept for commands that are sent again: a command is done once, whatever the network."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Coroutine
from typing import Any

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people.person import Person
from ekc_console.wire import messages

REPLIES_KEPT = 200
"""Per login."""

_OfOne = collections.OrderedDict[str, tuple[Person, asyncio.Future[messages.Reply]]]
"""Of one login, by the id of the request; with the person as of then."""


class Replies:
    def __init__(self) -> None:
        self._sent: dict[AgentId, _OfOne] = {}

    async def find(self, person: Person, request: str) -> asyncio.Future[messages.Reply] | None:
        """None when the request is a new one, and when its answer tells what another role, other
        queues or clinics let the person see: known when it is there. What was done, and tells
        nothing, is not done again."""
        while kept := self._sent.get(person.login, _OfOne()).get(request):
            before, reply = kept
            if before == person or reply.done():
                return None if before != person and _tells(reply) else reply
            await asyncio.wait([reply])
        return None

    def begin(
        self, person: Person, request: str, work: Coroutine[Any, Any, messages.Reply]
    ) -> asyncio.Future[messages.Reply]:
        """Do the ``work`` of a new request; its reply is found until so many others are kept."""
        sent = self._sent.setdefault(person.login, _OfOne())
        reply = asyncio.ensure_future(work)
        sent[request] = person, reply
        while len(sent) > REPLIES_KEPT:
            sent.popitem(last=False)
        return reply

    def forget(self, login: AgentId) -> None:
        self._sent.pop(login, None)


def _tells(reply: asyncio.Future[messages.Reply]) -> bool:
    return not reply.cancelled() and reply.result().result is not None
