"""Who watches, and when they are sent what has changed.

Nothing is worked out while nobody watches. What has changed is sent at once, and while much
changes ten times a second; every :data:`~ekc_console.wire.watch.BEAT_S` everything is read afresh,
rights included, so that nothing shown depends on a change that was not told.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Iterable, Iterator

from ekc_console.domain import effects as ef
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.domain.terms.localtime import day_of, start_of
from ekc_console.server.core.clock import Clock
from ekc_console.server.core.faults import Faults
from ekc_console.server.live.sync import Hub, Outbox
from ekc_console.server.live.watch.levels import ended_row, ended_wait
from ekc_console.server.live.watch.rows import WatchRows
from ekc_console.server.live.watch.view import Audience, Key, WatchView, audience, key_of
from ekc_console.server.people.person import Person
from ekc_console.server.rights.scope import scope
from ekc_console.server.store.calls.report import AgentFigures
from ekc_console.server.store.calls.waits import EndedRow
from ekc_console.wire import watch
from ekc_console.wire.centre.alarms import About

GAP_S = 0.1
"""Between two deltas."""
OWED_GAP_S = 1.0
"""Between two readings of who is owed a call, which takes the longer the more there are."""

Figures = Callable[[list[watch.WatchQueue], float], None]
"""Is told all queues, in the order of the settings, as they were at a moment."""


class WatchRoom:
    def __init__(
        self,
        router: Router,
        rows: WatchRows,
        hub: Hub,
        clock: Clock,
        faults: Faults,
        alarms: Callable[[], list[watch.WatchAlarm]],
    ) -> None:
        """``alarms``: all that stand."""
        self._router = router
        self._rows = rows
        self._hub = hub
        self._clock = clock
        self._faults = faults
        self._alarms = alarms
        self._watchers: dict[AgentId, tuple[Person, Outbox]] = {}
        self._views: dict[Audience, WatchView] = {}
        self._figures: Figures | None = None
        self._people: set[AgentId] = set()
        """Who has changed since something was sent last; the next two: which calls, and whether
        what is one of a kind may have. To read that is dear where thousands are owed a call."""
        self._calls: set[CallId] = set()
        self._centre = False
        self._owed = False
        """Whether somebody who is owed a call may have changed; when they were read last."""
        self._owed_at = -OWED_GAP_S
        self._alarmed = False
        """Whether alarms have."""
        self._sent_at = 0.0
        self._day: datetime.date | None = None
        self._due: asyncio.TimerHandle | None = None
        self._beat: asyncio.TimerHandle | None = None

    # -- who watches ---------------------------------------------------------------

    def begin(self, person: Person) -> bool:
        """The person's console is sent everything, and then what changes. False: it has none."""
        outbox = self._hub.outbox(person)
        if outbox is None:
            return False
        self._leave(person.login)
        self._watchers[person.login] = person, outbox
        self._view_of(person).add(outbox)
        self._keep_beating()
        return True

    def is_watched(self, about: About, thing: str) -> bool:
        """Somebody has it on the screen who may see to it."""
        return any(
            self._hub.outbox(person) is outbox
            and scope(self._router, person, "acknowledge").has_thing(about, thing)
            for person, outbox in self._watchers.values()
        )

    def follow(self, figures: Figures) -> None:
        """It is told the figures of the queues now and whenever they are sent, until ``leave``."""
        self._figures = figures
        figures(self.queues(), self._clock.now())
        self._keep_beating()

    def queues(self) -> list[watch.WatchQueue]:
        """As they stand now, in the order of the settings."""
        self._roll_day()
        return self._rows.queues(self._clock.now())

    def leave(self) -> None:
        self._figures = None

    def close(self) -> None:
        for handle in (self._due, self._beat):
            if handle is not None:
                handle.cancel()

    def _view_of(self, person: Person) -> WatchView:
        seen_by = audience(self._router, person)
        if seen_by not in self._views:
            self._views[seen_by] = WatchView(seen_by, self._everything(), self._clock.now())
        return self._views[seen_by]

    def _leave(self, login: AgentId) -> None:
        if found := self._watchers.pop(login, None):
            for seen_by, view in list(self._views.items()):
                view.outboxes = [each for each in view.outboxes if each is not found[1]]
                if not view.outboxes:
                    del self._views[seen_by]

    def _look_who_is_there(self) -> None:
        """Consoles that are gone, and those whose rights have changed."""
        for login, (person, outbox) in list(self._watchers.items()):
            if self._hub.outbox(person) is not outbox:
                self._leave(login)
            elif outbox not in self._view_of(person).outboxes:
                self.begin(person)

    # -- what has changed ----------------------------------------------------------

    def on_effect(self, effect: ef.Effect) -> None:
        match effect:
            case ef.CallChanged(call):
                self._count_wait(call)
                self._calls.add(call)
            case ef.AgentChanged(agent):
                self._rows.times.see(self._router.agents[agent], self._clock.now())
                self._people.add(agent)
            case ef.CallbackChanged() | ef.QueueChanged() | ef.WayOut():
                self._centre = self._owed = True
            case _:
                return
        self._soon()

    def owed_changed(self) -> None:
        """What is known beside the core of those who are owed a call."""
        self._centre = self._owed = True
        self._soon()

    def alarms_changed(self) -> None:
        self._alarmed = True
        self._soon()

    def begin_day(self, figures: Iterable[AgentFigures], ended: Iterable[EndedRow]) -> None:
        """Counts begin with what the store knows of today."""
        zone, now = self._router.centre.zone, self._clock.now()
        self._day = day_of(now, zone)
        levels = {queue: known.service_level_s for queue, known in self._router.queues.items()}
        waits = (ended_row(row) for row in ended)
        self._rows.levels.begin(start_of(self._day, zone), waits, levels)
        self._rows.times.begin(self._router.agents.values(), figures, now)

    def _roll_day(self) -> None:
        if self._day != day_of(self._clock.now(), self._router.centre.zone):
            self.begin_day((), ())

    def _count_wait(self, call_id: CallId) -> None:
        self._roll_day()
        call = self._router.calls.get(call_id) or self._router.recently_ended.get(call_id)
        ended = ended_wait(call) if call else None
        if ended is not None and ended.queue in self._router.queues:
            settings = self._router.queues[ended.queue]
            self._rows.levels.add(ended, settings.service_level_s)

    # -- sending -------------------------------------------------------------------

    def _soon(self) -> None:
        if not self._watched:
            self._forget_changes()
        elif self._due is None:
            loop = asyncio.get_running_loop()
            wait_s = max(0.0, self._sent_at + GAP_S - loop.time())
            self._due = loop.call_later(wait_s, self._faults.guard, "watch", self._publish)

    def _forget_changes(self) -> None:
        self._people.clear()
        self._calls.clear()
        self._centre = self._alarmed = False

    @property
    def _known(self) -> set[Key]:
        """What any audience has."""
        return {key for view in self._views.values() for key in view.known}

    @property
    def _watched(self) -> bool:
        return bool(self._watchers) or self._figures is not None

    def _keep_beating(self) -> None:
        if self._beat is None and self._watched:
            loop = asyncio.get_running_loop()
            self._beat = loop.call_later(watch.BEAT_S, self._on_beat)

    def _on_beat(self) -> None:
        self._beat = None
        self._faults.guard("watch", self._publish_everything)
        self._keep_beating()

    def _publish(self) -> None:
        """What has changed, to those who are still there."""
        self._due = None
        rows: list[watch.WatchRow] = [*self._rows.queues(self._clock.now())]
        if self._centre:
            rows.append(self._rows.centre())
        gone: list[Key] = []
        for login in self._people:
            _sort(self._rows.person(login), ("WatchPerson", login), rows, gone)
        for call in self._calls:
            _sort(self._rows.call(call), ("WatchCall", call), rows, gone)
        if self._owed and asyncio.get_running_loop().time() >= self._owed_at + OWED_GAP_S:
            owed = self._rows.owed.rows(self._clock.now())
            self._owed, self._owed_at = False, asyncio.get_running_loop().time()
            here = {key_of(row) for row in owed}
            gone += (key for key in self._known - here if key[0] == "WatchCallback")
            rows += owed
        if self._alarmed:
            standing = self._alarms()
            rows += standing
            here = {key_of(row) for row in standing}
            gone += (key for key in self._known - here if key[0] == "WatchAlarm")
        self._send(rows, gone)

    def _publish_everything(self) -> None:
        self._roll_day()
        self._look_who_is_there()
        rows = list(self._everything())
        self._owed = False
        here = {key_of(row) for row in rows}
        self._send(rows, self._known - here)

    def _send(self, rows: list[watch.WatchRow], gone: Iterable[Key]) -> None:
        self._forget_changes()
        self._sent_at = asyncio.get_running_loop().time()
        now = self._clock.now()
        for view in self._views.values():
            view.publish(rows, gone, now)
        if self._figures is not None:
            queues = [row for row in rows if isinstance(row, watch.WatchQueue)]
            self._faults.guard("board", self._figures, queues, now)

    def _everything(self) -> Iterator[watch.WatchRow]:
        yield from self._rows.queues(self._clock.now())
        yield self._rows.centre()
        yield from filter(None, map(self._rows.person, self._router.agents))
        yield from filter(None, map(self._rows.call, self._router.calls))
        yield from self._rows.owed.rows(self._clock.now())
        yield from self._alarms()


def _sort(
    row: watch.WatchRow | None, key: Key, rows: list[watch.WatchRow], gone: list[Key]
) -> None:
    if row is None:
        gone.append(key)
    else:
        rows.append(row)
