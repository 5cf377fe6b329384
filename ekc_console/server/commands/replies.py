"""Replies kept for commands that are sent again: a command is done once, whatever the network."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import Coroutine
from typing import Any

from ekc_console.domain.terms.ids import AgentId
from ekc_console.wire import messages

REPLIES_KEPT = 200
"""Per login."""

_OfOne = collections.OrderedDict[str, asyncio.Future[messages.Reply]]
"""Of one login, by the id of the request."""


class Replies:
    def __init__(self) -> None:
        self._sent: dict[AgentId, _OfOne] = {}

    def find(self, login: AgentId, request: str) -> asyncio.Future[messages.Reply] | None:
        """None when the request is a new one."""
        return self._sent.get(login, _OfOne()).get(request)

    def begin(
        self, login: AgentId, request: str, work: Coroutine[Any, Any, messages.Reply]
    ) -> asyncio.Future[messages.Reply]:
        """Do the ``work`` of a new request; its reply is found until so many others are kept."""
        sent = self._sent.setdefault(login, _OfOne())
        reply = sent[request] = asyncio.ensure_future(work)
        while len(sent) > REPLIES_KEPT:
            sent.popitem(last=False)
        return reply

    def forget(self, login: AgentId) -> None:
        self._sent.pop(login, None)
