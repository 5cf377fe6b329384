"""Commands on their way: until when each may be done, on the server's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from ekc_console.client.link.errors import Offline, Refused
from ekc_console.i18n import N_, _
from ekc_console.wire import codec
from ekc_console.wire.messages import Command, Request, Result, Welcome

_REMEDY = N_("Обновите консоль до версии сервера.")


class ServerSteady:
    """The server's steady seconds, as one link has told them; no clock that is set moves it.

    What is told is old by its way here, so of several the one that is furthest ahead is nearest:
    a deadline is never later on the server's clock than it is here.
    """

    def __init__(self) -> None:
        self._ahead_s: float | None = None

    def told(self, welcome: Welcome, now: float) -> None:
        """``now``, as below: seconds of this machine's own steady clock."""
        if welcome.steady:
            ahead_s = welcome.steady - now
            self._ahead_s = ahead_s if self._ahead_s is None else max(ahead_s, self._ahead_s)

    def at(self, moment: float) -> float:
        """0 where the server has not told: it knows no deadlines."""
        return 0.0 if self._ahead_s is None else moment + self._ahead_s


@dataclass(slots=True)
class UnderWay:
    """Waited for until ``by``, seconds of the loop's clock; sent anew on every link till then."""

    id: str
    body: Command
    by: float
    answer: asyncio.Future[Result | None]
    doubted: bool = False
    """A link has ended with it, and perhaps by it."""

    def encoded(self, server: ServerSteady) -> bytes:
        return codec.encode(Request(id=self.id, body=self.body, by=server.at(self.by)))


def doubt(commands: Iterable[UnderWay], why: str) -> None:
    """After a link that the server has ended for what it did not understand: the command that was
    alone on it is refused; of several each has one more try, then it has no answer."""
    waiting = [one for one in commands if not one.answer.done()]
    for one in waiting:
        if len(waiting) == 1:
            one.answer.set_exception(Refused("bad_value", why, _(_REMEDY)))
        elif one.doubted:
            one.answer.set_exception(Offline(why, _(_REMEDY)))
        one.doubted = True
