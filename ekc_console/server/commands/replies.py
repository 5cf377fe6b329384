"""Replies kept for commands that are sent again: a command is done once, whatever the network."""

from __future__ import annotations

import asyncio
import collections
import re
from collections.abc import Coroutine
from typing import Any

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people.person import Person
from ekc_console.wire import messages

REPLIES_KEPT = 200
"""Per login."""
_READING = re.compile("Get|Find|List|Search|Compare|Open(Card|Person)$|ReadAudit")
"""Names of commands that change nothing."""

_OfOne = collections.OrderedDict[str, tuple[Person, asyncio.Future[messages.Reply]]]
"""Of one login, by the id of the request; with the person as of then."""


class Replies:
    def __init__(self) -> None:
        self._sent: dict[AgentId, _OfOne] = {}

    async def find(
        self, person: Person, request: messages.Request
    ) -> asyncio.Future[messages.Reply] | None:
        """None when the request is a new one, and when it only reads what another role, other
        queues or clinics let the person see: known when the answer is there. What was done is not
        done again."""
        while kept := self._sent.get(person.login, _OfOne()).get(request.id):
            before, reply = kept
            same = _rights(before) == _rights(person)
            if same or not _only_reads(request.body):
                return reply
            if reply.done():
                return None if _tells(reply) else reply
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


def _rights(person: Person) -> tuple[object, ...]:
    return person.role, person.queues, person.clinics, person.last_call


def _only_reads(body: messages.Command) -> bool:
    return _READING.match(type(body).__name__) is not None


def _tells(reply: asyncio.Future[messages.Reply]) -> bool:
    return not reply.cancelled() and reply.result().result is not None
