"""The open card's script in the words of who works here now: one who becomes a medic is told what
scripts keep for a medic, one who is none any more is not."""

from __future__ import annotations

import structlog

from ekc_console.client.card.card_desk import CardDesk
from ekc_console.client.card.tasks import Tasks
from ekc_console.errors import EkcError

log = structlog.get_logger(__name__)


class MedicsWords:
    """``follow`` after each view: the right comes and goes with the role."""

    def __init__(self, desk: CardDesk) -> None:
        self._desk = desk
        self._medical = desk.medical()
        self._tasks = Tasks()

    def follow(self) -> None:
        if self._desk.medical() != self._medical:
            self._medical = self._desk.medical()
            self._tasks.begin(self._read_again())

    async def _read_again(self) -> None:
        """The step and all that was filled in stay."""
        session = self._desk.session
        if session is None:
            return
        try:
            found = await self._desk.scenarios.get(session.scenario.id, session.state.version)
        except EkcError as error:
            log.info("script not read again", error=type(error).__name__)
            return
        if self._desk.session is session:
            session.scenario = self._desk.scenario = found
            self._desk.on_change()

    def stop(self) -> None:
        self._tasks.cancel()
