"""Who listens to whom at the simulated engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.domain.terms.ids import ListenMode
from ekc_console.server.engine.protocol import EngineError
from ekc_console.server.engine.simulated.leg import Leg


class Eavesdropping:
    """The part of the engine that lets a leg hear another one's talk."""

    _legs: Mapping[str, Leg]
    _leg: Callable[[str], Leg]
    _check_up: Callable[[], None]
    _sound_changes: Callable[[], None]

    async def listen(self, listener: str, leg: str, mode: ListenMode) -> None:
        for one in (listener, leg):
            if not self._leg(one).answered:
                raise EngineError("Звонок ещё не принят: слушать рано.")
        if any(one.listens_to == leg and one.id != listener for one in self._legs.values()):
            raise EngineError("Этот разговор уже слушают.")
        self._sound_changes()
        entry = self._legs[listener]
        entry.music, entry.bridge = False, f"ear-{listener}"
        entry.listens_to, entry.ear_mode = leg, mode

    async def stop_listening(self, listener: str) -> None:
        self._check_up()
        self._sound_changes()
        entry = self._legs.get(listener)
        if entry is not None and entry.listens_to is not None:
            entry.listens_to = entry.bridge = None
