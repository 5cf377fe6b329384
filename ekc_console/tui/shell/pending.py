"""Work that waits, one at a time for each key; what follows it belongs to the moment it was asked
for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from ekc_console.errors import EkcError
from ekc_console.tui.shared import workers
from ekc_console.tui.shared.focus import Turns
from ekc_console.tui.shared.workers import Failed, Then, Work, WorkDone


@dataclass(frozen=True, slots=True)
class _Asked:
    then: Then | None
    failed: Failed
    turn: int


class Pending:
    """``start`` runs a coroutine beside the screen; the end comes back to :meth:`done`."""

    def __init__(
        self,
        turns: Turns,
        start: Callable[[Coroutine[Any, Any, WorkDone]], object],
        guarded: Callable[..., None],
    ) -> None:
        self._turns = turns
        self._start = start
        self._guarded = guarded
        self._asked: dict[str, _Asked] = {}

    def __bool__(self) -> bool:
        """Something is under way."""
        return bool(self._asked)

    def begin(self, key: str, work: Work, then: Then | None, failed: Failed) -> None:
        """A key that is under way is not asked for twice; asked again, it is wanted from then."""
        if found := self._asked.get(key):
            self._asked[key] = replace(found, turn=self._turns.asked)
        else:
            self._asked[key] = _Asked(then, failed, self._turns.asked)
            self._start(workers.run(key, work))

    def done(self, event: WorkDone) -> None:
        asked = self._asked.pop(event.key)
        error: EkcError | None = event.error
        with self._turns.of(asked.turn):
            if error is not None:
                self._guarded(event.key, asked.failed, error)
            elif asked.then is not None:
                self._guarded(event.key, asked.then, event.result)
