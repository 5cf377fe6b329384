"""Faults and their end, told to the people at the consoles."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.archive.free_space import FreeSpace
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.engine.engine_health import EngineHealth
from ekc_console.server.engine.protocol import TrunkCalls, TrunkState
from ekc_console.server.live.sync import Hub
from ekc_console.server.live.views import Views
from ekc_console.wire import messages
from ekc_console.wire.words import Words, words

CLOCK_SAID_S = 60.0
CLOCK_NEWS_S = 3600.0
"""So long those who come are told that the clock was set."""


class Alerts:
    def __init__(self, hub: Hub, views: Views, conditions: Conditions) -> None:
        self._hub = hub
        self._views = views
        self._conditions = conditions
        self._registered: dict[str, bool] = {}
        """Whether each trunk that registers is registered."""
        self._calls: dict[str, bool] = {}
        """Whether calls out go through, of each trunk that has failed at all."""
        self._paused = False
        """Recordings wait for room."""
        conditions.watch(self._show_again)
        self._show_again()

    def trouble(self, why: Words | None) -> None:
        """The journal cannot be written (or can again: None)."""
        if why is not None:
            self._stands("journal", "error", why)
        else:
            self._ends("journal", words("alert.journal_again"))

    def fault(self, where: str) -> None:
        """Something inside broke and was lived with."""
        self._say("error", words("alert.fault", where=where))

    def stale(self) -> None:
        """The read models lack something; the journal has it. Until the next start: they are made
        anew by a command that needs the server stopped."""
        self._stands("read models", "error", words("alert.stale"))

    def recording(self, why: Words | None) -> None:
        """Calls are not recorded, and why; or are again: None."""
        if why is not None:
            self._stands("recording", "error", why)
        else:
            self._ends("recording", words("alert.recorded_again"))

    def free_space(self, space: FreeSpace) -> None:
        """The level has changed: a word of its own about the recordings, when it is about them."""
        left = -1 if space.free_mb is None else space.free_mb
        folder = str(space.worst_folder())
        if not space.may_record:
            self.recording(words("alert.no_room_to_record", left=left, folder=folder))
        elif self._paused:
            self.recording(None)
        self._paused = not space.may_record
        if space.level == "enough":
            self._ends("disk", words("alert.room_again"))
        elif space.may_record:
            self._stands("disk", "warning", words("alert.little_room", left=left, folder=folder))

    def recording_lost(self, call: CallId) -> None:
        """To those who can look after it."""
        lost = words("alert.recording_lost", call=call)
        self._hub.notice(messages.Notice(level="error", words=lost), self._hub.overseers())

    def clock(self, by_s: float) -> None:
        """The server's clock was set, at its start perhaps. Small corrections concern nobody at a
        console."""
        if abs(by_s) >= CLOCK_SAID_S:
            where = "ahead" if by_s > 0 else "back"
            moved = words("alert.clock_set", where=where, by=abs(by_s))
            self._hub.stand("clock", messages.Notice(level="warning", words=moved), CLOCK_NEWS_S)

    def operator(self, agent: AgentId, words: Words) -> None:
        self._hub.notice(messages.Notice(level="warning", words=words), [agent])

    def engine(self, health: EngineHealth, why: str) -> None:
        """``why``: key of the words, empty when it is up."""
        self._views.engine = msgspec.structs.replace(
            self._views.engine,
            up=health == "up",
            out_of_sight=health == "out_of_sight",
            detail=words(why) if why else None,
        )
        self._show_again()

    def trunk(self, state: TrunkState | TrunkCalls) -> None:
        """Said to everybody: without the trunk no calls come or go, and nobody would know why."""
        if isinstance(state, TrunkCalls):
            self._calls_out(state)
        else:
            self._registration(state)
        self._show_again()

    def _show_again(self) -> None:
        """To those who come later, too."""
        troubled = tuple(sorted(name for name, state in self.trunks().items() if state != "up"))
        self._views.engine = msgspec.structs.replace(
            self._views.engine,
            trunks_in_trouble=troubled,
            not_in_order=tuple(self._conditions.words.values()),
        )
        self._hub.engine_changed()

    def _registration(self, state: TrunkState) -> None:
        before, self._registered[state.trunk] = self._registered.get(state.trunk), state.registered
        if not state.registered:
            lost = words("trunk.unregistered", trunk=state.trunk, detail=state.detail)
            self._say("error", lost)
        elif before is False:
            self._say("info", words("trunk.registered", trunk=state.trunk))

    def _calls_out(self, state: TrunkCalls) -> None:
        self._calls[state.trunk] = state.work
        if state.work:
            self._say("info", words("trunk.calls_again", trunk=state.trunk))
        else:
            why = words("trunk.no_calls", trunk=state.trunk, detail=state.detail)
            self._say("error", why)

    def trunks(self) -> dict[str, str]:
        """Of each trunk of which something is known: ``up``, ``down`` (not registered) or
        ``no_calls_out``."""
        states = {name: "up" if up else "down" for name, up in self._registered.items()}
        for name, work in self._calls.items():
            if states.get(name) != "down":
                states[name] = "up" if work else "no_calls_out"
        return states

    def _say(self, level: Literal["info", "warning", "error"], words: Words) -> None:
        self._hub.notice(messages.Notice(level=level, words=words))

    def _stands(self, about: str, level: Literal["warning", "error"], words: Words) -> None:
        self._hub.stand(about, messages.Notice(level=level, words=words))

    def _ends(self, about: str, words: Words) -> None:
        self._hub.ends(about, messages.Notice(level="info", words=words))
