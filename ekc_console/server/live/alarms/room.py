"""When figures are looked at, and who hears what happens by it.

Of queues and people that changed, and of those that get beyond a limit by time alone: once a second
at most. What happens is written to the event log, and kept with it: a start takes it up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from ekc_console.domain import effects as ef
from ekc_console.domain.insight.limits_in_force import person_limit, queue_limit
from ekc_console.domain.router import Router
from ekc_console.domain.state import agent as ag
from ekc_console.domain.terms.alarm_limits import (
    NO_LIMIT,
    USUAL_ALARMS,
    AlarmSettings,
    Limit,
    QueueFigure,
)
from ekc_console.domain.terms.ids import AgentId, CallId, QueueId, Role
from ekc_console.domain.terms.localtime import HALF_HOUR_S
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.faults import Faults
from ekc_console.server.live.alarms.book import AlarmBook, Happened, Thing
from ekc_console.server.live.alarms.figures import Reading, of_person, of_queue
from ekc_console.server.live.watch.rows import WatchRows

EVERY_S = 1.0
"""Between two looks."""

Heard = Callable[[Sequence[Happened]], None]


class AlarmRoom:
    """``take_up`` once, when the store was read; ``look_again`` when facts come; ``on_effect``."""

    def __init__(
        self,
        router: Router,
        rows: WatchRows,
        clock: Clock,
        faults: Faults,
        roles: Mapping[AgentId, Role],
    ) -> None:
        self.book = AlarmBook()
        self._router = router
        self._rows = rows
        self._clock = clock
        self._faults = faults
        self._roles = roles
        self._heard: list[Heard] = []
        self._people: set[AgentId] = set()
        """Who has changed since the last look."""
        self._queues = False
        """Whether any queue may have."""
        self._moments: dict[AgentId, float] = {}
        """When somebody is to be looked at though nothing changes; so is the next one, of the
        queues."""
        self._queues_at: float | None = None
        self._talks: dict[AgentId, tuple[CallId, float]] = {}
        """The call in hand, and when the talk began, holds and questions included."""
        self._told = 0
        """Changes of the book that the listeners know of."""
        self._looked_at = 0.0
        self._due: asyncio.TimerHandle | None = None

    def listen(self, heard: Heard) -> None:
        """It is told what happens, after every look and order."""
        self._heard.append(heard)

    @property
    def settings(self) -> AlarmSettings:
        """As they are in force."""
        return self._router.centre.alarms or USUAL_ALARMS

    def level_of(self, queue: str, figure: QueueFigure) -> int:
        """How far the figure is beyond its limits, as of the last look."""
        return self.book.level_of(("queue", queue), figure)

    def take_up(self, book: AlarmBook) -> None:
        """What stood before the server's start."""
        self.book = book

    def close(self) -> None:
        if self._due is not None:
            self._due.cancel()

    # -- what has changed ----------------------------------------------------------

    def on_effect(self, effect: ef.Effect) -> None:
        match effect:
            case ef.CallChanged() | ef.QueueChanged():
                self._queues = True
            case ef.AgentChanged(agent):
                self._queues = True
                self._people.add(agent)
            case _:
                return
        self._soon()

    def look_again(self) -> None:
        """At everything: limits have changed."""
        self._queues = True
        self._people.update(self._router.agents)
        self._people.update(
            AgentId(thing) for about, thing in self.book.things if about == "person"
        )
        self._soon()

    def clock_set(self, by_s: float) -> None:
        self.book.clock_set(by_s)
        self._talks = {login: (call, at + by_s) for login, (call, at) in self._talks.items()}
        self._moments.clear()
        self.look_again()

    def _soon(self) -> None:
        """A look that waits for a moment comes earlier."""
        loop = asyncio.get_running_loop()
        self._look_at(max(loop.time(), self._looked_at + EVERY_S))

    def _look_at(self, loop_time: float) -> None:
        if self._due is not None:
            if self._due.when() <= loop_time:
                return
            self._due.cancel()
        loop = asyncio.get_running_loop()
        self._due = loop.call_at(loop_time, self._faults.guard, "alarms", self._look)

    # -- a look --------------------------------------------------------------------

    def _look(self) -> None:
        self._due = None
        self._looked_at = asyncio.get_running_loop().time()
        now = self._clock.now()
        people, self._people = self._people, set()
        people.update(login for login, at in self._moments.items() if at <= now)
        happened: list[Happened] = []
        if self._queues or (self._queues_at is not None and self._queues_at <= now):
            self._queues = False
            happened += self._look_at_queues(now)
        for login in people:
            happened += self._look_at_person(login, now)
        self.tell(happened)
        self._next(now)

    def _look_at_queues(self, now: float) -> list[Happened]:
        happened: list[Happened] = []
        moments = [(now // HALF_HOUR_S + 1) * HALF_HOUR_S]
        known: set[Thing] = set()
        for row in self._rows.queues(now):
            thing: Thing = ("queue", row.id)
            known.add(thing)
            new, again = self.book.observe(thing, of_queue(row), self._of_queue(row.id), now)
            happened += new
            moments += [] if again is None else [again]
        for gone in self.book.things - known:
            if gone[0] == "queue":
                happened += self.book.observe(gone, (), lambda _: NO_LIMIT, now)[0]
        self._queues_at = min(moments)
        return happened

    def _look_at_person(self, login: AgentId, now: float) -> list[Happened]:
        agent = self._router.agents.get(login)
        reading = of_person(agent, self._talk_since(agent)) if agent is not None else None
        readings = () if reading is None or login in self._router.listenings else (reading,)
        happened, again = self.book.observe(
            ("person", login), readings, self._of_person(login), now
        )
        if again is None:
            self._moments.pop(login, None)
        else:
            self._moments[login] = again
        return happened

    def _talk_since(self, agent: ag.Agent) -> float | None:
        state = agent.state
        if not isinstance(state, ag.Talking | ag.Holding | ag.Consulting):
            self._talks.pop(agent.id, None)
            return None
        call, since = self._talks.get(agent.id, (state.call, state.since))
        if call != state.call:
            since = state.since
        self._talks[agent.id] = state.call, since
        return since

    def _of_queue(self, queue: str) -> Callable[[Reading], Limit]:
        settings, alarms = self._router.queues[QueueId(queue)], self.settings
        return lambda reading: queue_limit(alarms, settings, reading.figure)

    def _of_person(self, login: AgentId) -> Callable[[Reading], Limit]:
        centre, alarms, role = self._router.centre, self.settings, self._roles.get(login, "")
        return lambda reading: person_limit(
            alarms, centre.breaks, login, role, reading.figure, reading.reason
        )

    def _next(self, now: float) -> None:
        """By the moments that are ahead; one that is past and brought nothing comes again."""
        ahead = [*self._moments.values(), *([] if self._queues_at is None else [self._queues_at])]
        if self._people or self._queues:
            self._soon()
        elif ahead:
            wait_s = max(EVERY_S, min(ahead) - now)
            self._look_at(asyncio.get_running_loop().time() + wait_s)

    # -- what people do --------------------------------------------------------------

    def tell(self, happened: Sequence[Happened]) -> None:
        """All who listen, unless everything is as it was."""
        if not happened and self.book.changes == self._told:
            return
        self._told = self.book.changes
        for heard in self._heard:
            self._faults.guard("alarms", heard, happened)
