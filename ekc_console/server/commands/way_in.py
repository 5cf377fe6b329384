"""Orders that close and open the way in: queues, the announcement, blocked numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog

from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state import call as ca
from ekc_console.domain.state import callback as cb
from ekc_console.domain.terms import numbers
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.domain.terms.state_table import IllegalFact
from ekc_console.errors import EkcError, reason
from ekc_console.server.commands.handler import Handler
from ekc_console.server.core import in_force
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.runtime import Runtime
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.wire import way_in

log = structlog.get_logger(__name__)

LONGEST_S = 10 * 366 * 86_400.0
"""Of a span that somebody may give."""
ANNOUNCEMENT_LIMIT = 600
"""Characters; a minute of speech that every caller has to hear."""
EXTENSION = re.compile(r"\d{2,6}")
"""A number inside a neighbouring exchange."""


class LineOrders:
    """``handlers`` go into :class:`ekc_console.server.commands.dispatch.Commands`."""

    def __init__(
        self,
        runtime: Runtime,
        clock: Clock,
        speak: Callable[[str], Awaitable[object]],
        schedule: Callable[[QueueId], tuple[str, float | None]],
        trunks: Callable[[], dict[str, str]],
    ) -> None:
        """``speak`` makes a text ready to be played; ``schedule`` names a queue's schedule (empty:
        none) and its next change; ``trunks`` tells their states."""
        self._runtime = runtime
        self._clock = clock
        self._speak = speak
        self._schedule = schedule
        self._trunks = trunks
        self.handlers: dict[type, Handler] = {
            way_in.GetLine: self._line,
            way_in.CloseQueue: self._close,
            way_in.OpenQueue: self._open,
            way_in.SetAnnouncement: self._announce,
            way_in.BlockNumber: self._block,
            way_in.UnblockNumber: self._unblock,
            way_in.GetBlocked: self._blocked,
        }

    async def _line(self, person: Person, body: way_in.GetLine) -> way_in.LineState:
        waiting = Counter(
            call.queue
            for call in self._runtime.router.calls.values()
            if isinstance(call.state, ca.Waiting | ca.Offered) and call.queue
        )
        queues = self._runtime.router.queues.values()
        return way_in.LineState(
            queues=tuple(self._door(queue, waiting[queue.id]) for queue in queues),
            announcement=self._runtime.router.announcement,
            blocked=len(self._in_force()),
            trunks=self._trunks(),
        )

    def _door(self, queue: QueueSettings, waiting: int) -> way_in.QueueDoor:
        door = self._runtime.router.doors.get(queue.id)
        schedule, next_change = self._schedule(queue.id)
        return way_in.QueueDoor(
            id=queue.id,
            title=queue.title,
            open=door is None or door.open,
            by=door.by if door else "",
            why=door.why if door else "",
            since=door.since if door else None,
            until=door.until if door else None,
            schedule=schedule,
            next_change=next_change,
            closed_rule=any(rule.when == "closed" for rule in queue.overflow),
            waiting=waiting,
        )

    async def _close(self, person: Person, body: way_in.CloseQueue) -> None:
        queue = self._queue(body.queue)
        until, lasts = self._end(body)
        self._submit(f.QueueClosed(queue, person.login, body.why, until, lasts))

    async def _open(self, person: Person, body: way_in.OpenQueue) -> None:
        self._submit(f.QueueOpened(self._queue(body.queue), person.login, body.why))

    async def _announce(self, person: Person, body: way_in.SetAnnouncement) -> None:
        text = " ".join(body.text.split())
        if len(text) > ANNOUNCEMENT_LIMIT:
            raise Refusal(
                "bad_value", "announcement.too_long", most=ANNOUNCEMENT_LIMIT, have=len(text)
            )
        if text:
            if not any(char.isalnum() for char in text):
                raise Refusal("bad_value", "announcement.no_words")
            # Before it is in force: no caller waits for the synthesis.
            try:
                await self._speak(text)
            except EkcError as error:
                log.error("announcement not spoken", error=reason(error))
                raise Refusal("bad_value", "announcement.unspoken") from error
        self._submit(f.AnnouncementSet(text, person.login, body.why))

    async def _block(self, person: Person, body: way_in.BlockNumber) -> way_in.Number:
        number = callers_number(self._runtime.router, body.number)
        if self._in_emergency(number):
            raise Refusal("wrong_state", "number.in_emergency", number=numbers.readable(number))
        if self._is_owed(number) and not body.sure:
            raise Refusal("conflict", "number.owed", number=numbers.readable(number))
        until, lasts = self._end(body)
        self._submit(f.NumberBlocked(number, until, person.login, body.why, lasts))
        return way_in.Number(number=number)

    async def _unblock(self, person: Person, body: way_in.UnblockNumber) -> way_in.Number:
        number = callers_number(self._runtime.router, body.number)
        if number not in self._in_force():
            raise Refusal("unknown", "number.not_blocked", number=numbers.readable(number))
        self._submit(f.NumberUnblocked(number, person.login, body.why))
        return way_in.Number(number=number)

    async def _blocked(self, person: Person, body: way_in.GetBlocked) -> way_in.BlockedNumbers:
        found = sorted(self._in_force().values(), key=lambda b: (-b.since, b.number))
        return way_in.BlockedNumbers(numbers=tuple(found))

    def _in_force(self) -> dict[str, way_in.BlockedNumber]:
        now = self._clock.now()
        return {
            b.id: way_in.BlockedNumber(
                number=b.id, until=b.until, by=b.by, why=b.why, since=b.since
            )
            for b in self._runtime.router.blocked.values()
            if b.until is None or b.until > now
        }

    def _in_emergency(self, number: str) -> bool:
        """Somebody is owed an urgent call at it, or will be if the call from it is cut off: a block
        would end that for ever."""
        router = self._runtime.router
        owed = any(one.number == number and one.urgent for one in router.callbacks.values())
        return owed or any(
            call.number == number and call.in_emergency for call in router.calls.values()
        )

    def _is_owed(self, number: str) -> bool:
        """A block would close the callback; one that is being dialled is let ring."""
        router = self._runtime.router
        owed = router.owed.get(number)
        return owed is not None and not isinstance(router.callbacks[owed].state, cb.Dialing)

    def _queue(self, queue: str) -> QueueId:
        if QueueId(queue) not in self._runtime.router.queues:
            known = ", ".join(self._runtime.router.queues)
            raise Refusal("unknown", "queue.not_one_of", queue=queue, known=known)
        return QueueId(queue)

    def _end(self, body: way_in.CloseQueue | way_in.BlockNumber) -> tuple[float | None, bool]:
        """When the order ends, and whether that is the end of a span."""
        if body.for_s is not None:
            if not 0 < body.for_s <= LONGEST_S:
                raise Refusal("bad_value", "until.no_such_span")
            return self._clock.now() + body.for_s, True
        if body.until is not None and body.until <= self._clock.now():
            raise Refusal("bad_value", "until.over")
        return body.until, False

    def _submit(self, fact: f.Fact) -> None:
        try:
            self._runtime.submit(fact)
        except IllegalFact as illegal:
            raise Refusal("wrong_state", "server.not_now") from illegal


def callers_number(router: Router, text: str) -> str:
    """A number as it stands in the calls that come from it. Raises Refusal."""
    written = text.strip()
    number = in_force.canonical(router, written)
    readable = re.fullmatch(r"\+?[\d\s().-]+", written) is not None
    if readable and number and (number.startswith("+") or EXTENSION.fullmatch(number)):
        return number
    raise Refusal("bad_value", "number.unreadable", text=written)
